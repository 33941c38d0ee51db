"""A corpus of our own: made-up events with made-up secrets in them, and a judge of what is left of both.

Every secret is made from a seeded generator and assembled from pieces, so that none stands in this file. An event knows
the secrets that were planted (kind, place, encoding) and the strings that must survive.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import random
import re
import string
import textwrap
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

Random = random.Random
ALNUM = string.ascii_letters + string.digits


class Secret(NamedTuple):
    """A made-up secret."""

    kind: str
    value: str
    labels: tuple[str, ...]
    """Names that it goes by."""
    alone: bool = False
    """Whether it can be recognised without a label."""
    known: bool = False
    """Whether the redactor was told."""
    scheme: str = ""
    digits: bool = False
    parts: tuple[str, ...] = ()
    """The parts that must not be seen, where the rest of the value may."""


class Case(NamedTuple):
    """An event with one secret in it."""

    event: dict[str, Any]
    secret: Secret
    place: str
    encoding: str
    survivors: tuple[str, ...]


def _word(rng: Random, size: int, alphabet: str = ALNUM) -> str:
    return "".join(rng.choice(alphabet) for _ in range(size))


def _hex(rng: Random, size: int) -> str:
    return _word(rng, size, "0123456789abcdef")


def _luhn(prefix: str, size: int, rng: Random) -> str:
    body = prefix + _word(rng, size - len(prefix) - 1, string.digits)
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def _iban(rng: Random) -> str:
    country, size = rng.choice([("DE", 18), ("ES", 20), ("AT", 16), ("PL", 24), ("CH", 17), ("SE", 20)])
    body = _word(rng, size, string.digits)
    check = 98 - int("".join(str(int(c, 36)) for c in f"{body}{country}00")) % 97
    return f"{country}{check:02d}{body}"


def _nik(rng: Random) -> str:
    day = rng.randint(1, 28) + rng.choice([0, 40])
    birth = f"{day:02d}{rng.randint(1, 12):02d}{rng.randint(0, 99):02d}"
    return f"{rng.choice(['3174', '3273', '1271', '5171'])}{rng.randint(1, 20):02d}{birth}{rng.randint(1, 9999):04d}"


def _password(rng: Random) -> str:
    words = ["Violin", "Marble", "Orchid", "Falcon", "Pepper", "Canyon"]
    return f"{rng.choice(words)}{rng.choice('!@_-.*')}{_word(rng, 4)}{rng.randint(10, 99)}"


def _jwt(rng: Random) -> str:
    def part(data: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data, separators=(",", ":")).encode()).decode().rstrip("=")

    claims = {"sub": _word(rng, 9, string.digits), "aud": "market-data", "exp": rng.randint(10**9, 2 * 10**9)}
    return f"{part({'alg': 'ES256', 'kid': _hex(rng, 8)})}.{part(claims)}.{_word(rng, 64, ALNUM + '-_')}"


def _pem(rng: Random, name: str) -> str:
    body = "\n".join(_word(rng, 64, ALNUM + "+/") for _ in range(5))
    return f"-----BEGIN {name}-----\n{body}\n-----END {name}-----"


def _prefixed(
    kind: str, label: str, *prefixes: str, size: int = 32, alphabet: str = ALNUM
) -> Callable[[Random], Secret]:
    def make(rng: Random) -> Secret:
        prefix = "".join(rng.choice(prefixes).split("|"))  # the bar keeps the literals out of the reach of scanners
        body = _word(rng, size - 1, alphabet) + "7"
        return Secret(kind, prefix + body, (label,), alone=True, parts=(body,))

    return make


def _labelled(kind: str, labels: str, make: Callable[[Random], str], **traits: Any) -> Callable[[Random], Secret]:
    return lambda rng: Secret(kind, make(rng), tuple(labels.split()), **traits)


def _user_url(rng: Random) -> Secret:
    password = _word(rng, rng.randint(10, 24))
    scheme = rng.choice(["postgresql", "amqps", "mongodb+srv", "redis", "https", "mysql"])
    url = f"{scheme}://{rng.choice(['etl', 'reader', ''])}:{password}@db.internal:5432/prices"
    return Secret("dsn", url, ("database_url", "BROKER_URL", "dsn"), alone=True, parts=(password,))


KINDS: dict[str, Callable[[Random], Secret]] = {
    "api_key_hex": _labelled("api_key_hex", "api_key X-API-Key apiKey SECTORS_API_KEY", lambda r: _hex(r, 64)),
    "api_key_uuid": _labelled(
        "api_key_uuid", "api_key apikey", lambda r: f"{_hex(r, 8)}-{_hex(r, 4)}-{_hex(r, 4)}-{_hex(r, 4)}-{_hex(r, 12)}"
    ),
    "oauth_secret": _labelled(
        "oauth_secret", "client_secret clientSecret oauth_client_secret", lambda r: _word(r, 40, ALNUM + "-_~")
    ),
    "refresh": _labelled("refresh", "refresh_token refreshToken", lambda r: _word(r, 48, ALNUM + "-_")),
    "session": _labelled("session", "session_id sessionToken JSESSIONID", lambda r: _word(r, 32)),
    "csrf": _labelled("csrf", "csrf_token X-CSRF-Token xsrf-token", lambda r: _word(r, 36)),
    "bearer": _labelled(
        "bearer", "Authorization authorization", lambda r: _word(r, 43, ALNUM + "-_"), scheme="Bearer "
    ),
    "basic": _labelled(
        "basic",
        "Authorization Proxy-Authorization",
        lambda r: base64.b64encode(f"svc:{_password(r)}".encode()).decode(),
        scheme="Basic ",
    ),
    "password": _labelled("password", "password passwd DB_PASSWORD user_password pwd", _password),
    "signing": _labelled("signing", "signing_key encryption_key webhook_secret", lambda r: _word(r, 44, ALNUM + "+/")),
    "aws_secret": _labelled(
        "aws_secret",
        "aws_secret_access_key secretAccessKey AWS_SECRET_ACCESS_KEY",
        lambda r: _word(r, 40, ALNUM + "+/"),
    ),
    "azure_key": _labelled("azure_key", "AccountKey SharedAccessKey", lambda r: _word(r, 86, ALNUM + "+/") + "=="),
    "otp": _labelled("otp", "otp one_time_password mfa_code verification_code", lambda r: _word(r, 8, string.digits)),
    "jwt": lambda r: Secret("jwt", _jwt(r), ("id_token", "access_token", "Authorization"), alone=True),
    "pem": lambda r: Secret("pem", _pem(r, "RSA PRIVATE KEY"), ("private_key", "tls_key"), alone=True),
    "openssh": lambda r: Secret("openssh", _pem(r, "OPENSSH PRIVATE KEY"), ("ssh_key",), alone=True),
    "aws_id": _prefixed(
        "aws_id", "aws_access_key_id", "AK|IA", "AS|IA", size=16, alphabet=string.ascii_uppercase + "234567"
    ),
    "github": _prefixed("github", "github_token", "gh|p_", "gh|s_", "github|_pat_", size=36),
    "gitlab": _prefixed("gitlab", "gitlab_token", "gl|pat-", "gl|rt-", size=20),
    "slack": _prefixed("slack", "slack_token", "xo|xb-", "xa|pp-", size=44),
    "stripe": _prefixed("stripe", "stripe_key", "sk_|live_", "rk_|live_", "whs|ec_", size=24),
    "npm": _prefixed("npm", "npm_token", "npm|_", size=36),
    "pypi": _prefixed("pypi", "pypi_token", "pypi|-AgEI", size=60),
    "google": _prefixed("google", "google_api_key", "AI|za", size=35),
    "google_oauth": _prefixed("google_oauth", "access_token", "ya|29.", "GOC|SPX-", size=40),
    "openai": _prefixed("openai", "openai_api_key", "sk-|proj-", "sk-|ant-api03-", "sk|-", size=40),
    "huggingface": _prefixed("huggingface", "hf_token", "h|f_", size=34),
    "sendgrid": _prefixed("sendgrid", "sendgrid_api_key", "S|G.", size=60),
    "vault": _prefixed("vault", "vault_token", "hv|s.", "hv|b.", size=24),
    "digitalocean": _prefixed("digitalocean", "do_token", "dop_|v1_", size=64, alphabet="0123456789abcdef"),
    "shopify": _prefixed("shopify", "shopify_token", "shp|at_", size=32, alphabet="0123456789abcdef"),
    "databricks": _prefixed("databricks", "databricks_token", "da|pi", size=32, alphabet="0123456789abcdef"),
    "midtrans": _prefixed("midtrans", "server_key", "Mid-|server-", size=24),
    "xendit": _prefixed("xendit", "xendit_key", "xnd_|production_", size=40),
    "telegram": lambda r: Secret(
        "telegram", f"{_word(r, 10, '123456789')}:AA{(body := _word(r, 33))}", ("bot_token",), alone=True, parts=(body,)
    ),
    "dsn": _user_url,
    "card": lambda r: Secret("card", _luhn("4", 16, r), ("card_number", "pan", "card"), alone=True, digits=True),
    "iban": lambda r: Secret("iban", _iban(r), ("iban",), alone=True),
    "nik": _labelled("nik", "nik no_ktp NIK", _nik, digits=True),
    "phone": lambda r: Secret(
        "phone",
        f"+62 812-{_word(r, 4, string.digits)}-{_word(r, 4, string.digits)}",
        ("phone", "msisdn"),
        True,
        digits=True,
    ),
    "email": lambda r: Secret(
        "email", f"{_word(r, 9, string.ascii_lowercase)}{r.randint(1, 99)}@mail.example", ("email",), True
    ),
    "ip": _labelled(
        "ip", "client_ip remote_addr X-Forwarded-For", lambda r: f"103.{r.randint(20, 250)}.{r.randint(20, 250)}.7"
    ),
    "known_token": lambda r: Secret("known_token", KNOWN[r.randrange(3)], ("value",), known=True),
    "known_password": lambda r: Secret("known_password", KNOWN[r.randrange(3, len(KNOWN))], ("value",), known=True),
}
_seeded = Random("known")
KNOWN = (
    _hex(_seeded, 64),
    _hex(_seeded, 40),
    _word(_seeded, 32),
    "Tr1cky/pass+word&more=yes",
    "blank in w0rds %41",
    "kun¢i-r4hasia",
)


def _each(text: str, form: str) -> str:
    return "".join(form.format(b) for b in text.encode())


def _folded(text: str, size: int, joint: str) -> str:
    return joint.join(textwrap.wrap(text, size, drop_whitespace=False, break_on_hyphens=False) or [text])


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda t: t,
    "percent": lambda t: quote(t, safe=""),
    "percent all": lambda t: _each(t, "%{:02X}"),
    "percent all, small": lambda t: _each(t, "%{:02x}"),
    "percent twice": lambda t: quote(_each(t, "%{:02X}"), safe=""),
    "percent thrice": lambda t: quote(quote(_each(t, "%{:02X}"), safe=""), safe=""),
    "some percent": lambda t: "".join(f"%{ord(c):02X}" if i % 3 == 1 and ord(c) < 128 else c for i, c in enumerate(t)),
    "json escapes": lambda t: "".join(f"\\u{ord(c):04x}" for c in t),
    "some json escapes": lambda t: "".join(f"\\u{ord(c):04X}" if i % 4 == 2 else c for i, c in enumerate(t)),
    "hex escapes": lambda t: _each(t, "\\x{:02x}"),
    "html decimal": lambda t: "".join(f"&#{ord(c)};" for c in t),
    "html hex": lambda t: "".join(f"&#x{ord(c):x};" for c in t),
    "html": html.escape,
    "zero width": lambda t: "\u200b".join(t[i : i + 6] for i in range(0, len(t), 6)),
    "soft hyphen": lambda t: "\u00ad".join(t[i : i + 9] for i in range(0, len(t), 9)),
    "full width": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    "folded": lambda t: _folded(t, 22, "\n"),
    "folded, indented": lambda t: _folded(t, 20, "\r\n    "),
    "quoted-printable": lambda t: _folded("".join(f"=3D{c[1:]}" if c == "=" else c for c in t), 24, "=\n"),
    "base64": lambda t: base64.b64encode(t.encode()).decode(),
    "base64 url": lambda t: base64.urlsafe_b64encode(f"k={t}".encode()).decode().rstrip("="),
    "base64 twice": lambda t: base64.b64encode(base64.b64encode(t.encode())).decode(),
    "base64 of json": lambda t: base64.b64encode(json.dumps({"v": 1, "api_key": t}).encode()).decode(),
    "base32": lambda t: base64.b32encode(t.encode()).decode(),
    "hex": lambda t: t.encode().hex(),
    "HEX": lambda t: t.encode().hex().upper(),
    "spaced hex": lambda t: t.encode().hex(" "),
    "gzip": lambda t: base64.b64encode(gzip.compress(json.dumps({"password": t}).encode(), mtime=0)).decode(),
    "bytes repr": lambda t: repr(t.encode()),
}

PII = ("card", "iban", "nik", "phone", "email", "ip", "otp")


def _otel(rng: Random) -> tuple[dict[str, Any], list[str]]:
    symbol = rng.choice(["BBCA.JK", "TLKM.JK", "D05.SI"])
    kept = {
        "trace_id": _hex(rng, 32),
        "span_id": _hex(rng, 16),
        "url.full": f"https://api.sectors.app/v2/daily/{symbol}/?start=2026-01-0{rng.randint(1, 9)}&end=2026-03-02",
        "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36",
        "http.request.header.x-request-id": _hex(rng, 8)
        + "-"
        + _hex(rng, 4)
        + "-4"
        + _hex(rng, 3)
        + "-a"
        + _hex(rng, 3)
        + "-"
        + _hex(rng, 12),
        "http.response.header.etag": f'W/"{_hex(rng, 32)}"',
        "container.image.id": f"sha256:{_hex(rng, 64)}",
        "traceparent": f"00-{_hex(rng, 32)}-{_hex(rng, 16)}-01",
        "market.isin": f"ID10001{_word(rng, 5, string.digits)}",
        "market.volume_text": f"{rng.randint(1, 9)}.{rng.randint(100, 999)}.{rng.randint(100, 999)}.{rng.randint(100, 999)}",
        "epoch_ns": str(rng.randint(16 * 10**17, 18 * 10**17)),
        "lei": _word(rng, 20, string.ascii_uppercase + string.digits),
        "ulid": "01J" + _word(rng, 23, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
        "integrity": "sha384-" + base64.b64encode(rng.randbytes(48)).decode(),
        "logo": "data:image/png;base64,iVBORw0KGgo" + base64.b64encode(rng.randbytes(120)).decode(),
        "note": f"The session closed at {rng.randint(100, 9999)}.25; passwordless login and author tokens are unaffected",
        "sort_key": "market_cap_desc",
        "lib": "urllib3/2.5.0.1",
        "page_token": "page-7-of-9",
        "session_phase": "pre-opening",
        "auth_scheme": "raw-header",
        "arn": f"arn:aws:logs:ap-southeast-3:{_word(rng, 12, string.digits)}:log-group:/prices/close",
        "change": "+0.5690%",
        "cf_ray": f"{_hex(rng, 16)}-SIN",
    }
    event: dict[str, Any] = {
        **kept,
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "duration_ms": round(rng.random() * 900, 3),
        "shares_outstanding": int(_luhn("4", 16, rng)),
        "max_tokens": rng.randint(256, 999),
        "has_authorization": True,
    }
    return event, [*kept.values(), symbol, str(event["shares_outstanding"]), str(event["max_tokens"])]


def _ecs(rng: Random) -> tuple[dict[str, Any], list[str]]:
    flat, kept = _otel(rng)
    event: dict[str, Any] = {
        "@timestamp": "2026-11-23T14:23:45.123Z",
        "event": {"kind": "event", "dataset": "outbound"},
    }
    for name, value in flat.items():
        node = event
        *parents, last = name.split(".")
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = value
    return event, kept


def _places(secret: Secret, shown: str, rng: Random) -> dict[str, Any]:
    """Give, for each place, what is added to the event."""
    label = rng.choice(secret.labels)
    whole = secret.scheme + shown
    lone: dict[str, Any] = {
        "message": {"message": f"retrying with {shown} after 3 attempts"},
        "tail of message": {"message": f"upstream refused: {shown}"},
        "list item": {"args": ["GET", shown, "3"]},
        "path": {"url.path": f"/v2/k/{shown}/report/"},
        "dictionary key": {"seen": {shown: 1}},
        "bytes": {"body": f"<{shown}>".encode()},
    }
    named: dict[str, Any] = {
        "field": {label: whole},
        "deep field": {"a": {"b": [{"c": {label: whole}}]}},
        "header list": {f"http.request.header.{label.lower()}": [whole]},
        "pair": {"raw_headers": [["accept", "*/*"], [label, whole]]},
        "bytes pair": {"raw_headers": [(label.encode(), whole.encode())]},
        "flat pairs": {"rawHeaders": ["accept", "*/*", label, whole]},
        "name and value": {"attributes": [{"name": label, "value": whole}]},
        "otlp attribute": {"attributes": [{"key": label, "value": {"stringValue": whole}}]},
        "under a sensitive name": {"credentials": {"one": [whole], "two": {"x": whole}}},
        "log pair": {"message": f"ready {label}={whole} attempt=3"},
        "log pair, quoted": {"message": f'level=info {label}="{whole}" attempt=3'},
        "colon": {"message": f"sent {label}: {whole}"},
        "environment": {"environ": f"LANG=id_ID.UTF-8 {label.upper().replace('-', '_')}={whole} TZ=Asia/Jakarta"},
        "json text": {"body": json.dumps({"detail": "denied", label: whole, "code": 7})},
        "json in json": {"body": json.dumps({"inner": json.dumps({label: whole, "n": 1})})},
        "python repr": {"locals": repr({"headers": {label: whole, "Accept": "*/*"}})},
        "tuple repr": {
            "error.message": f"Header part (({whole!r},)) from ({label!r}, ({whole!r},)) must be of type str"
        },
        "keyword": {"error.message": f"call(url='x', {label.replace('-', '_')}={whole!r}, timeout=3)"},
        "xml": {"body": f"<Error><Code>7</Code><{label}>{whole}</{label}></Error>"},
        "curl": {"repro": f"curl -sS 'https://api.sectors.app/v2/tags/' -H '{label}: {whole}' -H 'Accept: */*'"},
        "option": {"cmdline": f"sync --{label.lower().replace('_', '-')} '{whole}' --verbose"},
        "argv": {"argv": ["sync", f"--{label.lower().replace('_', '-')}", whole, "--verbose"]},
        "yaml": {"config": f"region: x\n{label}: {whole}\nretries: 3\n"},
        "query": {"url.query": f"start=2026-01-01&{label}={quote(whole, safe='%')}&page=2"},
        "url": {"url.original": f"https://api.sectors.app/v2/tags/?{label}={quote(whole, safe='%')}&page=2"},
        "fragment": {"url.original": f"https://app.example/cb#state=ok&{label}={quote(whole, safe='%')}"},
        "form": {"http.request.body.content": f"grant_type=x&{label}={quote(whole, safe='%')}&scope=all"},
        "cut off": {"body_excerpt": f'{{"detail":"denied","{label}":"{whole[: max(12, len(whole) * 2 // 3)]}'},
    }
    if secret.kind in ("ip", "otp"):
        named = {
            place: added
            for place, added in named.items()
            if place in ("field", "deep field", "log pair", "json text", "pair")
        }
    if secret.known:
        return lone | {
            place: added for place, added in named.items() if place not in ("under a sensitive name", "cut off")
        }
    return (lone | named) if secret.alone else named


def cases(count: int, seed: int) -> Iterator[Case]:
    """Make events with one secret each."""
    rng = Random(seed)
    kinds, encodings = list(KINDS), list(ENCODINGS)
    while count:
        secret = KINDS[rng.choice(kinds)](rng)
        encoding = rng.choice(encodings) if rng.random() < 0.5 else "plain"
        if not _sensible(secret, encoding):
            continue
        shown = ENCODINGS[encoding](secret.value)
        places = _places(secret, shown, rng)
        place = rng.choice(list(places))
        if place == "cut off" and encoding != "plain":
            continue
        event, kept = rng.choice([_otel, _ecs])(rng)
        event.update(places[place])
        yield Case(event, secret, place, encoding, tuple(kept))
        count -= 1


def _sensible(secret: Secret, encoding: str) -> bool:
    if "\n" in secret.value and encoding in ("folded", "folded, indented", "quoted-printable", "spaced hex"):
        return False
    short = len(secret.value) < 20 or secret.kind in PII
    folds = "folded" in encoding or encoding == "quoted-printable"
    return not (short and (folds or (secret.kind == "otp" and encoding != "plain")))


_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}")


def text_of(event: Any) -> str:
    """Give all keys and values of an event as one text."""
    if isinstance(event, dict):
        return "\0".join(f"{name}\0{text_of(value)}" for name, value in event.items())
    if isinstance(event, list | tuple):
        return "\0".join(map(text_of, event))
    return event.decode("latin-1") if isinstance(event, bytes) else str(event)


def readings(text: str) -> list[str]:
    """Give what a patient reader gets out of a text: three rounds of every decoding."""
    seen, fresh = {text}, [text]
    for _ in range(3):
        found = {view for known in fresh for view in _decoded(known)} - seen
        seen |= found
        fresh = list(found)
    return list(seen)


def _decoded(text: str) -> Iterator[str]:
    yield unquote(text)
    yield html.unescape(text)
    yield re.sub(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})", lambda m: chr(int(m[1] or m[2], 16)), text)
    yield re.sub(r"=\r?\n|\s+", "", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    for run in re.findall(r"(?:[0-9a-fA-F]{2}){8,}", text):
        yield bytes.fromhex(run).decode("latin-1")
    for run in re.findall(r"[A-Z2-7]{24,}", text):
        try:
            yield base64.b32decode(run + "=" * (-len(run) % 8)).decode("latin-1")
        except ValueError:
            continue
    for found in _BASE64.finditer(text):
        for shift in range(4):
            run = found[0][shift:].replace("-", "+").replace("_", "/")
            raw = base64.b64decode(run[: len(run) // 4 * 4])
            if raw[:2] == b"\x1f\x8b":
                try:
                    raw = zlib.decompressobj(31).decompress(base64.b64decode(run + "=" * (-len(run) % 4)))
                except (zlib.error, ValueError):
                    continue
            if raw and sum(32 <= byte < 127 for byte in raw) > 0.8 * len(raw):
                yield raw.decode("latin-1")


def leaks(out: dict[str, Any], secret: Secret) -> bool:
    """Say whether half of a secret can still be read, or a hash of it that anybody can compute."""
    texts = readings(text_of(out))
    for value in secret.parts or (secret.value,):
        if secret.digits:
            value = re.sub(r"\D", "", value)  # noqa: PLW2901 - as it would be dialled
            views = [re.sub(r"[ \-.()]", "", text) for text in texts]
        else:
            views = texts
        size = min(16, max(8, -(-len(value) // 2)))
        if secret.kind in ("pem", "openssh"):
            value = value.split("\n")[2]  # noqa: PLW2901 - any line of the body
        if any(value[at : at + size] in view for view in views for at in range(len(value) - size + 1)):
            return True
        digests = [hashlib.new(name, value.encode()).hexdigest()[:16] for name in ("md5", "sha1", "sha256")]
        if any(digest in texts[0] for digest in digests):
            return True
    return False


def lost(out: dict[str, Any], case: Case) -> list[str]:
    """Give the strings that should have survived and did not."""
    text = text_of(out)
    return [kept for kept in case.survivors if kept not in text and kept not in unquote(text)]
