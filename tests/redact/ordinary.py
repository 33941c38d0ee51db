"""Ordinary texts of 16 kB, as programs log, answer and print them; the same ones in each run.

    python tests/redact/ordinary.py

prints of which of them less than half is left.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import quopri
import random
import uuid
from collections.abc import Callable
from urllib.parse import quote, urlencode

from outwarden.redact import Redactor

SIZE = 16_384
_ENGLISH = (
    "the quick report of company shares was sent to every client on Monday and will be read by analysts of the market while prices of"
    " the largest banks moved higher after their quarterly results and the exchange said that trading volume had grown in most sectors"
)
_INDONESIAN = (
    "laporan harga saham perusahaan dikirim kepada semua klien pada hari Senin dan akan dibaca oleh analis pasar sementara harga"
    " bank besar naik setelah hasil kuartal dan bursa mengatakan bahwa volume perdagangan tumbuh di sebagian besar sektor"
)
_GERMAN = "Der Bericht über die Börse wurde an alle Kunden geschickt, während die größten Banken höhere Erträge für das Quartal meldeten"
_RUSSIAN = (
    "отчёт ценах акций был отправлен всем клиентам в понедельник и будет прочитан аналитиками рынка после результатов"
)
_SYMBOLS = ("BBCA", "BBRI", "BMRI", "TLKM", "ASII", "UNVR", "ICBP", "GOTO", "ADRO", "ANTM")
_MODULES = ("app.jobs", "app.prices", "app.http", "worker.queue", "api.views", "db.pool", "cache.redis", "scheduler")
_LEVELS = ("INFO", "INFO", "INFO", "DEBUG", "WARNING", "ERROR")

Make = Callable[["Pen"], str]


class Pen:
    """Makes the small parts of which ordinary texts are."""

    def __init__(self, seed: int = 3) -> None:
        self.rng = random.Random(seed)

    def words(self, count: int, of: str = _ENGLISH) -> str:
        """Give some words."""
        return " ".join(self.rng.choice(of.split()) for _ in range(count))

    def hex(self, size: int) -> str:
        """Give digits as of a digest."""
        return "".join(self.rng.choice("0123456789abcdef") for _ in range(size))

    def number(self, most: int = 9_999) -> int:
        """Give a number."""
        return self.rng.randint(1, most)

    def uuid(self) -> str:
        """Give a UUID."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def time(self, at: int) -> str:
        """Give a time of a log."""
        return f"2026-11-23T14:{at // 60 % 60:02}:{at % 60:02}.{self.number(999):03}Z"

    def symbol(self) -> str:
        """Give a company's symbol."""
        return self.rng.choice(_SYMBOLS)

    def level(self) -> str:
        """Give a level of a log."""
        return self.rng.choice(_LEVELS)

    def module(self) -> str:
        """Give the name of a logger."""
        return self.rng.choice(_MODULES)

    def address(self) -> str:
        """Give an address of documentation."""
        return f"203.0.113.{self.number(254)}"

    def row(self, at: int) -> dict:
        """Give a company as an API answers it."""
        return {
            "symbol": f"{self.symbol()}.JK",
            "company_name": self.words(3),
            "close": self.number() / 10,
            "website": "https://x.example/?lang=en&page=2",
            "employee_num": at * 17,
            "listing_date": f"20{at % 24:02}-05-31",
            "overview": self.words(18),
            "tags": [self.words(1) for _ in range(4)],
        }


def _lines(make: Callable[[Pen, int], str], joint: str = "\n", head: str = "") -> Make:
    """Make texts of lines that are each made by their number."""

    def made(pen: Pen) -> str:
        lines, size, at = [head] if head else [], 0, 0
        while size < SIZE + 400:
            lines.append(make(pen, at))
            size += len(lines[-1]) + len(joint)
            at += 1
        return joint.join(lines)

    return made


def _rows(pen: Pen, count: int = 60) -> list[dict]:
    return [pen.row(at) for at in range(count)]


def _csv(pen: Pen) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["symbol", "name", "close", "volume", "note"])
    for at in range(300):
        writer.writerow([pen.symbol(), pen.words(2), pen.number() / 10, at * 1000, f'said "{pen.words(3)}"'])
    return out.getvalue()


def _page(pen: Pen) -> str:
    rows = "\n".join(
        f'    <tr class="row r{at % 2}"><td><a href="/company/{pen.symbol()}/?tab=news&amp;page={at}">{pen.words(2)}</a></td><td class="num">{pen.number()}</td></tr>'
        for at in range(200)
    )
    return f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Prices</title></head>\n<body>\n<table>\n{rows}\n</table>\n</body></html>'


def _xml(pen: Pen) -> str:
    return "<?xml version='1.0'?>\n<prices>\n" + "\n".join(
        f'  <price at="{at}"><symbol>{pen.symbol()}</symbol><close currency="IDR">{pen.number()}</close><note>{pen.words(6)}</note></price>'
        for at in range(160)
    )


def _traceback(pen: Pen, count: int) -> str:
    return "Traceback (most recent call last):\n" + "".join(
        f'  File "/usr/lib/python3.11/site-packages/{pen.module().replace(".", "/")}.py", line {pen.number()}, in {pen.rng.choice(["send", "get_price", "__call__", "run"])}\n'
        f"    return self.{pen.rng.choice(['request', 'dispatch', 'handle'])}(method, url, timeout={at % 30}, **kwargs)\n"
        for at in range(count)
    )


def _chained(pen: Pen) -> str:
    cause = "\nDuring handling of the above exception, another exception occurred:\n\n"
    return cause.join(f"{_traceback(pen, 14)}ConnectionError: {pen.words(9)}\n" for _ in range(8))


def _har(pen: Pen) -> str:
    entries = [
        {
            "startedDateTime": pen.time(at),
            "time": pen.number(),
            "request": {
                "method": "GET",
                "url": f"https://x.example/v2/{pen.symbol()}/?page={at}",
                "headers": [{"name": "Accept", "value": "application/json"}, {"name": "User-Agent", "value": "Mozilla/5.0 (X11; Linux x86_64)"}],
                "queryString": [{"name": "page", "value": str(at)}],
            },
            "response": {"status": 200, "content": {"size": pen.number(), "mimeType": "application/json"}},
        }
        for at in range(45)
    ]  # fmt: skip
    return json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=1)


def _otlp(pen: Pen) -> str:
    spans = [
        {
            "traceId": pen.hex(32),
            "spanId": pen.hex(16),
            "name": "GET /v2/companies",
            "startTimeUnixNano": str(1_795_000_000_000_000_000 + pen.number() * 1000),
            "attributes": [{"key": "http.request.method", "value": {"stringValue": "GET"}}, {"key": "http.response.status_code", "value": {"intValue": "200"}}],
        }
        for _ in range(60)
    ]  # fmt: skip
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})


def _dump(pen: Pen) -> str:
    said = pen.words(1_200).encode()
    return "\n".join(
        f"{at:08x}  {said[at : at + 8].hex(' ')}  {said[at + 8 : at + 16].hex(' ')}  |{said[at : at + 16].decode()}|"
        for at in range(0, 3_600, 16)
    )


def _certificates(pen: Pen) -> str:
    def one() -> str:
        body = base64.encodebytes(b"0\x82\x03" + pen.rng.randbytes(900)).decode()
        return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"

    return "".join(one() for _ in range(14))


def _mail(pen: Pen) -> str:
    said = quopri.encodestring(
        "\n".join(pen.words(14, _GERMAN) + " = 100 %" for _ in range(130)).encode(), quotetabs=False
    ).decode()
    return f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\nSubject: Bericht\n\n{said}"


def _parts(pen: Pen) -> str:
    return "".join(
        f'--7d1b2c\r\nContent-Disposition: form-data; name="field{at}"\r\n\r\n{pen.words(7)}\r\n' for at in range(240)
    )


def _python(pen: Pen) -> str:
    return "\n\n".join(
        f'def price_of_{at}(symbol: str, *, day: int = {at}) -> float:\n    """Give the {pen.words(5)}."""\n    rows = [row["close"] for row in fetch(symbol) if row["day"] == day]\n    return sum(rows) / max(1, len(rows))'
        for at in range(90)
    )


def _minified(pen: Pen) -> str:
    return "".join(
        f'function f{at}(e,t){{return e&&t?e.map((function(n){{return n.{pen.words(1)}+"{pen.words(2)}"}})):t||{at}}}'
        for at in range(260)
    )


def _diff(pen: Pen) -> str:
    return "".join(
        f"diff --git a/app/m{at}.py b/app/m{at}.py\nindex {pen.hex(7)}..{pen.hex(7)} 100644\n--- a/app/m{at}.py\n+++ b/app/m{at}.py\n@@ -{at},4 +{at},4 @@ def call():\n     rows = fetch()\n-    return rows[{at}]\n+    return rows[{at + 1}]\n     # {pen.words(5)}\n"
        for at in range(75)
    )


def _deep(pen: Pen) -> str:
    return json.dumps({"a": json.dumps({"b": json.dumps(_rows(pen, 60))})})


def _nested(pen: Pen) -> str:
    return json.dumps({"Records": [{"messageId": pen.uuid(), "body": json.dumps(pen.row(at))} for at in range(60)]})


KINDS: dict[str, Make] = {
    "json": lambda pen: json.dumps({"results": _rows(pen)}),
    "json, indented": lambda pen: json.dumps({"results": _rows(pen)}, indent=2),
    "json, compact": lambda pen: json.dumps(_rows(pen), separators=(",", ":")),
    "json in json": lambda pen: json.dumps({"inner": json.dumps(_rows(pen, 60))}),
    "json in json of a queue": _nested,
    "json three deep": _deep,
    "json of cyrillic escapes": lambda pen: json.dumps([{"title": pen.words(9, _RUSSIAN), "at": 3} for _ in range(50)]),
    "json of accents": lambda pen: json.dumps([{"title": pen.words(9, _GERMAN), "at": 3} for _ in range(170)]),
    "json of numbers": lambda pen: json.dumps({"close": [pen.number() / 100 for _ in range(3_000)]}),
    "json of small numbers": lambda pen: json.dumps({"votes": [pen.number(120) for _ in range(4_000)]}),
    "json lines": _lines(lambda pen, at: json.dumps({"ts": pen.time(at), "level": pen.level(), "logger": pen.module(), "msg": pen.words(8), "ms": at})),
    "docker json": _lines(lambda pen, at: json.dumps({"log": f"{pen.level()} {pen.words(9)}\n", "stream": "stdout", "time": pen.time(at)})),
    "geojson": lambda pen: json.dumps({"type": "LineString", "coordinates": [[106 + pen.number() / 1e4, -6 - pen.number() / 1e4] for _ in range(800)]}),
    "repr of python": lambda pen: repr(_rows(pen)),
    "traceback": lambda pen: f"{_traceback(pen, 160)}ValueError: no",
    "tracebacks, chained": _chained,
    "traceback in json": lambda pen: json.dumps({"level": "error", "exc": _traceback(pen, 160)}),
    "java stack": _lines(lambda pen, at: f"\tat com.example.{pen.module()}.Handler{at % 9}.{pen.rng.choice(['call', 'doFilter', 'invoke'])}(Handler.java:{pen.number()})", head="java.lang.IllegalStateException: closed"),
    "node stack": _lines(lambda pen, at: f"    at async Object.<anonymous> (/srv/app/node_modules/{pen.words(1)}/lib/index.js:{pen.number()}:{at % 80})", head="TypeError: no"),
    "go panic": _lines(lambda pen, at: f"main.(*Server).Handle(0xc{pen.hex(9)}, {{0x{pen.hex(6)}, 0x{at:x}}})\n\t/srv/app/server.go:{pen.number()} +0x{pen.hex(3)}", head="goroutine 17 [running]:"),
    "log": _lines(lambda pen, at: f"2026-11-23 14:23:{at % 60:02},123 {pen.level()} {pen.module()}: {pen.words(12)} status=200 took {at} ms"),
    "log in windows' line ends": _lines(lambda pen, at: f"2026-11-23 14:23:{at % 60:02} [{at % 9}] {pen.level()} {pen.words(9)}", joint="\r\n"),
    "logfmt": _lines(lambda pen, at: f'ts={pen.time(at)} level=info caller=sync.go:{pen.number()} msg="{pen.words(6)}" shard={at % 16} took={at}ms'),
    "access log": _lines(lambda pen, at: f'{pen.address()} - - [23/Nov/2026:14:23:{at % 60:02} +0700] "GET /v2/company/{pen.symbol()}/?page={at} HTTP/1.1" 200 {pen.number()} "-" "Mozilla/5.0 (X11; Linux x86_64)"'),
    "access log of bots": _lines(lambda pen, at: f'{pen.address()} - - [23/Nov/2026:14:23:{at % 60:02} +0700] "GET /search?q={quote(pen.words(4))}&lang=id HTTP/1.1" 404 {pen.number()} "https://x.example/" "bot/1.{at}"'),
    "syslog": _lines(lambda pen, at: f"Nov 23 14:23:{at % 60:02} host{at % 5} sshd[{pen.number()}]: {pen.words(8)} port {pen.number()}"),
    "kubernetes events": _lines(lambda pen, at: f'{at}m  Normal  Pulled  pod/prices-{pen.hex(9)}-{pen.hex(5)}  Successfully pulled image "x.example/app:1.{at}" in {at}ms'),
    "requests": _lines(lambda pen, at: f'DEBUG urllib3.connectionpool: https://api.sectors.app:443 "GET /v2/company/report/{pen.symbol()}/?sections=overview HTTP/1.1" 200 {pen.number()}'),
    "csv": _lines(lambda pen, at: f"{pen.symbol()},{pen.words(2)},{at},{pen.number() / 10}", head="symbol,name,day,close"),
    "csv, quoted": _csv,
    "tabs": _lines(lambda pen, at: f"{pen.symbol()}\t{pen.words(2)}\t{at}\t{pen.number()}", head="symbol\tname\tday\tclose"),
    "table of psql": _lines(lambda pen, at: f" {at:5} | {pen.symbol():8} | {pen.words(2):30} | {pen.number():8}", head="  id   | symbol   | name                           |  close\n-------+----------+-"),
    "markdown": _lines(lambda pen, at: f"## {pen.words(3)}\n\n{pen.words(40)} ([link](https://x.example/{at})), `{pen.words(2)}`:\n\n- **{pen.words(2)}**: {pen.words(9)}\n"),
    "page": _page,
    "page, escaped": lambda pen: html.escape(_page(pen)),
    "page in json": lambda pen: json.dumps({"body": _page(pen), "status": 200}),
    "xml": _xml,
    "xml in xml": lambda pen: f"<soap:Body><data>{html.escape(_xml(pen))}</data></soap:Body>",
    "sql": _lines(lambda pen, at: f"INSERT INTO prices (symbol, close, note) VALUES ('{pen.symbol()}', {at}, '{pen.words(3)}');"),
    "statements of a log": _lines(lambda pen, at: f"2026-11-23 14:23 LOG: duration: {at}.2 ms  statement: SELECT p.id, p.close FROM prices p JOIN days d ON d.id = p.day_id WHERE p.symbol = '{pen.symbol()}' ORDER BY 1 LIMIT {at}"),
    "yaml": _lines(lambda pen, at: f"  service{at}:\n    image: x.example/{pen.words(1)}:1.{at}\n    level: info\n    replicas: {at % 5}"),
    "ini": _lines(lambda pen, at: f"[section{at}]\nlevel = info\nretries = {at}\npath = /var/lib/{pen.words(1)}\n"),
    "prose": lambda pen: pen.words(4_000),
    "prose in lines": _lines(lambda pen, at: pen.words(14) + "."),
    "indonesian": _lines(lambda pen, at: pen.words(13, _INDONESIAN) + "."),
    "german": _lines(lambda pen, at: pen.words(12, _GERMAN) + "."),
    "russian": _lines(lambda pen, at: pen.words(12, _RUSSIAN) + "."),
    "japanese": lambda pen: "市場データの取得に失敗しました。しばらくしてからもう一度お試しください。\n" * 500,
    "chat with emoji": _lines(lambda pen, at: f"[14:{at % 60:02}] {pen.words(1)}: {pen.words(7)} 🚀👍 “{pen.words(2)}”…"),
    "addresses": _lines(lambda pen, at: f"https://x.example/v2/search/?q={quote(pen.words(3))}&from={quote('2026-11-23T00:00:00+07:00')}&page={at}"),
    "form": lambda pen: urlencode([(f"field{at}", pen.words(4) + ", “ok”?") for at in range(300)]),
    "form in parts": _parts,
    "mail, quoted-printable": _mail,
    "digests": _lines(lambda pen, at: f"{hashlib.sha256(str(at).encode()).hexdigest()}  dist/app-1.{at}.tar.gz"),
    "ids": _lines(lambda pen, at: f"{pen.uuid()} {pen.symbol()} {at}"),
    "traces": _otlp,
    "har": _har,
    "pins": _lines(lambda pen, at: f"package{at}==1.{at}.0 \\\n    --hash=sha256:{pen.hex(64)}"),
    "metrics": _lines(lambda pen, at: f'http_requests_total{{method="GET",code="200",path="/v2/{pen.symbol()}",le="{at}"}} {pen.number()}'),
    "dump": _dump,
    "picture in base64": lambda pen: "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n" + pen.rng.randbytes(12_400)).decode(),
    "certificates": _certificates,
    "python source": _python,
    "script, minified": _minified,
    "diff": _diff,
    "terminal with colours": _lines(lambda pen, at: f"\x1b[32m{pen.time(at)}\x1b[0m \x1b[1m{pen.level()}\x1b[0m {pen.words(8)}"),
    "windows' paths in json": lambda pen: json.dumps([{"file": f"C:\\srv\\app\\{pen.words(1)}\\m{at}.dll", "size": at} for at in range(300)]),
}  # fmt: skip
"""Each kind, and what makes a text of it."""


def texts() -> dict[str, str]:
    """Give a text of each kind, each of exactly 16 kB."""
    made = {kind: make(Pen())[:SIZE] for kind, make in KINDS.items()}
    short = [kind for kind, text in made.items() if len(text) < SIZE]
    if short:
        raise AssertionError(f"these are too short: {short}")
    return made


def main() -> None:
    """Print what is lost."""
    redactor = Redactor(secrets=[hashlib.sha256(b"made up").hexdigest()])
    lost = [kind for kind, text in texts().items() if len(redactor.text(text)) < SIZE // 2]
    print(f"{len(KINDS)} texts, {len(lost)} are lost: {', '.join(lost)}")


if __name__ == "__main__":
    main()
