"""The demo's stage: a local Sectors API, a local AWS, a folder, and the configuration that ties them together."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from outwarden import event
from outwarden.errors import UsageError

if TYPE_CHECKING:
    from outwarden.testing import SectorsApi

REGION = "ap-southeast-3"
SERVICE = "portfolio"
TOPIC = "NotifyTeam"


def example() -> Path:
    """Find the sample program: beside the package in a wheel, else in the repository.

    Raises:
        UsageError: it is in neither place.
    """
    packaged = Path(str(resources.files("outwarden"))) / "examples" / "portfolio.py"
    checkout = Path(__file__).parents[4] / "examples" / "portfolio.py"
    for path in (packaged, checkout):
        if path.is_file():
            return path
    raise UsageError(f"demo: the sample program is missing: {packaged}. Install outwarden anew.")


def configuration(api: SectorsApi, endpoint_url: str) -> dict[str, Any]:
    """Compose the config.yaml of the demo."""
    return {
        "service": SERVICE,
        "env": "demo",
        "apis": {"sectors": {"key": "env:SECTORS_API_KEY", "hosts": [api.netloc]}},
        "capture": {"traces": "always"},
        "sinks": {"cloudwatch": {"region": REGION, "endpoint_url": endpoint_url}},
        "metrics": {"via": "put"},
        # What the local AWS does not have, or what this demo does not show.
        "infra": {
            "kms": "none",
            "data_protection": "disabled",
            "dashboard": "disabled",
            "sidecar_policy": "disabled",
        },
        "alarms": [
            {"name": "High4XXErrors", "metric": "4XXError", "period_s": 300, "threshold": 10, "notify": ["team"]}
        ],
        "notify": {"team": {"kind": "sns", "topic": TOPIC}},
    }


FOREIGN = ("AWS_", "OUTWARDEN_", "OTEL_")
"""Settings of the user's that have no part in the demo."""
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo"}
"""A local AWS takes anything, but something must be there."""


@contextmanager
def local_credentials() -> Iterator[None]:
    """Let this process talk to the local AWS only: with its credentials, and none of the user's settings."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(FOREIGN):
            del os.environ[name]
    os.environ.update(CREDENTIALS)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Stage:
    """Where the demo's programs live: nothing of it touches the user's own state or AWS configuration.

    Attributes:
        secrets: what is planted, by a name to speak of it.
        state: the folder that holds everything that outwarden stores.
    """

    def __init__(self, folder: Path, api: SectorsApi, endpoint_url: str) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.config = folder / "config.yaml"
        self.count = folder / "count.json"
        self.secrets = {"the API key": api.key, "the key in the URL": secrets.token_hex(32)}
        self._api = api
        self.state.mkdir()
        self.config.write_text(yaml.safe_dump(configuration(api, endpoint_url), sort_keys=False), encoding="utf-8")

    def command(self) -> list[str]:
        """Give the command line that a user would type."""
        program = [sys.executable, str(example()), "--count", str(self.count)]
        return [sys.executable, "-m", "outwarden", "run", "--config", str(self.config), "--", *program]

    def environment(self) -> dict[str, str]:
        """Give the environment of that command; credentials for a local AWS are made up, as they must be there."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OUTWARDEN_", "OTEL_"))
        }
        return kept | {
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "XDG_STATE_HOME": str(self.state),
            "SECTORS_URL": self._api.url,
            "SECTORS_API_KEY": self.secrets["the API key"],
            "SECTORS_OLD_KEY": self.secrets["the key in the URL"],
            "REQUESTS_CA_BUNDLE": self._api.ca_file,
        }

    def journalled(self) -> int:
        """Count the call events on this machine, each `event_id` once: in the journal, and in the history it became."""
        lines = b"".join(path.read_bytes() for path in self.state.rglob("*.jsonl")).splitlines()
        events = (event.decode(line) for line in lines)
        return len({seen.event_id for seen in events if isinstance(seen, event.CallEvent)})
