"""MetricsPublisher: windows -> CloudWatch metrics, by PutMetricData or as one aggregated EMF line a minute.

Published are *increments*: what was counted since the last time, for the minute in which it happened. CloudWatch adds
data of one minute up, so late events find their place. An increment is marked as sent before it is sent. When its fate
is unknown (a timeout after sending, a kill) it is not sent again, because counts would double; when it was refused for
certain the mark is taken back. A minute that can never be taken is left out, so that it holds up no other.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from botocore import exceptions as sdk

from outwarden import tally
from outwarden.config.catalogue import METRICS
from outwarden.errors import Rejected, Unauthorized
from outwarden.meter import windows
from outwarden.meter.buckets import MOST_BUCKETS
from outwarden.meter.windows import KNOWN_S, MINUTE_S
from outwarden.sinks import aws
from outwarden.sinks.increments import Added, Increments, Slot, claim, unclaim
from outwarden.sinks.put import MOST_VALUES

logger = logging.getLogger(__name__)

OLDEST_S: Final = 14 * 86400 - 3600
"""CloudWatch takes data that is two weeks old at most."""
NEWEST_S: Final = 7200 - 300
"""CloudWatch takes data that is two hours ahead at most; what a wrong clock has dated later waits for its time."""
MAX_DATA: Final = 1000
"""PutMetricData takes so many data at once."""
DATA_OF_A_MINUTE: Final = len(METRICS) + MOST_BUCKETS // MOST_VALUES
"""So many of them a minute of one service can be, with latencies of every size."""
MAX_SPAN_S: Final = 86400
"""PutLogEvents takes events of less than a day at once."""

_NEVER_SENT: Final = (sdk.EndpointConnectionError, sdk.ConnectTimeoutError, sdk.ProxyConnectionError)


class Transport(Protocol):
    """How increments reach CloudWatch."""

    def send(self, increments: Increments) -> None:
        """Send them in one request each time it is called; what the SDK raises passes.

        Raises:
            Unauthorized: there is no client yet, so nothing was sent.
        """


class MetricsPublisher:
    """Publishes what the windows have counted and not yet published."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        transport: Transport,
        *,
        services: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            transaction: opens a transaction on the database that holds the windows.
            transport: how to send.
            services: each (service, environment) that gets its zeros even before its first call.
        """
        self._transaction = transaction
        self._transport = transport
        self._services = set(services)
        self._filled: dict[tuple[str, str], int] = {}
        """The latest minute of each (service, environment) that has its data, be they zeros."""
        self._refused: set[tuple[str, str]] = set()

    def publish(self, now: float) -> int:
        """Publish everything that is due.

        Returns:
            How many minutes of a service were sent.

        Raises:
            Retry, Unauthorized: nothing, or not all, was taken; the rest is due again the next time.
        """
        with self._transaction() as connection:
            due = sorted(self._due(connection, now), key=lambda slot: slot.minute)
        for batch in _batches(due):
            self._send(batch)
        return len(due)

    def _due(self, connection: sqlite3.Connection, now: float) -> set[Slot]:
        """Find the minutes with something new, and those of every known service since its last: none is left out."""
        rows = connection.execute(
            "SELECT DISTINCT service, env, minute FROM window WHERE published < count AND minute > ? AND minute < ?",
            (now - OLDEST_S, now + NEWEST_S),
        )
        due = {Slot(*row) for row in rows}
        minute = int(now // MINUTE_S * MINUTE_S)
        for key in self._services | set(windows.services(connection, now - KNOWN_S)):
            filled = max(self._filled.setdefault(key, minute - MINUTE_S), minute - OLDEST_S)
            due.update(Slot(*key, empty) for empty in range(filled + MINUTE_S, minute + 1, MINUTE_S))
        return due

    def _send(self, slots: Sequence[Slot]) -> None:
        with self._transaction() as connection:
            increments = {slot: claim(connection, slot) for slot in slots}
        try:
            self._transport.send(increments)
        except Unauthorized:
            self._give_back(increments)
            raise
        except (sdk.BotoCoreError, sdk.ClientError) as error:
            verdict = aws.classify(error)
            if not _was_refused(error):
                tally.count("metric_unknown", sum(added.counted() for added in increments.values()))
                self._note(slots)
                raise verdict from None
            if isinstance(verdict, Rejected) and len(slots) == 1:
                self._leave_out(slots[0], increments[slots[0]], verdict)
                return
            self._give_back(increments)
            if not isinstance(verdict, Rejected):
                raise verdict from None
            middle = len(slots) // 2  # one of them is bad: halve until it is alone
            self._send(slots[:middle])
            self._send(slots[middle:])
            return
        self._note(slots)

    def _give_back(self, increments: Increments) -> None:
        with self._transaction() as connection:
            for slot, added in increments.items():
                unclaim(connection, slot, added)

    def _note(self, slots: Sequence[Slot]) -> None:
        for service, env, minute in slots:
            self._filled[service, env] = max(self._filled.get((service, env), minute), minute)

    def _leave_out(self, slot: Slot, added: Added, refusal: Rejected) -> None:
        """Keep the mark: the counts stay in the windows here, and are never sent."""
        tally.count("rejected", added.counted())
        self._note([slot])
        if (slot.service, slot.env) not in self._refused:  # else this would be said each minute
            self._refused.add((slot.service, slot.env))
            logger.warning(
                "CloudWatch refuses metrics for good.",
                extra={"service": slot.service, "env": slot.env, "why": refusal.items[0][1]},
            )


def _batches(due: Sequence[Slot]) -> Iterator[Sequence[Slot]]:
    """Cut a list that is in order of time so that each part keeps to the limits of both transports."""
    start = 0
    for index in range(1, len(due) + 1):
        full = index - start == MAX_DATA // DATA_OF_A_MINUTE
        if index == len(due) or full or due[index].minute - due[start].minute >= MAX_SPAN_S:
            yield due[start:index]
            start = index


def _was_refused(error: sdk.BotoCoreError | sdk.ClientError) -> bool:
    """Say whether it is certain that nothing was stored."""
    if isinstance(error, sdk.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        return 400 <= status < 500 or status == 503
    if isinstance(error, sdk.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(error)
    # The other two: the SDK itself found the request invalid, or had no credentials to sign it with.
    return isinstance(error, _NEVER_SENT) or isinstance(aws.classify(error), (Rejected, Unauthorized))
