"""What `outwarden run` lays out for its program: the settings, and the board on which processes report."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from outwarden import tally
from outwarden.apis import builtin
from outwarden.cli import leftovers
from outwarden.config import Config
from outwarden.wiring import launch, redactor, settings


class Handover:
    """A private folder that is gone when the run is over, and all its processes are.

    Attributes:
        environ: the environment for the program.
        trouble: why the program is not watched, in one line; None where all is well.
    """

    def __init__(self, config: Config, service: str, environ: Mapping[str, str] = os.environ) -> None:
        redactor.check(config)
        self.environ = dict(environ)
        self.trouble: str | None = None
        self._folder: Path | None = None
        self._lock: int | None = None
        try:
            leftovers.clear(Path(tempfile.gettempdir()))
            self._folder = Path(tempfile.mkdtemp(prefix=leftovers.PREFIX))
            with suppress(OSError):  # a file system without locks: then nobody clears up after a kill
                self._lock = leftovers.hold(self._folder)
            self._board = self._folder / leftovers.BOARD
            tally.create_board(self._board)
            told = settings.Settings(config=config, profiles=builtin(), service=service, board=str(self._board))
            file = self._folder / leftovers.SETTINGS
            file.write_bytes(settings.dump(told))
            self.environ = launch.launch_environment(file, environ)
        except OSError as error:
            self.trouble = f"no temporary folder can be used ({error.strerror}); free space there, or set TMPDIR"
            self.remove()

    def slots(self) -> list[tally.Slot]:
        """Give what the watched processes have counted; none where nothing was handed over."""
        try:
            return tally.read_board(self._board) if self._folder is not None else []
        except OSError:
            return []

    def leave(self) -> None:
        """Let the folder be: a daemon lives on, and what it starts looks there. The next run after its end clears it."""
        self._folder = None
        self._let_go()

    def remove(self) -> None:
        """Take the folder away."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        self._let_go()

    def _let_go(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()
