"""`outwarden status`: what runs, what waits, what does not work."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(*, file: Path | None, as_json: bool) -> None:
    """Say what is being watched, what waits to be shipped, and how the sidecar is doing."""
    import msgspec

    from outwarden.cli.overview import look, render
    from outwarden.config.load import load

    seen = look(load(file))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(seen)))
    else:
        click.echo(render(seen))
