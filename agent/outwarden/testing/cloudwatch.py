"""CloudWatchLogs: a strict stand-in for CloudWatch Logs on loopback, for our tests and for those of our users.

It refuses what AWS refuses, and has outages on demand:

    with CloudWatchLogs() as cloud:
        logs = boto3.client("logs", endpoint_url=cloud.url, region_name="eu-west-1")
        cloud.refuse_connections()
        cloud.mend()
        print(cloud.messages())

It keeps events in memory, checks no signature, and knows only what a shipper of logs needs.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self

from outwarden.testing import cloudwatch_rules as rules
from outwarden.testing import ports
from outwarden.testing.cloudwatch_http import JsonServer
from outwarden.testing.cloudwatch_rules import Refused

_HANG_S: Final = 3600.0
_PAGE: Final = 10_000


class Stored(NamedTuple):
    """One log event as it was stored."""

    timestamp: int
    message: str


@dataclass
class _Group:
    retention_days: int | None = None
    streams: dict[str, list[Stored]] = field(default_factory=dict)


@dataclass
class _Fault:
    """One switched-on outage."""

    refusal: Refused | None
    """None: no answer at all."""
    operation: str | None
    skip: int
    times: float
    after_storing: bool


class CloudWatchLogs:
    """A local CloudWatch Logs that keeps to AWS's limits."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.calls: Counter[str] = Counter()
        """How often each operation was asked for, refused ones too."""
        self.put_sizes: list[int] = []
        """Number of events of each PutLogEvents that was taken."""
        self._groups: dict[str, _Group] = {}
        self._faults: list[_Fault] = []
        self._refuses_message: Callable[[str], bool] = lambda _message: False
        self._lock = threading.Lock()
        self._mended = threading.Event()
        self._server = JsonServer(ports.free(), self.answer)
        self._server.serve()
        self.port = self._server.port
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server and all its connections."""
        self._mended.set()
        self._server.end()

    # What arrived.

    def events(self, group: str | None = None, stream: str | None = None) -> list[Stored]:
        """Give all stored events, or those of one group or stream."""
        with self._lock:
            return [
                event
                for name, stored in self._groups.items()
                if group in (None, name)
                for other, events in stored.streams.items()
                if stream in (None, other)
                for event in events
            ]

    def messages(self) -> list[str]:
        """Give the texts of all stored events."""
        return [event.message for event in self.events()]

    def retention_days(self, group: str) -> int | None:
        """Give the retention of a group; None: for ever."""
        with self._lock:
            return self._groups[group].retention_days

    def forget(self) -> None:
        """Delete all groups, as somebody might in the console."""
        with self._lock:
            self._groups.clear()

    # Outages.

    def refuse_connections(self) -> None:
        """Nobody listens any more, and open connections break; the port stays ours."""
        self._server.end()
        self._server = JsonServer(self.port, self.answer)

    def fail(
        self,
        code: str,
        *,
        status: int = 400,
        operation: str | None = None,
        skip: int = 0,
        times: float = float("inf"),
        after_storing: bool = False,
    ) -> None:
        """Answer with this error, such as ThrottlingException.

        Args:
            code: AWS's name of the error.
            status: the HTTP status.
            operation: which one fails, such as PutLogEvents; None: all.
            skip: so many calls pass first.
            times: so many calls fail, then it is over.
            after_storing: the work is done all the same.
        """
        refusal = Refused(code, "switched on by the test", status)
        self._faults.append(_Fault(refusal, operation, skip, times, after_storing))

    def hang(
        self,
        *,
        operation: str | None = None,
        skip: int = 0,
        times: float = float("inf"),
        after_storing: bool = False,
    ) -> None:
        """Take the request and answer nothing, until it is mended; for the arguments see `fail`."""
        self._mended.clear()
        self._faults.append(_Fault(None, operation, skip, times, after_storing))

    def refuse_messages(self, where: Callable[[str], bool]) -> None:
        """Call a batch invalid when one of its messages is such a one."""
        self._refuses_message = where

    def mend(self) -> None:
        """End all outages."""
        self._faults.clear()
        self._mended.set()
        self._refuses_message = lambda _message: False
        self._server.serve()

    # The service.

    def answer(self, operation: str, asked: dict[str, Any], *, signed: bool) -> dict[str, Any] | None:
        """Do one operation.

        Returns:
            The body of the answer; None: no answer at all.

        Raises:
            Refused: the answer is an error.
        """
        with self._lock:
            self.calls[operation] += 1
            fault = self._next_fault(operation)
            if fault is None or fault.after_storing:
                body = self._do(operation, asked, signed=signed)
        if fault is None:
            return body
        if fault.refusal is not None:
            raise fault.refusal
        self._mended.wait(_HANG_S)
        return None

    def _next_fault(self, operation: str) -> _Fault | None:
        for fault in self._faults:
            if fault.operation not in (None, operation) or fault.times <= 0:
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            return fault
        return None

    def _do(self, operation: str, asked: dict[str, Any], *, signed: bool) -> dict[str, Any]:
        if not signed:
            raise Refused("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
        work = {
            "CreateLogGroup": self._create_group,
            "CreateLogStream": self._create_stream,
            "DescribeLogGroups": self._describe_groups,
            "GetLogEvents": self._get,
            "PutLogEvents": self._put,
            "PutRetentionPolicy": self._put_retention,
        }.get(operation)
        if work is None:
            raise Refused("UnknownOperationException", f"This stand-in does not know {operation}.")
        return work(asked)

    def _create_group(self, asked: dict[str, Any]) -> dict[str, Any]:
        rules.check_names(asked["logGroupName"])
        if asked["logGroupName"] in self._groups:
            raise Refused("ResourceAlreadyExistsException", "The specified log group already exists")
        self._groups[asked["logGroupName"]] = _Group()
        return {}

    def _create_stream(self, asked: dict[str, Any]) -> dict[str, Any]:
        rules.check_names(asked["logGroupName"], asked["logStreamName"])
        streams = self._group(asked).streams
        if asked["logStreamName"] in streams:
            raise Refused("ResourceAlreadyExistsException", "The specified log stream already exists")
        streams[asked["logStreamName"]] = []
        return {}

    def _describe_groups(self, asked: dict[str, Any]) -> dict[str, Any]:
        prefix = asked.get("logGroupNamePrefix", "")
        return {"logGroups": [{"logGroupName": name} for name in sorted(self._groups) if name.startswith(prefix)]}

    def _put_retention(self, asked: dict[str, Any]) -> dict[str, Any]:
        rules.check_retention(asked["retentionInDays"])
        self._group(asked).retention_days = asked["retentionInDays"]
        return {}

    def _put(self, asked: dict[str, Any]) -> dict[str, Any]:
        rules.check_names(asked["logGroupName"], asked["logStreamName"])
        stream, items, now_ms = self._stream(asked), asked["logEvents"], int(self.clock() * 1000)
        rules.check_batch(items, now_ms)
        if any(self._refuses_message(item["message"]) for item in items):
            raise Refused("InvalidParameterException", "One of the log events is not valid.")
        good, info = rules.judge(items, now_ms, self._group(asked).retention_days)
        stream.extend(Stored(item["timestamp"], item["message"]) for item in good)
        self.put_sizes.append(len(items))
        return {"rejectedLogEventsInfo": info} if info else {}

    def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        events = sorted(self._stream(asked), key=lambda event: event.timestamp)
        start = int(asked.get("nextToken", "f/0").removeprefix("f/"))
        page = events[start : start + min(asked.get("limit", _PAGE), _PAGE)]
        return {"events": [event._asdict() for event in page], "nextForwardToken": f"f/{start + len(page)}"}

    def _group(self, asked: dict[str, Any]) -> _Group:
        group = self._groups.get(asked["logGroupName"])
        if group is None:
            raise Refused("ResourceNotFoundException", "The specified log group does not exist.")
        return group

    def _stream(self, asked: dict[str, Any]) -> list[Stored]:
        stream = self._group(asked).streams.get(asked["logStreamName"])
        if stream is None:
            raise Refused("ResourceNotFoundException", "The specified log stream does not exist.")
        return stream
