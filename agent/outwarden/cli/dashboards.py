"""`outwarden dashboards`: Grafana dashboards, Prometheus rules and what both need, as files."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR", help="Where to write."
)
@click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
def dashboards(*, out: Path, file: Path | None) -> None:
    """Write Grafana dashboards, Prometheus rules with their tests, and provisioning files; nobody is asked anything."""
    from outwarden.config.load import load
    from outwarden.provision.boards.files import files

    made = files(load(file))
    for name, text in made.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    click.echo(f"{len(made)} files in {out}", err=True)
