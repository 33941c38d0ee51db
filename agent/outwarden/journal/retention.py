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
from outwarden.journal.names import SUFFIX, FileName, files, originals
from outwarden.journal.opening import open_to_read, writer_is_gone
from outwarden.journal.places import Places

YOUNG_S: Final = 10.0
"""A file that was touched more recently is left alone: its writer may be about to lock it."""

_PART: Final = ".part"


def sweep(places: Places, cursors: Cursors, *, max_bytes: int, keep_s: float, now: float) -> None:
    """Delete what is no longer needed.

    A journal file goes when its writer is gone or has rotated and every registered consumer has passed it; an hour of
    history and what lies in quarantine go when they are older than `keep_s`. Above `max_bytes` together, the oldest history goes first; then the
    successes in closed files that were not shipped yet, counted as `journal_full`. Live files are never touched.

    Raises:
        OSError: a directory cannot be read or written.
        sqlite3.Error: the cursors cannot be read or written.
    """
    _clear_leftovers(places.journal, cursors)
    _delete_passed(places.journal, cursors, now)
    history = History(places.history)
    history.sweep(keep_s, now)
    for path in places.quarantine.glob("*"):
        if now - path.stat().st_mtime > keep_s:
            path.unlink(missing_ok=True)
    excess = sum(_size(entry) for _, entry in files(places.journal)) + history.size() - max_bytes
    while excess > 0 and (freed := history.drop_oldest()):
        excess -= freed
    for name, entry in files(places.journal):
        if excess <= 0:
            return
        path = Path(entry.path)
        if not name.errors_only and _closed_size(path, now) is not None:
            excess -= keep_errors_only(path, name, cursors)


def keep_errors_only(path: Path, name: FileName, cursors: Cursors) -> int:
    """Replace a closed file by one that holds its errors and notices only, with all cursors moved to match.

    The new cursors are stored first; from the moment at which the new file is there the old one does not count any
    more (see `names.files`). So each event is read as often as without all this, also when we are killed in between.

    Returns:
        The bytes that were freed; 0 when a consumer is just reading the file.
    """
    with os.fdopen(open_to_read(path), "rb") as file:
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
    new = path.with_name(str(msgspec.structs.replace(name, errors_only=True)))
    hidden = path.with_name(f".{new.name}{_PART}")
    hidden.write_bytes(kept)
    hidden.chmod(0o600)
    with cursors.standstill():
        if cursors.is_being_read(path.name):
            hidden.unlink()
            return 0
        read = {consumer: cursors.position(consumer, path.name) for consumer in cursors.consumers()}
        with cursors.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)",
                [
                    (consumer, new.name, max(after for before, after in ends if before <= position))
                    for consumer, position in read.items()
                ],
            )
        hidden.replace(new)
        path.unlink()
        cursors.forget(path.name)
    lost = sum(1 for end in dropped if end > min(read.values(), default=0))
    if lost:
        tally.count("journal_full", lost)
    return len(data) - len(kept)


def sync_files(directory: Path) -> None:
    """Flush the journal's files to the disk (`journal.sync: interval`).

    Raises:
        OSError: one of them cannot be flushed.
    """
    for _, entry in files(directory):
        try:
            fd = open_to_read(Path(entry.path))
        except OSError:
            continue  # deleted meanwhile, or none of ours
        try:
            getattr(os, "fdatasync", os.fsync)(fd)
        finally:
            os.close(fd)


def _clear_leftovers(directory: Path, cursors: Cursors) -> None:
    """Clear away what a sidecar has left that was killed in the middle of a replacement or a deletion."""
    for stale in directory.glob(f".*{SUFFIX}{_PART}"):
        stale.unlink(missing_ok=True)
    names = [name for path in directory.glob(f"*{SUFFIX}") if (name := FileName.parse(path.name)) is not None]
    for name in originals(names).intersection(names):
        (directory / str(name)).unlink(missing_ok=True)
    # A file is deleted before its cursors: the other way round it would be read again from its beginning.
    for file in cursors.files():
        if not (directory / file).exists():
            cursors.forget(file)


def _delete_passed(directory: Path, cursors: Cursors, now: float) -> None:
    consumers = cursors.consumers()
    for _, entry in files(directory):
        path = Path(entry.path)
        size = _closed_size(path, now)
        if size is None or not consumers:
            continue
        if all(cursors.position(consumer, path.name) >= size for consumer in consumers):
            path.unlink(missing_ok=True)
            cursors.forget(path.name)


def _closed_size(path: Path, now: float) -> int | None:
    """Give the size of a file that will not grow any more; None when it still may, or is none of ours."""
    try:
        fd = open_to_read(path)
    except OSError:
        return None
    try:
        if not writer_is_gone(fd):
            return None
        about = os.fstat(fd)  # asked after the lock: a writer that has just ended may have written until then
    finally:
        os.close(fd)
    return about.st_size if now - about.st_mtime >= YOUNG_S else None


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
