"""LogBridge: what the program logs by the standard `logging` module, cleaned before any handler sees it.

A filter on the root logger misses child loggers, and one on a logger misses the handlers of others. So this stands in front
of `logging.Handler.handle`: every handler has it, also those that are added later, `lastResort` and queues.
"""

from __future__ import annotations

import copy
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Final

from outwarden import tally
from outwarden.redact.marks import MASK
from outwarden.redact.redactor import Redactor

_CLEAN: Final = "_outwarden_clean"
_OWN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", _CLEAN}
"""What every record has; all else was given as `extra`."""
_PIECE: Final = 16_000
"""Of one text the redactor looks at no more; a traceback is cleaned in pieces."""
_cleaning: Final[ContextVar[bool]] = ContextVar("outwarden_cleaning_log", default=False)


class LogBridge:
    """Cleans messages, arguments, tracebacks, stacks and extras of all log records of this process.

    Handlers get a copy: a message without arguments, `exc_text` in place of `exc_info`, and extras in which objects have
    become the names of their types. The record that the program holds stays as it is.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._original: Any = None

    def install(self) -> None:
        """Clean from now on; twice is as good as once."""
        if self._original is not None:
            return
        original = self._original = logging.Handler.handle

        def handle(handler: logging.Handler, record: logging.LogRecord) -> Any:
            return original(handler, self.clean(record))

        logging.Handler.handle = handle  # type: ignore[method-assign,assignment]
        self._installed = handle

    def uninstall(self) -> None:
        """Clean no longer. Where somebody has wrapped it meanwhile, theirs stays and ours does nothing any more."""
        if self._original is None:
            return
        if logging.Handler.handle is self._installed:
            logging.Handler.handle = self._original  # type: ignore[method-assign]
        self._original = None

    def clean(self, record: logging.LogRecord) -> logging.LogRecord:
        """Give what the handlers may see. Never raises; where anything goes wrong, only a mark is left."""
        if self._original is None:
            return record
        known: logging.LogRecord | None = record.__dict__.get(_CLEAN)
        if known is not None:
            return known
        if _cleaning.get():
            return record if record.name.startswith("outwarden") else _masked(record)  # we were logging ourselves
        token = _cleaning.set(True)
        try:
            clean = self._clean(record)
        except Exception:
            tally.count("redaction_failed")
            clean = _masked(record)
        finally:
            _cleaning.reset(token)
        clean.__dict__[_CLEAN] = clean
        record.__dict__[_CLEAN] = clean
        return clean

    def _clean(self, record: logging.LogRecord) -> logging.LogRecord:
        clean = copy.copy(record)
        if isinstance(record.msg, Mapping) and not record.args:
            clean.msg = self._redactor.event(record.msg)  # structured logging
        else:
            clean.msg = self._text(_message(record))
        clean.args = None
        if record.exc_info and record.exc_info[0] is not None:
            clean.exc_text = self._text("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
            clean.exc_info = None
        elif record.exc_text:
            clean.exc_text = self._text(record.exc_text)
        if record.stack_info:
            clean.stack_info = self._text(record.stack_info)
        clean.__dict__.pop("message", None)  # a formatter's: made of the message as it was
        extras = {name: value for name, value in record.__dict__.items() if name not in _OWN}
        if extras:
            kept = self._redactor.event(extras)
            clean.__dict__.update({name: kept.get(name, MASK) for name in extras})
        return clean

    def _text(self, text: str) -> str:
        return "".join(self._redactor.text(piece) for piece in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Cut a long text at the ends of its lines; a line that is too long by itself is cut by the redactor."""
    piece = ""
    for line in text.splitlines(keepends=True) if len(text) > _PIECE else (text,):
        if piece and len(piece) + len(line) > _PIECE:
            yield piece
            piece = ""
        piece += line
    yield piece


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # the handler would print message and arguments to standard error, as they are
        return f"{record.msg} (its arguments do not fit)"


def _masked(record: logging.LogRecord) -> logging.LogRecord:
    """Leave what logging itself knows: time, level, logger and place."""
    kept = {name: value for name, value in record.__dict__.items() if name in _OWN}
    safe = logging.makeLogRecord(kept)
    safe.msg, safe.args, safe.exc_info, safe.exc_text, safe.stack_info = MASK, None, None, None, None
    safe.__dict__.pop("message", None)
    return safe
