"""`outwarden alarms drill`: the chain holds and says so, and a broken link is named."""

from __future__ import annotations

import json

import boto3
import msgspec
import pytest
import yaml
from click.testing import CliRunner

from outwarden.cli import outwarden
from outwarden.config import Config
from outwarden.provision import apply
from outwarden.testing import LocalAws

pytestmark = pytest.mark.integration

REGION = "ap-southeast-3"


@pytest.fixture
def hook(answering):
    """A webhook's address on loopback, and the list of what arrives there."""
    arrived = []

    def answer(path, headers, body):
        arrived.append(json.loads(body))
        return 200, {}, b""

    return answering(answer), arrived


@pytest.fixture
def drill(tmp_path):
    """Run a drill with a configuration; gives the exit status and the links."""

    def run(raw, *words):
        file = tmp_path / "outwarden.yaml"
        file.write_text(yaml.safe_dump(raw))
        words = ["alarms", "drill", "--json", "--config", str(file), *words]
        told = CliRunner().invoke(outwarden, words, standalone_mode=False, catch_exceptions=False)
        return told.return_value, [json.loads(line) for line in told.stdout.splitlines()]

    return run


def test_a_drill_here_reaches_the_configured_webhook(drill, hook, tmp_path):
    """Journal, counting, evaluation and channel hold; the message says that it is a drill, and nothing is kept."""
    url, arrived = hook
    status, links = drill(
        {
            "service": "portfolio",
            "journal": {"dir": str(tmp_path / "mine")},
            "notify": {"desk": {"kind": "webhook", "url": url}},
        }
    )

    assert status == 0, links
    assert [link["name"] for link in links] == ["journal", "counting", "evaluation", "channel desk"]
    assert all(link["held"] for link in links)
    assert "fire drill" in json.dumps(arrived)
    assert not (tmp_path / "mine").exists()


def test_a_drill_without_channels_tells_the_terminal(drill):
    """As the sidecar does with alarms that name nobody."""
    status, links = drill({"service": "portfolio"})

    assert status == 0, links
    assert links[-1]["name"] == "channel terminal"


def test_a_drill_here_names_the_channel_that_is_broken(drill, hook, free_port):
    """And the other one is told all the same."""
    url, arrived = hook
    notify = {
        "gone": {"kind": "webhook", "url": f"http://127.0.0.1:{free_port}/"},
        "desk": {"kind": "webhook", "url": url},
    }
    status, links = drill({"service": "portfolio", "notify": notify}, "--timeout", "3")

    assert status == 1
    assert [link["name"] for link in links if not link["held"]] == ["channel gone"]
    assert arrived


@pytest.fixture
def cloud():
    """An empty local AWS with what goes into a configuration for it."""
    with LocalAws() as server:
        yield {
            "service": "portfolio-api",
            "env": "prod",
            "sinks": {"cloudwatch": {"region": REGION, "endpoint_url": server.endpoint_url}},
            "metrics": {"via": "put"},
            "notify": {"oncall": {"kind": "sns"}},
            "infra": {"kms": "none", "data_protection": "disabled"},
            "default_alarms": False,
            "alarms": [{"name": "High4XXErrors", "metric": "4XXError"}],
        }


def left_behind(raw):
    where = {"region_name": REGION, "endpoint_url": raw["sinks"]["cloudwatch"]["endpoint_url"]}
    alarms = boto3.client("cloudwatch", **where).describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    queues = boto3.client("sqs", **where).list_queues().get("QueueUrls", [])
    return [one["AlarmName"] for one in alarms if "drill" in one["AlarmName"]] + [
        url for url in queues if "drill" in url
    ]


def test_a_real_drill_is_followed_to_the_topic(drill, cloud):
    """Six links hold, and nothing of the drill is left."""
    apply(msgspec.convert(cloud, Config))
    status, links = drill(cloud, "--real", "--timeout", "20")

    assert status == 0, links
    assert [link["name"] for link in links] == ["topic", "listener", "alarm", "metrics", "evaluation", "message"]
    assert "ALARM" in links[-1]["text"]
    assert left_behind(cloud) == []


def test_a_real_drill_without_a_topic_stops_there(drill, cloud):
    """It names the link and what to do."""
    status, links = drill(cloud, "--real")

    assert status == 1
    assert [(link["name"], link["held"]) for link in links] == [("topic", False)]
    assert "outwarden infra apply" in links[0]["text"]


def test_a_real_drill_notices_that_no_metric_is_made_of_log_lines(drill, cloud):
    """The local AWS reads no metrics out of EMF lines: the chain breaks at the evaluation."""
    apply(msgspec.convert(cloud, Config))
    status, links = drill(cloud | {"metrics": {"via": "emf"}}, "--real", "--timeout", "2")

    assert status == 1
    assert links[-1]["name"] == "evaluation"
    assert "no metric of the log lines" in links[-1]["text"]
    assert left_behind(cloud) == []
