"""Known secrets as lists of characters or numbers, in pieces, and in encodings that nobody takes apart."""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import secrets
import zlib

import pytest

from outwarden.redact import Redactor

VALUE = "c8" + "Zk3v-" * 6 + "q7"
RAW = VALUE.encode()


def _chunks(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def _dump(raw: bytes) -> str:
    rows = [raw[at : at + 16] for at in range(0, len(raw), 16)]
    return "\n".join(f"{at:07x}0  {row.hex(' ')}  |{row.decode()}|" for at, row in enumerate(rows))


TEXTS = {
    "numbers": str(list(RAW)),
    "numbers of Go": "[" + " ".join(map(str, RAW)) + "]",
    "numbers in lines": json.dumps(list(RAW), indent=2),
    "a buffer of Node": json.dumps({"type": "Buffer", "data": list(RAW)}),
    "numbers with their places": json.dumps({str(at): byte for at, byte in enumerate(RAW)}),
    "numbers in hex": ", ".join(map(hex, RAW)),
    "octal": " ".join(f"{byte:o}" for byte in RAW),
    "binary": " ".join(f"{byte:08b}" for byte in RAW),
    "floats": str([float(byte) for byte in RAW]),
    "escapes without an x": "".join(f"\\{byte:02x}" for byte in RAW),
    "code points": " ".join(f"U+{byte:04X}" for byte in RAW),
    "references without an end": "".join(f"&#{byte}" for byte in RAW),
    "characters": str(list(VALUE)),
    "blanks between": " ".join(VALUE),
    "groups": " ".join(_chunks(VALUE, 4)),
    "continued literals": "\n".join(map(repr, _chunks(VALUE, 6))),
    "colours of a terminal": "".join(f"\x1b[3{at % 8}m{piece}\x1b[0m" for at, piece in enumerate(_chunks(VALUE, 5))),
    "tags": "".join(f"<span class='s1'>{piece}</span>" for piece in _chunks(VALUE, 3)),
    "octal of Python": ", ".join(map(oct, RAW)),
    "base64 in pieces": json.dumps(_chunks(base64.b64encode(RAW).decode(), 10)),
    "UTF-16 in hex": VALUE.encode("utf-16-le").hex(" "),
    "a dump": _dump(RAW),
    "base32 in small letters": base64.b32encode(b"k=" + RAW).decode().lower(),
    "base32hex": base64.b32hexencode(b"abc" + RAW).decode(),
    "ascii85": base64.a85encode(b"k" + RAW).decode(),
    "base85": base64.b85encode(b"k=" + RAW + b";").decode(),
    "uuencode": binascii.b2a_uu(RAW).decode(),
    "one number": str(int.from_bytes(RAW, "big")),
    "backwards": VALUE[::-1],
    "thirteen places on": codecs.encode(VALUE, "rot13"),
    "numbers that stand for base64": str(list(base64.b64encode(RAW))),
    "base64 of numbers": base64.b64encode(json.dumps(list(RAW)).encode()).decode(),
}

EVENTS = {
    "numbers": list(RAW),
    "a buffer": {"type": "Buffer", "data": list(RAW)},
    "numbers by place": {str(at): byte for at, byte in enumerate(RAW)},
    "characters": list(VALUE),
    "pieces": _chunks(VALUE, 5),
    "pieces by name": {f"part_{at}": piece for at, piece in enumerate(_chunks(VALUE, 7))},
    "pieces of an answer": [{"delta": {"content": piece}} for piece in _chunks(VALUE, 4)],
    "numbers as texts": [{"intValue": str(byte)} for byte in RAW],
}


def _cleaned(event: dict, *, fast: bool = True) -> dict:
    return Redactor(secrets=[VALUE], fast=fast).event(event)


@pytest.mark.parametrize("notation", TEXTS)
def test_a_known_secret_goes_in_every_notation(notation):
    """What stands around it stays, and the accelerator changes nothing."""
    shown = TEXTS[notation]
    out = _cleaned({"note": f"sent <{shown}> twice"})

    size = len(shown) // 2
    assert out["note"].startswith("sent <")
    assert out["note"].endswith("> twice")
    assert not any(shown[at : at + size] in out["note"] for at in range(len(shown) - size))
    assert _cleaned({"note": f"sent <{shown}> twice"}, fast=False) == out


@pytest.mark.parametrize("shape", EVENTS)
def test_a_known_secret_goes_that_is_spread_over_an_event(shape):
    """Numbers and pieces in lists and mappings; not one of them is left, whatever was seen before."""
    redactor = Redactor(secrets=[VALUE])
    event = {"first": "GET /v2/report", "x": EVENTS[shape], "last": [31, 115, 64, 99, 80, 81, 82, 83]}

    out = redactor.event(event)

    left = str(out["x"])
    assert not any(repr(piece) in left for piece in (*_chunks(VALUE, 4), *_chunks(VALUE, 5), *_chunks(VALUE, 7), *RAW))
    assert (out["first"], out["last"]) == (event["first"], event["last"])
    assert redactor.event(event) == out
    assert _cleaned(event, fast=False) == out


def test_numbers_and_letters_of_others_stay():
    """Prices, matrices, initials and dumps hold no secret."""
    event = {
        "prices": [101, 99, 64, 71, 80, 81, 82, 83, 84],
        "text": "101, 99, 64, 71, 80, 81, 82, 83, 84, 90 and 1 2 3 4 5 6 7 8 9 10",
        "initials": list("abcdefghijkl"),
        "dump": _dump(b"GET /v2/report HTTP/1.1 and more"),
        "binary": "01000111 01000101 01010100 00100000 00101111 01110110 00110010 00101111 01110010",
    }

    assert _cleaned(event) == event


def test_a_name_does_not_lose_the_letter_that_a_secret_goes_on_with():
    """Of what was cut off the next character may begin the next text by chance."""
    shown = " ".join(VALUE[:20])

    out = _cleaned({"note": f"sent {shown}", VALUE[20] + "ows": 1})

    assert out == {"note": "sent [REDACTED]", VALUE[20] + "ows": 1}


def test_no_rest_of_a_token_is_left_behind_what_looks_like_a_number():
    """Something packed and encoded begins with digits that belong to a label: the rest could no more be read by us."""
    packed = "22" + zlib.compress(RAW).hex()

    assert packed[20:40] not in Redactor(secrets=[VALUE]).text(f"https://user:1111 {packed}https://a")


def test_no_part_stays_before_a_line_end_that_is_escaped_twice():
    """The escapes have letters of their own, which part what is found by its letters alone."""
    value = "d7yoICeVsIs" + "YLOGH94yl632" + "-35Mr5"
    digits = value[-15:].encode().hex().upper()
    shown = json.dumps({"inner": json.dumps({"x": f"{digits[:20]}\r\n    {digits[20:]}"})})

    assert digits[:20] not in Redactor(secrets=[value]).text(shown)


@pytest.mark.parametrize("bits", ["0101010b", "00000000b", "1010100b1", "0101010"])
def test_bits_that_are_no_whole_bytes_come_to_an_end(bits):
    """Seven bits of which the last one belongs to the `0b` of the next number."""
    text = "1, " * 20 + "01110000 " * 8 + bits

    assert Redactor(secrets=[VALUE]).text(text) == text


@pytest.mark.parametrize(
    "write",
    [
        lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
        lambda text: "".join(f"{byte:08b}" for byte in text.encode()),
        lambda text: " + ".join(f"chr({ord(letter)})" for letter in text),
        lambda text: "||".join(f"CHR({ord(letter)})" for letter in text),
        lambda text: base64.b32encode(text.encode()).decode().rstrip("=").translate(
            str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        ),
    ],
    ids=["UTF-16", "bits", "chr", "CHR", "Crockford"],
)  # fmt: skip
def test_more_notations_of_known_secrets_are_read(write):
    """Each of them without anything that tells where it begins."""
    secret = "ZBTTOFJYU7" + secrets.token_hex(12)
    written = write(secret)

    shown = Redactor(secrets=[secret]).event({"note": f"got {written} there"})["note"]

    assert written[8:-8] not in shown


@pytest.mark.parametrize("secret", ["Harbor-nqAFa" + "10!&<", "kfkzsjhkdrtsz" + "tchhazh"])
def test_a_secret_with_few_rare_letters_goes_as_a_whole(secret):
    """Where no part of it would tell it from a sentence: in groups, and with blanks between all of its characters."""
    for size in (1, 4):
        said = " ".join(secret[at : at + size] for at in range(0, len(secret), size))

        assert secret[:8] not in Redactor(secrets=[secret]).text(f"got {said} from upstream").replace(" ", "")


def test_words_that_such_a_secret_holds_stay():
    """A sentence may hold them."""
    text = "the trading session of the harbor"

    assert Redactor(secrets=["trading-session", "Harbor-nqAFa" + "10!&<"]).text(text) == text


@pytest.mark.parametrize("size", [3, 4, 5, 8])
def test_a_label_takes_no_group_of_a_known_secret_from_the_others(size):
    """The label's value would end at the first blank, and what is left be too short to tell."""
    secret = "kk8nrv" + "6qxvvh"
    said = " ".join(secret[at : at + size] for at in range(0, len(secret), size))

    clean = Redactor(secrets=[secret]).text(f"https://h/x?api_key={said}&page=2")

    assert clean.replace(" ", "") == "https://h/x?api_key=[REDACTED]&page=2"
