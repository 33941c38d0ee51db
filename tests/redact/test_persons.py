"""Names and addresses of persons behind a label, to their end; those of shares, hosts and companies stay."""

from __future__ import annotations

import pytest

from outwarden.redact import Redactor

NAME = "Sari Santoso Kusumadewi"
HOUSE = "Jl. Mawar No. 65, Bandung 40115"
MACHINE = "3c:22:fb:0a:01:9e"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("NAMA_LENGKAP=%", "NAMA_LENGKAP=[REDACTED]"),
        ("full_name: %\nstatus: ok", "full_name: [REDACTED]\nstatus: ok"),
        ('"cardholder_name": "%", "n": 5', '"cardholder_name": "[REDACTED]", "n": 5'),
        ("account_holder=% status=ok", "account_holder=[REDACTED] status=ok"),
        ("symbol,full_name,n\nBBCA.JK,%,5\n", "symbol,full_name,n\nBBCA.JK,[REDACTED],5\n"),
        ("?customer_name=Sari%20Santoso&page=2", "?customer_name=[REDACTED]&page=2"),
    ],
)
def test_names_go_to_their_end(text, clean):
    """Without quotes a name has blanks in it."""
    assert Redactor().text(text.replace("%", NAME) if "%20" not in text else text) == clean


@pytest.mark.parametrize("name", ["billing_address", "alamat_rumah", "homeAddress", "SHIPPING_ADDRESS"])
def test_addresses_of_houses_go_to_their_end(name):
    """As a field, in a text and in JSON."""
    assert Redactor().event({name: HOUSE}) == {name: "[REDACTED]"}
    assert Redactor().text(f"{name}={HOUSE}\nTZ=Asia/Jakarta") == f"{name}=[REDACTED]\nTZ=Asia/Jakarta"
    assert Redactor().text(f'{{"{name}":"{HOUSE}"}}') == f'{{"{name}":"[REDACTED]"}}'


@pytest.mark.parametrize("name", ["mac", "mac_address", "deviceMac", "bssid"])
def test_addresses_of_machines_go(name):
    """A MAC address tells a person's device."""
    assert Redactor().event({name: MACHINE}) == {name: "[REDACTED]"}
    assert Redactor().text(f"joined, {name}={MACHINE} rssi=-40") == f"joined, {name}=[REDACTED] rssi=-40"


@pytest.mark.parametrize(
    "event",
    [
        {"company": "PT Bank Central Asia Tbk", "author": "Tim Riset Kencana", "address": "Menara BCA, Jakarta"},
        {"mac": "macOS 14.5", "hmac": "off", "name": "feed-sync", "host": "web1.pasar.id"},
        {"bind_address": "0.0.0.0:8080", "email_address_count": 7, "customer_name_length": 23},
    ],
)
def test_what_is_no_person_stays(event):
    """Companies, programs and hosts."""
    assert Redactor().event(event) == event
