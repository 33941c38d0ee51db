"""All that was recorded on this machine: the history, and what the journal still holds beyond it."""

from __future__ import annotations

import heapq
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from outwarden import event
from outwarden.errors import JournalError
from outwarden.event import Event
from outwarden.journal import Cursors, History, Places
from outwarden.journal.names import FileName, files
from outwarden.journal.opening import open_to_read

HISTORY: Final = "history"
"""Name of the consumer that copies the journal into the history."""

Wanted = Callable[[FileName], bool]


class Unread(NamedTuple):
    """A journal file, and where a consumer stands in it."""

    path: Path
    position: int
    size: int


def everything(_: FileName) -> bool:
    """Want every file."""
    return True


@contextmanager
def cursors(found: Places) -> Iterator[Cursors | None]:
    """Open the cursors; None where no sidecar has been yet.

    Raises:
        JournalError: they cannot be read.
    """
    try:
        if not found.db.exists():
            yield None
            return
    except OSError as error:
        raise JournalError(f"{found.db}: it cannot be looked at ({error.strerror}). Who owns its directory?") from None
    try:
        with closing(Cursors(found.db)) as opened:
            yield opened
    except sqlite3.Error as error:
        raise JournalError(
            f"{found.db}: it cannot be read ({error}). Is the disk full, or another user at work?"
        ) from None


def unread(
    found: Places, positions: Cursors | None, consumer: str = HISTORY, wanted: Wanted = everything
) -> list[Unread]:
    """List the journal's files that a consumer has not read to their end.

    Raises:
        JournalError: the journal cannot be read.
    """
    waiting = []
    try:
        entries = files(found.journal)
    except OSError as error:
        raise JournalError(f"{found.journal}: the journal cannot be read ({error.strerror}).") from None
    for name, entry in entries:
        if not wanted(name):
            continue
        try:
            size = entry.stat().st_size
        except FileNotFoundError:
            continue  # every consumer has passed it
        position = positions.position(consumer, entry.name) if positions is not None else 0
        if position < size:
            waiting.append(Unread(Path(entry.path), position, size))
    return waiting


def waiting(found: Places, wanted: Wanted = everything) -> dict[str, int]:
    """Count the events in these files that each consumer has still to handle; those that have none are left out.

    Raises:
        JournalError: the journal cannot be read.
    """
    with cursors(found) as positions:
        consumers = positions.consumers() if positions is not None else [HISTORY]
        left = {
            consumer: sum(1 for file in unread(found, positions, consumer, wanted) for _ in lines(file))
            for consumer in consumers
        }
    return {consumer: events for consumer, events in left.items() if events}


def lines(file: Unread) -> Iterator[bytes]:
    """Read the whole lines up to the size that was seen; a torn last one is passed over."""
    left = file.size - file.position
    try:
        with open(open_to_read(file.path), "rb") as stream:  # noqa: PTH123 - a descriptor that was checked
            stream.seek(file.position)
            for line in stream:
                left -= len(line)
                if left < 0 or not line.endswith(b"\n"):
                    return
                yield line
    except FileNotFoundError:
        pass  # it went into the history meanwhile


def decoded(raw: Iterator[bytes]) -> Iterator[Event]:
    """Decode lines; what is no event is passed over (the sidecar puts it into quarantine)."""
    for line in raw:
        try:
            yield event.decode(line)
        except msgspec.DecodeError:
            continue


def recorded(found: Places, since: float = 0.0, *, wanted: Wanted = everything) -> Iterator[Event]:
    """Yield every event once, those not yet in the history first; `since` is Unix seconds.

    What moves from the journal into the history meanwhile is known by its id: the journal is read first.

    Raises:
        JournalError: journal or history cannot be read.
    """
    first = event.timestamp(since)
    seen = set()
    with cursors(found) as positions:
        rest = unread(found, positions, wanted=wanted)
    for file in rest:
        for one in decoded(lines(file)):
            seen.add(one.event_id)
            if one.ts >= first:
                yield one
    try:
        for one in History(found.history).read(since):
            if one.event_id not in seen:
                yield one
    except OSError as error:
        raise JournalError(f"{found.history}: the history cannot be read ({error.strerror}).") from None


def latest(found: Places, since: float | None, last: int | None, wanted: Callable[[Event], bool]) -> list[Event]:
    """Give the last events in the order in which they began; all of them where no number is given.

    Without `since` the latest hour is looked at first, then the latest day, then everything.

    Raises:
        JournalError: journal or history cannot be read.
    """
    now = time.time()
    begins = (now - 3600, now - 86400, 0.0) if since is None else (since,)
    kept: list[Event] = []
    for begin in begins:
        events = filter(wanted, recorded(found, begin))
        kept = sorted(events, key=_began) if last is None else heapq.nlargest(last, events, key=_began)[::-1]
        if last is not None and len(kept) >= last:
            break
    return kept


def _began(one: Event) -> tuple[str, str]:
    return one.ts, one.event_id
