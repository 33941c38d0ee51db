"""What `outwarden alerts list` says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from outwarden.cli.alarm_states import asked
from outwarden.cli.lines import plain
from outwarden.config.alarm_set import NOBODY
from outwarden.journal import Places
from outwarden.notify import outbox
from outwarden.notify.outbox import Told
from outwarden.notify.report import report


def listed(found: Places, since_s: float) -> list[Told]:
    """Give the alerts since a moment, oldest first.

    Raises:
        JournalError: the database cannot be read.
    """
    return asked(found, lambda connection: outbox.told(connection, since_s)) or []


def render(rows: Sequence[Told]) -> str:
    """Write it as text."""
    return "\n".join(_lines(rows)) if rows else "No alerts."


def _lines(rows: Sequence[Told]) -> Iterator[str]:
    for row in rows:
        yield plain(f"{row.alert.ts[:19].replace('T', ' ')} {report(row.alert).headline}", 1000)
        if not row.deliveries:
            yield f"  tells {NOBODY}"
        for one in row.deliveries:
            tried = f", {one.attempts} attempts" if one.attempts > 1 else ""
            yield plain(f"  {one.channel}: {one.outcome or 'waits'}{tried}", 500)
