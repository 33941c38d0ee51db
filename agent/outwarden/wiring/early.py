"""What happens at the start of every Python process below `outwarden run`, before the program itself.

Until the program imports an HTTP client, or `logging` where its log is to be cleaned, this takes the time of a few system
calls: nothing is imported that the interpreter has not loaded already, but `fcntl`, `struct` and our own `late`.
"""

from __future__ import annotations

import os

from outwarden.capture.late import when_imported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

CLIENTS = {
    "requests": ("requests", "outwarden.capture.requests", "RequestsHook"),
    "httpx": ("httpx", "outwarden.capture.httpx", "HttpxHook"),
    "aiohttp": ("aiohttp", "outwarden.capture.aiohttp", "AiohttpHook"),
    "urllib3": ("urllib3", "outwarden.capture.urllib3", "Urllib3Hook"),
    "urllib": ("urllib.request", "outwarden.capture.urllib", "UrllibHook"),
}
"""Every HTTP client of `capture.clients`: the module whose import makes it work, and where its hook is found."""

AWS = ("botocore.credentials", "aiobotocore.credentials")
"""Where `aws_sessions` looks. It may begin in the middle of their import, for botocore imports urllib3 as well."""

SETTINGS = "OUTWARDEN_SETTINGS"
"""Names the file with the settings."""

BOARD = "OUTWARDEN_BOARD"
"""Names the board on which this process says that it is watched (see `tally`)."""


_OFTEN_IDLE = "urllib.request"
"""Imported by programs and libraries that never open anything: they need not pay for being watched."""
_LOG = "logging"
_LOG_IS_CLEANED = b'"logging":true'
"""How settings say `redact.logging`: what the program logs before its first call is to be clean as well."""
_SLOT_BYTES = 128
_HEAD = "<qq"


def is_disabled(environ: MutableMapping[str, str] = os.environ) -> bool:
    """Say whether OUTWARDEN_DISABLED switches everything off."""
    return environ.get("OUTWARDEN_DISABLED", "") not in ("", "0")


def begin(environ: MutableMapping[str, str] = os.environ) -> None:
    """Get ready to watch: say so on the board, keep the settings, and wait for an HTTP client to be imported.

    Where the program's log is to be cleaned, `logging` counts as one.

    Raises:
        OSError: the settings cannot be read; nothing has been done then.
    """
    path = environ.get(SETTINGS)
    if not path or is_disabled(environ) or _waiting:
        return
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib is not loaded yet
        settings = file.read()  # now: the file is gone once `outwarden run` has ended, and a daemon lives on
    claimed = _claim(environ.get(BOARD))

    def start() -> None:
        from outwarden.wiring import inside  # heavy imports wait until they are asked for

        pid, slot = claimed or (0, 0)
        inside.start_early(settings, slot if pid == os.getpid() else None)

    wait(start, *((_LOG,) if _LOG_IS_CLEANED in settings else ()))


_waiting: list[Callable[[], None]] = []


def wait(action: Callable[[], None], *modules: str) -> None:
    """Do something once, right after the first HTTP client has been imported; the first who waits is the only one.

    urllib.request counts once it is used.

    Args:
        action: what to do.
        modules: others whose import counts like that of a client.
    """
    if _waiting:
        return

    def once() -> None:
        if _waiting:
            forget()
            action()

    def when_used() -> None:
        from outwarden.capture.first_opening import when_opened

        if _waiting:
            _waiting.append(when_opened(once))

    _waiting.append(lambda: None)
    _waiting.extend([when_imported(module, lambda: None) for module in AWS])
    for module in (*modules, *[module for module, _, _ in CLIENTS.values()]):
        call_off = when_imported(module, once if module != _OFTEN_IDLE else when_used)
        if not _waiting:
            return  # it was there already
        _waiting.append(call_off)


def forget() -> None:
    """Wait no longer."""
    for call_off in _waiting:
        call_off()
    _waiting.clear()


def _claim(board: str | None) -> tuple[int, int] | None:
    """Take the first free slot of the board, as `tally` does; gives the process id and the slot."""
    if not board:
        return None
    import fcntl
    import struct

    try:
        fd = os.open(board, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None  # `outwarden run` has ended
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        data = os.pread(fd, os.fstat(fd).st_size, 0)
        for slot in range(len(data) // _SLOT_BYTES):
            if struct.unpack_from(_HEAD, data, slot * _SLOT_BYTES)[0] == 0:
                import time

                os.pwrite(fd, struct.pack(_HEAD, os.getpid(), time.time_ns()), slot * _SLOT_BYTES)
                return os.getpid(), slot
    except OSError:
        pass  # counted in memory only
    finally:
        os.close(fd)
    return None
