"""Where a configuration comes from: a file, and environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PREFIX: Final = "OUTWARDEN_"
"""Variables of this kind set keys."""

CONTROL: Final = frozenset(
    {"OUTWARDEN_CONFIG", "OUTWARDEN_DISABLED", "OUTWARDEN_AUTOSTART", "OUTWARDEN_SETTINGS", "OUTWARDEN_BOARD"}
)
"""But these: which file to read, the off switch, the on switch, and what `run` tells its program."""


def find(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Say which file is read: `path`, $OUTWARDEN_CONFIG, ./outwarden.yaml, or the user's own; None: there is none."""
    if path is not None:
        return path
    if named := environ.get("OUTWARDEN_CONFIG"):
        return Path(named)
    base = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".config")  # noqa: PTH111, PTH118 - Path.home() raises where there is no home
    for candidate in (Path("outwarden.yaml"), Path(base, "outwarden", "config.yaml")):
        if os.path.lexists(candidate):
            return candidate
    return None


def variables(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Give the names of the variables that are to set keys, in order."""
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in CONTROL)
