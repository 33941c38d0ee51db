"""`outwarden infra`: log group, topic and alarms in AWS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from outwarden.config import Config
    from outwarden.provision import Change

_config = click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object per change.")


@click.group()
def infra() -> None:
    """Make what the configuration asks for in AWS, or take it away again."""


@infra.command()
@_config
@_json
def apply(*, file: Path | None, as_json: bool) -> None:
    """Make log group, topic and alarms; what is there already and right stays as it is."""
    config = _with_cloud(file)
    from outwarden import provision

    _tell(provision.apply(config), as_json=as_json)


@infra.command()
@_config
@_json
@click.option("--with-log-group", is_flag=True, help="Remove the log group too, with everything in it.")
def destroy(*, file: Path | None, as_json: bool, with_log_group: bool) -> None:
    """Remove what carries our tag. The log group stays, with everything in it, unless asked for."""
    config = _with_cloud(file)
    from outwarden import provision

    _tell(provision.destroy(config, with_log_group=with_log_group), as_json=as_json)


def _with_cloud(file: Path | None) -> Config:
    from outwarden.config.load import load
    from outwarden.errors import ConfigError

    config = load(file)
    if config.sinks.cloudwatch is None:
        raise ConfigError(
            "infra: sinks.cloudwatch is not set, so there is nothing to do in AWS. Add it to the config file."
        )
    return config


def _tell(changes: Sequence[Change], *, as_json: bool) -> None:
    import msgspec

    for change in changes:
        click.echo(msgspec.json.encode(change) if as_json else str(change))
    if not changes and not as_json:
        click.echo("Nothing to change.")
