"""How a call failed, told by the exception's class. Exceptions of the HTTP libraries wrap each other in many ways."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from typing import Final

from outwarden.capture.verdicts import VERDICTS, Verdict
from outwarden.rawcall import Failure

_TOO_MANY: Final = r"too many (\d{3}) error responses"
_DEPTH: Final = 6
_LOCAL: Final = frozenset((None, errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR))
"""Of these an OSError speaks that has to do with a file, not with the network."""


def failure(error: BaseException) -> Failure | None:
    """Say how a call failed; None when it was answered and only the program's view of the answer is an error.

    An error that is no HTTP library's own came from the program's code (a hook, a body, an interrupt): `aborted`.
    """
    verdict = _verdict(error)
    if verdict == "answered":
        return None
    if verdict == "tls":
        return "tls" if not isinstance(error, TimeoutError) else "timeout"
    if verdict == "timeout":
        return "timeout"
    if verdict == "unconnected":
        return "network"
    if verdict == "network":
        if status(error) is not None:
            return None
        inner = {_verdict(e) for e in _inside(error)}
        if "unconnected" in inner:
            return "network"
        return "tls" if "tls" in inner else "timeout" if "timeout" in inner else "network"
    if verdict is None and isinstance(error, OSError) and error.errno not in _LOCAL:
        return "network"
    return "aborted"


def status(error: BaseException) -> int | None:
    """Give the last status when urllib3 gave up over answers that it was told to retry."""
    for inner in (error, *_inside(error)):
        if type(inner).__name__ == "ResponseError" and (found := re.search(_TOO_MANY, str(inner))):
            return int(found[1])
    return None


def never_left(error: BaseException) -> bool:
    """Say whether the request cannot have left the program: a bad address, or no such certificate file."""
    verdict = _verdict(error)
    if verdict is None:
        return isinstance(error, OSError) and error.errno in _LOCAL
    return verdict == "refused"


def _verdict(error: BaseException) -> Verdict | None:
    for base in type(error).__mro__:
        verdict = VERDICTS.get(f"{base.__module__}.{base.__qualname__}")
        if verdict is not None:
            return verdict
    return None


def _inside(error: BaseException, depth: int = 0) -> Iterator[BaseException]:
    """Walk what an exception wraps: requests keeps it in `args`, urllib3 in `reason` and `args`, others as cause."""
    for inner in (*error.args, getattr(error, "reason", None), error.__cause__):
        if isinstance(inner, BaseException):
            yield inner
            if depth < _DEPTH:
                yield from _inside(inner, depth + 1)
