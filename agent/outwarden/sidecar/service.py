"""Service: all consumers and tickers of a sidecar, started and stopped together."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import Final

import msgspec

from outwarden.alert import Alert
from outwarden.event import Event
from outwarden.polite import shielded
from outwarden.sidecar.consumer import Consumer
from outwarden.sidecar.health import Row
from outwarden.sidecar.ticker import Ticker

STOP_S: Final = 7.0
"""A stopped sidecar is gone in less than 10 s: what supervisors grant before they kill."""
TURN_S: Final = 2.0
"""A ticker may take so long for its turn after a draining, also where no time is left."""
_LOOK_S: Final = 0.02
_READ_BY_ALL: Final = (Event, Alert)
"""What several of the threads read. msgspec learns a type at its first use, and a thread that uses the same one meanwhile
crashes the process: it finds it half learnt. So we let it learn before there is a second thread."""


class Service:
    """Runs until it is stopped. Its threads are daemons: one that hangs in a call cannot hold the process."""

    def __init__(
        self,
        consumers: Sequence[Consumer],
        tickers: Sequence[Ticker] = (),
        *,
        opening: Sequence[Callable[[], None]] = (),
        closing: Sequence[Callable[[], None]] = (),
        owes: Callable[[], bool] = lambda: False,
    ) -> None:
        """Put the parts together.

        Args:
            consumers: readers of the journal.
            tickers: what is done every so often.
            opening: what to call at the start, such as `listener.start`.
            closing: what to call when all have ended, such as `sink.close`.
            owes: says whether people have still to be told of something.
        """
        self._consumers = tuple(consumers)
        self._tickers = tuple(tickers)
        self._opening = tuple(opening)
        self._closing = tuple(closing)
        self._owes = owes

    def start(self) -> None:
        """Begin."""
        for kind in _READ_BY_ALL:
            msgspec.json.Decoder(kind)
        for consumer in self._consumers:
            consumer.start()
        for ticker in self._tickers:
            ticker.start()
        for begin in self._opening:
            begin()

    def health(self) -> list[Row]:
        """Say how each consumer is doing."""
        return [consumer.health for consumer in self._consumers]

    def is_delivering(self) -> bool:
        """Say whether anything is left that does not wait for a person."""
        lagging = any(consumer.backlog() and consumer.health.state != "degraded" for consumer in self._consumers)
        return lagging or self._owes()

    def wait_drained(self, files: Collection[str] | None = None, timeout_s: float = 10.0) -> dict[str, int]:
        """Wait until all consumers have passed these journal files, or all files; then give each ticker a turn.

        It ends early when those that lag behind have tried and wait for a person (state `degraded`).

        Returns:
            The bytes that are left, by consumer; empty when nothing is.
        """
        deadline = time.monotonic() + timeout_s
        failures = {consumer.name: consumer.failures for consumer in self._consumers}
        for consumer in self._consumers:
            consumer.hurry(True)
        try:
            while True:
                lagging = {consumer: left for consumer in self._consumers if (left := consumer.backlog(files))}
                hopeless = all(
                    consumer.health.state == "degraded" and consumer.failures > failures[consumer.name]
                    for consumer in lagging
                )
                if hopeless or time.monotonic() >= deadline:
                    return {consumer.name: left for consumer, left in lagging.items()}
                time.sleep(_LOOK_S)  # between two looks at every consumer
        finally:
            for consumer in self._consumers:
                consumer.hurry(False)
            # Alarms and metrics come after what they count; a channel that hangs holds up nobody.
            for ticker in self._tickers:
                ticker.turn(max(deadline - time.monotonic(), TURN_S))

    def stop(self, timeout_s: float = STOP_S) -> bool:
        """Take in no more, give what waits one last attempt, end.

        Returns:
            Whether all threads ended in time; one that hangs in a call is left behind, and its batch comes again.
        """
        deadline = time.monotonic() + timeout_s
        for ticker in self._tickers:
            ticker.stop()
        for consumer in self._consumers:
            consumer.stop(timeout_s / 2)
        threads: tuple[Consumer | Ticker, ...] = (*self._consumers, *self._tickers)
        ended = [thread.join(max(0.0, deadline - time.monotonic())) for thread in threads]
        if not all(ended[: len(self._consumers)]):
            return False
        for close in self._closing:
            with shielded("sidecar.close"):
                close()
        return all(ended)

    def run_until_signal(self, *, stop_s: float = STOP_S) -> bool:
        """Start, wait for SIGTERM or SIGINT, stop. Only the main thread can do this.

        Returns:
            What `stop` returned.
        """
        asked = threading.Event()
        before = {number: signal.signal(number, lambda *_: asked.set()) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self.start()
            asked.wait()
            return self.stop(stop_s)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler or signal.SIG_DFL)
