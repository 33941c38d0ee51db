"""`outwarden alerts`: what people were told."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from outwarden.alert import Alert
from outwarden.cli import outwarden
from outwarden.config import Config
from outwarden.errors import Rejected, Retry
from outwarden.event import timestamp
from outwarden.journal import Cursors, places
from outwarden.notify import Outbox, Reached, outbox


class Door:
    """A channel that is open, or raises."""

    groups = False

    def __init__(self, *refusals):
        self.refusals = list(refusals)

    def deliver(self, message):
        if self.refusals:
            raise self.refusals.pop(0)


@pytest.fixture
def told():
    """Tell an alert to some channels, through a real outbox."""

    def tell(**doors):
        found = places(Config())
        found.db.parent.mkdir(parents=True, exist_ok=True)
        cursors = Cursors(found.db)
        now = time.time()
        alert = Alert(
            name="Bad",
            state="ALARM",
            previous="OK",
            ts=timestamp(now),
            reason="4XXError was 11 in 5 minutes\x1b[2J",
            service="app",
            env="prod",
        )
        with cursors.transaction() as connection:
            for table in outbox.TABLES:
                connection.execute(table)
            outbox.post(connection, alert, list(doors), now)
        Outbox(cursors.transaction, {name: Reached(door) for name, door in doors.items()}).deliver(now)
        cursors.close()

    return tell


def alerts(*arguments):
    return CliRunner().invoke(outwarden, ["alerts", "list", *arguments], standalone_mode=False)


def test_each_channel_says_what_became_of_an_alert(told):
    """Exit status 1 when somebody was not told; no name steers the terminal."""
    told(good=Door(), shut=Door(Retry("away")), strict=Door(Rejected([(0, "it answered 400")])))
    ran = alerts()

    first, *others = ran.output.splitlines()
    assert first.endswith("ALARM: Bad in app (prod): 4XXError was 11 in 5 minutes\ufffd[2J")
    assert others == ["  good: delivered", "  shut: waits", "  strict: refused: it answered 400"]
    assert ran.return_value == 1


def test_all_is_well_when_everybody_was_told(told):
    """Exit status 0."""
    told(good=Door())
    ran = alerts("--json")

    [row] = json.loads(ran.output)["alerts"]
    assert (row["alert"]["name"], row["deliveries"]) == (
        "Bad",
        [{"channel": "good", "attempts": 1, "outcome": "delivered"}],
    )
    assert ran.return_value == 0


def test_without_a_sidecar_there_are_none():
    """Nor an error."""
    ran = alerts()

    assert (ran.output, ran.return_value) == ("No alerts.\n", 0)
