"""The road from a program's calls to a message about them, walked once on one machine."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from pathlib import Path

from outwarden.alert import State
from outwarden.cli.demo import evidence
from outwarden.cli.demo.cloud import Cloud, wait_until
from outwarden.cli.demo.display import Display
from outwarden.cli.demo.report import AlarmSeen, Report
from outwarden.cli.demo.stage import Stage, local_credentials
from outwarden.config.default_alarms import HIGH_4XX
from outwarden.config.load import load
from outwarden.errors import UsageError
from outwarden.provision import apply
from outwarden.testing import Latency, RateLimit, SectorsApi
from outwarden.testing.ministack import LocalAws

SUMMARY = "outwarden: "
STEP_TIMEOUT_S = 40.0
"""How long a step may take before the demo goes on and says what is missing."""


def walk(folder: Path, show: Display) -> Report:
    """Walk the road.

    Args:
        folder: an empty folder for everything that is stored.
        show: where each step is told.

    Raises:
        UsageError: a part cannot be started.
    """
    with ExitStack() as parts:
        parts.enter_context(local_credentials())
        with show.step("Start a local Sectors API, with TLS and a key of its own") as told:
            api = parts.enter_context(SectorsApi(rate=RateLimit()))
            # The sample program gives this route one second.
            api.faults.add(Latency(3), path="/v2/free-float/", times=None)
            told.append(api.url)
        with show.step("Start a local AWS (MiniStack)") as told:
            local_aws = parts.enter_context(LocalAws())
            told.append(local_aws.endpoint_url)
        stage = Stage(folder, api, local_aws.endpoint_url)
        with show.step("Provision the log group, the topic and the alarm: `outwarden infra apply`") as told:
            cloud = _provision(stage, local_aws.endpoint_url, told)
        with show.step("Run the sample program under watch: `outwarden run -- python portfolio.py`") as told:
            calls, summary = _run(stage, told)
        return _arrivals(stage, cloud, calls, summary, show)


def _provision(stage: Stage, endpoint_url: str, told: list[str]) -> Cloud:
    config = load(stage.config, {})
    sink = config.sinks.cloudwatch
    assert sink is not None, "the stage's own configuration has this sink"
    told += [str(change) for change in apply(config)]
    cloud = Cloud(endpoint_url, log_group=sink.log_group, log_stream=sink.log_stream, alarm=HIGH_4XX.name)
    cloud.subscribe()
    return cloud


def _run(stage: Stage, told: list[str]) -> tuple[int, str]:
    """Run the sample program; give the number of its calls, and the summary that was printed."""
    try:
        ran = subprocess.run(
            stage.command(),
            env=stage.environment(),
            cwd=stage.folder,
            capture_output=True,
            timeout=STEP_TIMEOUT_S,
            check=True,
        )
        calls = int(json.loads(stage.count.read_text(encoding="utf-8"))["calls"])
    except (subprocess.SubprocessError, OSError) as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip() or type(error).__name__
        raise UsageError(f"demo: the sample program did not run: {said}") from None
    (stage.folder / "stdout.txt").write_bytes(ran.stdout)
    (stage.folder / "stderr.txt").write_bytes(ran.stderr)
    told.append(f"{calls} calls, exit status {ran.returncode}")
    return calls, ran.stderr.decode(errors="replace").rstrip()


def _arrivals(stage: Stage, cloud: Cloud, calls: int, summary: str, show: Display) -> Report:
    with show.step(f"Wait for the events in CloudWatch Logs: {cloud.log_group}/{cloud.log_stream}") as told:
        wait_until(lambda: cloud.calls() >= calls, timeout_s=STEP_TIMEOUT_S)
        in_cloud = cloud.calls()
        told.append(f"{in_cloud} of {calls} are there, each once")
    with show.step(f"Wait for the alarm {cloud.alarm}, evaluated by the local AWS itself") as told:
        wait_until(lambda: cloud.alarm_state() == "ALARM", timeout_s=STEP_TIMEOUT_S)
        state: State = cloud.alarm_state()
        told.append(f"state: {state}")
    with show.step("Wait for its message on SNS") as told:
        wait_until(lambda: bool(cloud.alarm_messages()), timeout_s=STEP_TIMEOUT_S)
        messages = cloud.alarm_messages()
        told += [str(json.loads(message).get("Subject", "")) for message in messages]
    with show.step("Look for the planted keys in every byte that was stored") as told:
        stored = [*evidence.files(stage.folder), *cloud.stored()]
        found = evidence.search(stage.secrets, stored)
        size = sum(len(data) for _, data in stored)
        told.append(f"{len(stage.secrets)} planted, {len(found)} found in {len(stored)} places, {size:,} bytes")
        told += [f"found: {name} in {place}" for name, place in found]
    show.say(f"\n{summary[summary.rfind(SUMMARY) :]}\n")  # what the program itself said stands before it
    return Report(
        calls=calls,
        events_in_journal=stage.journalled(),
        events_in_cloudwatch=in_cloud,
        secrets_planted=len(stage.secrets),
        secrets_found=len(found),
        alarm=AlarmSeen(name=cloud.alarm, state=state, source="cloudwatch"),
        notifications=len(messages),
        log_group=cloud.log_group,
        log_stream=cloud.log_stream,
    )
