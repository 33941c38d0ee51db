"""What the demo can prove by reading everything back: which planted secrets are found in which stored bytes."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


def forms(secret: str) -> frozenset[bytes]:
    """Spell a secret in the ways in which it could have been stored.

    Plain in three letter cases, percent-encoded, hexadecimal, and Base64 in both alphabets at every alignment. It is
    spelled here anew, apart from the redactor's own list: a checker that shares the checked code finds nothing.
    """
    raw = secret.encode()
    spelled = {raw, raw.upper(), raw.lower(), raw.hex().encode(), raw.hex().upper().encode()}
    spelled.add("".join(f"%{byte:02X}" for byte in raw).encode())
    for shift in range(3):
        padded = base64.b64encode(bytes(shift) + raw + bytes(-(shift + len(raw)) % 3))
        # The first and last characters mix with the neighbours: the middle is the same whatever stands beside it.
        middle = padded[4 * bool(shift) : -4]
        spelled |= {middle, middle.translate(bytes.maketrans(b"+/", b"-_"))}
    return frozenset(spelled)


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give the bytes of every file below a folder, each with its path."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path), path.read_bytes()


def search(secrets: Mapping[str, str], stored: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Find planted secrets.

    Args:
        secrets: what was planted, by a name to speak of it.
        stored: places and their bytes.

    Returns:
        (name of the secret, place) for each that was found.
    """
    spelled = {name: forms(secret) for name, secret in secrets.items()}
    return [
        (name, place)
        for place, data in stored
        for name, wanted in spelled.items()
        if any(form in data for form in wanted)
    ]
