"""Panels -> places: left to right, line after line."""

from __future__ import annotations

from collections.abc import Iterator

from outwarden.provision.boards.panel import WIDTH, Panel, Row


def place(row: Row) -> Iterator[tuple[Panel, int, int]]:
    """Give each panel its column, and its line below the row's heading."""
    x = y = tallest = 0
    for panel in row.panels:
        if x + panel.width > WIDTH:
            x, y, tallest = 0, y + tallest, 0
        yield panel, x, y
        x, tallest = x + panel.width, max(tallest, panel.height)
