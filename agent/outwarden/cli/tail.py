"""`outwarden tail`: the latest calls, and those to come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from outwarden.event import Event

_LAST = 20


@click.command()
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@click.option("--errors", is_flag=True, help="Only calls that did not end well.")
@click.option("--json", "as_json", is_flag=True, help="Print the events as JSON lines.")
@click.option(
    "-n", "--lines", "last", type=click.IntRange(min=0), metavar="N", help="How many; default: 20, with --since all."
)
@click.option("--since", metavar="WHEN", help="A duration such as 10m or 2d, or a time such as 2026-11-23T14:00:00Z.")
@click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
def tail(*, follow: bool, errors: bool, as_json: bool, last: int | None, since: str | None, file: Path | None) -> None:
    """Print the latest calls of this machine, in the order in which they began. Times are UTC."""
    from outwarden.cli.following import Following
    from outwarden.cli.lines import line
    from outwarden.cli.moments import moment
    from outwarden.cli.recorded import latest
    from outwarden.config.load import load
    from outwarden.event import CallEvent, encode
    from outwarden.journal import places

    def wanted(one: Event) -> bool:
        return not errors or not isinstance(one, CallEvent) or one.outcome != "ok"

    def show(one: Event) -> None:
        click.echo(encode(one) if as_json else line(one))

    found = places(load(file))
    begin = moment(since) if since is not None else None
    following = Following(found) if follow else None
    shown = set()
    for one in latest(found, begin, _LAST if last is None and begin is None else last, wanted):
        shown.add(one.event_id)
        show(one)
    if following is not None:
        for one in following.events():
            if wanted(one) and one.event_id not in shown:
                show(one)
