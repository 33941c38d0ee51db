"""The `outwarden` command: one file per command, each loaded when it is asked for."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import click

from outwarden import __version__
from outwarden.errors import UsageError

COMMANDS: Final = (
    "run",
    "sidecar",
    "demo",
    "status",
    "tail",
    "redact",
    "config",
    "alarms",
    "alerts",
    "infra",
    "dashboards",
    "autostart",
)
"""Each is `outwarden.cli.<name>`, and in it an object of this name."""

CANNOT: Final = 2
"""Exit status: the command could not do its work."""
INTERRUPTED: Final = 130


class Commands(click.Group):
    """Load a command's file when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"outwarden.cli.{cmd_name}"), cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except BrokenPipeError:  # the reader has seen enough, as in `outwarden tail | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return result


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="outwarden", message="%(prog)s %(version)s")
def outwarden() -> None:
    """Watch the calls that a program makes to other people's APIs.

    \b
    outwarden run -- python app.py    watch a program, with a summary at its end
    outwarden tail --errors           see what failed
    outwarden demo                    see the whole road on this machine alone
    """  # noqa: D301 - \b is click's own mark for lines that stay as they are


def main(args: Sequence[str] | None = None, *, platform: str = sys.platform) -> None:
    """Run the command line and exit: 0 fine, 1 it found something, 2 it could not do its work."""
    if platform == "win32":
        refuse("Windows is not supported yet. Use Linux, macOS or the Windows Subsystem for Linux.")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # an event may hold what the locale cannot write
    try:
        result = outwarden.main(args, prog_name="outwarden", standalone_mode=False)
    except UsageError as error:
        refuse(str(error))
    except click.ClickException as error:
        if error.format_message().startswith("Usage: "):  # a group without its command
            click.echo(error.format_message(), err=True)
            sys.exit(CANNOT)
        context = getattr(error, "ctx", None)
        hint = f" See: {context.command_path} --help" if context is not None else ""
        refuse(error.format_message() + hint)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        refuse(f"{what}{error.strerror or type(error).__name__}. Check that it is there, and who may use it.")
    sys.exit(result if isinstance(result, int) else 0)


def refuse(message: str) -> None:
    """Say in one line why nothing was done, and exit."""
    click.echo(f"outwarden: {' '.join(message.split())}", err=True)
    sys.exit(CANNOT)
