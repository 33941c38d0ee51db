"""The environment of a program that is to be watched."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from outwarden.wiring import early, settings

SITE: Final = Path(__file__).parent / "site"
"""The directory with our sitecustomize, and with nothing else."""


def launch_environment(settings_path: str | Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Give the environment for a child that watches itself, and all Python processes below it.

    Raises:
        ConfigError: the settings cannot be read.
    """
    told = settings.load(settings_path)
    child = dict(environ)
    path = environ.get("PYTHONPATH")
    # An empty entry is the current directory; a variable that is empty altogether is none.
    others = [entry for entry in path.split(os.pathsep) if entry != str(SITE)] if path else []
    child["PYTHONPATH"] = os.pathsep.join([str(SITE), *others])
    child[early.SETTINGS] = str(Path(settings_path).absolute())
    child.pop(early.BOARD, None)
    if told.board is not None:
        child[early.BOARD] = told.board
    return child
