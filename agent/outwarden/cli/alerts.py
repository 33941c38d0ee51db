"""`outwarden alerts`: what people were told, and what they were not."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def alerts() -> None:
    """Say what people were told, and what still waits."""


@alerts.command("list")
@click.option(
    "--since",
    default="1d",
    show_default=True,
    metavar="WHEN",
    help="A duration such as 2h or 7d, or a time such as 2026-11-23T14:00:00Z.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
def show(*, file: Path | None, as_json: bool, since: str) -> int:
    """Say which alerts there were, and what became of each for each channel. Exit status 1: a channel was not told."""
    import msgspec

    from outwarden.cli.alert_list import listed, render
    from outwarden.cli.moments import moment
    from outwarden.config.load import load
    from outwarden.journal import places

    rows = listed(places(load(file)), moment(since))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"alerts": rows})))
    else:
        click.echo(render(rows))
    return int(any(delivery.failed for row in rows for delivery in row.deliveries))
