"""Budget: what the cleaning of a text may cost; counted, not timed, so that it ends at the same place on every machine."""

from __future__ import annotations

from typing import Final

WORK: Final = 42_000
"""What a text, or 16 kB of an event, may cost in all its forms together, a thousand instructions a step; what would cost more goes as a whole."""


class Exhausted(Exception):
    """There is more to undo or to look at than a text may hold."""


class Budget:
    """What is left to spend, a thousand instructions of the processor a step, give or take a fifth."""

    __slots__ = ("left",)

    def __init__(self, characters: int) -> None:
        self.left = characters

    def spend(self, characters: int) -> None:
        """Take so much out of it.

        Raises:
            Exhausted: it is not there.
        """
        self.left -= characters
        if self.left < 0:
            raise Exhausted
