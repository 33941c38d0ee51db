"""`outwarden sidecar`: ship what the programs on this machine record, until somebody says stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from outwarden.config import Config
    from outwarden.journal import Places, SidecarLock


@click.command()
@click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
@click.option("--service", metavar="NAME", help="Name of the service in metrics and alarms.")
def sidecar(*, file: Path | None, service: str | None) -> None:
    """Ship the journal, publish metrics and evaluate alarms, until SIGTERM or Ctrl-C.

    One sidecar serves all programs of a journal; `outwarden run` leaves the shipping to it.
    """
    from outwarden.config.load import load, named
    from outwarden.errors import UsageError
    from outwarden.journal import SidecarLock, ensure_dir, places
    from outwarden.wiring.own_log import log_to_stderr

    log_to_stderr()
    config = named(load(file), service)
    if config.journal.to == "stdout":
        raise UsageError("sidecar: journal.to is stdout, so there are no files to read. Set it to files.")
    found = places(config)
    ensure_dir(found.journal)
    lock = SidecarLock(found.lock)
    if not (lock.acquire() or _take_over(lock, found)):
        holder = lock.holder()
        who = f" (process {holder})" if holder is not None else ""
        raise UsageError(f"sidecar: another sidecar ships {found.journal} already{who}. Stop that one first.")
    try:
        from outwarden.wiring import beside, scrape
        from outwarden.wiring.channels import untold

        beside.check_aws(config)
        listener = scrape.listener(config, found)
        built = beside.build(config, config.service or "sidecar", found, terminal=True, listener=listener)
        shown = f", metrics at {listener.url}/metrics" if listener is not None else ""
        click.echo(f"outwarden sidecar: {describe(config, found)}{shown}", err=True)
        for text in untold(config):
            click.echo(f"outwarden sidecar: {text}", err=True)
        if listener is None and config.sidecar.listen is None:
            click.echo(f"outwarden sidecar: {scrape.TAKEN}", err=True)
        built.run_until_signal()
    finally:
        lock.release()


def _take_over(lock: SidecarLock, found: Places) -> bool:
    """Send the companion of a program away, where that is who ships; the next one waits for us to end."""
    import os
    import signal
    import time

    from outwarden.journal import SidecarLock
    from outwarden.sidecar.service import STOP_S
    from outwarden.wiring.companion import LOCK

    holder = lock.holder()
    if holder is None or holder != SidecarLock(found.history / LOCK).holder():
        return False
    try:
        os.kill(holder, signal.SIGTERM)
    except OSError:
        return False  # it has just ended, or is another user's
    deadline = time.monotonic() + STOP_S + 1
    while not lock.acquire():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)  # a file lock has no timeout
    return True


def describe(config: Config, found: Places) -> str:
    """Say in one line what is read and where it goes."""
    targets = []
    if (cloudwatch := config.sinks.cloudwatch) is not None:
        targets.append(f"CloudWatch Logs {cloudwatch.log_group}/{cloudwatch.log_stream}")
    if config.sinks.file is not None:
        targets.append(config.sinks.file.path)
    goes = f"shipping to {' and '.join(targets)}" if targets else "no sinks: nothing leaves this machine"
    return f"reading {found.journal}, history in {found.history}, {goes}"
