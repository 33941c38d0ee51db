"""A corpus of our own: made-up events with made-up secrets in them, and a judge of what is left of both.

An event knows the secret that was planted (kind, place, encoding) and the strings that must survive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .encodings import ENCODINGS
from .events import EVENTS
from .judge import leaks, lost, text_of
from .kinds import KINDS, KNOWN, PII, Random, Secret
from .notations import COMMANDS, NOTATIONS
from .places import PLACES, places

__all__ = [
    "COMMANDS",
    "ENCODINGS",
    "KINDS",
    "KNOWN",
    "NOTATIONS",
    "PII",
    "PLACES",
    "Case",
    "Secret",
    "cases",
    "leaks",
    "lost",
    "text_of",
]


class Case(NamedTuple):
    """An event with one secret in it."""

    event: dict[str, Any]
    secret: Secret
    place: str
    encoding: str
    survivors: tuple[str, ...]


def cases(count: int, seed: int) -> Iterator[Case]:
    """Make events with one secret each."""
    rng = Random(seed)
    kinds, encodings = [*KINDS, *4 * [kind for kind in KINDS if kind.startswith("known")]], list(ENCODINGS)
    while count:
        secret = KINDS[rng.choice(kinds)](rng)
        encoding = rng.choice(encodings) if rng.random() < 0.5 else "plain"
        if not _sensible(secret, encoding):
            continue
        shown = ENCODINGS[encoding](secret.value)
        added = places(secret, shown, rng)
        place = rng.choice(list(added))
        if place == "cut off" and encoding != "plain":
            continue
        event, kept = rng.choice(EVENTS)(rng)
        event.update(added[place])
        yield Case(event, secret, place, encoding, tuple(kept))
        count -= 1


def _sensible(secret: Secret, encoding: str) -> bool:
    if "\n" in secret.value and encoding in ("folded", "folded, indented", "quoted-printable", "spaced hex"):
        return False
    short = len(secret.value) < 20 or secret.kind in PII
    folds = "folded" in encoding or encoding == "quoted-printable"
    return not (short and (folds or (secret.kind == "otp" and encoding != "plain")))
