"""Retention: the journal is transport, so what all have read goes; and both together stay below a cap."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import msgspec

from outwarden import tally
from outwarden.event import CallEvent, decode
from outwarden.journal.cursors import Cursors
from outwarden.journal.history import History
from outwarden.journal.names import FileName, files
from outwarden.journal.opening import open_to_read, writer_is_gone
from outwarden.journal.places import Places

YOUNG_S: Final = 10.0
"""A file that was touched more recently is left alone: its writer may be about to lock it."""


def sweep(places: Places, cursors: Cursors, *, max_bytes: int, keep_s: float, now: float) -> None:
    """Delete what is no longer needed.

    A journal file goes when its writer is gone or has rotated and every registered consumer has passed it; an hour of
    history goes when it is older than `keep_s`. Above `max_bytes` together, the oldest history goes first; then the
    successes in closed files that were not shipped yet, counted as `journal_full`. Live files are never touched.

    Raises:
        OSError: a directory cannot be read or written.
        sqlite3.Error: the cursors cannot be read or written.
    """
    _delete_passed(places.journal, cursors, now)
    history = History(places.history)
    history.sweep(keep_s, now)
    excess = sum(_size(entry) for _, entry in files(places.journal)) + history.size() - max_bytes
    while excess > 0 and (freed := history.drop_oldest()):
        excess -= freed
    for name, entry in files(places.journal):
        if excess <= 0:
            return
        if not name.errors_only and _is_closed(entry, now):
            excess -= keep_errors_only(Path(entry.path), name, cursors)


def keep_errors_only(path: Path, name: FileName, cursors: Cursors) -> int:
    """Replace a closed file by one that holds its errors and notices only, with all cursors moved to match.

    Returns:
        The bytes that were freed; 0 when a consumer is just reading the file.
    """
    fd = open_to_read(path)
    with os.fdopen(fd, "rb") as file:
        data = file.read()
    kept, ends = bytearray(), [(0, 0)]  # (offset in the old file, offset in the new one) after each line
    dropped: list[int] = []
    offset = 0
    for line in data.splitlines(keepends=True):
        offset += len(line)
        if _is_success(line):
            dropped.append(offset)
        else:
            kept += line
        ends.append((offset, len(kept)))
    new = name._replace(errors_only=True)
    hidden = path.with_name(f".{new}.part")
    with cursors.transaction() as connection:
        if cursors.is_being_read(path.name):
            return 0
        hidden.write_bytes(kept)
        hidden.chmod(0o600)
        unread = len(data)
        for consumer in cursors.consumers():
            position = cursors.position(consumer, path.name)
            unread = min(unread, position)
            moved = max(after for before, after in ends if before <= position)
            connection.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)", (consumer, str(new), moved))
        connection.execute("DELETE FROM cursor WHERE file = ?", (path.name,))
        hidden.replace(path.with_name(str(new)))
        path.unlink()
    lost = sum(1 for end in dropped if end > unread)
    if lost:
        tally.count("journal_full", lost)
    return len(data) - len(kept)


def sync_files(directory: Path) -> None:
    """Flush the journal's files to the disk (`journal.sync: interval`).

    Raises:
        OSError: one of them cannot be flushed.
    """
    for _, entry in files(directory):
        fd = open_to_read(Path(entry.path))
        try:
            getattr(os, "fdatasync", os.fsync)(fd)
        finally:
            os.close(fd)


def _delete_passed(directory: Path, cursors: Cursors, now: float) -> None:
    consumers = cursors.consumers()
    for name, entry in files(directory):
        size = _size(entry)
        if not _is_closed(entry, now):
            continue
        if all(cursors.position(consumer, str(name)) >= size for consumer in consumers):
            Path(entry.path).unlink(missing_ok=True)
            cursors.forget(str(name))


def _is_closed(entry: os.DirEntry[str], now: float) -> bool:
    try:
        if now - entry.stat(follow_symlinks=False).st_mtime < YOUNG_S:
            return False
        fd = open_to_read(Path(entry.path))
    except OSError:
        return False
    try:
        return writer_is_gone(fd)
    finally:
        os.close(fd)


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0


def _is_success(line: bytes) -> bool:
    try:
        event = decode(line)
    except msgspec.DecodeError:
        return False
    return isinstance(event, CallEvent) and event.outcome == "ok"
