"""Reading: undo whatever can be undone, in any order, until a known secret can be read or nothing is left to undo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from outwarden.redact import clues
from outwarden.redact.budget import Budget, Exhausted
from outwarden.redact.canonical import plainer, softened, squeezed, unquoted
from outwarden.redact.escapes import unpercented, unreferenced, unslashed
from outwarden.redact.expression import expression
from outwarden.redact.finder import Finder, accelerated
from outwarden.redact.letters import TAG, Letters
from outwarden.redact.marks import MASK
from outwarden.redact.matcher import lower
from outwarden.redact.signs import cost
from outwarden.redact.unpacking import unpacked

_LOCATING: Final = 20_000
"""So much may be read again to tell which part of a text holds the secret. Who hides it deeper loses the text."""
_UNDONE, _UNDISGUISED, _DISGUISED, _LOOKED_AT, _EAGER = 24, 4, 2, 5, 4
"""For so many characters it costs a step to ask whether there is something to undo, in ASCII and in other texts; to take a disguise off;
to look for what is known; and to take apart what only may be encoded."""
_STEP: Final = 60
"""What any reading costs besides its characters and signs."""
_QUOTED: Final = 2
"""What it costs to undo one sign of quoted-printable text."""
_SEAMS: Final = expression(r"((?<!\s)(?<!\b[0-9a-fA-F]{2})[ \t](?!\s)|[\"'<>(),]+)")
"""Where a text may be cut; not at line ends and between bytes in hex, for what is encoded has seams of its own."""
_UNDO: Final = (unquoted, softened, squeezed, unreferenced, unpercented, unslashed, plainer)


class Reader:
    """Reads texts as a patient thief would.

    Args:
        pieces: those of the known secrets, in lower case.
        letters: finds them whatever stands between their characters.
        fast: use the accelerator if it is there.
    """

    def __init__(self, pieces: Iterable[str], letters: Letters, *, fast: bool = True) -> None:
        self._pieces: Final = Finder(pieces, fast=fast)
        self._letters: Final = letters
        self._clues: Final = Finder(clues.EXACT) if fast and accelerated else None

    def conceal(self, text: str, budget: Budget, *, seen: bool = False) -> str:
        """Mask the parts of a text in which a known secret can be read, or all of it where no part can be told.

        It is masked as well when it would take too long to find out.

        Args:
            text: what is to be kept.
            budget: what it may cost.
            seen: whether it is known that nothing is in it as it stands.
        """
        if not self._pieces.pieces:
            return text
        try:
            if not self.tells(text, budget, seen=seen):
                return text
            budget = Budget(min(_LOCATING, budget.left))
            shown = self._without(_SEAMS.split(text), budget)
            return MASK if self.tells(shown, budget) else shown
        except Exhausted:
            return MASK

    def tells(self, text: str, budget: Budget, *, seen: bool = False) -> bool:
        """Say whether a piece of a known secret can be read in a text.

        Raises:
            Exhausted: there is more to undo than the budget allows.
        """
        known = {"", text}
        told: set[bytes] = set()
        runs: dict[str, set[str]] = {}
        todo = [(text, False)]
        while todo:
            view, decoded = todo.pop()
            budget.spend(
                len(view) // (_UNDONE if view.isascii() else _UNDISGUISED) + _STEP + cost(view) + view.count("=") // 2
            )
            for undo in _UNDO:
                other = undo(view)
                if other != view:
                    if undo is unquoted:
                        budget.spend(view.count("=") * _QUOTED)
                    elif undo is plainer and not view.isascii():
                        budget.spend(len(view) // _DISGUISED)
                if other not in known:
                    known.add(other)
                    todo.append((other, decoded))
            if seen and "\\" not in view:
                seen = False
                continue
            seen = False
            low = lower(view)
            if self._pieces.found(low) or ("\\" in low and self._pieces.found(low.replace("\\", ""))):
                return True
            budget.spend(len(view) // _LOOKED_AT + view.count("<") * TAG)
            if self._letters.tells(view.encode("latin-1", "replace"), told):
                return True
            eager = decoded or (self._clues.found(view) if self._clues is not None else clues.any_in(view))
            if eager:
                budget.spend(len(view) // _EAGER)
            said = unpacked(view, budget, runs, eager=eager)
            if said not in known:
                known.add(said)
                todo.append((said, True))
        return False

    def _without(self, parts: list[str], budget: Budget) -> str:
        """Give the parts with a mark for each that tells something; of parts that do so only together, one for all."""
        whole = "".join(parts)
        if not self.tells(whole, budget):
            return whole
        if len(parts) == 1:
            return MASK
        middle = len(parts) // 2
        left, right = self._without(parts[:middle], budget), self._without(parts[middle:], budget)
        return MASK if left + right == whole else left + right
