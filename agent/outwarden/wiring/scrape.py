"""Config -> what answers `/metrics` and `/healthz`."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from outwarden import __version__
from outwarden.config import Config
from outwarden.errors import UsageError
from outwarden.journal import Places
from outwarden.meter import totals, windows
from outwarden.sidecar import exposition, health
from outwarden.sidecar.listener import Answer, Listener

DEFAULT: Final = "127.0.0.1:4390"
NONE: Final = "none"
TAKEN: Final = f"{DEFAULT} is taken, so there is no /metrics. Set sidecar.listen to another address, or to none."
"""What is said then."""
FRESH_S: Final = 0.5
"""Who asks more often gets the same answer: a flood of questions reads the database twice a second."""
ALIVE_S: Final = 150.0
"""The heartbeat is noted once a minute; an older one has stopped."""


def listener(config: Config, found: Places) -> Listener | None:
    """Take the port; None: it is not wanted, or it is the default one and somebody else has it.

    Raises:
        UsageError: an address of the configuration cannot be used.
    """
    if config.sidecar.listen == NONE:
        return None
    pages: dict[str, Callable[[], Answer]] = {"/metrics": Metrics(found), "/healthz": lambda: healthz(found)}
    try:
        return Listener(config.sidecar.listen or DEFAULT, pages, names=config.sidecar.names)
    except UsageError:
        if config.sidecar.listen is not None:
            raise
        return None


class Metrics:
    """The page for Prometheus."""

    def __init__(self, found: Places) -> None:
        self._places = found
        self._lock = threading.Lock()
        self._made = float("-inf")
        self._text = ""

    def __call__(self) -> Answer:
        """Give the text, made at most twice a second."""
        with self._lock:
            if time.monotonic() - self._made >= FRESH_S:
                self._text = _text(self._places, time.time())
                self._made = time.monotonic()
            return Answer(self._text, exposition.CONTENT_TYPE)


def healthz(found: Places) -> Answer:
    """Say in one word whether alarms are evaluated; 503 where not."""
    with closing(_connect(found)) as connection:
        alive = _is_alive(connection, time.time())
    return Answer("ok\n") if alive else Answer("stalled\n", status=HTTPStatus.SERVICE_UNAVAILABLE)


def _text(found: Places, now: float) -> str:
    with closing(_connect(found)) as connection:
        snapshot, alive = totals.read(connection), _is_alive(connection, now)
    return exposition.exposition(snapshot, health.read(found.db, found.journal), alive=alive, version=__version__)


def _is_alive(connection: sqlite3.Connection, now: float) -> bool:
    beat = windows.last_beat(connection)
    return beat is not None and beat >= now - ALIVE_S


def _connect(found: Places) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(found.db))}?mode=ro", uri=True, timeout=5)
