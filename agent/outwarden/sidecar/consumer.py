"""Consumer: one reader of the journal, with its own thread, its own cursor, and patience."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple, TypeVar

from outwarden import tally
from outwarden.errors import Rejected, Retry, SinkError, Unauthorized
from outwarden.journal.cursors import Also
from outwarden.journal.tail import Batch, Record, Tail
from outwarden.polite import shielded, swallow
from outwarden.sidecar.backoff import Backoff
from outwarden.sidecar.deadletter import DeadLetter
from outwarden.sidecar.health import Health, Row, State

logger = logging.getLogger(__name__)

Handle = Callable[[Sequence[Record]], Also | None]
"""What a consumer does with records; it may raise a SinkError, as `Sink.ship` does."""

Done = TypeVar("Done")

_HURRIED_S: Final = 0.02
_LONGEST_ASKED_S: Final = 300.0


def together(*handles: Handle) -> Handle:
    """Make one of several that only count: what they leave to be done goes into the same transaction."""

    def handle(records: Sequence[Record]) -> Also:
        rest = [done for done in (one(records) for one in handles) if done is not None]

        def write(connection: sqlite3.Connection) -> None:
            for done in rest:
                done(connection)

        return write

    return handle


class Pace(NamedTuple):
    """How fast a consumer goes. Durations are seconds."""

    poll_s: float = 0.2
    """Pause between two looks at a journal that has nothing new."""
    flush_s: float = 1.0
    """How long a batch that is not full waits for more."""
    unauthorized_s: tuple[float, float] = (30.0, 60.0)
    """After a refusal that a person must mend, the next attempt comes somewhere in between."""
    max_events: int = 2000
    max_bytes: int = (1 << 20) - 26 * 2000
    """A full batch is one call to CloudWatch, which counts 26 bytes on top of each event."""


PACE: Final = Pace()


class _GaveUp(Exception):
    """The consumer is stopping, and its last attempt has failed."""


class Consumer:
    """Reads, handles, commits; what fails is tried again for as long as it takes.

    Retry: back-off with full jitter. Unauthorized: the same batch again each 30-60 s, state `degraded`. Rejected: those
    events are dead letters, the others are done. Anything else that is raised is a fault of ours: counted, and tried
    again. Nothing ends the thread but `stop`.
    """

    def __init__(
        self,
        name: str,
        tail: Tail,
        handle: Handle,
        *,
        health: Health,
        dead: DeadLetter,
        pace: Pace = PACE,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self._tail = tail
        self._tail_lock = threading.RLock()  # others ask for the backlog
        self._handle = handle
        self._health = health
        self._dead = dead
        self._pace = pace
        self._backoff = backoff or Backoff()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._hurried = False
        self._deadline = float("inf")
        self.failures = 0
        """Attempts that failed, ever; a sign that one was made."""
        self._thread = threading.Thread(target=self._run, name=f"outwarden-{name}", daemon=True)

    @property
    def health(self) -> Row:
        """How it is doing."""
        return self._health.row

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, within_s: float) -> None:
        """Take in no more than can be handled within this time; a batch that waits gets one last attempt."""
        self._deadline = time.monotonic() + within_s
        self._stopping.set()
        self._wake.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end, and say whether it came."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def hurry(self, hurried: bool) -> None:
        """While hurried it waits for nothing to fill up; whatever it is waiting for now, it tries at once."""
        self._hurried = hurried
        self._wake.set()

    def backlog(self, files: Collection[str] | None = None) -> int:
        """Give the bytes that it has still to handle, in all files or in these."""
        with self._tail_lock:
            return self._tail.backlog(files)

    def _run(self) -> None:
        while True:
            try:
                batch = self._gather()
                if batch is None:
                    return
                self._settle(batch)
                self._backoff.reset()
            except _GaveUp:
                return
            except Exception as error:
                # Nothing but reading is left to fail here; what was read and not handled is read again.
                self._note("retrying", error)
                if self._stopping.is_set():
                    return
                with shielded(f"sidecar.{self.name}"), self._tail_lock:
                    self._tail.rewind()
                self._wait(self._backoff.next_s())

    def _gather(self) -> Batch | None:
        """Wait for a batch; None: stopping, and there is nothing left or no time."""
        pace = self._pace
        while True:
            stopping = self._stopping.is_set()
            if stopping and time.monotonic() >= self._deadline:
                return None
            batch = self._read(pace.max_events, pace.max_bytes)
            if batch.records and not batch.more and not stopping and not self._hurried:
                self._wait(pace.flush_s)
                return _joined(batch, self._rest(batch))
            if batch.records or batch.marks:
                return batch
            if self._health.row.state != "ok":
                with shielded(f"sidecar.{self.name}.health"):
                    self._health.idle()
            if stopping:
                return None
            self._wait(_HURRIED_S if self._hurried else pace.poll_s)

    def _rest(self, batch: Batch) -> Batch | None:
        """Read what came while a batch was waiting, as far as it fits."""
        events = self._pace.max_events - len(batch.records)
        size = self._pace.max_bytes - sum(len(record.line) for record in batch.records)
        return self._read(events, size) if events > 0 and size > 0 else None

    def _read(self, max_events: int, max_bytes: int) -> Batch:
        with self._tail_lock:
            return self._tail.read(max_events, max_bytes)

    def _settle(self, batch: Batch) -> None:
        """Handle, keep what was refused, commit: each as often as it takes, none again because a later one failed."""
        rejected: list[tuple[bytes, str]] = []

        def handle() -> Also | None:
            try:
                return self._handle(batch.records)
            except Rejected as refusal:
                rejected.extend((batch.records[index].line, reason) for index, reason in refusal.items)
                return None

        also = self._insist(handle) if batch.records else None
        if rejected:
            self._insist(lambda: self._dead.keep(self.name, rejected))
            tally.count("rejected", len(rejected))
            logger.warning(
                "Events were refused for good; they are kept as dead letters.",
                extra={"consumer": self.name, "events": len(rejected), "why": rejected[0][1]},
            )
        self._insist(lambda: self._commit(batch, also, len(rejected)))

    def _commit(self, batch: Batch, also: Also | None, rejected: int) -> None:
        rows: list[Row] = []

        def inside(connection: sqlite3.Connection) -> None:
            if also is not None:
                also(connection)
            rows.append(self._health.done(connection, shipped=len(batch.records) - rejected, rejected=rejected))

        before = self._health.row.state
        with self._tail_lock:
            self._tail.commit(batch, inside)
        self._health.row = rows[-1]
        if before != "ok":
            logger.warning("Handing events on works again.", extra={"consumer": self.name})

    def _insist(self, attempt: Callable[[], Done]) -> Done:
        """Try until it works; the attempt that begins after `stop` is the last.

        Raises:
            _GaveUp: the last attempt failed.
        """
        while True:
            last = self._stopping.is_set()
            try:
                return attempt()
            except Unauthorized as error:
                self._note("degraded", error)
                pause_s = random.uniform(*self._pace.unauthorized_s)  # noqa: S311 - it spreads load, it guards nothing
            except Retry as error:
                self._note("retrying", error)
                pause_s = max(self._backoff.next_s(), min(error.after_s or 0.0, _LONGEST_ASKED_S))
            except Exception as error:
                self._note("retrying", error)
                pause_s = self._backoff.next_s()
            if last:
                raise _GaveUp
            self._wait(pause_s)

    def _note(self, state: State, error: Exception) -> None:
        """Keep what went wrong: our own words for what a sink said, else the class alone, whose text could hold all."""
        said = isinstance(error, SinkError)
        text = str(error) if said else type(error).__name__
        self.failures += 1
        if not said:
            swallow(f"sidecar.{self.name}", error)
        if state != self._health.row.state:
            logger.warning(
                "Handing events on fails; they are kept and tried again.",
                extra={"consumer": self.name, "state": state, "why": text},
            )
        with shielded(f"sidecar.{self.name}.health"):
            self._health.trouble(state, text)

    def _wait(self, seconds: float) -> None:
        if not self._stopping.is_set():
            self._wake.wait(seconds)
            self._wake.clear()


def _joined(first: Batch, second: Batch | None) -> Batch:
    if second is None:
        return first
    return Batch(first.records + second.records, {**first.marks, **second.marks}, second.more)
