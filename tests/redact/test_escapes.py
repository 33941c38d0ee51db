"""Escapes are undone a whole text at a time, to the same end as one after the other."""

from __future__ import annotations

import random
import re

import pytest

from outwarden.redact.canonical import unfolded, unquoted
from outwarden.redact.escapes import unpercented, unreferenced

PIECES = {
    unpercented: ("%", "%4", "%41", "%C3", "%A9", "%e2%80%9C", "%25", "=", "=41", "é", "\uff41", "4", "F", "\n", "+", "%%", "\0"),
    unquoted: ("=", "==", "=3D", "=3d", "==41", "===41", "=\n", "=zz", "=C3=A9", "=E2=82", "=20", "%41", "é", "\uff41", "4", "F", "\r\n"),
    unreferenced: ("&", "&lt;", "&lt", "&amp;", "&amp", "&ampamp;", "&#65;", "&#65", "&#38;", "&quot;", "gt;", "#65;", "&eacute;", "é", "\\", "F"),
}  # fmt: skip


def _one_by_one(undo, text: str) -> str:
    """Do the same with a call for each."""
    if undo is unpercented:
        return re.sub("(?:%[0-9a-fA-F]{2})+", lambda run: _bytes(run[0], "%"), text)
    if undo is unquoted:
        signs = re.search("=(?:3[dD]|[0-9a-fA-F]{2}(?:=[0-9a-fA-F]{2}){2})", text)
        return re.sub("(?:={1,2}[0-9a-fA-F]{2})+", lambda run: _bytes(run[0], "="), text) if signs else text
    text = re.sub("&#([0-9]{1,12});", lambda one: chr(int(one[1])), text)
    named = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "eacute": "é"}
    return re.sub(
        r"&(?:#([0-9]{1,12}+)(?:;|(?![\s\\%=]|[^\x00-\x7f]))|(amp|lt|gt|quot)(?:;|(?![\s\\%=]|[^\x00-\x7f]))|(eacute);)",
        lambda one: chr(int(one[1])) if one[1] else named[one[2] or one[3]],
        text,
    )


def _bytes(run: str, sign: str) -> str:
    return bytes.fromhex(run.replace(sign, "")).decode("utf-8", "replace")


@pytest.mark.parametrize("undo", [unpercented, unquoted, unreferenced])
def test_escapes_are_undone_as_one_after_the_other(undo):
    """Broken ones, those that stand for a sign of another one, and bytes that are no UTF-8."""
    rng = random.Random(7)
    texts = ["".join(rng.choice(PIECES[undo]) for _ in range(rng.randint(1, 9))) for _ in range(4_000)]

    assert [undo(text) for text in texts] == [_one_by_one(undo, text) for text in texts]


def test_quoted_printable_is_read_the_same_beside_any_character():
    """Bytes above ASCII stand for the characters of their number, whether others are in the text or not."""
    assert unfolded("a=3Db=\nc=C3=A9=3d é") == "a=bcÃ©=3d é"
    assert unfolded("a=3Db=\nc=C3=A9=3d é\uff41") == "a=bcÃ©=3d é\uff41"


def test_half_a_surrogate_pair_stops_nothing():
    """Names of files and variables may hold one; it is no character that could be kept."""
    assert unpercented("%41\udc80") == "A?"
    assert unquoted("=3D\udc80") == "=?"
