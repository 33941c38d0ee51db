"""Places at which a secret stands in an event."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from .kinds import PII, Random, Secret
from .notations import COMMANDS, NOTATIONS


def places(secret: Secret, shown: str, rng: Random) -> dict[str, Any]:
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
        "list of lists": {"rows": [[["x", [shown]]]]},
        "unknown attribute": {"attributes": [{"key": "app.note", "value": {"stringValue": shown}}]},
        "unknown parameter": {"url.original": f"https://api.example/r?foo={shown}&page=2"},
        "sql": {"db.statement": f"INSERT INTO t VALUES (1, '{shown}', now())"},
        "repr of a list": {"locals": repr(["GET", shown, 3])},
        "key of a key": {"cache": {f"k:{shown}": True}},
        "traceback": {
            "error.stack": f'Traceback (most recent call last):\n  File "a.py", line 3, in f\nValueError: {shown}'
        },
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
        "parameters of a template": {"Parameters": [{"ParameterKey": label, "ParameterValue": whole}]},
        "key and value": {"Tags": [{"Key": label, "Value": whole}]},
        "field of a form": {"fields": [{"label": label, "text": whole}]},
        "validation error": {"errors": [{"loc": ["body", label], "input": whole}]},
        "record of a change": {"changed": {label: {"old": None, "new": whole}}},
        "many values": {"multiValueHeaders": {label: [whole]}},
        "variables of a query": {"body": json.dumps({"query": "mutation", "variables": {"i": {label: whole}}})},
        "cut off": {"body_excerpt": f'{{"detail":"denied","{label}":"{whole[: max(12, len(whole) * 2 // 3)]}'},
    }
    if secret.kind not in PII and not secret.scheme and shown.isprintable():
        label_ = label.replace("-", "_")
        notation = {"text": rng.choice(list(NOTATIONS.values())).replace("%L", label_).replace("%V", shown)}
        if shown.isalnum() or not secret.known:
            named |= {f"notation {number}": notation for number in range(4)}
        if shown.isalnum():
            named["command line"] = {"command": rng.choice(COMMANDS).replace("%V", shown)}
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


PLACES = tuple(places(Secret("password", "x" * 20, ("password",), alone=True), "x" * 20, Random(0)))
