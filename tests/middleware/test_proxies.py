"""The client's address behind proxies: only what a trusted proxy has seen is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outwarden.middleware.proxies import Proxies

CLIENT, LIE, PROXY, OUTER = "8.8.8.8", "1.1.1.1", "10.0.0.1", "192.0.2.7"


def seen(peer, forwarded="", *trusted):
    found = Proxies(trusted).client(peer, forwarded)
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "client"),
    [
        (CLIENT, "", [], CLIENT),
        (CLIENT, LIE, [], CLIENT),  # nobody is trusted
        (CLIENT, LIE, ["10.0.0.0/8"], CLIENT),  # it did not come through the proxy
        (PROXY, CLIENT, ["10.0.0.0/8"], CLIENT),
        (PROXY, f"{LIE}, {CLIENT}", ["10.0.0.0/8"], CLIENT),
        (PROXY, f"{LIE},{CLIENT} , {OUTER}", ["10.0.0.0/8", OUTER], CLIENT),
        (PROXY, f"{CLIENT}, {OUTER}", ["10.0.0.0/8"], OUTER),  # an untrusted proxy is the client
        (PROXY, f"{LIE}, {PROXY}, {CLIENT}:4711", "10.0.0.0/8", CLIENT),
        (PROXY, "[2001:db8::9]:443", ["10.0.0.0/8"], "2001:db8::9"),
        ("::ffff:10.0.0.1", f"{LIE}, ::ffff:8.8.8.8", ["10.0.0.0/8"], CLIENT),
        ("2001:db8::1", CLIENT, ["2001:db8::/32"], CLIENT),
        (PROXY, "10.0.0.9, 10.0.0.2", ["10.0.0.0/8"], "10.0.0.9"),  # all on the inside
        (PROXY, f"{CLIENT}, unknown", ["10.0.0.0/8"], None),  # it cannot be known
        (PROXY, f"{CLIENT}, ", ["10.0.0.0/8"], None),
        ("", f"{LIE}, {CLIENT}", ["unix"], CLIENT),
        (None, f"{LIE}, {CLIENT}", ["unix"], CLIENT),
        (None, CLIENT, ["10.0.0.0/8"], None),
        (None, "", ["unix"], None),
        (PROXY, CLIENT, ["unix"], PROXY),
        ("nonsense", CLIENT, ["unix", "10.0.0.0/8"], None),
    ],
)
def test_the_client(peer, forwarded, trusted, client):
    """The rightmost address that is not a trusted proxy's."""
    assert seen(peer, forwarded, *([trusted] if isinstance(trusted, str) else trusted)) == client


def test_one_network_as_a_text():
    """A text instead of a list is one network, not its letters."""
    assert str(Proxies("10.0.0.0/8").client(PROXY, CLIENT)) == CLIENT


def test_a_long_chain_is_not_walked_to_its_end():
    """A header of a hundred thousand hops is looked at from its end only."""
    assert seen(PROXY, ", ".join([PROXY] * 100_000), "10.0.0.0/8") in {PROXY, None}


@pytest.mark.parametrize("entry", ["", "*", "10.0.0.1/8", "proxy.internal", "300.1.1.1"])
def test_entries_that_are_no_networks(entry):
    """They are refused at start, with what to write."""
    with pytest.raises(ValueError, match=r"trusted_proxies: '.*' is no address and no network\. Write"):
        Proxies([entry])


@pytest.mark.parametrize("entry", ["0.0.0.0/0", "::/0"])
def test_everybody_cannot_be_trusted(entry):
    """Then any client could invent its address."""
    with pytest.raises(ValueError, match="holds everybody"):
        Proxies([entry])


@given(st.lists(st.one_of(st.ip_addresses().map(str), st.text(max_size=20)), max_size=6))
def test_whatever_a_client_writes_it_gets_no_other_address(lies):
    """However the header begins, the address that the trusted proxy has seen is the one."""
    assert seen(PROXY, ",".join([*lies, CLIENT]), "10.0.0.0/8") == CLIENT
