"""`outwarden alarms`: what is watched for, how it stands, and what it would have done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

_config = click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def alarms() -> None:
    """Say what the alarms watch for, how they stand, and what they would have done."""


@alarms.command("list")
@_config
@_json
def show(*, file: Path | None, as_json: bool) -> int:
    """Say what each alarm watches for, whom it tells, and how it stands. Exit status 1: one is in ALARM."""
    import msgspec

    from outwarden.cli.alarm_list import listed, render
    from outwarden.config.load import load

    seen = listed(load(file))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(seen)))
    else:
        click.echo(render(seen))
    return int(any(state.state == "ALARM" for row in seen.alarms for state in row.states))


@alarms.command()
@_config
@_json
@click.option(
    "--since",
    default="1d",
    show_default=True,
    metavar="WHEN",
    help="A duration such as 2h or 7d, or a time such as 2026-11-23T14:00:00Z.",
)
@click.option("--until", metavar="WHEN", help="The same; default: now.")
@click.option("--alarm", "wanted", multiple=True, metavar="NAME", help="Only this alarm; may be given again.")
def simulate(*, file: Path | None, as_json: bool, since: str, until: str | None, wanted: Sequence[str]) -> int:
    """Say what the alarms would have done on the events that were recorded. Exit status 1: one would have gone off."""
    import msgspec

    from outwarden.cli.alarm_replay import render, replay
    from outwarden.config.load import load

    replayed = replay(load(file), since, until, wanted)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(replayed)))
    else:
        click.echo(render(replayed))
    return int(bool(replayed.firings))


@alarms.command()
@_config
@_json
@click.option("--real", is_flag=True, help="In AWS: a test alarm, a burst under a test dimension, and the real topic.")
@click.option(
    "--timeout", type=click.IntRange(1, 3600), metavar="SECONDS", help="Patience for one link; default: 20, or 300."
)
def drill(*, file: Path | None, as_json: bool, real: bool, timeout: int | None) -> int:
    """Set off an alarm on purpose and follow it to the people it tells. Exit status 1: a link is broken.

    Without --real it goes through journal, counting, evaluation and channels of this machine.
    """
    import msgspec

    from outwarden.config.load import load

    config = load(file)
    if real:
        from outwarden.provision import drill as chain

        links = chain.drill(config, timeout_s=timeout or 300.0)
    else:
        from outwarden.wiring import drill as local

        links = local.drill(config, timeout_s=timeout or 20.0)
    broken = False
    for link in links:
        broken = broken or not link.held
        mark = "ok    " if link.held else "BROKEN"
        click.echo(msgspec.json.encode(link) if as_json else f"{mark} {link.seconds:7.2f} s  {link.name}: {link.text}")
    if not real and not as_json and (missing := local.left_out(config)):
        click.echo(f"Told by CloudWatch, so not tried here: {', '.join(missing)}. Use --real.")
    return int(broken)
