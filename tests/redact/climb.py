"""Climbing: pieces of hostile texts are changed at random, and what takes longer is changed further.

    python tests/redact/climb.py [--minutes 3] [--seed 1] [--show 15]

prints the dearest texts of 16 kB that were found, with their milliseconds of CPU at rest.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import bombs
import effort
import near_misses

from outwarden.redact import Redactor, rules

Made = tuple[str, ...]
"""The pieces of a text, which are repeated."""

_MOST = 12
_STALE = 40
_LONGEST = 200
_PIECES = (*bombs._PIECES, *bombs._UNITS, *sorted(rules.literals()))


def text_of(made: Made) -> str:
    """Give the text of 16 kB that the pieces make."""
    return bombs.filled("".join(made) or "a")


def changed(made: Made, rng: random.Random) -> Made:
    """Change pieces at one place: another one, one more, one less, twice the same, a longer one, or what nearly is one."""
    at = rng.randrange(len(made))
    piece = made[at]
    new = rng.choice(_PIECES)
    others = (
        (new,),
        (piece, new),
        () if len(made) > 1 else (new,),
        (piece, piece),
        (piece * rng.randint(2, 20),),
        (piece[: rng.randrange(len(piece) + 1)] or "a",),
        (rng.choice(near_misses._AROUND).format(piece),),
    )
    some = (made[:at] + rng.choice(others) + made[at + 1 :])[:_MOST]
    return tuple(one[:_LONGEST] for one in some)


def climb(rng: random.Random, cost: Callable[[str], float]) -> tuple[float, Made]:
    """Begin somewhere and change what there is until nothing dearer comes of it for a while."""
    made = tuple(rng.choice(_PIECES) for _ in range(rng.randint(1, 5)))
    best, stale = cost(text_of(made)), 0
    while stale < _STALE:
        other = changed(made, rng)
        took = cost(text_of(other))
        if took > best and (took := min(took, cost(text_of(other)))) > best:
            best, made, stale = took, other, 0
        else:
            stale += 1
    return best, made


def main() -> None:
    """Climb again and again, and print the tops."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=3)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--show", type=int, default=15)
    chosen = options.parse_args()
    rng = random.Random(chosen.seed)
    redactor = Redactor(secrets=["c8" + "5f3a" * 15], pseudonym_key=b"k" * 32)
    redactor.text("token=abc")
    ends, tops = time.monotonic() + chosen.minutes * 60, []
    while time.monotonic() < ends:
        took, made = climb(rng, lambda text: effort.quick_ms(redactor.text, text))
        tops.append((took, made))
    weighed = sorted(
        ((effort.ms(redactor.text, text_of(made), 0), made) for _, made in sorted(tops)[-chosen.show :]), reverse=True
    )
    print(f"{len(tops)} tops")
    for took, made in weighed:
        print(f"{took:7.2f} ms  {text_of(made)[:120]!r}")


if __name__ == "__main__":
    main()
