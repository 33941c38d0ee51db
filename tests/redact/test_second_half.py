"""What a corpus taught that nobody had seen: sentences, local phone numbers, columns, text of other languages inside base64, keys in paths."""

from __future__ import annotations

import base64
import secrets

import pytest

from outwarden.redact import Redactor

MASKED = "[REDACTED]"
KEY = secrets.token_hex(20)


@pytest.mark.parametrize(
    "text",
    [
        "token yang dikirim: %",
        "the token you sent: %",
        "headers={'X-Shopify-Hmac-Sha256': 'sha256=%', 'Accept': '*/*'}",
        "UPDATE hooks SET X_Shopify_Hmac_Sha256 = '%' WHERE id = 4",
        "GET https://mainnet.infura.io/v3/% failed: timed out",
        '<a href="https://eth-mainnet.g.alchemy.com/v2/%">node</a>',
        "unexpected BBDC-%+/x in response",
    ],
)
def test_keys_of_many_places_go(text):
    """In a sentence, behind the name of a digest, in the path of a node of a blockchain."""
    assert KEY not in Redactor().text(text.replace("%", KEY))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("SMS to (672) 403-3664 undelivered", f"SMS to {MASKED} undelivered"),
        ("SMS to 081234567890 undelivered", f"SMS to {MASKED} undelivered"),
        ("WA ke 0049 30 4992073 gagal", f"WA ke {MASKED} gagal"),
        ("Gunakan 265496 sebagai kode verifikasi Anda", f"Gunakan {MASKED} sebagai kode verifikasi Anda"),
        ("set smtp_pass to Maple-harbor-390", f"set smtp_pass to {MASKED}"),
        ("set one_time_password to 997698", f"set one_time_password to {MASKED}"),
        (
            "batch from 0012345678 to 0012999999 of (300) 200-3000x",
            "batch from 0012345678 to 0012999999 of (300) 200-3000x",
        ),
        (
            "pass token= instead of auth_key=; token= and secret= are required",
            "pass token= instead of auth_key=; token= and secret= are required",
        ),
    ],
)
def test_what_a_sentence_says(text, clean):
    """Where a number was called, what was set; ids with zeros in front and names without values stay."""
    assert Redactor().text(text) == clean


def test_names_of_variables_are_values_in_quotes():
    """`{"X-API-Key": api_key}` is code; a password that is called so is none."""
    assert Redactor().event({"password": "db_password"}) == {"password": MASKED}
    assert Redactor().text('{"password": "db_password"}') == f'{{"password": "{MASKED}"}}'
    assert Redactor().text("DB_PASS=db_password") == f"DB_PASS={MASKED}"
    assert Redactor().text('get(url, headers={"X-API-Key": api_key})') == 'get(url, headers={"X-API-Key": api_key})'


def test_columns_may_hold_secrets_that_look_like_one():
    """By the name of the column and by the look of the cell; addresses of machines as well."""
    table = {"columns": ["id", "_session", "client_ip"], "rows": [[7, KEY, "203.0.113.9"], [8, "pre-opening", None]]}

    assert Redactor().event(table) == {
        "columns": ["id", "_session", "client_ip"],
        "rows": [[7, MASKED, MASKED], [8, "pre-opening", None]],
    }


@pytest.mark.parametrize("before", ["Customer record — peer: ", "Größe 5, phone: +62 812 ", "日本 remote_addr="])
def test_letters_of_other_languages_do_not_part_a_text_in_base64(before):
    """A label that stands close behind one is read with it."""
    encoded = base64.b64encode(f"Kundendaten {before}203.0.113.94; status: active".encode()).decode()

    assert encoded not in Redactor().text(f"payload={encoded}")


@pytest.mark.parametrize(
    "text",
    [
        "HF_TOKEN changed from None to '%'",
        'SETEX confirm_password 3600 "%"',
        "doppler secrets set MYSQL_ROOT_PASSWORD='%'",
        '"X-Master-Key" : [ "%" ]',
        'const STRIPE_SK = "%";',
        '<property name="private_key_pem" value="%"/>',
        "X-Honeycomb-Team: %",
        "auth_cookie+%3A%3D+%22%%22&page=2",
        "user[password2]=%&commit=Save",
    ],
)
def test_values_go_in_rarer_notations(text):
    """Changes, Redis, stores of secrets, lists with blanks, forms; a name with an equals sign is no value itself."""
    secret = "Rm9b" + secrets.token_hex(14)

    shown = Redactor().text(secret.join(text.rsplit("%", 1)) if "%3A" not in text else text.replace("%%", secret + "%"))

    assert secret not in shown


def test_names_before_an_equals_sign_stay():
    """Where the value in quotes goes, its name is still to be read."""
    assert (
        Redactor().text(f"fly secrets set MYSQL_ROOT_PASSWORD='{KEY}'")
        == f"fly secrets set MYSQL_ROOT_PASSWORD='{MASKED}'"
    )


@pytest.mark.parametrize("numbers", ["2/6074496742175340/7775503038015355", "1/1203474967421753"])
def test_tokens_of_asana_show_what_they_are(numbers):
    """Numbers with slashes between, and hex."""
    assert KEY[:32] not in Redactor().text(f"unexpected response for {numbers}:{KEY[:32]}.")


def test_a_token_on_a_removed_line_of_a_diff_goes():
    """A minus sign stands before it."""
    token = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode() + "." + KEY + "." + KEY

    assert Redactor().text(f"diff: -{token}") == f"diff: -{MASKED}"


@pytest.mark.parametrize("name", ["nama_pemilik_rekening", "payer_name", "mothers_maiden_name"])
def test_names_of_persons_may_have_other_letters(name):
    """To their end."""
    assert Redactor().text(f"<ns:{name}>Wei Ling Schröder</ns:{name}>") == f"<ns:{name}>{MASKED}</ns:{name}>"
    assert Redactor().event({name: "Wei Ling Schröder"}) == {name: MASKED}


@pytest.mark.parametrize(
    "event",
    [
        {"mcap": "375353292869765", "net_profit": "4111111111111111", "total_assets": "5555555555554444"},
        {"trade_id": "2592649394749356", "recipient_bank_name": "Bank Jago", "storage_account_name": "acmelogs"},
        {"quiz": {"question": "which?", "answer": "that"}, "checks": [{"path": "/session", "received": "abc"}]},
        {"sk": "EOD#BBCA.JK#2026-11-01", "pk": "TENANT#42", "message": "sk: EOD#BBCA.JK#2026-11-01"},
        {"message": "syntax error at token 14 \"SELECT\", expected key 3 'close'"},
        {"message": "order number 0812345678901; session that failed: worker-7d9f8b6c5d-x2x9z"},
        {"message": "https://dashboard.alchemy.com/apps/abcdefghijklmnopqrstuv1/settings"},
        {"message": "password=${env:DB_PASSWORD}", "note": "token=${ssm:app.token}"},
    ],
)
def test_amounts_and_references_stay(event):
    """Capital that looks like the number of a card, and where a value comes from."""
    assert Redactor().event(event) == event


def test_identity_numbers_of_indonesia_show_what_they_are():
    """Sixteen digits with a province, a date of birth and a low number; ids, amounts and times have no such."""
    number = "317405" + "620390" + "0012"

    assert Redactor().text(f"row {number} seen") == f"row {MASKED} seen"
    assert Redactor().event({"val": number}) == {"val": MASKED}
    for other in ("3174056203900999", "1767225600123456", "9974056203900012", "3174056213900012"):
        assert Redactor().text(f"row {other} seen") == f"row {other} seen"
    assert Redactor().event({"mcap": number, "n": int(number)}) == {"mcap": number, "n": int(number)}
    assert Redactor().text(f"market cap {number}") == f"market cap {number}"


@pytest.mark.parametrize(
    ("event", "secret"),
    [
        ({"documents": [{"docType": "passport", "docNumber": "X1234567"}]}, "X1234567"),
        ({"of": [{"type": "KTP", "number": "3174056203900999"}]}, "3174056203900999"),
        ({"issues": [{"path": ["apiKey"], "received": KEY}]}, KEY),
        ({"credentials": {"recovery_question": {"question": "pet?", "answer": "Fluffy"}}}, "Fluffy"),
        ({"additionalInfo": {"beneficiaryAccountName": "Siti Tan"}}, "Siti Tan"),
        ({"properties": {"firstname": {"value": "Siti", "timestamp": 1}}}, "Siti"),
        ({"message": "Kontoinhaber: Jürgen Tan"}, "Tan"),
        ({"message": "Tempat/Tgl Lahir: Bandung, 1990-01-02; x"}, "1990"),
        ({"message": "Ihr Passwort lautet: Cobalt#5523"}, "Cobalt"),
        ({"message": f"POST /3/device/{KEY} 410"}, KEY),
    ],
    ids=[
        "passport",
        "identity card",
        "Zod",
        "answer",
        "account",
        "first name",
        "holder",
        "place and date",
        "German",
        "device",
    ],
)
def test_what_another_field_says_of_a_value(event, secret):
    """Kinds of documents, ways to fields, questions; and names of persons in longer names."""
    assert secret not in str(Redactor().event(event))
