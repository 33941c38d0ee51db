"""Texts and events made by hand and by recipe to take long, each of at most 16 kB; `near_misses.py` makes others by itself."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import random
import string
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

SIZE = 16_384
_UNITS = "aAe0127fIZ=:;,.-_+/\\%&#@'\"`<>()[]{}| \t\n\r\0\u200b\u0301\uff41é\ufdfa\ud800"
"""What an expression of ours may begin with: one of each class of characters, and every sign."""


def filled(unit: str, size: int = SIZE) -> str:
    """Repeat a piece up to the size."""
    return (unit * (size // len(unit) + 1))[:size]


def units(most: int) -> Iterator[tuple[str, str]]:
    """Every piece of so many characters, repeated."""
    for count in range(1, most + 1):
        for unit in map("".join, itertools.product(_UNITS, repeat=count)):
            yield f"unit {unit!r}", filled(unit)


def digits() -> Iterator[tuple[str, str]]:
    """Long runs of digits, letters and what lies between, with something in front that makes them interesting."""
    for head in ("", " ", "+", "+(", "4", "id:", "card=", "phone ", "iban ", "nik: ", "ip=", "from ", "AA00", "GB29 "):
        for unit in (
            "4",
            "1",
            "0",
            "1 ",
            "1.",
            "1-",
            "(1",
            "4000 ",
            "4000-",
            "4000 0000 0000 000",
            "00.000.000.0-",
            "1:",
            "::",
        ):
            yield f"digits {head!r} {unit!r}", (head + filled(unit))[:SIZE]
            yield f"digits again {head!r} {unit!r}", filled(head + unit * 9)
            yield f"digits again {head!r} {unit!r} far", filled(head + unit * 40)


def nested() -> Iterator[tuple[str, str]]:
    """Encodings inside encodings."""
    for seed in ("token=a1b2c3d4e5f6", "a", "\0", "{}", "x" * 60, '{"a": "b\\nc"}'):
        for name, layer in _LAYERS.items():
            text = seed
            while len(text) < SIZE:
                longer = layer(text)
                if len(longer) <= len(text):
                    longer = layer(text + text)
                if len(longer) > SIZE:
                    break
                text = longer
            yield f"{name} in itself, of {seed[:9]!r}", text
            one = layer(filled(seed, SIZE // 8))[:SIZE]
            yield f"{name} once, of {seed[:9]!r}", one
            yield f"{name} again, of {seed[:9]!r}", filled(layer(seed))
            yield f"{name} in lines, of {seed[:9]!r}", filled(layer(filled(seed, 48)) + "\n")
            for other, second in _LAYERS.items():
                yield f"{other} of {name}, of {seed[:9]!r}", filled(second(layer(filled(seed, 400))) + " ")
    for level in (1, 6, 9):
        for size in (10**4, 10**5, 10**6, 10**7):
            packed = base64.b64encode(gzip.compress(b"token=" + b"a1" * (size // 2), level, mtime=0)).decode()
            yield f"gzip bomb {size} {level}", packed[:SIZE]
            yield f"gzip bombs {size} {level}", filled(packed[:2000] + " ")
            yield f"cut gzip bombs {size} {level}", filled(packed[:60] + " ")
            packed = base64.b64encode(zlib.compress(b"token=" + b"a1" * (size // 2), level)).decode()
            yield f"zlib bombs {size} {level}", filled(packed[:2000] + " ")
            yield f"cut zlib bombs {size} {level}", filled(packed[:60] + " ")
    for deep in (3, 30, 300, 3000):
        yield f"percent in percent {deep}", filled("%" + "25" * deep + "41")
        yield f"slashes {deep}", filled("\\" * deep + "n")
        yield f"slashes and a number {deep}", filled("\\" * deep + "u0041")
        yield f"ampersands {deep}", filled("&amp;" + "amp;" * deep + "lt;")
        yield f"soft line ends {deep}", filled("a" * deep + "=\n")


def values() -> Iterator[tuple[str, str]]:
    """Labels in long values: each value goes on to the end of the text, and is none."""
    for before in ("", *"|?(/"):
        for label in ("key", "token", "client_host", "phone", "session", "code", "user_id", "pan"):
            for sign in ("=", ":", "|", "/"):
                for value in ("abcd/efgh/", "a" * 30, "0" * 56, "abcd.efgh.", "a:b:c:d:", "abc(", "$x$", "word-word-"):
                    yield f"value {before + label + sign!r} {value!r}", filled(f"{before}{label}{sign}{value * 3}")


def windows() -> Iterator[tuple[str, str]]:
    """What a rule looks for before or behind its literal, again and again."""
    for unit in (
        *('"loc":["a"' * 4 + '"input":"abcd"', '"loc":["' * 8 + '"input":"abcd"', '"loc":["a b"]' * 9 + '"input":"abcd"'),
        *("a,token,b,c,d,e,f,g\\n", "token\ta\n", '"token" {' + "default" * 3, "1234 is your abcd abcde ", "uplicate entry '\": \""),
        *("uplicate entry '" + "' for key 'a" * 3, "input_value='abcdefg h", "\nab\ninput_value='abc'', ", "--name abc --value=abc "),
        *("\n" * 8 + "1/100000000000:" + "0" * 33, "0101010, " * 5 + "0" * 13, "01" * 20 + ", " + "1" * 37 + "b", "</a>" * 9, "\\" * 4 + "0000000"),
        *("=" * 48 + "\\n", "=3D\\", "reg add /v tokentoken ", "sqlplus a/b c/d e/f "),
        *("006500" + "a1" * 8, "006500" + "a1" * 30, "0x6 " + "a1" * 10, "eJw=\n" + "ab " * 6, "H4sIAAAA\\n" + "ab " * 6, "7\\", "0101010b 1, "),
        *("schluessel:\t'a1\\u0041", "plaintext -:\t'a1\\u0041", '"recovery phrase ": "\\"', "&#65;x:\t'a1\\u0041\\u0041x", "x:é5.5.5.5\\n", "verificationcode a1b2C3d4 "),
    ):  # fmt: skip
        yield f"window {unit!r}", filled(unit)


def _json(text: str) -> str:
    return json.dumps({"a": text})


_LAYERS = {
    "percent": lambda text: quote(text, safe=""),
    "percent all": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "json": _json,
    "json units": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "references": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base32": lambda text: base64.b32encode(text.encode()).decode().rstrip("="),
    "hex": lambda text: text.encode().hex(),
    "spaced hex": lambda text: text.encode().hex(" "),
    "gzip": lambda text: base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode(),
    "zlib": lambda text: base64.b64encode(zlib.compress(text.encode())).decode(),
    "quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "full width": lambda text: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
    "zero width": "\u200b".join,
    "accents": "\u0301".join,
    "folded": lambda text: "\n".join(text[at : at + 9] for at in range(0, len(text), 9)),
    "repr": repr,
}


def unicodes() -> Iterator[tuple[str, str]]:
    """Characters that grow, join, hide, or are none."""
    for one in (
        *("\ufdfa", "\ufdfb", "\u0390", "\u1f82", "\ufb2c", "\u3300", "\u33ff", "\u0958", "\U0001d15e", "\u1e9b\u0323", "\uff41", "\u2167"),
        *("\u0301", "\u0315\u0300", "\u05ae\u0300\u0315", "\u200d", "\u00ad", "\u2060", "\ufe0f", "\U000e0041", "\u0130", "\u00df", "\u212a"),
        *("\ud800", "\udc00", "\ud83d\ude00", "\udcff", "\ufffd", "\ufeff", "\u2028", "\0", "a\0", "\U0010ffff", "\uac00", "\u1100\u1161\u11a8"),
    ):  # fmt: skip
        for around in ("{}", "a{}", "token={}1a2b3c4d ", "{}\n", "{}%41", "{}&#0;", "1{}", "{}=", "\\u{}", "QUFB{}"):
            yield f"character {one!r} in {around!r}", filled(around.replace("{}", one))
        yield f"much of {one!r}", "a" + filled(one)[: SIZE - 1]


_PIECES = (
    *("token=", "password: ", "token ", "api key ", "access code is ", "Bearer ", "Authorization: ", "Cookie: a=b; ", "user_id: "),
    *("https://", "user:", "@", "eyJ", "eyJhbGciOi.", "-----BEGIN PRIVATE KEY-----", "\\u0041", "\\n", "\\\\n", "%25", "%41", "&#x41;", "&#0"),
    *("H4sIAAAA", "=\n", "=3D", "\n", "\r\n  ", "a1b2c3d4", "a1b2c3d4e5f60718", "QUFBQUFBQUFBQUFB", "41 41 41 41 41 41 41 ", "4111111111111111 "),
    *("+62 812 3456 789 ", "a@b.co ", "10.0.0.1 ", "GB29 NWBK 6016 1331 9268 19 ", "'", '"', "{", "[", "(", "<a>", "</a>", "|", ",", ";", " ", "\0"),
    *("VALUES (", "values('", "name='token' value='", '"name": "token", "value": "', "mysql -p", "curl -u a:b ", "identified by '", "--token "),
    *("sk-", "ghp_", "AKIA", "eJw", "JBSWY3DPEBLW64TMMQ", "\u200b", "\uff54", "\u0301", "é", "is ", "was ", "value ", "key=", "id=", "code "),
)  # fmt: skip


def mixtures(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """A few pieces in random order, again and again; and long random mixtures."""
    rng = random.Random(seed)
    for _ in range(count):
        some = [rng.choice(_PIECES) for _ in range(rng.randint(2, 5))]
        yield f"mixture of {some}", filled("".join(some))
        some = [rng.choice(_PIECES) for _ in range(rng.randint(2, 12))]
        yield f"random order of {some}", "".join(rng.choice(some) for _ in range(SIZE // 2))[:SIZE]
        filler = rng.choice(["x", " ", "0", "ab ", "a1", "\n", "I0", "2", "zq"])
        gap = rng.choice([5, 15, 25, 40, 100, 300])
        yield f"{some[:2]} each {gap} {filler!r}", filled("".join(some[:2]) + filled(filler, gap))


def _fits(event: dict[Any, Any]) -> dict[Any, Any]:
    """Take entries out until the event has 16 kB as JSON."""
    (name, held), *rest = event.items()
    inner = held if not rest and isinstance(held, list) else None
    entries = inner if inner is not None else list(event.items())
    size = len(json.dumps(event, ensure_ascii=False))
    entries = entries[: max(1, len(entries) * SIZE // size)] if size > SIZE else entries
    return {name: entries} if inner is not None else dict(entries)


def _events(seed: int) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Events of 16 kB with many parts."""
    rng = random.Random(seed)

    def word(size: int) -> str:
        return "".join(rng.choice(string.ascii_lowercase) for _ in range(size))

    for piece in (
        "",
        "%41",
        "é",
        "\uff41",
        "\n",
        "token=",
        "a1b2c3d4e5",
        "QUFBQUFBQUFBQUFB",
        "&#65;",
        "\\n",
        "@a.co",
        "eyJ",
        "\u200b",
        "4111111111111111",
    ):
        for size in (3, 6, 12, 40, 200):
            many = SIZE // (size + len(piece))
            texts = [word(size) + piece for _ in range(min(many, 4_900))]
            yield f"list of {size}+{piece!r}", {"a": texts}
            yield f"keys of {size}+{piece!r}", dict.fromkeys(texts, 1)
            yield (
                f"values of {size}+{piece!r}",
                {f"k{at}": text for at, text in enumerate(texts[: SIZE // (size + len(piece) + 4)])},
            )
            half = texts[: len(texts) // 2]
            yield f"pairs of {size}+{piece!r}", dict(zip(half, reversed(half), strict=True))
            yield f"small mappings of {size}+{piece!r}", {"a": [{"name": text, "value": text} for text in half]}
            yield f"deep {size}+{piece!r}", {"a": [_deep(text) for text in half[:400]]}
            yield f"labels {size}+{piece!r}", {"a": [{"token": text} for text in half]}
            yield f"users {size}+{piece!r}", {"a": [{"user_id": text} for text in half]}
            yield f"names and values {size}+{piece!r}", {"a": [item for text in half for item in ("token", text)]}
            yield f"secrets in names {size}+{piece!r}", {"a": [{f"x token={text}1": 1} for text in half]}


def _deep(text: str) -> Any:
    node: Any = text
    for _ in range(4):
        node = {"a": [node]}
    return node


def events(seed: int = 1) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Give events of 16 kB with many parts."""
    for name, event in _events(seed):
        yield name, _fits(event)
