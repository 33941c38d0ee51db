"""Input made to take long: no text and no event of 16 kB may take more than a few milliseconds."""

from __future__ import annotations

import json
import secrets
from functools import cache
from itertools import islice

import pytest

from outwarden.redact import Redactor, rules

SIZE = 16_384
LIMIT_MS = {True: 5.0, False: 24.0}
"""With the accelerator and without. With it the worst are at 4.0, however busy the machine is."""

TEXTS = [
    *("a=", "a:", "'", '"', "\\", "\\\\u", "%41", "%2541", "%", "&#65;", "&#", "&amp;", "@", "a@", "a@b.", "://"),
    *("http://a:b", "a://b@", ":", "1 ", "1234 ", "1234-", "+1 ", "AA00 ", "AA00AAAA", "00.000.000.0-", "41 ", "QUFB"),
    *(
        "H4sIAAAA",
        "\n",
        "a\n",
        "a1b2c3d4\n",
        "=\n",
        "=3D",
        "\u200b",
        "é",
        "\uff41",
        "{",
        "[",
        "(",
        "b'",
        ", ",
        "; a=",
        ";a=b",
    ),
    *("&a=b", "<a>", "token=token", "token='", "token=\\'", "Authorization: ", "Cookie: a=b;", "bearer bearer ", "1:"),
    *(
        "-----BEGIN PRIVATE KEY-----",
        "eyJhbGciOi.",
        "header value '",
        "fe80:",
        "client 1.1.1.1,",
        "1.1.1.1,",
        "--",
        "--a",
    ),
    *(
        "password=a&b&c&",
        "4" * 16 + " ",
        "/services/TAAAAAA/",
        "password is is is ",
        "versicherungsnummer\n",
        "identifikationsnummer\n",
        "deadbeef",
        "6d",
        "\0",
        "-",
        "_",
        "1(",
    ),
]


def _shapes(seed: str) -> list[str]:
    """Give hostile texts made of one piece."""
    return [
        text[:SIZE]
        for text in (
            seed * SIZE,
            (seed + " ") * SIZE,
            (seed + "a1" * 6) * SIZE,
            (seed + '"a') * SIZE,
            seed + "a1" * SIZE,
            ("x" * 79 + seed) * SIZE,
            (seed + "%41\n") * SIZE,
        )
    ]


def _redactor(*, fast: bool) -> Redactor:
    """Give a redactor that knows one secret and is warm."""
    redactor = Redactor(secrets=[secrets.token_hex(32)], fast=fast)
    redactor.text("token=abc")
    return redactor


@pytest.fixture(scope="module", params=[True, False], ids=["fast", "slow"])
def redactor(request) -> Redactor:
    """A redactor with the accelerator, and one without."""
    return _redactor(fast=request.param)


@pytest.mark.parametrize("part", range(8))
def test_no_text_takes_long(redactor, effort, part):
    """Every shape, a sample of the labels and all that is special, repeated in ways that make poor rules explode."""
    seeds = [*TEXTS, *sorted(rules.literals())[part::23]][part::8]
    limit = LIMIT_MS[redactor._fast]

    slow = [
        (seed, number, took)
        for seed in seeds
        for number, text in enumerate(_shapes(seed))
        if (took := effort.ms(redactor.text, text, limit)) > limit
    ]

    assert slow == []


@pytest.mark.parametrize("part", range(8))
def test_no_near_miss_takes_long(effort, near_misses, part):
    """What nearly matches an expression or a rule, for each one that there is: `near_misses.py` collects them by itself.

    Without the accelerator the densest text is enough: literals are found otherwise there, and the rules do the same at them.
    """
    redactors = [_redactor(fast=True), _redactor(fast=False)]

    slow = [
        (name, seed, redactor._fast, took)
        for name, seed in near_misses.seeds(part, 8)
        for number, text in enumerate(near_misses.texts(seed))
        for redactor in redactors[: 2 - number]
        if (took := effort.ms(redactor.text, text, LIMIT_MS[redactor._fast])) > LIMIT_MS[redactor._fast]
    ]

    assert slow == []


@cache
def _made(bombs, kind: str) -> list[tuple[str, str | dict]]:
    """Make the bombs of a kind, every third where there are thousands; to make them takes longer than to look at them."""
    inputs = bombs.mixtures(60) if kind == "mixtures" else getattr(bombs, kind)()
    return list(inputs if kind in {"unicodes", "windows", "mixtures"} else islice(inputs, 0, None, 3))


# What is unpacked again and again wants the memory's speed, which a neighbour shares and the piece of work does not weigh.
@pytest.mark.parametrize(
    "kind",
    [pytest.param("nested", marks=pytest.mark.alone), "unicodes", "digits", "values", "windows", "mixtures", "events"],
)
def test_no_bomb_takes_long(redactor, effort, bombs, kind):
    """Encodings in encodings, characters that grow, accents upon accents, and events of thousands of small entries."""
    limit = LIMIT_MS[redactor._fast]

    slow = [
        (name, took)
        for name, one in _made(bombs, kind)
        if (took := effort.ms(redactor.event if isinstance(one, dict) else redactor.text, one, limit)) > limit
    ]

    assert slow == []


def test_json_in_json_is_cleaned_in_detail(redactor):
    """Eight kB of it hold a thousand escapes, and are no attack."""
    rows = [{"symbol": "BBCA", "note": 'said "as before"', "token": "", "close": at} for at in range(90)]
    secret = secrets.token_hex(12)
    rows[40]["token"] = secret
    text = json.dumps({"inner": json.dumps(rows)})

    shown = redactor.text(text)

    assert len(text) > 7_000
    assert secret not in shown
    assert shown.count("as before") == 90


def test_a_bomb_goes_and_its_neighbours_stay(redactor):
    """What costs too much goes as a whole; what stands beside it is kept."""
    bomb = "\ufdfa%41&#0" * 2_000

    out = redactor.event({"bomb": bomb, "note": "100 %41 sure", "host": "api.sectors.app"})

    assert out == {"bomb": "[REDACTED]", "note": "100 %41 sure", "host": "api.sectors.app"}


def test_what_lies_behind_the_limit_is_dropped():
    """Text that was not looked at does not pass."""
    token = secrets.token_hex(20)
    redactor = Redactor()

    text = redactor.text("x " * SIZE + f"token={token}")
    event = redactor.event({"message": "x " * SIZE + f"token={token}", "other": "fine"})

    assert len(text) <= SIZE
    assert token not in text + str(event)
    assert event["other"] == "fine"


def test_a_text_full_of_labels_is_given_up(redactor):
    """Hundreds of secrets in one text are a dump: the whole text goes."""
    dump = " ".join(f"token={secrets.token_hex(8)}" for _ in range(600))

    assert redactor.text(dump) == "[REDACTED]"


def test_a_log_of_ordinary_density_is_not_given_up(redactor):
    """A long JSON text with ordinary names keeps its values."""
    rows = ", ".join(
        f'{{"symbol": "BBCA", "id": {number}, "name": "Bank Central Asia", "date": "x"}}' for number in range(150)
    )

    assert redactor.text(rows) == rows
