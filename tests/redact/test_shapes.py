"""Credentials that show what they are, and numbers that prove themselves."""

from __future__ import annotations

import base64
import json
import secrets
import string

import pytest

from outwarden.redact import Redactor, checksums
from outwarden.redact.shapes import SHAPES

ALPHABETS = {shape.rule: shape.body.pattern for shape in SHAPES}


def _body(shape, size: int) -> str:
    alphabet = "0123456789abcdef" if "a-fA-F" in shape.body.pattern else string.ascii_uppercase + string.digits
    return "7" + "".join(secrets.choice(alphabet) for _ in range(size - 2)) + "7"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.rule} {shape.literal}")
def test_every_shape_is_found(shape):
    """Whole, in a sentence, in quotes, in a path, and cut off after its least length."""
    least = int(shape.body.pattern.rpartition("{")[2].partition(",")[0])
    body = _body(shape, max(48, least + 2))
    redactor = Redactor()

    for text in (f"with {shape.literal}{body} now", f"'{shape.literal}{body}'", f"x/{shape.literal}{body}"):
        assert body[4:20] not in redactor.text(text), text
    cut = shape.literal + body[: least + 2]
    assert redactor.text(f"saw {cut}") != f"saw {cut}"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "task-list-of-the-day",
            "risk-adjusted-return",
            "ASIANMARKETSINDEX",
            "sk-fading-circle-animation",
            "asia-southeast",
        ),
        *(
            "skeleton",
            "pytest_live_data_for_all_of_the_markets",
            "the_secret_of_investing_is_patience",
            "API-REFERENCE-FOR-DEVELOPERS",
            "t1.micro",
            "req_6b3c1f0e7d2a4958",
            "hf_hub",
            "npm_config",
            "ghp_",
            "key-value-store",
            "secret_santa",
            "r8_",
            "data:image/png;base64,iVBORw0KGgo",
        ),
        *(
            "01JV6NP86XG5Q4CE0F8KWP3SQX",
            "BBG00UJAWEZE",
            "7K5OYLFP27GO7AGFWH67",
            "HWSFLLY362X77RMB",
            'W/"4c3697930cf309b9"',
        ),
        *(
            "sha384-qrmMrYCFVjLclmsbmeEtZ69NzLxOYsW7Lrn4ndoG5M5TEWZN",
            "00-97bf011ec5228074b2b33c029ecc3e2a-b1dcd4b1df824bee-01",
        ),
    ],
)
def test_look_alikes_stay(text):
    """Words, ids, digests and tickers are no credentials."""
    assert Redactor().text(f"see {text} there") == f"see {text} there"


@pytest.mark.parametrize(
    "number",
    ["4111111111111111", "5500 0000 0000 0004", "3400-0000-0000-009", "6011000000000004", "3530111333300000"],
)
def test_card_numbers_are_found_without_a_label(number):
    """Issuer, length and check digit are proof enough, unless the words before say that it is an amount."""
    redactor = Redactor()

    assert redactor.text(f"charging {number} now") == "charging [REDACTED] now"
    if number.isdigit():
        assert redactor.text(f"volume: {number} shares") == f"volume: {number} shares"


@pytest.mark.parametrize("number", ["1700345010060642680", "1736417373450", "4111111111111112", "9999999999999999"])
def test_times_and_other_long_numbers_stay(number):
    """A time in nanoseconds is no card, nor is a number whose check digit is wrong."""
    assert Redactor().text(f"at {number} sharp") == f"at {number} sharp"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("IBAN is DE89 3704 0044 0532 0130 00 here", "IBAN is [REDACTED] here"),
        ("pay GB82WEST12345698765432 today", "pay [REDACTED] today"),
        ("isin ID1000127612 today", "isin ID1000127612 today"),
        ("NIK: 3174015411828565 ok", "NIK: [REDACTED] ok"),
        ("NPWP 90.215.883.0-958.620 ok", "NPWP [REDACTED] ok"),
        ("order 7781 4111 1111 1111 1111 paid", "order 7781 [REDACTED] paid"),
        ("ref AB12 4111 1111 1111 1111 paid", "ref AB12 [REDACTED] paid"),
        ("volume 1.234.567.890 ok", "volume 1.234.567.890 ok"),
        ("call +62 812-7397-5799 now", "call [REDACTED] now"),
        ("change +0.5690% today", "change +0.5690% today"),
        ("mail jane.doe+x@mail.example now", "mail [REDACTED] now"),
        ("client 203.0.113.9 left", "client [REDACTED] left"),
        ("urllib3/2.25.9.7 and 1.2.3.4", "urllib3/2.25.9.7 and 1.2.3.4"),
        ("login from 2404:8000:dd24:16e3::c062 ok", "login from [REDACTED] ok"),
    ],
)
def test_personal_numbers(text, clean):
    """Labelled numbers go; unlabelled ones only where they prove themselves."""
    assert Redactor().text(text) == clean


def test_checksums():
    """The published examples, and each with one digit changed."""
    assert checksums.luhn("79927398713")
    assert not checksums.luhn("79927398710")
    assert checksums.is_iban("GB82 WEST 1234 5698 7654 32")
    assert not checksums.is_iban("GB82 WEST 1234 5698 7654 33")
    assert not checksums.is_iban("XX82 WEST 1234 5698 7654 32")


def test_a_literal_in_the_middle_takes_what_is_in_front_of_it_along():
    """`…` in the table: the first half of a credential is as good as the second."""
    front, tail = secrets.token_hex(7), "a7" + secrets.token_hex(20)

    for literal in (".atlasv1.", "_secret_", ":APA91b"):
        assert Redactor().text(f"saw {front}{literal}{tail} there") == "saw [REDACTED] there"


def test_credentials_without_a_beginning_of_their_own():
    """A Mailchimp key shows itself at its end, a PuTTY key by the line before, Oracle's password by the slash."""
    key, body, password = (
        secrets.token_hex(16),
        secrets.token_urlsafe(48).replace("-", "+").replace("_", "/"),
        "q7Zk" * 3,
    )

    assert Redactor().text(f"with {key}-us21 now") == "with [REDACTED] now"
    assert body not in Redactor().text(f"Private-Lines: 1\n{body}\nPrivate-MAC: {'0f' * 32}\n")
    assert password not in Redactor().text(f"jdbc:oracle:thin:app/{password}@//ora.internal:1521/XE")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.npmjs.com/package/@angular/core",
        "https://medium.example:8443/@reporter/a-story",
        "https://teams.example/webhook/7b1@9c2/",
    ],
)
def test_an_at_sign_in_a_path_is_no_userinfo(url):
    """The host and what is behind it stay."""
    assert Redactor().text(f"see {url} there") == f"see {url} there"


@pytest.mark.parametrize("user", ["", "AWS:", "oauth2accesstoken:"])
@pytest.mark.parametrize("size", [100, 300, 600, 3_000, 12_000])
@pytest.mark.parametrize("fast", [True, False])
def test_a_password_in_a_url_goes_however_long_it_is(user, size, fast):
    """Registries of images give passwords of thousands of characters."""
    password = secrets.token_urlsafe(size)[:size]

    shown = Redactor(fast=fast).text(f"docker pull https://{user}{password}@registry.example/app:1 failed")

    assert shown.startswith("docker pull https://")
    assert shown.endswith(" failed")
    assert not any(password[at : at + 8] in shown for at in range(size - 8))


@pytest.mark.parametrize("before", ["files.example/", "files.example:8443/", "files.example "])
def test_a_long_path_is_no_password(before):
    """Though an `@` comes behind it."""
    path = "reports/" * 80

    assert f"https://{before}{path}" in Redactor().text(f"see https://{before}{path}@2x.png")


def test_keys_of_several_parts():
    """A UUID behind a word, a sign at the end, two runs with a dash between."""
    number = "2033fdb5-14a8-4088-bc5b-5772e0d34d33"
    keys = (f"sdk-{number}", f"re_{'aB3' * 3}_{'cD4' * 8}", f"{'aB3' * 2}_{'cD4' * 9}eF_mmk")

    for key in keys:
        assert Redactor().text(f"with {key} now") == "with [REDACTED] now"
    assert Redactor().text(f"api-{number[:8]} x{keys[1]} more_{'a' * 9}_mmk") == (
        f"api-{number[:8]} x{keys[1]} more_{'a' * 9}_mmk"
    )


@pytest.mark.parametrize("folded", [False, True])
def test_a_private_key_in_hex_with_gaps_goes_to_its_last_line(folded):
    """Its line ends are bytes of their own; a dump has lines of sixteen bytes."""
    lines = [secrets.token_hex(32) for _ in range(4)]
    pem = "\n".join(["-----BEGIN PRIVATE " + "KEY-----", *lines, "-----END PRIVATE " + "KEY-----", ""]).encode()
    dump = "\n".join(pem[at : at + 16].hex(" ") for at in range(0, len(pem), 16)) if folded else pem.hex(" ")

    clean = Redactor().text(f"dump:\n{dump}\n(end)")

    assert lines[3][:8].encode().hex(" ") not in clean
    assert clean.endswith("(end)")


def test_a_private_key_in_quoted_printable_goes():
    """Soft line ends may stand anywhere, also in its first line."""
    lines = ["a7" + secrets.token_hex(31) for _ in range(3)]
    pem = "\n".join(["-----BEGIN RSA PRIVATE " + "KEY-----", *lines, "QUJD=3D", "-----END RSA PRIVATE " + "KEY-----"])

    for size in (24, 40, 75):
        folded = "\n".join(
            "=\n".join(line[at : at + size] for at in range(0, len(line), size)) for line in pem.split("\n")
        )
        clean = Redactor().text(folded)
        assert not any(line[at : at + 16] in clean for line in lines for at in range(0, 48, 8)), size


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_in_base64_is_read(order):
    """PowerShell takes commands so; no secret has to be known for it."""
    key = "q7" + secrets.token_hex(12)
    encoded = base64.b64encode(f"$env:API_TOKEN = '{key}'; ./run".encode(order)).decode()

    assert Redactor().text(f"powershell -enc {encoded}") == "powershell -enc [REDACTED]"
    harmless = base64.b64encode("Get-ChildItem -Recurse".encode(order)).decode()
    assert Redactor().text(f"powershell -enc {harmless}") == f"powershell -enc {harmless}"


@pytest.mark.parametrize(
    "key",
    [
        "1/1" + "204417936512834:" + secrets.token_hex(16),
        "2/1" + "204417936512834/1204417936512835:" + secrets.token_hex(16),
        "prod:" + "happy-otter-123|" + base64.b64encode(secrets.token_bytes(30)).decode(),
        "msg_" + "xai-" + secrets.token_hex(40),
        "token_" + "rubygems_" + secrets.token_hex(24),
    ],
    ids=["asana", "asana of a workspace", "convex", "xai", "rubygems"],
)
def test_keys_of_several_parts_and_behind_a_joint_are_found(key):
    """Asana, Convex, and what somebody wrote a word and `_` in front of."""
    assert key[-20:] not in Redactor().text(f"could not parse '{key}' at column 4")


@pytest.mark.parametrize("text", ["1/12/2026 and 2/1/2026", "prod:blue-green-2", "dev:api|web", "shard 1/12 of 12"])
def test_look_alikes_of_keys_of_several_parts_stay(text):
    """Dates, shares and stages."""
    assert Redactor().text(text) == text


def test_tokens_of_discord_and_airtable_are_found_without_a_label():
    """The one begins with a number in base64, the other with three letters that begin many words."""
    number = base64.b64encode(str(10**17 + secrets.randbelow(9 * 10**17)).encode()).decode()
    discord = f"{number}.Gq{secrets.token_hex(2)}.{secrets.token_urlsafe(28)[:37]}7"
    for first in ("7", "a", "E", "t", "hx"):
        airtable = f"pat{first}{'q' * (14 - len(first))}.{secrets.token_hex(32)}"
        assert Redactor().text(f"saw {discord} and {airtable} there") == "saw [REDACTED] and [REDACTED] there"


def test_a_token_of_three_runs_of_hex_is_found():
    """Infisical's; two letters begin it."""
    token = f"st.{secrets.token_hex(12)}.{secrets.token_hex(16)}.{secrets.token_hex(16)}"

    assert Redactor().text(f"saw {token} there") == "saw [REDACTED] there"


@pytest.mark.parametrize(
    "text",
    [
        "load_test_run_of_2026_03_02_for_bbca",
        "svc-prod-7d9f8b6c5d-x2k4q",
        "eks-live-ap-southeast-3",
        "cache_key_prices_2026_03",
        "next_token_was_missing",
        "secret-rotation-of-all-databases-in-the-region",
        "path.to.module",
        "last.2f6d.txt",
    ],
)
def test_names_with_words_that_keys_have_in_them_stay(text):
    """Stages, tests and tables are called so."""
    assert Redactor().text(text) == text


def test_a_key_behind_a_terminals_colour_is_found():
    """The letter that ends the colour belongs to the colour."""
    key = "shpat" + "_" + secrets.token_hex(16)

    assert Redactor().text(f"\x1b[1;31m{key}\x1b[0m failed") == "[REDACTED] failed"


@pytest.mark.parametrize("escape", ["\x1b", "\\x1b", "\\u001b", "\\033"])
def test_colours_between_a_name_and_its_value_hide_nothing(escape):
    """As logs for a terminal have them; a text in which nothing is found keeps its colours."""
    coloured = "%[36mapi_key%[0m=%[33mZq7\u0000%[0m %[36mroute%[0m=/v1/ok".replace("%", escape)
    key = secrets.token_hex(12)

    assert key not in Redactor().text(coloured.replace("\0", key))
    assert key not in json.dumps(Redactor().event({"message": coloured.replace("\0", key), "other": "x" * 20}))
    assert Redactor().text(coloured.replace("api_key", "name").replace("\0", "")) == coloured.replace(
        "api_key", "name"
    ).replace("\0", "")
    assert Redactor().text(f"the form{key} is none") == f"the form{key} is none"


def test_keys_that_begin_with_two_letters_are_found():
    """By what follows: hex of a certain length, or an exclamation mark at its place."""
    key = "SK" + secrets.token_hex(16)
    session = "00D" + "5g0000" * 2 + "!" + secrets.token_hex(40)

    assert Redactor().text(f"with {key} now") == "with [REDACTED] now"
    assert Redactor().text(f"with {session} now") == "with [REDACTED] now"
    assert Redactor().text(f"row SK{key[2:30]} and 00D5g0000!") == f"row SK{key[2:30]} and 00D5g0000!"


def test_bytes_as_postgresql_writes_them_are_read():
    r"""`\x` before all of them is no escape of the first."""
    said = ("sqa_" + secrets.token_hex(20)).encode().hex()

    assert said[8:] not in Redactor().text(rf"payload \x{said} rejected")
