"""Pseudonyms: keyed names for users and credentials; the same wherever the same key is used, and no help in guessing."""

from __future__ import annotations

import hashlib
import os
from typing import Final

_CACHED: Final = 1024
_LONGEST: Final = 4096
_HEX: Final = frozenset("0123456789abcdef")


class Pseudonyms:
    """Gives pseudonyms such as `u_3f9c_86235880b5420554`: what it is, which key was used, which one it is.

    Args:
        key: the key of the environment; without it a random one, so that the names hold for this object only.
    """

    def __init__(self, key: bytes = b"") -> None:
        key = key or os.urandom(32)
        self._key: Final = key if len(key) <= hashlib.blake2b.MAX_KEY_SIZE else hashlib.blake2b(key).digest()
        self.key_id: Final = self._hash("", b"id", 2)
        self._given: Final = f"u_{self.key_id}_"
        self._known: dict[int, str] = {}
        """By the hash that Python keeps of a text, which is keyed afresh in each process: no id stays in memory."""

    def user(self, name: str) -> str:
        """Name a user; a name that was given here stays what it is, for a text may be cleaned twice."""
        if name.startswith(self._given) and len(name) == len(self._given) + 16 and _HEX.issuperset(name[-16:]):
            return name
        return self._name("u", b"user", name)

    def credential(self, value: str) -> str:
        """Name a credential."""
        return self._name("k", b"key", value)

    def _name(self, letter: str, domain: bytes, value: str) -> str:
        place = hash((domain, value))
        name = self._known.get(place)
        if name is None:
            name = f"{letter}_{self.key_id}_{self._hash(value, domain, 8)}"
            if len(value) <= _LONGEST:
                if len(self._known) >= _CACHED:
                    self._known = {}  # swapped whole: other threads may be reading
                self._known[place] = name
        return name

    def _hash(self, value: str, domain: bytes, size: int) -> str:
        raw = value.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(raw, key=self._key, person=domain, digest_size=size).hexdigest()
