"""Settings for a program that is to be watched, and what it has written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from outwarden import tally
from outwarden.apis import builtin
from outwarden.config import units
from outwarden.config.root import Config
from outwarden.event import CallEvent, decode
from outwarden.journal import places
from outwarden.wiring import inside
from outwarden.wiring.launch import launch_environment
from outwarden.wiring.settings import Settings, dump


class Watched:
    """One set of settings: for this process (`start`) or for children (`run`)."""

    def __init__(self, folder: Path, sectors) -> None:
        self.folder = folder
        self.raw = {"apis": {"sectors": {"hosts": [sectors.netloc]}}, "journal": {"dir": str(folder / "state")}}
        self.board = folder / "board"
        tally.create_board(self.board)

    @property
    def config(self) -> Config:
        return msgspec.convert(self.raw, Config, dec_hook=units.decode)

    @property
    def settings(self) -> Settings:
        return Settings(config=self.config, profiles=builtin(), board=str(self.board))

    @property
    def events(self) -> list[CallEvent]:
        directory = places(self.config).journal
        lines = [line for file in sorted(directory.glob("*.jsonl")) for line in file.read_bytes().splitlines()]
        return [event for line in lines if isinstance(event := decode(line), CallEvent)]

    def environment(self) -> dict[str, str]:
        file = self.folder / "settings.json"
        file.write_bytes(dump(self.settings))
        return launch_environment(file, os.environ)

    def run(self, *arguments: str, python: str = sys.executable, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a program below us to its end."""
        return subprocess.run(
            [python, *arguments],
            env=self.environment() | environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.folder,
        )

    def watched_processes(self) -> int:
        return len(tally.read_board(self.board))


@pytest.fixture
def watched(tmp_path, sectors):
    folder = tmp_path / "watched"
    folder.mkdir()
    yield Watched(folder, sectors)
    inside.uninstall()
