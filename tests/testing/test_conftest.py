"""The fixtures of this suite keep their word."""

import os
import socket
from pathlib import Path

import pytest
import requests


def test_strangers_are_refused_and_named(loopback_only):
    """A connection or a look-up that leaves the machine is refused, and the guard remembers it."""
    with pytest.raises(OSError, match="loopback only"):
        socket.create_connection(("192.0.2.1", 443))
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get("https://api.sectors.app/v2/tags/")

    assert loopback_only == ["connect to 192.0.2.1", "look-up of api.sectors.app"]
    loopback_only.clear()


def test_name_that_cannot_exist_is_a_plain_failure():
    """A test of failing look-ups needs no network and is not blamed."""
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get("https://nowhere.invalid/")


def test_home_is_the_tests_own(tmp_path):
    """Nothing is read from or written to the developer's home."""
    assert Path.home().is_relative_to(tmp_path)
    assert Path(os.environ["XDG_STATE_HOME"]).is_relative_to(tmp_path)
    assert not [name for name in os.environ if name.startswith(("OUTWARDEN_", "SECTORS_"))]
