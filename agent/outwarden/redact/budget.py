"""Budget: what the cleaning of a text may cost; counted, not timed, so that it ends at the same place on every machine."""

from __future__ import annotations

from typing import Final

WORK: Final = 100_000
"""So many characters of a text, or of 16 kB of an event, may be looked at in all its forms together; what would cost more goes as a whole.

One costs a thirtieth of a microsecond, without the accelerator a tenth.
"""


class Exhausted(Exception):
    """There is more to undo or to look at than a text may hold."""


class Budget:
    """What is left to spend, in characters that are looked at once."""

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
