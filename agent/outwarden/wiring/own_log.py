"""Our own log: constant sentences with facts as fields; should a secret get in all the same, it does not get out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from outwarden.polite import swallow

ROOT: Final = "outwarden"
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class WithFacts(logging.Formatter):
    """A line of the sidecar's own log: when, what, and the facts of the record behind it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name in logging
        facts = [f"{name}={value}" for name, value in vars(record).items() if name not in _STANDARD]
        return super().formatMessage(record) + (f" ({', '.join(facts)})" if facts else "")


def log_to_stderr() -> None:
    """Write warnings to standard error; for processes that are ours."""
    handler = logging.StreamHandler()
    handler.setFormatter(WithFacts())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class Scrubber(logging.Handler):
    """Clean our records in place, before the program's own handlers see them.

    A filter would not do: filters of a logger do not see the records of its children, handlers do, and ours come first
    on the way up. As a handler it also keeps our warnings off the standard error of a program that does not log.
    """

    def __init__(self, scrub: Callable[[str], str]) -> None:
        super().__init__()
        self._scrub = scrub

    def handle(self, record: logging.LogRecord) -> bool:
        try:
            self._clean(record)
        except Exception as fault:
            record.msg, record.args, record.exc_info = "(withheld)", None, None
            swallow("wiring.own_log", fault)
        return True

    def _clean(self, record: logging.LogRecord) -> None:
        record.msg, record.args = self._scrub(record.getMessage()), None
        for name, value in list(vars(record).items()):
            if name not in _STANDARD and not isinstance(value, (int, float, bool, type(None))):
                setattr(record, name, self._scrub(str(value)))
        if record.exc_info is not None:
            record.exc_text = self._scrub(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None


def attach(scrub: Callable[[str], str]) -> None:
    """Clean all that our loggers say from now on."""
    detach()
    logging.getLogger(ROOT).addHandler(Scrubber(scrub))


def detach() -> None:
    """Take our handler away."""
    logger = logging.getLogger(ROOT)
    for handler in [handler for handler in logger.handlers if isinstance(handler, Scrubber)]:
        logger.removeHandler(handler)
