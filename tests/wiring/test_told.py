"""What the program tells us: users, logical calls and secrets, through the public face and into the journal."""

from __future__ import annotations

import logging

import pytest
import requests

import outwarden
from outwarden.wiring import inside, told

REPORT = "/v2/company/report/BBCA/"


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch):
    monkeypatch.setattr(told, "_secrets", {})


@pytest.fixture
def get(sectors):
    def get(path=REPORT):
        return requests.get(
            sectors.url + path, headers={"Authorization": sectors.key}, verify=sectors.ca_file, timeout=9
        )

    return get


def journal(watched) -> str:
    return "\n".join(file.read_text() for file in watched.folder.rglob("*.jsonl"))


def test_users_reach_the_journal_as_pseudonyms(watched, sectors, get):
    """Pseudonym and country stand in the line, id and address nowhere below the state directory."""
    inside.start(watched.settings)
    with outwarden.user("ann-the-user", client_ip="103.10.60.1"), outwarden.call(name="report"):
        get()
    inside.uninstall()

    (event,) = watched.events
    assert event.user.startswith("u_")
    assert (event.client_country, event.call_name) == ("ID", "report")
    for file in (file for file in watched.folder.rglob("*") if file.is_file()):
        assert b"ann-the-user" not in file.read_bytes()
        assert b"103.10.60" not in file.read_bytes()


def test_the_same_user_has_the_same_name_after_a_restart(watched, sectors, get):
    """The key lies in the state directory."""
    for _ in range(2):
        inside.start(watched.settings)
        with outwarden.user(42):
            get()
        inside.uninstall()

    assert len({event.user for event in watched.events}) == 1


def test_after_uninstall_nothing_is_taken(watched, sectors):
    """Labels are harmless without us."""
    inside.start(watched.settings)
    inside.uninstall()
    with outwarden.user("ann"), outwarden.call():
        from outwarden.labels import whose

        assert whose().read() == (None, None)


@pytest.mark.parametrize("early", [True, False])
def test_a_secret_that_the_program_tells(watched, sectors, get, early):
    """It is masked wherever it turns up, whether it was told before or after install()."""
    value = "sesame-open-4711"
    if early:
        assert outwarden.secret(value) == value
    inside.start(watched.settings)
    if not early:
        outwarden.secret(value)
    with outwarden.call(name=f"load {value}"):
        get(f"/v2/{value}/?q={value}")
    inside.uninstall()

    assert watched.events[0].call_name == "load [REDACTED]"
    assert value not in journal(watched)


def test_a_secret_outlives_a_restart_of_the_watch(watched, sectors, get):
    """uninstall() and install() do not forget it."""
    value = "sesame-open-4711"
    outwarden.secret(value)
    for _ in range(2):
        inside.start(watched.settings)
        with outwarden.call(name=value):
            get()
        inside.uninstall()

    assert [event.call_name for event in watched.events] == ["[REDACTED]"] * 2


def test_a_secret_that_is_too_short_is_refused(watched, caplog):
    """The log says so, without it."""
    inside.start(watched.settings)
    with caplog.at_level(logging.WARNING):
        outwarden.secret("abc")
    inside.uninstall()

    assert "too short" in caplog.text
    assert "abc" not in caplog.text


def test_a_secret_must_be_text():
    """Bytes would never be found in text: the mistake is said at once."""
    with pytest.raises(TypeError, match=r"must be a str, not bytes"):
        outwarden.secret(b"sesame-open")
