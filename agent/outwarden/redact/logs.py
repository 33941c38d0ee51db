"""LogBridge: what the program logs by the standard `logging` module, cleaned before any handler sees it.

A filter on the root logger misses child loggers, and one on a logger misses the handlers of others. So this stands in front
of all handlers of a logger, and once more in each handler behind its own filters, which may add to the record: handlers that
are added later, `lastResort` and queues have it as well.
"""

from __future__ import annotations

import copy
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from numbers import Number
from typing import Any, Final, Self
from weakref import WeakKeyDictionary

from outwarden import tally
from outwarden.redact.marks import MASK
from outwarden.redact.redactor import Redactor

_OWN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
"""What every record has; all else was given as `extra`."""
_PIECE: Final = 16_000
"""Of one text the redactor looks at no more; a traceback is cleaned in pieces."""
_FRAMES: Final = 8_000
"""A piece of this size ends where a frame of a traceback begins: each piece may cost as much as a text."""
_FRAME: Final = '  File "'
_cleaning: Final[ContextVar[bool]] = ContextVar("outwarden_cleaning_log", default=False)
_ADDRESS: Final = "://"

_Seen = tuple[Any, ...]


class LogBridge:
    """Cleans messages, arguments, tracebacks, stacks and extras of all log records of this process.

    Handlers get a copy: `exc_text` in place of `exc_info`, and extras in which objects have become the names of their
    types. Message and arguments stay apart where both can be clean, for formatters that read `args`. The record that the
    program holds stays as it is.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._originals: tuple[Any, Any] | None = None
        self._known: WeakKeyDictionary[logging.LogRecord, tuple[_Seen, logging.LogRecord]] = WeakKeyDictionary()
        """The clean copy of a record, with what the record held then: filters change records."""
        self._cleaned: WeakKeyDictionary[logging.LogRecord, _Seen] = WeakKeyDictionary()
        """Copies of ours, with what they held when they were made."""

    def install(self) -> None:
        """Clean from now on; twice is as good as once."""
        if self._originals is not None:
            return
        call_handlers, handle = self._originals = logging.Logger.callHandlers, logging.Handler.handle
        plain = getattr(handle, "__module__", None) == logging.__name__

        def calling(logger: logging.Logger, record: logging.LogRecord) -> None:
            call_handlers(logger, self.clean(record))

        def handling(handler: logging.Handler, record: logging.LogRecord) -> Any:
            if self._originals is None or not plain:
                return handle(handler, self.clean(record))
            answer: Any = handler.filter(record)
            if answer:
                clean = self.clean(answer if isinstance(answer, logging.LogRecord) else record)
                handler.acquire()
                try:
                    handler.emit(clean)
                finally:
                    handler.release()
            return answer

        self._installed = calling, handling
        logging.Logger.callHandlers = calling  # type: ignore[method-assign,assignment]
        logging.Handler.handle = handling  # type: ignore[method-assign,assignment]

    def uninstall(self) -> None:
        """Clean no longer. Where somebody has wrapped it meanwhile, theirs stays and ours does nothing any more."""
        if self._originals is None:
            return
        if logging.Logger.callHandlers is self._installed[0]:
            logging.Logger.callHandlers = self._originals[0]  # type: ignore[method-assign]
        if logging.Handler.handle is self._installed[1]:
            logging.Handler.handle = self._originals[1]  # type: ignore[method-assign]
        self._originals = None

    def clean(self, record: logging.LogRecord) -> logging.LogRecord:
        """Give what the handlers may see. Never raises; where anything goes wrong, only a mark is left."""
        if self._originals is None:
            return record
        try:
            return self._copy(record)
        except Exception:
            tally.count("redaction_failed")
            return _masked(record)

    def _copy(self, record: logging.LogRecord) -> logging.LogRecord:
        """Give the clean copy of a record, made when it was first asked for or when the record has changed since."""
        seen = _seen(record)
        made = self._cleaned.get(record)
        if made is not None and _same(made, seen):
            return record
        known = self._known.get(record)
        if known is not None and _same(known[0], seen):
            return known[1]
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
        self._cleaned[clean] = _seen(clean)
        self._known[record] = seen, clean
        return clean

    def _clean(self, record: logging.LogRecord) -> logging.LogRecord:
        clean = copy.copy(record)
        if isinstance(record.msg, Mapping) and not record.args:
            clean.msg = self._structured(record.msg)
        else:
            clean.msg, clean.args = self._message(record)
        if record.exc_info and record.exc_info[0] is not None:
            clean.exc_text = self._text(_traceback(*record.exc_info))
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

    def _structured(self, message: Mapping[Any, Any]) -> dict[Any, Any]:
        """Clean a message that formatters render, as structlog's: an error becomes a text before they come to it."""
        fields = dict(message)
        error = _error(fields.get("exc_info"))
        if error is None:
            return self._redactor.event(fields)
        del fields["exc_info"]
        return self._redactor.event(fields) | {"exception": self._text(_traceback(error))}

    def _message(self, record: logging.LogRecord) -> tuple[str, Any]:
        """Give a clean message with clean arguments; one without any where not all of it is clean together."""
        shown = self._text(_rendered(record.msg, record.args))
        if not record.args:
            return shown, None
        template = str(record.msg)
        for mask_all in (False, True):
            args = self._arguments(record.args, mask_all=mask_all)
            try:
                rendered = template % args
            except Exception:  # noqa: S112 - %d of what has become a text
                continue
            # Behind a telling name an argument is masked, which the message alone may not show.
            again = self._text(rendered)
            if again == rendered:
                return template, args
            if _ADDRESS in template and self._text(again) == again:
                return again, None  # urllib3 makes an address of many arguments: alone they would say nothing
        return shown, None

    def _arguments(self, args: Any, *, mask_all: bool) -> Any:
        if isinstance(args, Mapping):
            return self._redactor.event(dict.fromkeys(args, MASK) if mask_all else args)
        return tuple(self._argument(arg, mask_all=mask_all) for arg in args)

    def _argument(self, arg: Any, *, mask_all: bool) -> Any:
        if arg is None or isinstance(arg, Number):
            return arg
        return MASK if mask_all else _Shown(self._text(str(arg)), self._text(repr(arg)))

    def _text(self, text: str) -> str:
        return "".join(self._redactor.text(piece) for piece in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Cut a long text at the ends of its lines; a line that is too long by itself is cut by the redactor."""
    piece = ""
    for line in text.splitlines(keepends=True) if len(text) > _FRAMES else (text,):
        if piece and len(piece) + len(line) > (_FRAMES if line.startswith(_FRAME) else _PIECE):
            yield piece
            piece = ""
        piece += line
    yield piece


def _error(told: Any) -> BaseException | None:
    """Give the error that `exc_info` means: itself, the middle of three, or the one that is being handled."""
    if isinstance(told, tuple) and len(told) == 3:
        told = told[1]
    if isinstance(told, BaseException):
        return told
    return sys.exc_info()[1] if told else None


def _traceback(*error: Any) -> str:
    return "".join(traceback.format_exception(*error)).rstrip("\n")


class _Shown(str):
    """What an argument looked like, cleaned, for %s as well as for %r."""

    __slots__ = ("_repr",)
    _repr: str

    def __new__(cls, shown: str, repr_: str) -> Self:
        self = super().__new__(cls, shown)
        self._repr = repr_
        return self

    def __repr__(self) -> str:
        return self._repr

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


def _rendered(message: Any, args: Any) -> str:
    try:
        return str(message) % args if args else str(message)
    except Exception:  # the handler would print message and arguments to standard error, as they are
        return f"{message} (its arguments do not fit)"


def _seen(record: logging.LogRecord) -> _Seen:
    return tuple(value for name, value in record.__dict__.items() if name not in {"message", "asctime"})


def _same(before: _Seen, now: _Seen) -> bool:
    return len(before) == len(now) and all(one is other for one, other in zip(before, now, strict=True))


def _masked(record: logging.LogRecord) -> logging.LogRecord:
    """Leave what logging itself knows: time, level, logger and place."""
    kept = {name: value for name, value in record.__dict__.items() if name in _OWN}
    safe = logging.makeLogRecord(kept)
    safe.msg, safe.args, safe.exc_info, safe.exc_text, safe.stack_info = MASK, None, None, None, None
    safe.__dict__.pop("message", None)
    return safe
