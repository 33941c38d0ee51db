"""Moments as people write them: `10m` ago, or a time."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from outwarden.config.units import parse_duration
from outwarden.errors import UsageError


def moment(text: str, *, option: str = "--since", now_s: float | None = None) -> float:
    """Give Unix seconds. A time without a zone is UTC, as in what `tail` prints.

    Raises:
        UsageError: it is neither a duration nor a time.
    """
    try:
        return (time.time() if now_s is None else now_s) - parse_duration(text)
    except ValueError:
        pass
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{option}: expected a duration such as 10m or 2d, or a time such as 2026-11-23T14:00:00Z."
        ) from None
    return (parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)).timestamp()
