"""Drill on this machine: a burst of made-up events through journal, counting, evaluation and the configured channels.

It has a journal and a database of its own in a temporary directory, so nothing of it is counted or kept.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from outwarden.config import Config
from outwarden.config.alarm_set import TERMINAL
from outwarden.config.alarms import AlarmSpec
from outwarden.config.journal import History
from outwarden.config.journal import Journal as JournalSettings
from outwarden.config.notify import Manners, SnsChannel
from outwarden.config.sinks import Sinks
from outwarden.config.units import Duration
from outwarden.event import SCHEMA, CallEvent, ids, timestamp
from outwarden.journal import Journal, Places, ensure_dir, places
from outwarden.meter import Series, windows
from outwarden.notify import outbox
from outwarden.provision.drill import BURST, Link
from outwarden.wiring import beside

NAME: Final = "Drill"
WHAT_TO_DO: Final = "This is a fire drill of outwarden: nothing is wrong, and nothing is to be done."
_POLL_S: Final = 0.05


def drill(config: Config, *, timeout_s: float) -> Iterator[Link]:
    """Go through the chain, link by link; a channel that cannot be reached does not hold up the others.

    Args:
        config: the settings; their channels are told for real.
        timeout_s: how long each link may take.

    Raises:
        UsageError: a channel cannot be made.
    """
    service = f"{config.service or 'outwarden'}-drill"
    with tempfile.TemporaryDirectory(prefix="outwarden-drill-") as folder:
        settings = _settings(config, Path(folder))
        beside.check_aws(settings)
        found = places(settings)
        ensure_dir(found.journal)
        running = beside.build(settings, service, found, terminal=True)
        yield _timed("journal", lambda: _write(found, service, config.env))
        running.start()
        try:
            with closing(sqlite3.connect(found.db)) as connection:
                look = _Look(connection, service, config.env, timeout_s)
                for name, step in (("counting", look.counted), ("evaluation", look.fired)):
                    link = _timed(name, step)
                    yield link
                    if not link.held:
                        return
                for name in settings.alarms[0].notify or (TERMINAL,):
                    yield _timed(f"channel {name}", partial(look.delivered, name))
        finally:
            running.stop()


def left_out(config: Config) -> list[str]:
    """Name the channels that CloudWatch tells: only `--real` reaches those."""
    return [
        name
        for name, channel in config.notify.items()
        if isinstance(channel, SnsChannel) and channel.publisher == "cloudwatch"
    ]


def _settings(config: Config, folder: Path) -> Config:
    """Keep the channels and take everything else out."""
    told = {
        name: replace(channel, group=Duration(0)) if isinstance(channel, Manners) else channel
        for name, channel in config.notify.items()
        if name not in left_out(config)
    }
    alarm = AlarmSpec(
        name=NAME, metric="4XXError", period_s=60, notify=tuple(told) or None, tell_ok=False, todo=WHAT_TO_DO
    )
    return replace(
        config,
        journal=JournalSettings(dir=str(folder / "journal")),
        history=History(dir=str(folder / "history")),
        sinks=Sinks(),
        default_alarms=False,
        alarms=(alarm,),
        composites=(),
        slos=(),
        mutes=(),
        notify=told,
        alarm_notify=None,
    )


def _write(found: Places, service: str, env: str) -> tuple[bool, str]:
    journal = Journal(found.journal, service)
    now = time.time()
    for _ in range(BURST):
        journal.append(_event(service, env, now))
    journal.close()
    lines = sum(path.read_bytes().count(b"\n") for path in found.journal.glob("*.jsonl"))
    return lines == BURST, f"{lines} of {BURST} made-up calls answered with 404 are in a journal of their own"


def _event(service: str, env: str, now: float) -> CallEvent:
    number = ids.new()
    return CallEvent(
        ts=timestamp(now),
        event_id=number,
        call_id=number,
        attempt=1,
        api="generic",
        method="GET",
        host="drill.invalid",
        route="/drill",
        status=404,
        outcome="client_error",
        service=service,
        env=env,
        pid=1,
        schema=SCHEMA,
    )


class _Look:
    """Looks into the drill's own database until something is there."""

    def __init__(self, connection: sqlite3.Connection, service: str, env: str, timeout_s: float) -> None:
        self._connection = connection
        self._of = (service, env)
        self._timeout_s = timeout_s

    def counted(self) -> tuple[bool, str]:
        """Wait until the sidecar's part has counted the burst."""

        def total() -> str | None:
            points = windows.points(self._connection, Series(*self._of, "4XXError"), 0, time.time() + 60)
            return f"{BURST} 4XX counted" if sum(point.value for point in points) == BURST else None

        return self._wait(total, "the burst was not counted. `outwarden status` says how the sidecar is doing.")

    def fired(self) -> tuple[bool, str]:
        """Wait for the verdict."""

        def reason() -> str | None:
            row = self._connection.execute(
                "SELECT reason FROM alarm_state WHERE name = ? AND state = 'ALARM'", (NAME,)
            ).fetchone()
            return row[0] if row else None

        return self._wait(reason, "the alarm did not go off.")

    def delivered(self, channel: str) -> tuple[bool, str]:
        """Wait until a channel was told, or refused."""
        attempts = 0

        def outcome() -> str | None:
            nonlocal attempts
            for told in outbox.told(self._connection, 0):
                for one in told.deliveries:
                    if one.channel == channel:
                        attempts = one.attempts
                        return one.outcome
            return None

        held, text = self._wait(outcome, "")
        if not held:
            return False, f"not told after {attempts} attempts in {self._timeout_s:g} s. Is its address right, and up?"
        return text == "delivered", "told" if text == "delivered" else text

    def _wait(self, look: Callable[[], str | None], otherwise: str) -> tuple[bool, str]:
        deadline = time.monotonic() + self._timeout_s
        while True:
            found = look()
            if found is not None:
                return True, found
            if time.monotonic() >= deadline:
                return False, otherwise
            time.sleep(_POLL_S)  # other threads write what is looked for


def _timed(name: str, step: Callable[[], tuple[bool, str]]) -> Link:
    began = time.monotonic()
    held, text = step()
    return Link(name=name, held=held, seconds=round(time.monotonic() - began, 3), text=text)
