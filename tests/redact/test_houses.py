"""Addresses of houses behind names that are as often those of hosts, wallets and offices; dates of birth in words; Singapore's FIN."""

from __future__ import annotations

import pytest

from outwarden.redact import Redactor

HOUSES = [
    "Jl. Kenanga Raya No. 17, RT 03/RW 05, Tebet",
    "Blk 417 Tampines Street 41 #08-133 Singapore 520417",
    "2210 North Willow Lane, Apt 12",
    "Mozartstraße 12, 80336 München",
    "12 rue de la Paix, 75002 Paris",
    "Calle Mayor 21, 28013 Madrid",
]
MASKED = "[REDACTED]"


@pytest.mark.parametrize("house", HOUSES)
@pytest.mark.parametrize(
    "name", ["address", "street", "alamat", "Anschrift", "homeAddr", "address_line_1", "addressLine2"]
)
def test_houses_go_behind_names_that_may_be_others(name, house):
    """As a field, in a text, in JSON in a text, as columns and in a table."""
    redactor = Redactor()

    assert redactor.event({"to": {name: house}}) == {"to": {name: MASKED}}
    assert redactor.text(f'{{"{name}": "{house}", "n": 5}}') == f'{{"{name}": "{MASKED}", "n": 5}}'
    assert redactor.text(f"{name}: {house}\nstatus: ok") == f"{name}: {MASKED}\nstatus: ok"
    assert house not in str(redactor.event({"columns": ["id", name], "rows": [[7, house]]}))


@pytest.mark.parametrize(
    "event",
    [
        {"wallet": {"address": "0x52908400098527886E0F7030069857D2E4169EE7"}, "server": {"address": "10.0.3.7:8080"}},
        {"company": {"address": "Menara Kencana, Jl. Asem No. 1, Jakarta"}, "office_address": HOUSES[0]},
        {"address": "tcp://feed.pasar.id:9000", "street": "wall"},
        {"message": "bad address 'web1 5': name resolution failed; address: 12 hosts, 3 ways, drive 7"},
        {"fin": "2026-05-10T17:00:00", "debut": "2026-05-09", "message": "fin=20260510 17:00"},
    ],
)
def test_other_addresses_stay(event):
    """Of machines, wallets and offices; and the end of things, which is written as Singapore's number is."""
    assert Redactor().event(event) == event


@pytest.mark.parametrize(
    "born", ["9 October 1979", "2 Mei 1991", "May 3, 1990", "14/12/1959", "3. Januar 1988", "1990-01-02"]
)
@pytest.mark.parametrize("name", ["date_of_birth", "birthday", "tanggal_lahir", "geburtsdatum", "dob"])
def test_dates_of_birth_go_to_their_end(name, born):
    """Without quotes there are blanks in them."""
    assert Redactor().text(f"{name}: {born}; status: ok") == f"{name}: {MASKED}; status: ok"
    assert born not in Redactor().text(f'{{"detail": "DETAIL: Key ({name})=({born}) already exists."}}')


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("ValidationError: dob (13.05.1985) did not match", f"ValidationError: dob ({MASKED}) did not match"),
        ("ValidationError: birthDate (19600204) is wrong", f"ValidationError: birthDate ({MASKED}) is wrong"),
        ("customer_name (Nurul Gonzalez) has changed", f"customer_name ({MASKED}) has changed"),
        ("full_name (max 80 characters)", "full_name (max 80 characters)"),
    ],
)
def test_brackets_behind_a_personal_name_hold_its_value(text, clean):
    """As validators write it; what only explains stays."""
    assert Redactor().text(text) == clean


@pytest.mark.parametrize("name", ["fin", "uinfin", "applicant_fin", "FIN"])
def test_numbers_of_foreigners_in_singapore_go(name):
    """By their name and their shape."""
    number = "G" + "4800765" + "T"

    assert Redactor().event({name: number}) == {name: MASKED}
    assert Redactor().text(f'rejected {name}="{number}"') == f'rejected {name}="{MASKED}"'


@pytest.mark.parametrize("name", ["Reisepass", "passeport", "pasaporte"])
def test_passports_go_in_other_languages(name):
    """As a field and in XML."""
    assert Redactor().event({name: "C97KH388F"}) == {name: MASKED}
    assert Redactor().text(f"<{name}>C97KH388F</{name}>") == f"<{name}>{MASKED}</{name}>"
