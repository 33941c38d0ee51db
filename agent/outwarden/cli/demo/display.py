"""How the demo shows its steps: a live list with rich on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click


class Display:
    """Show one step after the other on standard error, with the time each took."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._started = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """Show a step; what is appended to the list it gives is told when the step has ended."""
        told: list[str] = []
        began = time.monotonic()
        with self._spinner(title):
            yield told
        if not self._quiet:
            took = f"{time.monotonic() - began:5.1f} s"
            mark = "✔" if (sys.stderr.encoding or "").lower().startswith("utf") else "ok"
            click.echo(f" {mark} {took}  {title}", err=True)
            for line in told:
                click.echo(f"            {line}", err=True)

    def say(self, text: str = "") -> None:
        """Print a line apart from the steps."""
        if not self._quiet:
            click.echo(text, err=True)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the demo began."""
        return time.monotonic() - self._started

    @contextmanager
    def _spinner(self, title: str) -> Iterator[None]:
        if self._quiet or not sys.stderr.isatty():
            yield
            return
        from rich.console import Console

        with Console(stderr=True).status(f"{title} …"):
            yield
