"""What it costs until a program is watched: CPU and memory, beside bare Python and beside plain OpenTelemetry traces.

Each line is a process of its own, started in rounds that take turns; CPU is that of the process up to the point named, as
the median of the differences and as the difference of the least. The second table is about the first calls after that:
what could wait until then has been waiting for them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from outwarden import tally
from outwarden.apis import builtin
from outwarden.config import Config
from outwarden.wiring.launch import launch_environment
from outwarden.wiring.settings import Settings, dump

ROUNDS = 15

TELL = """
import time
cpu = time.process_time()
rss = 0
try:
    rss = int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024
except OSError:
    pass
print(cpu * 1000, rss)
"""
OTEL = """
import requests
from opentelemetry import trace
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(InMemorySpanExporter()))
trace.set_tracer_provider(provider)
RequestsInstrumentor().instrument()
"""


CALLS = """
import io, time, requests
from requests.adapters import BaseAdapter

class Canned(BaseAdapter):
    def send(self, request, **more):
        if "gone" in request.url:
            raise requests.ConnectionError("Max retries exceeded with url: /v2/gone/?apikey=" + "k" * 32)
        answer = requests.Response()
        answer.status_code, answer.raw, answer.request, answer.url = 200, io.BytesIO(b"{}"), request, request.url
        return answer
    def close(self): pass

session = requests.Session()
session.mount("https://", Canned())

def call(path):
    begin = time.process_time()
    try:
        session.get("https://api.sectors.app/v2/" + path, headers={"Authorization": "k" * 32})
    except requests.ConnectionError:
        pass
    return (time.process_time() - begin) * 1000

call("gone/"), call("subsectors/")
"""
INSTALL = "import outwarden; outwarden.install()\n"
TELL_CALLS = """
print(call("company/report/BBCA/"), call("company/report/BBRI/"), call("gone/"), call("gone/"))
"""

OF_A_PROGRAM = "service: portfolio\nenv: prod\nsinks:\n  cloudwatch: {region: ap-southeast-3}\n"
WITH_ALARMS = f"""{OF_A_PROGRAM}alarms:
  - {{name: Slow, metric: LatencyMs, statistic: p95, period_s: 300, threshold: 2000, notify: [oncall]}}
notify:
  oncall: {{kind: sns, topic: NotifyTeam, email: [you@example.com]}}
"""


def run(program: str, environ: dict[str, str]) -> list[float]:
    """Give the numbers that a program prints."""
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    return [float(number) for number in done.stdout.split()]


def rounds(cases: dict[str, tuple[str, dict[str, str]]]) -> dict[str, list[list[float]]]:
    """Run all programs in turn, again and again; the first round compiles."""
    figures: dict[str, list[list[float]]] = {name: [] for name in cases}
    for number in range(ROUNDS + 1):
        for name, case in cases.items():
            found = run(*case)
            if number:
                figures[name].append(found)
    return figures


def main() -> None:
    """Print two tables."""
    with tempfile.TemporaryDirectory() as folder:
        bare = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        bare["XDG_STATE_HOME"] = bare["XDG_CONFIG_HOME"] = folder
        settings, board = Path(folder, "settings.json"), Path(folder, "board")
        tally.create_board(board)
        settings.write_bytes(dump(Settings(config=Config(), profiles=builtin(), board=str(board))))
        below = launch_environment(settings, bare)
        files = {"file": OF_A_PROGRAM, "alarms": WITH_ALARMS}
        for name, text in files.items():
            Path(folder, name).write_text(text)
        install = f"import requests\n{INSTALL}"
        cases = {
            "python": ("", bare),
            "python, below outwarden run": ("", below),
            "import outwarden": ("import outwarden", bare),
            "urllib.request": ("import urllib.request", bare),
            "urllib.request, below outwarden run": ("import urllib.request", below),
            "requests": ("import requests", bare),
            "requests, below outwarden run": ("import requests", below),
            "requests, install()": (install, bare),
            "requests, install(), a variable": (install, bare | {"OUTWARDEN_ENV": "prod"}),
            "requests, install(), a file": (install, bare | {"OUTWARDEN_CONFIG": f"{folder}/file"}),
            "requests, install(), alarms in it": (install, bare | {"OUTWARDEN_CONFIG": f"{folder}/alarms"}),
            "requests, msgspec": ("import requests, msgspec", bare),
            "requests, yaml": ("import requests, yaml", bare),
            "requests, OpenTelemetry traces": (OTEL, bare),
        }
        starts = rounds({name: (program + TELL, environ) for name, (program, environ) in cases.items()})
        calls = rounds({"bare": (CALLS + TELL_CALLS, bare), "watched": (CALLS + INSTALL + TELL_CALLS, bare)})
    print(f"{'CPU until then, and memory':36} {'ms':>7} {'more':>7} {'least':>7} {'MB':>7} {'more':>6}")
    base = "python"
    for name, found in starts.items():
        base = name if name in {"python", "urllib.request", "requests"} else base
        more = statistics.median(one[0] - other[0] for one, other in zip(found, starts[base], strict=True))
        least = min(one[0] for one in found) - min(one[0] for one in starts[base])
        cpu, rss = (statistics.median(column) for column in zip(*found, strict=True))
        rss_more = rss - statistics.median(rss for _, rss in starts[base])
        print(f"{name:36} {cpu:7.1f} {more:+7.1f} {least:+7.1f} {rss:7.1f} {rss_more:+6.1f}")
    print(f"\n{'ms of CPU, least':36} {'first':>7} {'second':>7} {'failure':>7} {'next':>7}")
    for name, found in calls.items():
        print(f"{name:36}", *(f"{min(column):7.2f}" for column in zip(*found, strict=True)))


if __name__ == "__main__":
    main()
