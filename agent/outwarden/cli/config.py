"""`outwarden config`: what holds, and whether it can work."""

from __future__ import annotations

from pathlib import Path

import click

_config = click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def config() -> None:
    """Check or show the configuration, or print its JSON Schema."""


@config.command()
@_config
@_json
def check(*, file: Path | None, as_json: bool) -> int:
    """Say which file was found, what is on, and what cannot work.

    Exit status 1 when something is missing, 2 when something cannot work at all.
    """
    import msgspec

    from outwarden.cli.examine import examine
    from outwarden.config.load import find, load

    found = examine(load(file), find(file))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        for name, text in found.facts.items():
            click.echo(f"{name + ':':16}{text}")
        for finding in found.findings:
            click.echo(f"outwarden: {finding.text}", err=True)
    return max((finding.exit_status for finding in found.findings), default=0)


@config.command()
def schema() -> None:
    """Print the JSON Schema, with which editors complete and check the file."""
    import json

    from outwarden.config.schema import schema as describe

    click.echo(json.dumps(describe(), indent=2))


@config.command()
@_config
@_json
def show(*, file: Path | None, as_json: bool) -> None:
    """Print what holds: defaults, file and environment together. It holds no secret."""
    import msgspec
    import yaml

    from outwarden.cli.examine import shown
    from outwarden.config.load import load

    plain = shown(load(file))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(plain)))
    else:
        click.echo(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True), nl=False)
