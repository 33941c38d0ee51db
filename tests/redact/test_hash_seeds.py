"""The same input gives the same output in every process: the order of sets of texts is another one in each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CHILD = """
import hashlib, random, sys
sys.path.insert(0, sys.argv[1])
import bombs, fuzz
from outwarden.redact import Redactor

redactor = Redactor(secrets=["c8" + "5f3a" * 15], pseudonym_key=b"k" * 32)
rng = random.Random(9)
events = [{"a": fuzz._tree(rng), "b": fuzz._noise(rng)} for _ in range(150)]
for name, text in bombs.mixtures(40):
    events.append({"a": [text[at : at + 300] for at in range(0, len(text), 300)]})
tails = ["a1b2c3d4e5f60718", "a1b2c3d4e5f60718zz9", "Qx7" * 9, "a8B" * 9]
for _ in range(150):
    names = ["token", "a", "note", "name", "value", "key"]
    events.append({f"{rng.choice(names)}{at // 3}": rng.choice(bombs._PIECES) + rng.choice(tails) for at in range(60)})
for event in events:
    print(hashlib.sha256(repr(redactor.event(event)).encode("utf-8", "replace")).hexdigest())
"""


def _outputs(seed: int) -> list[str]:
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(Path(__file__).parent)],
        env={"PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return child.stdout.split()


def test_the_output_does_not_depend_on_the_order_of_sets():
    """Hostile events, in which many values are found that begin alike, redacted by processes with other hash seeds."""
    first, *others = [_outputs(seed) for seed in (1, 2, 3)]

    assert len(first) == 420
    assert [[at for at, digest in enumerate(other) if digest != first[at]] for other in others] == [[], []]
