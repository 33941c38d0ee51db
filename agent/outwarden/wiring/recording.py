"""What happens to each finished call: redaction, then the journal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic as clock
from typing import TYPE_CHECKING

from outwarden.capture.recorder import Recorder, Take
from outwarden.config.program import ProgramConfig
from outwarden.errors import JournalError
from outwarden.journal import Journal, StdoutJournal
from outwarden.rawcall import RawCall
from outwarden.redact import Redactor
from outwarden.wiring.secrets_env import ConfiguredSecrets

if TYPE_CHECKING:
    from outwarden.wiring.shipping import Shipping


def recorder(
    secrets: ConfiguredSecrets,
    redactor: Redactor,
    journal: Journal | StdoutJournal,
    ship: Shipping | None = None,
) -> Recorder:
    """Give what each finished call goes through: redaction, then the journal."""
    calls = redactor.calls
    line_of, append = calls.line, journal.append_line
    plain, size, looked = secrets.plain, secrets.size, secrets.looked  # at hand: each call looks at them

    def quick(recorder: Recorder) -> Take:
        def take(raw: RawCall) -> None:
            line = None
            try:
                if len(plain) == size and (ship is None or clock() < ship.due_s):
                    for name, value in looked:
                        if plain.get(name) is not value:
                            break
                    else:
                        line = line_of(raw)
                        if line is not None:
                            append(line, raw.status < 400)  # type: ignore[operator]  # it has one then
                            return
            except BaseException as fault:
                recorder.failed(raw, fault, line)
            recorder.long_way(raw)

        return take

    def record(raw: RawCall) -> None:
        nonlocal size, looked
        if len(plain) != size or any(plain.get(name) is not value for name, value in looked):
            secrets.refresh()  # a file of settings was loaded meanwhile, or a key was changed
            size, looked = secrets.size, secrets.looked
        line = calls.whole_line(raw)
        if line is not None:
            append(line, raw.failure is None and raw.status is not None and raw.status < 400)
            if ship is not None:
                ship()

    return Recorder(record, quick)


def journal(
    config: ProgramConfig, directory: Path, service: str, gate: Callable[[bytes], bytes]
) -> Journal | StdoutJournal:
    """Open the journal that the configuration names; the first event makes its file.

    Raises:
        JournalError: it is to be standard output, and there is none.
    """
    if config.journal.to == "stdout":
        try:
            return StdoutJournal(gate=gate)
        except OSError as error:
            raise JournalError("journal.to: stdout, but this process has no standard output. Use files.") from error
    return Journal(
        directory,
        service,
        rotate_bytes=config.journal.rotate_bytes,
        rotate_after_s=config.journal.rotate_after,
        sync=config.journal.sync,
        gate=gate,
        max_bytes=config.journal.max_bytes,
        env=config.env,
    )
