"""Countries of addresses, and addresses as servers and proxies write them."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

from outwarden import geo
from outwarden.geo import Countries, address


@pytest.fixture(scope="module")
def countries():
    return Countries()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("8.8.8.8", "8.8.8.8"),
        (" 8.8.8.8 ", "8.8.8.8"),
        ("8.8.8.8:41234", "8.8.8.8"),
        ("::ffff:103.10.60.1", "103.10.60.1"),
        ("2001:4860:4860::8888", "2001:4860:4860::8888"),
        ("[2001:4860:4860::8888]:443", "2001:4860:4860::8888"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
        ("unknown", None),
        ("_gateway", None),
        ("8.8.8.8.8", None),
        ("[" * 10_000, None),
        ("1" * 10_000, None),
    ],
)
def test_addresses_are_read(text, read):
    """With brackets, port, zone or mapping; what is none is none."""
    found = address(text)

    assert (None if found is None else str(found)) == read


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("8.8.8.8", "US"),
        ("103.10.60.1", "ID"),
        ("::ffff:103.10.60.1", "ID"),
        ("2001:4860:4860::8888", "US"),
        *[(private, None) for private in ("10.1.2.3", "127.0.0.1", "192.168.0.9", "100.64.0.1", "169.254.1.1")],
        *[(private, None) for private in ("::1", "fe80::1", "fd00::1", "224.0.0.1", "2001:db8::1", "0.0.0.0")],
        ("nowhere", None),
    ],
)
def test_countries(countries, text, country):
    """Public addresses have one, private and unreadable ones have none."""
    assert countries.of(text) == country


def test_the_environment_stays_as_it_was(countries, monkeypatch):
    """Loading the tables leaves the variables alone that the library sets; our children would inherit them."""
    program = """
import os
from outwarden.geo import Countries
before = dict(os.environ)
assert Countries().of("8.8.8.8") == "US"
assert dict(os.environ) == before, set(os.environ) ^ set(before)
"""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    for more in ({}, {"PYTHONWARNINGS": "default"}):
        subprocess.run([sys.executable, "-c", program], check=True, env={**environment, **more})


def test_the_library_s_warnings_stay_away(tmp_path):
    """What newer Pythons say about its source is neither shown nor an error in a program that makes warnings errors."""
    program = "from outwarden.geo import Countries; print(Countries().of('8.8.8.8'))"
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}  # warnings come when it is compiled
    for strictness in ("default", "error"):
        done = subprocess.run(
            [sys.executable, "-W", strictness, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        assert (done.stdout, done.stderr) == ("US\n", "")


def test_private_addresses_load_nothing():
    """A program whose users are all on the inside pays nothing."""
    program = """
import sys
from outwarden.geo import Countries
assert Countries().of("10.0.0.7") is None
assert "geoip2fast" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_missing_extra_is_said_once(monkeypatch, caplog):
    """The log says what to install, one time, and without the address."""
    monkeypatch.setitem(sys.modules, "geoip2fast", None)
    monkeypatch.setattr(geo, "_said", [])
    with caplog.at_level(logging.WARNING):
        found = Countries()
        assert [found.of("8.8.8.8"), found.of("2001:4860:4860::8888"), Countries().of("9.9.9.9")] == [None] * 3

    assert [record.message for record in caplog.records] == [
        "Addresses are given, but no country is known. Run: pip install 'outwarden[geo]'"
    ]
