"""`outwarden demo`: the whole road on this machine, without an AWS account and without an API key."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

NEEDED = ("ministack", "requests", "trustme")
"""What the extra brings: looked for before the first step, not in the middle of the road."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and no steps.")
@click.option(
    "--keep", type=click.Path(path_type=Path), metavar="FOLDER", help="Keep all that is stored in this new folder."
)
def demo(*, as_json: bool, keep: Path | None) -> None:
    """See calls become events, an alarm and a message, on this machine alone.

    Starts a local Sectors API and a local AWS, provisions the alarm and its topic, runs a sample program under watch,
    waits for the events in CloudWatch Logs and for the alarm's message, and looks for the planted keys in every
    stored byte. Exit status 1 when one of these did not hold.
    """
    from importlib.util import find_spec

    import msgspec

    from outwarden.cli.demo.display import Display
    from outwarden.errors import MissingExtra, UsageError

    for name in NEEDED:
        if find_spec(name) is None:
            raise MissingExtra(f"The demo ({name})", "demo")
    from outwarden.cli.demo.road import walk

    show = Display(quiet=as_json)
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="outwarden-demo-") as folder:
            report = walk(Path(folder), show)
        show.say("All of it lay in a folder that is removed now; --keep FOLDER keeps it.")
    else:
        try:
            keep.mkdir(parents=True)
        except OSError as error:
            raise UsageError(
                f"demo: cannot make {keep}: {error.strerror}. Name a folder that is not there yet."
            ) from None
        report = walk(keep.resolve(), show)

    show.say(f"{'All of it held' if report.good else 'NOT all of it held'}, in {show.elapsed_s:.0f} s.")
    if as_json:
        click.echo(msgspec.json.encode(report))
    sys.exit(0 if report.good else 1)
