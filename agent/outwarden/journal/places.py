"""Where things lie on this machine."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from outwarden.config.program import ProgramConfig
from outwarden.errors import JournalError

NETWORK_FILE_SYSTEMS: Final = frozenset(
    {
        "afs",
        "ceph",
        "cifs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
"""File systems on which neither `flock` nor O_APPEND can be trusted."""


_OWNERS: Final = 0o700
_ALL: Final = 0o777
_OCTAL: Final = r"\\([0-7]{3})"


class Places(msgspec.Struct, frozen=True):
    """All paths that one configuration leads to."""

    base: Path
    journal: Path
    history: Path
    db: Path
    lock: Path
    quarantine: Path
    dead: Path
    pseudonym_key: Path


def places(config: ProgramConfig, environ: Mapping[str, str] = os.environ) -> Places:
    """Find the paths: `journal.dir`, else $XDG_STATE_HOME/outwarden, else ~/.local/state/outwarden.

    With `journal.dir` everything lies in that directory; `history.dir` moves the sidecar's part elsewhere.
    """
    if config.journal.dir:
        base = journal = Path(config.journal.dir).expanduser().absolute()
    else:
        state = environ.get("XDG_STATE_HOME") or ""
        # A relative path is to be ignored, says the XDG base directory specification.
        root = Path(state)
        if not root.is_absolute():
            root = Path(environ.get("HOME") or "~").expanduser() / ".local/state"
        base = root / "outwarden"
        journal = base / "journal"
    history = Path(config.history.dir).expanduser().absolute() if config.history.dir else base / "history"
    return Places(
        base=base,
        journal=journal,
        history=history,
        db=history / "sidecar.sqlite3",
        lock=history / "sidecar.lock",
        quarantine=history / "quarantine",
        dead=history / "dead",
        pseudonym_key=base / "pseudonym.key",
    )


def make_dir(path: Path) -> None:
    """Make a directory that only we can look into, and those above it, unless they are there.

    A program may have taken its own rights with its umask (0177, so that its files are private): a directory without them
    would be of no use, for this program and for all later ones.

    Raises:
        OSError: it cannot be made.
    """
    missing = [path]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for place in reversed(missing):
        try:
            place.mkdir(mode=_OWNERS if place == path else _ALL)
        except FileExistsError:
            if not place.is_dir():
                raise
            continue
        mode = stat.S_IMODE(place.stat().st_mode)
        if mode & _OWNERS != _OWNERS:
            place.chmod(mode | _OWNERS)


def ensure_dir(path: Path) -> Path:
    """Make a directory that only we can look into, unless it is there.

    Raises:
        JournalError: it cannot be made, read or written, or lies on a network file system.
    """
    try:
        make_dir(path)
    except OSError as error:
        raise JournalError(
            f"{path}: cannot be made: {error.strerror}. Set journal.dir to a directory of yours."
        ) from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise JournalError(
            f"{path}: cannot be read and written by this user. Mend its permissions, or set journal.dir."
        )
    kind = file_system(path)
    if kind in NETWORK_FILE_SYSTEMS:
        raise JournalError(f"{path}: lies on a network file system ({kind}), where locks do not hold. Set journal.dir.")
    return path


def file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """Name the type of the file system that holds a path; None where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    best, kind = "", None
    here = os.path.realpath(path)
    for line in lines:
        fields = line.split(" ")
        point = re.sub(_OCTAL, lambda match: chr(int(match[1], 8)), fields[1])  # a space is written \040
        inside = point in {"/", here} or here.startswith(point + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind
