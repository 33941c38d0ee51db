"""One run of a program under watch, from the hand-over to the report."""

from __future__ import annotations

import logging
import os
import re
import time
import warnings
from collections.abc import Collection, Sequence
from pathlib import PurePath
from typing import Final

import msgspec

from outwarden.cli import signals
from outwarden.cli.alarm_states import went_off
from outwarden.cli.companion import Companion
from outwarden.cli.handover import Handover
from outwarden.cli.overview import troubles
from outwarden.cli.own import Own
from outwarden.cli.program import Program
from outwarden.cli.recorded import waiting
from outwarden.cli.summary import Report
from outwarden.config import Config
from outwarden.errors import JournalError
from outwarden.journal import Places, places
from outwarden.polite import shielded, swallow
from outwarden.tally import SLOTS
from outwarden.wiring.service_name import service_name, told_name

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
        if config.journal.to == "files":
            with shielded("run.companion"):
                companion.start()
        status = program.wait()
        report = Report(status=status, elapsed_s=time.time() - started, events_to=config.journal.to)
        try:
            slots = handover.slots()
            own = Own(slots, started)
            if own.alive():
                handover.leave()
            _drain(companion, own.files(found), config)
            full = "more processes than can be told apart: calls of the last ones are not in these numbers"
            crowded = full if len(slots) >= SLOTS else None
            notes = [note for note in (handover.trouble, companion.trouble, crowded) if note]
            return _filled(report, config, found, own, alarms_of=service, since_s=started, notes=notes)
        except Exception as error:  # whatever happens to us, the program's status is what counts
            swallow("run.report", error)
            note = f"there is no summary: a fault inside outwarden ({type(error).__name__})"
            return msgspec.structs.replace(report, notes=(note,))


def _drain(companion: Companion, own_files: Collection[str], config: Config) -> None:
    signals.discard(signals.TAKEN)  # the terminal's, which the program had as well
    if own_files:
        companion.drain(own_files, config.sidecar.drain, signals.enough)
    companion.stop(STOP_S)


def _filled(
    report: Report, config: Config, found: Places, own: Own, *, alarms_of: str, since_s: float, notes: list[str]
) -> Report:
    fill = msgspec.structs.replace
    kept = config.journal.to == "files" and os.path.isdir(found.history)  # noqa: PTH112 - False where we may not look
    report = fill(
        report,
        processes=len(own.pids),
        still_running=own.alive(),
        history=str(found.history) if kept else None,
        shipped_to=tuple(name for name in config.sinks.__struct_fields__ if getattr(config.sinks, name)),
        counted=own.counted(),
    )
    try:
        calls, complete = own.summary(found)
        report = fill(report, calls=calls, complete=complete)
        report = fill(report, not_shipped=waiting(found, own.has_file))
        notes += troubles(found, report.not_shipped)
        report = fill(report, alarms=went_off(found, alarms_of, since_s))
    except JournalError as error:
        told = any(note.startswith(str(found.base)) for note in notes)  # by the companion, with a remedy
        if not told:
            notes.append(str(error))
    return fill(report, notes=tuple(dict.fromkeys(notes)))


def program_name(command: Sequence[str]) -> str:
    """Name the service as OpenTelemetry was told, else after the program: the script or module, else the command itself."""
    if name := told_name():
        return name
    if _PYTHON.fullmatch(PurePath(command[0]).name):
        return service_name(command)
    return service_name(("", command[0]))
