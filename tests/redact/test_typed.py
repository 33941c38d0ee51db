"""What is typed into forms, tables whose columns blanks part, and other places that name a value elsewhere."""

from __future__ import annotations

import secrets

import pytest

from outwarden.redact import Redactor

VALUE = "Q7z" + secrets.token_hex(9)


@pytest.mark.parametrize(
    "text",
    [
        "cy.get('#login-password').type('%V')",
        "await page.fill('input[name=\"api_key\"]', '%V')",
        "page.getByLabel('Password').fill('%V');",
        'driver.find_element(By.NAME, "client_secret").send_keys("%V")',
        "fill_in 'access token', with: '%V'",
        "$('#auth-token').val('%V');",
    ],
)
def test_what_is_typed_into_a_field_of_a_secret_goes(text):
    """The field is named before it."""
    assert Redactor().text(text.replace("%V", VALUE)) == text.replace("%V", "[REDACTED]")


@pytest.mark.parametrize(
    "text",
    [
        "cy.get('#symbol').type('BBCA.JK')",
        "page.fill('input[name=\"search\"]', 'q7f3e2d1c0b9a8')",
        "expect(order).to eq 7, with: 'q7f3e2d1'",
        "$('#password').val('');",
        "ctx.fill('#d0e1f2', 'evenodd')",
    ],
)
def test_what_is_typed_elsewhere_stays(text):
    """Searches and tickers are typed as well."""
    assert Redactor().text(text) == text


def test_tables_whose_columns_blanks_part_are_read():
    """As `kubectl` and `az` print them: by the number of the cell, for columns are not always below each other."""
    table = "NAME     ROOT_PASSWORD   AGE\nfeed     %V   3d\nfeed-b     %V-2   12d\n"

    assert Redactor().text(table.replace("%V", VALUE)) == table.replace("%V-2", "[REDACTED]").replace(
        "%V", "[REDACTED]"
    )


@pytest.mark.parametrize(
    "table",
    [
        "NAME        TYPE      DATA   AGE\ndb-secret   Opaque    2      3d",
        "TOKEN     COUNT\nthe       417\nmarket    38",
        "LAST SEEN   TYPE     REASON   OBJECT\n3m          Normal   Pulled   pod/feed-7d9f8b6c5d-x2k4q",
    ],
)
def test_other_tables_stay(table):
    """Numbers of secrets, and words that are counted."""
    assert Redactor().text(table) == table


@pytest.mark.parametrize(
    "text",
    [
        'var clientSecret = @"%V";',
        'api_token <- "%V"',
        "Bot Token → %V",
        "EXEC sp_password NULL, '%V', 'app'",
        "echo %V > /run/secrets/db",
        'echo "%V" >> ~/.config/feed/token.txt',
        'gh secret set NPM_TOKEN --body "%V" --repo acme/feed',
        "ConfigException: Invalid value %V for configuration sasl.password: is short",
        'Invalid value "%V" for configuration property "sasl.password"',
        "1 validation error for Settings db_password Value error, too short [type=value_error, input_value='%V', input_type=str]",
        '<wsse:Password Type="http://docs.example.org/wss/2004/01/example-200401-wss-username-token-profile-1.0#PasswordText">%V</wsse:Password>',
        '{"smtp_password": {"current": "%V", "rotated": "2026-01-01"}}',
        "the password is 1f3349d8-14a9-41f2-9774-c6156da9d801, repository opened",
        "license key 00322-JAYFC-1CX71-GFBCK-6ASMM was used",
        "bad redis password walr43.NG8fZg",
    ],
)
def test_more_places_of_a_value(text):
    """What stands around it names it."""
    clean = Redactor().text(text.replace("%V", VALUE))

    assert "[REDACTED]" in clean
    assert not any(part in clean for part in (VALUE[3:11], "14a9", "1CX71", "NG8f"))
    assert "--body [" not in clean


def test_texts_in_two_pieces_in_one_line_go_as_a_whole():
    """Compilers and shells join them."""
    pieces = f'"{VALUE}" "{secrets.token_hex(8)}"'

    assert Redactor().text(f"api_key={pieces};") == 'api_key="[REDACTED]";'
    assert Redactor().text(f'x = "ghp_{VALUE}" "{secrets.token_hex(6)}7"') == 'x = "[REDACTED]"'


@pytest.mark.parametrize(
    "text",
    [
        "invalid token: unexpected character at position 17",
        "signature algorithm: sha256WithRSAEncryption",
        "password hash algorithm: pbkdf2WithHmacSHA256",
        '{"type":"password","placeholder":"Password"}',
        '{"errors":[{"field":"password","code":"too_short","min":12}]}',
        '{"error":{"code":"InvalidAuthenticationToken","message":"Access token has expired"}}',
        "uber-trace-id: aaaaed39335237cc:0bac1702265eb138:0:1",
        "echo done 12 > /var/log/feed.log",
        'log "9f8e7d6c5b4a" "GET /v2/daily HTTP/1.1"',
    ],
)
def test_what_only_looks_like_a_value_stays(text):
    """Names behind names, words of messages, ids in hex that end as a label does."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        'db_password = """%V"""',
        "api_token = <<EOF\n%V\nEOF",
        'bootstrapToken: !Sub "%V"',
        'requests.get(url, headers={"X-Api-Key": f"%V"})',
        "the join token is now %V",
        "* master password - %V",
        "Deepgram Token:\n    %V",
        'Set-Item -Path Env:SASL_PASSWORD -Value "%V"',
        'SET session:orchid:bootstrap_token "%V"',
    ],
)
def test_more_notations_of_a_value(text):
    """Three quotes, documents in place, lists with dashes, and what stands in the next line."""
    assert Redactor().text(text.replace("%V", VALUE)) == text.replace("%V", "[REDACTED]")


@pytest.mark.parametrize(
    "text",
    [
        "Enter passphrase for key '/home/app/.ssh/id_ed25519':",
        "password: str = Field(min_length=12)",
        "schema.properties.password: minLength 12",
        "X-Datadog-Trace-Id: 4753641396937874987",
        'password="" token=""',
        "tokens:\n    retries: 3",
        "the token is now valid",
        "password - at least twelve letters",
    ],
)
def test_what_is_said_about_a_secret_stays(text):
    """Paths of keys, rules for passwords, numbers of traces that could be a card's."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize("user", ["oauth2", "x-access-token", "token", "__token__"])
def test_the_host_behind_a_userinfo_stays(user):
    """Also where the first half of it is called as a secret is."""
    assert (
        Redactor().text(f"https://{user}:{VALUE}@git.example/a/b.git")
        == f"https://{user}:[REDACTED]@git.example/a/b.git"
    )


def test_a_number_of_a_trace_in_a_field_is_no_card():
    """It is written as a text where numbers would lose digits."""
    number = "4753641396937874987"

    assert Redactor().event({"dd.trace_id": number}) == {"dd.trace_id": number}


@pytest.mark.parametrize(
    "key",
    [
        f"{'q7Zk' * 10}ab" + "AzSe" + "CD7f3e",
        f"{'q7Zk' * 10}ab" + "+ACR" + "CD7f3e",
        f"{'q7Zk' * 8}a" + "AzCa" + "Ad7f3e=",
        f"{'q7Zk' * 8}a" + "+ASb" + "Ad7f3e=",
        f"{'q7Zk' * 19}" + "ACDb" + "Ad7f3eAA==",
        f"{'q7Zk' * 11}" + "AzFu" + "d7f3eQ==",
        "1000." + secrets.token_hex(16) + "." + secrets.token_hex(16),
        "SEC" + secrets.token_hex(32),
    ],
    ids=["search", "registry", "redis", "bus", "account", "function", "Zoho", "DingTalk"],
)
def test_keys_with_a_mark_in_their_middle_are_found(key):
    """Azure's services mark theirs; those of Zoho and DingTalk begin with a word and go on in hex."""
    assert Redactor().text(f"saw {key} there") == "saw [REDACTED] there"
