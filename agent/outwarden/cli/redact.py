"""`outwarden redact`: JSON lines in, redacted JSON lines out, one for one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

if TYPE_CHECKING:
    from outwarden.redact import Redactor, Registry

LONGEST_LINE: Final = 4 << 20
"""So much of a line is held in memory, in bytes; no event that is that long can be cleaned."""


@click.command()
@click.option("--text", "as_text", is_flag=True, help="The lines are plain text, not JSON.")
@click.option(
    "--secrets-file",
    "secrets",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Secrets to recognise in any form, one a line.",
)
@click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
def redact(*, as_text: bool, secrets: Path | None, file: Path | None) -> int:
    """Read JSON lines from standard input and print them clean, one for one and in their order.

    A line that is no JSON becomes a skeleton; standard error tells its number, and the exit status is 1.
    """
    from outwarden.config.load import load
    from outwarden.errors import UsageError
    from outwarden.journal import places
    from outwarden.redact import Registry
    from outwarden.redact.lines import clean_json, clean_text
    from outwarden.wiring.redactor import redactor as make
    from outwarden.wiring.secrets_env import ConfiguredSecrets

    if sys.stdin is None or sys.stdout is None:
        raise UsageError("outwarden redact reads standard input and writes standard output: one of them is closed.")
    config = load(file)
    registry = Registry()
    ConfiguredSecrets(config, registry)
    if secrets is not None:
        _register(secrets, registry)
    redactor = make(config, registry, key_file=places(config).pseudonym_key)
    clean = clean_text if as_text else clean_json
    status = 0
    for number, line in enumerate(_lines(sys.stdin.buffer), 1):
        shown, problem = clean(redactor, line) if len(line) <= LONGEST_LINE else _too_long(redactor, as_text=as_text)
        sys.stdout.buffer.write(shown)
        sys.stdout.buffer.flush()  # whoever waits at the other end of a pipe has each line at once
        if problem:
            click.echo(f"outwarden: line {number}: {problem} Only a skeleton was written.", err=True)
            status = 1
    return status


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Give each line, of very long ones so much that it shows: memory stays bounded."""
    while line := source.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST_LINE + 1)
        yield line


def _too_long(redactor: Redactor, *, as_text: bool) -> tuple[bytes, str]:
    from outwarden.redact.lines import skeleton

    return skeleton(redactor, "TooMuch", as_text=as_text), f"it is longer than {LONGEST_LINE >> 20} MiB."


def _register(file: Path, registry: Registry) -> None:
    """Register every line of a file; those that are too short are told by their number."""
    from outwarden.errors import UsageError
    from outwarden.redact.registry import SHORTEST

    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{file}: this is no UTF-8 text. Write one secret a line, in UTF-8.") from None
    found = {number: line.strip() for number, line in enumerate(text.split("\n"), 1) if line.strip()}
    for number, value in found.items():
        if len(value) < SHORTEST:
            click.echo(
                f"outwarden: {file}: line {number}: a secret needs at least {SHORTEST} characters to be recognised. "
                "This one is not looked for.",
                err=True,
            )
    registry.register_all(value for value in found.values() if len(value) >= SHORTEST)
