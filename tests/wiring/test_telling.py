"""What the sidecar's people are reminded of."""

from __future__ import annotations

import time
from contextlib import closing

import pytest

from outwarden.alert import Alert
from outwarden.config.load import build as configuration
from outwarden.config.notify import Manners
from outwarden.config.units import Duration
from outwarden.event import timestamp
from outwarden.journal import Cursors
from outwarden.notify import Reached, outbox
from outwarden.redact import Registry
from outwarden.watch import memory
from outwarden.watch.memory import Memory
from outwarden.wiring.redactor import redactor
from outwarden.wiring.telling import Telling


class Listening:
    groups = False

    def __init__(self):
        self.told = []

    def deliver(self, message):
        self.told += [report.alert.name for report in message.reports]


@pytest.mark.parametrize(("name", "times"), [("High4XXErrors", 3), ("TakenOut", 1)])
def test_nobody_is_reminded_of_an_alarm_that_was_taken_out(tmp_path, name, times):
    """Its latest state is remembered for a day, but nobody evaluates it."""
    config, channel = configuration({}, "test"), Listening()
    now = time.time()
    alert = Alert(
        name=name, state="ALARM", previous="OK", ts=timestamp(now), reason="r", service="portfolio", env="dev"
    )
    with closing(Cursors(tmp_path / "sidecar.sqlite3")) as cursors:
        with cursors.transaction() as connection:
            for table in (*memory.TABLES, *outbox.TABLES):
                connection.execute(table)
            Memory(connection, "portfolio", "dev").settle(name, "ALARM", "r", now)
            outbox.post(connection, alert, ["it"], now)
        manners = Manners(remind=Duration(0), group=Duration(0))
        cleaner = redactor(config, Registry(), service="portfolio", key_file=tmp_path / "key")
        [ticker] = Telling(config, cursors, cleaner, {"it": Reached(channel, manners)}).tickers()
        for _ in range(3):
            ticker.tick()

    assert channel.told == [name] * times
