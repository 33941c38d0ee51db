"""One run of a program under watch, from the hand-over to the report."""

from __future__ import annotations

import logging
import re
import time
import warnings
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from outwarden.cli import signals
from outwarden.cli.companion import Companion
from outwarden.cli.handover import Handover
from outwarden.cli.own import Own
from outwarden.cli.program import Program
from outwarden.cli.recorded import waiting
from outwarden.cli.summary import Report
from outwarden.config import Config
from outwarden.errors import JournalError
from outwarden.journal import places
from outwarden.meter.summary import summarise
from outwarden.wiring.service_name import service_name

STOP_S: Final = 3.0

_PYTHON: Final = re.compile(r"(python|pypy)[\d.]*")


def watch(command: Sequence[str], config: Config) -> Report:
    """Run the program, ship beside it, and report.

    Raises:
        NotStarted: there is no such program.
    """
    service = config.service or program_name(command)
    found = places(config)
    with Handover(config, service) as handover:
        started = time.time()
        program = Program(command, handover.environ)
        # From here on standard error is the program's: what we have to say waits for the summary.
        logging.getLogger().addHandler(logging.NullHandler())
        warnings.simplefilter("ignore")
        companion = Companion(config, service, found)
        companion.start()
        status = program.wait()
        elapsed_s = time.time() - started
        own = Own(handover.slots(), started)
        signals.discard(signals.TAKEN)  # the terminal's, which the program had as well
        if own_files := own.files(found):
            companion.drain(own_files, config.sidecar.drain, signals.enough)
        companion.stop(STOP_S)
        notes = [note for note in (handover.trouble, companion.trouble) if note]
        calls, complete, left = summarise(()), True, {}
        try:
            calls, complete = own.summary(found)
            left = waiting(found, own.has_file)
        except JournalError as error:
            notes.append(str(error))
        return Report(
            status=status,
            elapsed_s=elapsed_s,
            processes=len(own.pids),
            still_running=own.alive(),
            calls=calls,
            complete=complete,
            history=str(found.history) if config.journal.to == "files" else None,
            not_shipped=left,
            shipped_to=tuple(name for name in config.sinks.__struct_fields__ if getattr(config.sinks, name)),
            counted=own.counted(),
            alarms=(),
            notes=tuple(dict.fromkeys(notes)),
        )


def program_name(command: Sequence[str]) -> str:
    """Name the service after the program: the script or module that Python runs, else the command itself."""
    if _PYTHON.fullmatch(PurePath(command[0]).name):
        return service_name(command)
    return service_name(("", command[0]))
