"""Free ports: nobody else gets them by accident."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from outwarden.testing import ports


@pytest.fixture
def given(tmp_path, monkeypatch):
    """Let the system say which ports it gives away by itself."""
    said = tmp_path / "range"
    monkeypatch.setattr(ports, "_RANGE", said)
    return said.write_text


def test_a_free_port_is_none_that_the_system_gives_away(given):
    """Whichever range it gives ports from."""
    given("10008\t60999\n")

    found = {ports.free() for _ in range(200)}

    assert min(found) >= 10_000
    assert max(found) < 10_008
    assert len(found) > 1


@pytest.mark.skipif(not Path("/proc/sys/net/ipv4/ip_local_port_range").exists(), reason="needs Linux's range of ports")
def test_the_range_is_that_of_this_machine():
    """A connection from any port never has one of them."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert ports.free() < min(server.getsockname()[1], client.getsockname()[1])


def test_a_port_that_is_taken_is_not_given(given, monkeypatch):
    """When it was the last one, one that the system chooses is given."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", ports.free()))
        taken = holder.getsockname()[1]
        monkeypatch.setattr(ports, "_LOWEST", taken)
        given(f"{taken + 1} 60999")

        assert ports.free() != taken


@pytest.mark.parametrize("said", ["", "no numbers", None], ids=["nothing", "words", "no file"])
def test_where_the_system_does_not_say_it_the_standard_holds(given, said):
    """As on macOS."""
    if said is not None:
        given(said)

    assert all(10_000 <= ports.free() < 49_152 for _ in range(200))


def test_where_the_system_gives_all_ports_away_it_chooses(given):
    """Then there is no better one."""
    given("1024 65535")

    assert ports.free() > 1023
