"""What happens to each finished call: redaction, then the journal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from outwarden.config.program import ProgramConfig
from outwarden.errors import JournalError
from outwarden.journal import Journal, StdoutJournal
from outwarden.rawcall import RawCall
from outwarden.redact import Redactor
from outwarden.wiring.secrets_env import ConfiguredSecrets


def recorder(
    secrets: ConfiguredSecrets,
    redactor: Redactor,
    journal: Journal | StdoutJournal,
    ship: Callable[[], None] | None = None,
) -> Callable[[RawCall], None]:
    """Give what each finished call goes through: redaction, then the journal. The hook shields it."""
    call, append = redactor.call, journal.append

    def record(raw: RawCall) -> None:
        if len(secrets.plain) != secrets.size:  # a file of settings was loaded meanwhile
            secrets.refresh()
        for name in secrets.names:
            if name in secrets.plain:
                secrets.refresh()
                break
        event = call(raw)
        if event is not None:
            append(event)
            if ship is not None:
                ship()

    return record


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
    )
