"""Events without a secret, and what of them must survive."""

from __future__ import annotations

import base64
import string
from typing import Any

from .kinds import Random, hexadecimal, luhn, word


def _otel(rng: Random) -> tuple[dict[str, Any], list[str]]:
    symbol = rng.choice(["BBCA.JK", "TLKM.JK", "D05.SI"])
    kept = {
        "trace_id": hexadecimal(rng, 32),
        "span_id": hexadecimal(rng, 16),
        "url.full": f"https://api.sectors.app/v2/daily/{symbol}/?start=2026-01-0{rng.randint(1, 9)}&end=2026-03-02",
        "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36",
        "http.request.header.x-request-id": hexadecimal(rng, 8)
        + "-"
        + hexadecimal(rng, 4)
        + "-4"
        + hexadecimal(rng, 3)
        + "-a"
        + hexadecimal(rng, 3)
        + "-"
        + hexadecimal(rng, 12),
        "http.response.header.etag": f'W/"{hexadecimal(rng, 32)}"',
        "container.image.id": f"sha256:{hexadecimal(rng, 64)}",
        "traceparent": f"00-{hexadecimal(rng, 32)}-{hexadecimal(rng, 16)}-01",
        "market.isin": f"ID10001{word(rng, 5, string.digits)}",
        "market.volume_text": f"{rng.randint(1, 9)}.{rng.randint(100, 999)}.{rng.randint(100, 999)}.{rng.randint(100, 999)}",
        "epoch_ns": str(rng.randint(16 * 10**17, 18 * 10**17)),
        "lei": word(rng, 20, string.ascii_uppercase + string.digits),
        "ulid": "01J" + word(rng, 23, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
        "integrity": "sha384-" + base64.b64encode(rng.randbytes(48)).decode(),
        "logo": "data:image/png;base64,iVBORw0KGgo" + base64.b64encode(rng.randbytes(120)).decode(),
        "note": f"The session closed at {rng.randint(100, 9999)}.25; passwordless login and author tokens are unaffected",
        "sort_key": "market_cap_desc",
        "lib": "urllib3/2.5.0.1",
        "page_token": "page-7-of-9",
        "session_phase": "pre-opening",
        "auth_scheme": "raw-header",
        "arn": f"arn:aws:logs:ap-southeast-3:{word(rng, 12, string.digits)}:log-group:/prices/close",
        "change": "+0.5690%",
        "cf_ray": f"{hexadecimal(rng, 16)}-SIN",
    }
    event: dict[str, Any] = {
        **kept,
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "duration_ms": round(rng.random() * 900, 3),
        "shares_outstanding": int(luhn("4", 16, rng)),
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


def _har(rng: Random) -> tuple[dict[str, Any], list[str]]:
    """An entry of a HAR file, and OTLP's attributes: names and values side by side."""
    flat, _ = _otel(rng)
    pairs = {name: value for name, value in flat.items() if isinstance(value, str)}
    event = {
        "request": {"method": "GET", "headers": [{"name": name, "value": value} for name, value in pairs.items()]},
        "resource": {"attributes": [{"key": "arn", "value": {"stringValue": (arn := _arn(rng))}}]},
        "comment": (spoken := rng.choice(SENTENCES)),
        "source": (code := rng.choice(CODE)),
    }
    return event, [*pairs.values(), arn, spoken, code]


def _record(rng: Random) -> tuple[dict[str, Any], list[str]]:
    """A record of a container's log, with ids of many services."""
    kept = {
        "pod": f"prices-{word(rng, 10, 'bcdfghjklmnpqrstvwxz2456789')}-{word(rng, 5, 'bcdfghjklmnpqrstvwxz2456789')}",
        "image": f"registry.example/prices:{hexadecimal(rng, 7)}@sha256:{hexadecimal(rng, 64)}",
        "fingerprint": ":".join(hexadecimal(rng, 2).upper() for _ in range(20)),
        "error_code": rng.choice(["ERR_TLS_CERT_ALTNAME_INVALID", "ORA-12541", "0x80070005", "SQLSTATE[08006]"]),
        "idempotency_key": f"{hexadecimal(rng, 8)}-{hexadecimal(rng, 4)}-4{hexadecimal(rng, 3)}-a{hexadecimal(rng, 3)}-{hexadecimal(rng, 12)}",
        "cache_key": f"daily:BBCA.JK:2026-11-{rng.randint(10, 28)}",
        "completion": f"chatcmpl-{word(rng, 29)}",
        "ref": f"evt_1{word(rng, 23)}",
        "arn": _arn(rng),
        "object": f"s3://eod/prices/2026/11/{rng.randint(10, 28)}/BBCA.JK.parquet",
        "amount": f"Rp {rng.randint(1, 999)}.{word(rng, 3, string.digits)}.{word(rng, 3, string.digits)},00",
        "partition_key": f"BBCA#2026-{rng.randint(10, 12)}",
        "token_type": "Bearer",
        "site": "https://www.npmjs.example/package/@angular/core",
        "say": rng.choice(SENTENCES),
        "source": rng.choice(CODE),
    }
    line = "; ".join(f"{name}={kept[name]}" for name in ("error_code", "idempotency_key", "pod", "arn"))
    return {"kubernetes": kept, "stream": "stderr", "log": line}, [*kept.values(), line]


def _arn(rng: Random) -> str:
    return f"arn:aws:secretsmanager:ap-southeast-3:{word(rng, 12, string.digits)}:secret:prod/prices-{word(rng, 6)}"


SENTENCES = (
    *("password policy requires 12 characters", "the key risk is a weaker rupiah", "missing API key in request"),
    *("Kunci sukses investasi adalah disiplin", "sandi harus minimal 12 karakter", "tokenisasi aset nyata di bursa"),
    *("session closed 0.4 percent higher", "key takeaways: profit up", "secret of long term returns is patience"),
    *("token bucket refilled to 40", "cookie policy page", "Laba bersih Rp 54,8 triliun pada 2025"),
    *("use of code page 1252", "hash rate 120 EH/s", "no credentials were needed for this route", "bank code 014"),
)
"""Words that stand before secrets as well."""
CODE = (
    *("api_key = settings.SECTORS_API_KEY", "client = Sectors(api_key=os.environ['SECTORS_API_KEY'])"),
    *("password = getpass.getpass()", "if token is None: raise AuthError", "def login(user, password):"),
    *("Authorization: Bearer $TOKEN", "postgresql://{user}:{password}@{host}/db", "api_key=${SECTORS_API_KEY}"),
    *("SELECT token_type, count(*) FROM sessions GROUP BY 1", "secrets:read,tokens:list", "password=********"),
)
"""Says where a secret comes from, and not what it is."""
EVENTS = (_otel, _ecs, _har, _record)
