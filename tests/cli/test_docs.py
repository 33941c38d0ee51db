"""docs/commands.md tells of every command and every option."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from outwarden.cli import COMMANDS, outwarden

TEXT = (Path(__file__).parent.parent.parent / "docs" / "commands.md").read_text()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_its_place_in_the_docs(name):
    """A heading per command, and each option in its section."""
    section = TEXT.split(f"\n## {name}\n")[1].split("\n## ")[0]
    command = outwarden.get_command(click.Context(outwarden), name)
    below = command.commands.values() if isinstance(command, click.Group) else [command]
    for one in below:
        assert one is command or f"outwarden {name} {one.name}" in section
        for parameter in one.params:
            if isinstance(parameter, click.Option):
                assert parameter.opts[0] in section, parameter.opts
