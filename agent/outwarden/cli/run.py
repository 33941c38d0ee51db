"""`outwarden run`: watch one program, and say at its end what was seen."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(context_settings={"allow_interspersed_args": False})
@click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
@click.option("--service", metavar="NAME", help="Name of the service; default: the program's name.")
@click.option(
    "--json-summary", "summary", type=click.Path(path_type=Path), metavar="FILE", help="Write the summary as JSON, too."
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(*, file: Path | None, service: str | None, summary: Path | None, command: tuple[str, ...]) -> int:
    """Run a Python program and watch the calls that it makes.

    \b
    outwarden run -- python app.py --its-own --options

    Its input, output, terminal, signals and exit status stay its own; a summary follows on standard error.
    """  # noqa: D301 - \b is click's own mark for lines that stay as they are
    import os
    import sys

    from outwarden.cli.program import NotStarted, Program
    from outwarden.wiring import early

    try:
        if early.is_disabled():
            return Program(command, os.environ).wait()

        from outwarden.cli import summary as text
        from outwarden.cli.watched import watch
        from outwarden.config.load import load, named

        report = watch(command, named(load(file), service))
    except NotStarted as error:
        click.echo(f"outwarden: {error}", err=True)
        return error.status
    problem = text.write(report, summary) if summary is not None else None
    try:
        click.echo(text.render(report, colour=sys.stderr is not None and sys.stderr.isatty()), err=True)
        if problem:
            click.echo(f"outwarden: {problem}", err=True)
    except OSError:
        # Nobody listens: the program's status counts. What waits in the buffer goes nowhere,
        # or the interpreter would try it again at its end and exit with a status of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    return report.status
