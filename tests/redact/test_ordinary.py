"""Ordinary texts of 16 kB are redacted in full: none of them costs so much that all of it goes."""

from __future__ import annotations

import json
import random
import secrets

import pytest

from outwarden.redact import Redactor

SIZE = 16_384
_SENTENCE = (
    "the quick report of company shares was sent to every client on Monday and will be read by analysts of the market"
)
_WORDS = _SENTENCE.split()


def _texts() -> dict[str, str]:
    rng = random.Random(3)

    def words(count: int) -> str:
        return " ".join(rng.choice(_WORDS) for _ in range(count))

    rows = [
        {"symbol": "BBCA.JK", "company_name": words(3), "close": at, "website": "https://x.example/?lang=en", "overview": words(20)}
        for at in range(80)
    ]  # fmt: skip
    frames = "".join(
        f'  File "/usr/lib/python3.11/site-packages/app/sessions.py", line {at}, in send\n    return self.request(method, url, **kwargs)\n'
        for at in range(200)
    )
    return {
        "json": json.dumps({"results": rows}),
        "indented json": json.dumps({"results": rows}, indent=2),
        "json in json": json.dumps({"inner": json.dumps(rows[:30])}),
        "traceback": f"Traceback (most recent call last):\n{frames}"[: SIZE - 20] + "\nValueError: no",
        "log": "\n".join(f"2026-11-23 14:23:{at % 60:02},123 INFO app.jobs: {words(12)} status=200 took {at} ms" for at in range(300)),
        "csv": "symbol,name,close\n" + "\n".join(f"BBCA.JK,{words(2)},{at}" for at in range(900)),
        "sql": "\n".join(f"INSERT INTO prices (symbol, close) VALUES ('BBCA', {at});" for at in range(400)),
        "yaml": "\n".join(f"  service{at}:\n    image: x.example/{words(1)}:1.{at}\n    level: info" for at in range(300)),
        "prose": words(4_000),
        "japanese": "市場データの取得に失敗しました。しばらくしてからもう一度お試しください。\n" * 500,
    }  # fmt: skip


LOST = {
    *("access log of bots", "page in json", "addresses", "mail, quoted-printable", "windows' paths in json"),
    *("digests", "ids", "pins", "json of accents", "json of small numbers", "dump"),
}
"""What still goes, of the kinds in `ordinary.py`: full of escapes, of runs that may be encoded, or of labels. It may only become less."""


def test_few_kinds_of_ordinary_texts_are_lost(ordinary):
    """What programs log, answer and print, each kind up to the last character that is looked at."""
    redactor = Redactor(secrets=[secrets.token_hex(32)])

    assert {kind for kind, text in ordinary.texts().items() if len(redactor.text(text)) < SIZE // 2} <= LOST


@pytest.mark.parametrize("kind", list(_texts()))
def test_an_ordinary_text_is_redacted_in_full(kind):
    """What a program logs when it fails, up to what is looked at of one text; the last of it as well as the first."""
    text = _texts()[kind][:SIZE]
    redactor = Redactor(secrets=[secrets.token_hex(32)])

    shown = redactor.text(text)

    assert shown[:20] == text[:20]
    assert shown[-20:] == text[-20:]
    assert len(shown) > len(text) * 0.8


def test_a_batch_of_spans_is_redacted_in_full():
    """As OTLP sends it: 16 kB with many short texts."""

    def attribute(name: str, value: str) -> dict:
        return {"key": name, "value": {"stringValue": value}}

    spans = [
        {
            "traceId": f"{at:032x}",
            "name": "GET",
            "attributes": [
                attribute("url.full", "https://api.sectors.app/v2/company/report/BBCA/?sections=overview"),
                attribute("server.address", "api.sectors.app"),
                attribute("message", f"call {at} failed\nand was tried again"),
            ],
        }
        for at in range(40)
    ]  # fmt: skip
    batch = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}

    assert Redactor(secrets=[secrets.token_hex(32)]).event(batch) == batch
