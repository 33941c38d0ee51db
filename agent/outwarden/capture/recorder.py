"""Recorder: hands finished calls on, never into itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import get_ident

from outwarden.polite import is_the_programs, swallow
from outwarden.rawcall import RawCall

Take = Callable[[RawCall], None]


class Recorder:
    """Call `record` for each finished call; whatever it raises is counted and swallowed.

    A response that is collected as garbage finishes its call wherever the interpreter happens to be, and a signal
    handler may make calls of its own: also in the middle of `record`, where locks are held. Such calls wait until the
    one at hand is done.

    Args:
        record: the long way, which any call can take.
        quick: makes the short way, for calls that are like an earlier one; it holds no lock that a call within it would
            need, and hands the others to `long_way`, and its faults to `failed`.
    """

    def __init__(self, record: Callable[[RawCall], object], quick: Callable[[Recorder], Take] | None = None) -> None:
        self._record = record
        self._busy: set[int] = set()
        """The threads that are in the middle of it."""
        self._waiting: deque[RawCall] = deque()
        self.take: Take = self.long_way if quick is None else quick(self)
        """The shortest way: what each call goes through has no frame of ours around it."""

    def __call__(self, raw: RawCall) -> None:
        self.take(raw)

    def failed(self, raw: RawCall, fault: BaseException, line: bytes | None = None) -> None:
        """Count a fault of the short way; if the program itself raised it, record the call and raise it on.

        Args:
            raw: the call.
            fault: what was raised.
            line: of the call's event, if it was made. It may be written already, so it is to be this one again.
        """
        if is_the_programs(fault):
            if line is not None:
                raw.line = line
            self._again(raw)
        swallow("capture.record", fault)

    def long_way(self, raw: RawCall) -> None:
        """Record any call, in its turn."""
        busy, thread = self._busy, get_ident()
        if thread in busy:
            self._waiting.append(raw)
            return
        try:
            busy.add(thread)
            self._record(raw)
        except BaseException as fault:
            self.failed(raw, fault)
        finally:
            busy.discard(thread)
            raw.error = None  # its traceback holds the program's frames, and they would hold us
        if self._waiting:
            try:
                waiting = self._waiting.popleft()
            except IndexError:
                return  # another thread was quicker
            self.long_way(waiting)

    def _again(self, raw: RawCall) -> None:
        """Record a call in whose recording the program was interrupted: the call was made all the same."""
        try:
            self._record(raw)
        except Exception as fault:
            swallow("capture.record", fault)
