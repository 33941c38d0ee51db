"""What the program's own botocore loads is known; the real botocore reads real files."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta

import botocore.session
import pytest
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    Credentials,
    DeferredRefreshableCredentials,
    RefreshableCredentials,
)
from botocore.utils import SSOTokenLoader

from outwarden.redact import Registry
from outwarden.wiring import aws_sessions

PARTS = ("access_key", "secret_key", "token")


def made_up() -> dict[str, str]:
    """Give a session of no shape that a rule would know."""
    return {name: f"{name[0]}x{secrets.token_hex(14)}" for name in PARTS}


def metadata(session, lives_s=3600):
    return session | {"expiry_time": (datetime.now(UTC) + timedelta(seconds=lives_s)).isoformat()}


@pytest.fixture
def registry():
    registry = Registry()
    end = aws_sessions.listen(registry)
    yield registry
    end()


def known(registry, session):
    return [value not in registry.scrub(f"at the end: {value}") for value in session.values()]


def test_a_shared_credentials_file(registry, tmp_path, monkeypatch):
    """Key, secret and token of the profile are known once botocore has read them."""
    session = made_up()
    file = tmp_path / "credentials"
    file.write_text(
        f"[work]\naws_access_key_id = {session['access_key']}\n"
        f"aws_secret_access_key = {session['secret_key']}\naws_session_token = {session['token']}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    assert not any(known(registry, session))
    botocore.session.Session(profile="work").get_credentials()

    assert all(known(registry, session))


def test_a_container(registry, monkeypatch, answering):
    """What the address of a task gives, as on ECS and EKS."""
    session = made_up()
    answer = {
        "AccessKeyId": session["access_key"],
        "SecretAccessKey": session["secret_key"],
        "Token": session["token"],
        "Expiration": metadata(session)["expiry_time"],
    }

    address = answering(lambda path, headers, body: (200, {}, json.dumps(answer).encode()))
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{address}/")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    botocore.session.Session().get_credentials()

    assert all(known(registry, session))


def test_rotation(registry):
    """The next credentials are known as soon as they are there; the old ones stay so."""
    first, second = made_up(), made_up()
    credentials = RefreshableCredentials.create_from_metadata(
        metadata(first, lives_s=1), refresh_using=lambda: metadata(second), method="sts-assume-role"
    )
    assert known(registry, first | {"next": second["token"]}) == [True, True, True, False]
    assert credentials.get_frozen_credentials().secret_key == second["secret_key"]

    assert all(known(registry, first) + known(registry, second))


def test_an_assumed_role(registry):
    """Those that are only fetched when they are first needed."""
    source, role = made_up(), made_up()

    class Sts:
        def assume_role(self, **_):
            return {
                "Credentials": {
                    "AccessKeyId": role["access_key"],
                    "SecretAccessKey": role["secret_key"],
                    "SessionToken": role["token"],
                    "Expiration": datetime.now(UTC) + timedelta(hours=1),
                },
                "AssumedRoleUser": {"Arn": "arn:aws:sts::123456789012:assumed-role/reader/me"},
            }

    fetcher = AssumeRoleCredentialFetcher(lambda *_, **__: Sts(), Credentials(**source), "arn:aws:iam::1:role/reader")
    credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    assert not any(known(registry, role))
    credentials.get_frozen_credentials()

    assert all(known(registry, source) + known(registry, role))


def test_the_cached_token_of_sso(registry):
    """It is sent in a header to get the credentials."""
    token = secrets.token_hex(16)
    cache = {}
    loader = SSOTokenLoader(cache=cache)
    loader.save_token("https://start.example.org", {"accessToken": token, "expiresAt": "2030-01-01T00:00:00Z"})
    loader("https://start.example.org")

    assert token not in registry.scrub(f"at the end: {token}")


def test_credentials_that_were_there_before_us():
    """They are known when the next request is signed."""
    session = made_up()
    credentials = Credentials(**session)
    registry = Registry()
    end = aws_sessions.listen(registry)
    assert not any(known(registry, session))
    credentials.get_frozen_credentials()
    end()

    assert all(known(registry, session))


def test_the_same_values_cost_nothing(registry):
    """Each request asks for them; the needles are made once."""
    session = made_up()
    credentials = Credentials(**session)
    needles = registry.needles
    for _ in range(3):
        credentials.get_frozen_credentials()
        Credentials(**session)

    assert registry.needles is needles


def test_the_oldest_of_many_sessions_are_forgotten(registry):
    """A program that assumes roles all day does not grow."""
    sessions = [made_up() for _ in range(20)]
    for session in sessions:
        Credentials(**session)

    assert not any(known(registry, sessions[0]))
    assert all(known(registry, sessions[-1]) + known(registry, sessions[4]))


def test_a_fault_of_ours_is_not_the_programs(monkeypatch):
    """Credentials are loaded all the same."""

    def fault(*_):
        raise RuntimeError

    registry = Registry()
    monkeypatch.setattr(registry, "observe_session", fault)
    end = aws_sessions.listen(registry)
    try:
        assert Credentials(**made_up()).get_frozen_credentials().secret_key
    finally:
        end()


def test_uninstall_leaves_botocore_as_it_was():
    """Nothing of ours is left in its classes."""
    places = [(Credentials, "_normalize"), (RefreshableCredentials, "get_frozen_credentials")]
    before = [owner.__dict__[name] for owner, name in places]
    end = aws_sessions.listen(Registry())
    assert [owner.__dict__[name] for owner, name in places] != before
    end()

    assert [owner.__dict__[name] for owner, name in places] == before


PROGRAM = """
import sys
import boto3, requests
from requests.adapters import HTTPAdapter

class Telling(HTTPAdapter):
    def send(self, request, **kwargs):
        raise requests.ConnectionError(f"no luck with {told}")

url = sys.argv[1]
found = boto3.Session(profile_name="work").get_credentials()
for told in (found.secret_key, found.token):
    with requests.Session() as session:
        session.get(f"{url}/v2/{told}/?page={told}", data=told)
        session.mount("https://", Telling())
        try:
            session.get(f"{url}/v2/tags/")
        except requests.ConnectionError:
            pass
"""


@pytest.mark.parametrize("order", ["boto3, requests", "requests, boto3", "botocore.credentials, boto3, requests"])
def test_a_program_that_is_watched(watched, sectors, tmp_path, order):
    """In whatever order it imports: what it reads from its file is in no byte of the journal."""
    session = made_up()
    file = tmp_path / "credentials"
    file.write_text(
        f"[work]\naws_access_key_id = {session['access_key']}\n"
        f"aws_secret_access_key = {session['secret_key']}\naws_session_token = {session['token']}\n"
    )
    done = watched.run(
        "-c",
        PROGRAM.replace("import boto3, requests", f"import {order}"),
        sectors.url,
        AWS_SHARED_CREDENTIALS_FILE=str(file),
        REQUESTS_CA_BUNDLE=str(sectors.ca_file),
    )
    assert done.returncode == 0, done.stderr

    errors = [event.error for event in watched.events if event.error]
    assert errors == ["no luck with [REDACTED]"] * 2
    assert len(watched.events) == 4
    written = b"".join(path.read_bytes() for path in watched.folder.rglob("*") if path.is_file())
    assert not [name for name, value in session.items() if value.encode() in written]
