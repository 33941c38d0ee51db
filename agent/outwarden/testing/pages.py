"""Pages: the envelope around long lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outwarden.testing.ask import Ask


def page(ask: Ask, rows: Sequence[Any], *, default: int = 20, most: int = 30) -> dict[str, Any]:
    """Cut the asked part out of all rows and say where it lies."""
    limit = ask.number("limit", default, 1, most)
    offset = ask.number("offset", 0, 0, 10**9)
    shown = list(rows[offset : offset + limit])
    has_next = offset + limit < len(rows)
    return {
        "results": shown,
        "pagination": {
            "total_count": len(rows),
            "showing": len(shown),
            "limit": limit,
            "offset": offset,
            "has_next": has_next,
            "has_previous": offset > 0,
            "next_offset": offset + limit if has_next else None,
            "previous_offset": max(0, offset - limit) if offset else None,
        },
    }
