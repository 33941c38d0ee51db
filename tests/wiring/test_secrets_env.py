"""Secrets are found by reference; the key of all pseudonyms is found or made."""

from __future__ import annotations

import os
import secrets
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import requests

from outwarden.config.root import Config
from outwarden.errors import ConfigError
from outwarden.redact import Registry
from outwarden.wiring import inside, secrets_env
from outwarden.wiring.secrets_env import ConfiguredSecrets, pseudonym_key, resolve, standing


def config(**redact):
    return msgspec.convert({"redact": redact}, Config)


def test_resolve():
    """`env:NAME` is the variable's value; an empty one is none."""
    assert resolve("env:A", {"A": "value"}) == "value"
    assert resolve("env:A", {"A": ""}) is None
    assert resolve("env:B", {}) is None


def test_other_schemes_are_told_without_the_value():
    """What is no reference may be the secret itself: it is not repeated."""
    secret = secrets.token_hex(16)
    with pytest.raises(ConfigError, match="env:NAME") as caught:
        resolve(secret, {})

    assert secret not in str(caught.value)


def test_configured_secrets_are_registered():
    """The API key and the further secrets, and what is missing until it comes."""
    key, other, late = (secrets.token_hex(16) for _ in range(3))
    environ = {"SECTORS_API_KEY": key, "OTHER": other}
    registry = Registry()
    configured = ConfiguredSecrets(config(secrets=["env:OTHER", "env:LATE"]), registry, environ)

    assert key not in registry.scrub(f"{key} {other}")
    assert other not in registry.scrub(f"{key} {other}")
    assert configured.missing == ("env:LATE",)
    environ["LATE"] = late
    configured.refresh()
    assert configured.missing == ()
    assert late not in registry.scrub(late)


@pytest.mark.parametrize("name", ["SECTORS_API_KEY", "AWS_SECRET_ACCESS_KEY"])
def test_a_secret_that_is_changed_is_known(watched, sectors, monkeypatch, name):
    """A program that renews its key in its own environment, or has one for each of its tenants."""
    monkeypatch.setenv(name, "x" + secrets.token_hex(12))
    inside.start(watched.settings)

    class Telling(requests.adapters.HTTPAdapter):
        def send(self, request, **_):
            raise requests.ConnectionError(f"no luck with {os.environ[name]}")

    with requests.Session() as session:
        session.mount("https://", Telling())
        for _ in range(3):
            with pytest.raises(requests.ConnectionError):
                session.get(sectors.url)
            monkeypatch.setenv(name, "x" + secrets.token_hex(12))

    assert [event.error for event in watched.events] == ["no luck with [REDACTED]"] * 3


def test_of_secrets_that_are_changed_the_latest_are_known():
    """Otherwise they would grow without end."""
    first, *others = ("x" + secrets.token_hex(12) for _ in range(100))
    environ = {"SECTORS_API_KEY": first}
    registry = Registry()
    configured = ConfiguredSecrets(Config(), registry, environ)
    for environ["SECTORS_API_KEY"] in others:
        configured.refresh()

    assert first not in registry.scrub(first)
    assert others[-1] not in registry.scrub(others[-1])
    assert others[0] in registry.scrub(others[0])


def test_pseudonym_key_by_reference(tmp_path):
    """A configured key comes first and makes no file."""
    file = tmp_path / "state" / "pseudonym.key"

    assert pseudonym_key(config(pseudonym_key="env:K"), file, {"K": "from outside"}) == b"from outside"
    assert not file.exists()


def test_pseudonym_key_in_a_file(tmp_path):
    """Without one a random key is made, once, for its owner only."""
    file = tmp_path / "state" / "pseudonym.key"
    key = pseudonym_key(config(), file, {})

    assert pseudonym_key(config(), file, {}) == key
    assert len(key) == 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_processes_that_start_together_agree(tmp_path):
    """Whoever is first makes the key; the others use it."""
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda n: pseudonym_key(config(), tmp_path / "s" / f"{n // 8}.key", {}), range(64)))

    assert len(keys) == 8


@pytest.mark.parametrize("trouble", ["unwritable", "damaged", "link"])
def test_without_a_usable_file_the_key_is_random(tmp_path, trouble):
    """The key then holds for the process."""
    file = tmp_path / "pseudonym.key"
    if trouble == "unwritable":
        file = tmp_path / "file" / "pseudonym.key"
        file.parent.write_text("")
    elif trouble == "damaged":
        file.write_bytes(b"short")
    else:
        file.symlink_to(tmp_path / "elsewhere")
        (tmp_path / "elsewhere").write_bytes(os.urandom(32))

    first, second = (pseudonym_key(config(), file, {}) for _ in range(2))
    assert first != second
    assert len(first) == 32


def test_secrets_that_stand_in_the_environment_are_known():
    """By convention: AWS sessions, and the passwords in addresses, as they are sent and as they are written."""
    secret, token, password = ("x" + secrets.token_hex(12) for _ in range(3))
    environ = {
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
        "AWS_REGION": "ap-southeast-3",
        "DATABASE_URL": f"postgresql://app:{password}%40@db.example.org:5432/prices?sslmode=require",
        "HOMEPAGE": "https://example.org/a@b",
        "REDIS_URL": "redis://:short@localhost",
    }

    assert dict(standing(environ)) == {
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
        "DATABASE_URL": f"{password}@",
    }
    registry = Registry()
    ConfiguredSecrets(Config(), registry, environ)
    assert password not in registry.scrub(f"could not connect as app with {password}@")


def test_what_a_program_loads_into_its_environment_is_known(watched, sectors, monkeypatch):
    """A .env file is often read after the clients were imported."""
    password = "x" + secrets.token_hex(12)
    inside.start(watched.settings)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://app:{password}@db.example.org/prices")

    class Telling(requests.adapters.HTTPAdapter):
        def send(self, request, **_):
            raise requests.ConnectionError(f"no luck with {password}")

    with requests.Session() as session:
        session.mount("https://", Telling())
        with pytest.raises(requests.ConnectionError):
            session.get(sectors.url)

    assert [event.error for event in watched.events] == ["no luck with [REDACTED]"]


def test_a_new_key_on_a_disk_that_passes_is_warned_of(tmp_path, monkeypatch, caplog):
    """Once, when it is made."""
    monkeypatch.setattr(secrets_env, "file_system", lambda path: "overlay")
    for _ in range(2):
        pseudonym_key(Config(), tmp_path / "key", {})

    assert [record.file_system for record in caplog.records] == ["overlay"]
