"""serve(): the local Sectors API as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from outwarden.errors import UsageError
from outwarden.testing.faults import Latency
from outwarden.testing.limits import RateLimit
from outwarden.testing.server import SectorsApi


def serve(
    port: int = 0,
    *,
    key: str | None = None,
    rate: RateLimit | None = RateLimit(),  # noqa: B008 - immutable
    credits_left: int | None = None,
    slow: Mapping[str, float] | None = None,
    address_file: str | os.PathLike[str] | None = None,
    log_file: str | os.PathLike[str] | None = None,
) -> None:
    """Run the server until SIGTERM or SIGINT; call it in the main thread.

    One JSON object says where it is: `url`, `ca_file`, `key`, `pid`. It goes to standard output as one line, or whole
    into `address_file` (mode 0600), which is removed at the end.

    Args:
        port: the port, or 0 for a free one.
        key: the key to accept; by default a new one.
        rate: the rate limit, or None for none.
        credits_left: the credits of the month, or None for no quota.
        slow: paths (their beginnings) that answer late, with the seconds.
        address_file: where to write the address instead of to standard output.
        log_file: where to append one JSON line for each request.

    Raises:
        UsageError: the port is taken, or a file cannot be written.
        MissingExtra: trustme is not installed.
    """
    stopped = threading.Event()
    with ExitStack() as stack:
        for number in (signal.SIGTERM, signal.SIGINT):
            stack.callback(signal.signal, number, signal.signal(number, lambda *_: stopped.set()))
        api = stack.enter_context(
            SectorsApi(port=port, key=key, rate=rate, credits_left=credits_left, log_file=log_file)
        )
        for path, seconds in (slow or {}).items():
            api.faults.add(Latency(seconds), path=path, times=None)
        address = json.dumps({"url": api.url, "ca_file": api.ca_file, "key": api.key, "pid": os.getpid()})
        if address_file is None:
            sys.stdout.write(address + "\n")
            sys.stdout.flush()
        else:
            _write(Path(address_file), address)
            stack.callback(Path(address_file).unlink, missing_ok=True)
        stopped.wait()


def _write(path: Path, text: str) -> None:
    """Put the file there whole, so that whoever waits for it never reads half of it."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        part.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot write the server's address: {error.strerror}. Choose another file") from None
