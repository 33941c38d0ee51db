"""`outwarden autostart`: the file that watches every Python of one environment, where the start command cannot be changed."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import Final

import click

from outwarden.wiring.autostart import VARIABLE

ENTRY: Final = "outwarden.wiring.autostart:begin"
"""Since Python 3.15 a start file names what to call (PEP 829)."""

LINE: Final = (
    f'import os; os.environ.get("{VARIABLE}", "") not in ("", "0")'
    r' and exec("try:\n from outwarden.wiring.autostart import begin; begin()\nexcept Exception: pass")'
)
"""Before that, Python executes lines of a .pth file that begin with `import`. This one is silent once outwarden is gone."""


@click.group()
def autostart() -> None:
    """Watch every Python of this environment, where nothing else can be changed.

    It takes effect in processes whose environment says OUTWARDEN_AUTOSTART=1, and in no others.
    """


@autostart.command()
def add() -> None:
    """Write the start file into this environment."""
    path = start_file()
    path.write_text(content(path), encoding="ascii")
    click.echo(f"{path} is there. Set {VARIABLE}=1 where programs are to be watched.")


@autostart.command()
def remove() -> None:
    """Take the start file away."""
    path = start_file()
    there = path.exists()
    path.unlink(missing_ok=True)
    click.echo(f"{path} is gone." if there else f"{path} is not there; nothing to do.")


@autostart.command()
def status() -> int:
    """Say whether the start file is there; exit status 1 when it is not."""
    path = start_file()
    there = path.exists()
    click.echo(f"{path} is {'there' if there else 'not there'}.")
    return 0 if there else 1


def start_file(version: tuple[int, int] = sys.version_info[:2], folder: str | None = None) -> Path:
    """Say where it lies, and by its ending which of the two forms this Python reads."""
    return Path(
        folder or sysconfig.get_path("purelib"), f"outwarden-autostart.{'start' if version >= (3, 15) else 'pth'}"
    )


def content(path: Path) -> str:
    """Give what the file says."""
    return f"{ENTRY if path.suffix == '.start' else LINE}\n"
