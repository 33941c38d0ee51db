"""What looks like a secret, or has its name, and is none: places of logins, files, ids of machines."""

from __future__ import annotations

import hashlib
import secrets

import pytest

from outwarden.redact import Redactor

HEX = "b77a5c561934e089"
"""The token of .NET's own assemblies, which everybody may know."""


@pytest.mark.parametrize(
    "text",
    [
        *("fatal: git@github.com:pasar/feed.git not found", "ssh -p 2265 deploy@mango.internal", "scp -i ~/.ssh/id x.csv deploy@web1.pasar.id:/srv"),
        *("rsync -a --password-file=/etc/feed.pw src dst", f"System.Private.CoreLib, Culture=neutral, PublicKeyToken={HEX}"),
        *("invalid token in 'file.json'", "no password in (the vault)", "tokens like these expire"),
        *("trade 4937721323612198286 of BBCA", "[SQL: UPDATE u SET price=? WHERE id=?]\n[parameters: ('41790', 7)]"),
        *("update t set price=? where id=?\nbinding parameter (1:NUMERIC) <- [41790]", "Value 'BBCA' is not valid (Parameter 'symbol')"),
        *("format 99.999.999.9-999.999", "GET /v1/sim/20260701/x", "POST /api/keys/list 200", "image ghcr.io/pasar/pepper:sha-0c0eeac", "nip it in the bud"),
        *("Value 'market_cap' is not valid. (Parameter 'sortKey')", '{"path": ["cacheKey"], "received": "orders-417"}', 'value "orders" (type string) at path "feedKey"'),
        *("db_token:\n  page: 2\n  type: string", 'value "BBCA" (type string) at path "symbol"', '{"path": ["symbol"], "received": "BBCA-2041"}'),
        *('headers = {"X-API-Key": api_key, "X-Signature": signature}', 'headers={"Authorization": auth_header}', "login(token=access_token)"),
        *('{"Authorization": "Bearer " + token}', "token = data.aws_ssm_parameter.feed_2.value", "cache hit key=daily:BBCA.JK ttl=4"),
        *("postgresql://$USER:$PASSWORD@db-1.internal/pasar", "postgresql://<user>:<password>@db-1.internal/pasar", "signature: report(symbol, start)"),
        *("User: arn:aws:iam::123456789012:user/feed is not authorized to perform: logs:PutLogEvents", '"security_code": "BBCA", "exchange_code": "XIDX"'),
        *("git+ssh://git@github.com/pasar/feed.git", "postgres://svc_app@db-17.internal:5432/pasar", "if password == expected_password:"),
        *("metadata:\n  name: feed-1\n  uid: 85a3232d-b9fb-4a4d-a912-828d665b3d73", "docker run -e GIT_SHA=9cc5b11aa7dcd4e954370c34f97e00c8d03a8b2e x"),
        *(r"{\x22etag\x22:\x220755281220e087835b92558589eaff30\x22}", "index_token mismatch: page 2 of 7"),
    ],
)  # fmt: skip
def test_texts_stay(text):
    """Nothing in them is a secret."""
    assert Redactor(secrets=[secrets.token_hex(32)]).text(text) == text


def test_a_digest_among_parameters_stays():
    """Its column may be that of a key, and other values of it go."""
    statement = "[SQL: UPDATE u SET feed_key=? WHERE id=?]\n[parameters: ('{}', 7)]"
    digest, key = "sha256:" + hashlib.sha256(b"prices").hexdigest(), "q" + secrets.token_hex(16)

    assert Redactor().text(statement.format(digest)) == statement.format(digest)
    assert Redactor().text(statement.format(key)) == statement.format("[REDACTED]")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret_arn", "arn:aws:secretsmanager:ap-southeast-3:417004170041:secret:pasar/feed-N0FzIB"),
        ("private_subnet", f"subnet-{HEX}1"),
        ("k8s.pod.uid", "85a3232d-b9fb-4a4d-a912-828d665b3d73"),
        ("token_file", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"),
        ("public_key_token", HEX),
        ("kafka_key", "orchid:19"),
        ("routing_key", "orders:417"),
        ("security_code", "BBCA.JK"),
        ("exchange_code", "XIDX"),
        ("signature", "(self, symbol: str) -> dict"),
        ("headers", '{"X-Api-Key": api_key}'),
    ],
)
def test_fields_stay(name, value):
    """Names that end in what a secret is not."""
    assert Redactor().event({name: value}) == {name: value}


def test_addresses_of_persons_still_go():
    """Also beside a login."""
    address = "maya.lantern@" + "kantor.example"

    assert Redactor().text(f"ssh failed for {address}; git clone x") == "ssh failed for [REDACTED]; git clone x"
    assert Redactor().text(f"{address}:{address}") == "[REDACTED]:[REDACTED]"


@pytest.mark.parametrize("name", ["security_code", "exchange_code", "signature"])
def test_secrets_of_such_names_still_go(name):
    """Names of shares are letters alone, and what a function takes has brackets."""
    for value in ("417", "q7" + secrets.token_hex(15)):
        assert Redactor().event({name: value}) == {name: "[REDACTED]"}


@pytest.mark.parametrize("user", ["q7" + "c41d0e88b2", "abcdefghijklmno", "maple-2041"])
def test_what_is_no_login_still_goes_out_of_a_url(user):
    """A token may stand there alone; of the web so may any word."""
    assert Redactor().text(f"postgres://{user}@db-17/pasar") == "postgres://[REDACTED]@db-17/pasar"
    assert Redactor().text("https://feed@db-17/pasar") == "https://[REDACTED]@db-17/pasar"
