"""Fuzzing: random events with a registered secret somewhere in them, and what must hold of each.

    python tests/redact/fuzz.py [--minutes 10] [--seed 1] [--twice]

prints every event for which it does not hold, and exits with 1 if there was any.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from outwarden.redact import Redactor

_LOOSE = "ab1AZ=:\"'\\ \n%&;@./-+[]{}()<>\u200b\uff41é\0"
_WORDS = (
    "token=",
    "password: ",
    "Bearer ",
    "https://",
    "user:",
    "@",
    "eyJ",
    "-----BEGIN ",
    "\\u00",
    "%25",
    "&#x",
    "H4sI",
    "=\n",
)


def _load(name: str) -> ModuleType:
    """Load a module from its place: the tests are no package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def _noise(rng: random.Random) -> str:
    pieces = [rng.choice(_LOOSE) * rng.randint(1, 3) if rng.random() < 0.7 else rng.choice(_WORDS)
              for _ in range(rng.randint(0, 40))]  # fmt: skip
    return "".join(pieces)


def _tree(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.random()
    if kind < 0.6 or depth > 3:
        return rng.choice([_noise(rng), rng.randint(-(10**12), 10**12), None, True, 0.5, _noise(rng).encode()])
    items = [_tree(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    return items if kind < 0.8 else {_noise(rng): item for item in items}


def faults(seed: int, *, twice: bool = False) -> list[str]:
    """Say what does not hold of one random event; `twice`: redact the result again as well, which should change nothing."""
    layers = _load("layers")
    rng = random.Random(seed)
    one = layers.write(rng)
    event = {**layers.plant(one.shown, rng), "noise": _tree(rng), "text": f"{_noise(rng)} {one.shown}{_noise(rng)}"}
    redactor = Redactor(secrets=[one.value], pseudonym_key=b"k" * 32)
    out = redactor.event(event)
    found = []
    if "redaction_error" in out:
        found.append(f"error {out}")
    if layers.remains(str(out), one):
        found.append(f"leak of {one} in {out}")
    if twice and redactor.event(out) != out:
        found.append(f"redacting twice: {out} becomes {redactor.event(out)}")
    if Redactor(secrets=[one.value], pseudonym_key=b"k" * 32, fast=False).event(event) != out:
        found.append(f"another result without accelerator than {out}")
    return found


def main() -> int:
    """Try for some minutes."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--twice", action="store_true", help="redact every result again: it should stay as it is")
    chosen = options.parse_args()
    ends, seed, bad = time.monotonic() + chosen.minutes * 60, chosen.seed * 10**9, 0
    begun = seed
    while time.monotonic() < ends:
        for fault in faults(seed, twice=chosen.twice):
            bad += 1
            print(f"seed {seed}: {fault[:1500]}\n")
        seed += 1
    print(f"{seed - begun} events, {bad} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
