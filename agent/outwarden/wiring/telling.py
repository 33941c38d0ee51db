"""What waits for people -> their channels, turn by turn."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from outwarden.alert import Alert
from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.journal import Cursors
from outwarden.notify import Outbox, Reached
from outwarden.notify.outbox import is_waiting
from outwarden.redact import Redactor
from outwarden.sidecar.ticker import Ticker
from outwarden.watch.memory import Memory

NOTIFY: Final = "notify"
EVERY_S: Final = 1.0


class Telling:
    """One turn of each channel's own: one that hangs holds up neither an evaluation nor another channel."""

    def __init__(self, config: Config, cursors: Cursors, redactor: Redactor, channels: Mapping[str, Reached]) -> None:
        self._channels = tuple(channels)
        self._transaction = cursors.transaction
        known = alarm_set(config)
        self._alarms = {alarm.name for alarm in known.alarms} | {one.name for one in known.composites}
        self._outbox = Outbox(
            cursors.transaction,
            channels,
            links=config.links.given(),
            clean=lambda alert: clean(alert, redactor),
            goes_on=self._goes_on,
        )
        self._is_last = False

    def tickers(self) -> list[Ticker]:
        """Give what tells each channel, again and again; where there is none, what waits for one that is gone is let go."""
        if not self._channels:
            return [Ticker(NOTIFY, EVERY_S, self._tell)]
        return [Ticker(f"{NOTIFY}.{name}", EVERY_S, partial(self._tell, name)) for name in self._channels]

    def _tell(self, name: str | None = None) -> None:
        self._outbox.deliver(time.time(), to=name, hurry=self._is_last)

    def _goes_on(self, connection: sqlite3.Connection, alert: Alert) -> bool:
        """Of an alarm that was taken out of the configuration the latest state is remembered, but nobody evaluates it."""
        state = Memory(connection, alert.service, alert.env).state(alert.name)
        return alert.name in self._alarms and state == "ALARM"

    def owes(self) -> bool:
        """Say whether something has still to be told."""
        with self._transaction() as connection:
            return is_waiting(connection)

    def end(self) -> None:
        """Make the next turn the last one: nothing waits for company any more."""
        self._is_last = True


def clean(alert: Alert, redactor: Redactor) -> Alert:
    """Look once more at what a person wrote or a server named: it is clean already, yet it leaves this machine."""
    return replace(
        alert,
        reason=redactor.text(alert.reason),
        top_routes=tuple((redactor.text(route), count) for route, count in alert.top_routes),
        top_reasons=tuple((redactor.text(reason), count) for reason, count in alert.top_reasons),
        todo=redactor.text(alert.todo) if alert.todo else None,
    )
