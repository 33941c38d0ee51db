"""Texts of several lines: folded tokens go, all other lines stay as they are."""

from __future__ import annotations

import base64
import secrets

import pytest

from outwarden.redact import Redactor

TOKEN = "gh|p_".replace("|", "") + "7aQ" + secrets.token_hex(16) + "Zk"
LINES = (
    "error_code: ORA-12541",
    "author: Dewi Lestari",
    "partition_key: BBCA#2026-12",
    "credit_rating: idAA+",
    f"content_md5: {base64.b64encode(bytes(16)).decode()}",
    "x-amz-id-2: urE998kzqIXL/FmQpLAuhJHGQ3E1sRwdn1+s86KMQnL5ImUbMWfr5A==",
    "key=BBCA.JK",
    "token_type=bearer expires_in=3600",
    "cache_key: daily:BBCA.JK:2026-11-19",
    "Token: expired",
    "sid: none",
    "GET https://api.sectors.app/v2/tags/ 403",
    "hash: unordered",
)


@pytest.mark.parametrize("joint", ["\n", "\r\n", "\n    ", "\r\n\t", "=\n", "=\r\n"])
@pytest.mark.parametrize("size", [7, 16, 22])
def test_a_folded_token_goes_and_the_lines_around_it_stay(joint, size):
    """Wherever it was folded, and in the middle of a log."""
    folded = joint.join(TOKEN[at : at + size] for at in range(0, len(TOKEN), size))

    shown = Redactor().text("\n".join([*LINES[:7], f"refused {folded}", *LINES[7:]]))

    assert [line for line in LINES if line not in shown] == []
    assert TOKEN[8:20] not in shown.replace("=", "").translate({10: None, 13: None, 9: None, 32: None})


def test_a_token_folded_into_lines_that_are_numbers_goes():
    """Each line by itself looks like a number or a code; their one width tells."""
    token = "gh|p_".replace("|", "") + "7aQ" + "51564637303867" + secrets.token_hex(9) + "1Zk"
    folded = "\n".join(token[at : at + 7] for at in range(0, len(token), 7))

    assert Redactor().text(f"refused {folded}\ngo on") == "refused [REDACTED]\ngo on"


def test_lines_of_names_and_values_are_lines():
    """A value ends with its line, whatever its name; a secret among them goes alone."""
    secret = "q7" + secrets.token_hex(10)

    assert Redactor().text("\n".join([*LINES, f"api_token: {secret}", "done"])) == "\n".join(
        [*LINES, "api_token: [REDACTED]", "done"]
    )


def test_a_token_on_a_line_of_its_own_is_no_part_of_the_line_before():
    """A word at the end of the line before does not hide where it begins."""
    head = base64.urlsafe_b64encode(b'{"alg": "EdDSA", "typ": "JWT"}').decode().rstrip("=")
    jwt = f"{head}.{secrets.token_urlsafe(40)}.{secrets.token_urlsafe(40)}"

    assert Redactor().text(f"first line\n{jwt}\nlast line") == "first line\n[REDACTED]\nlast line"


def test_whole_numbers_of_otlp_are_no_cards():
    """OTLP writes them as texts; a registered one goes all the same."""
    volume, known = "4478720070500952", "5551234567890123"
    event = {
        "attributes": [{"key": "shares", "value": {"intValue": volume}}, {"key": "x", "value": {"intValue": known}}]
    }

    shown = Redactor(secrets=[known]).event(event)["attributes"]

    assert [one["value"]["intValue"] for one in shown] == [volume, "[REDACTED]"]
    assert Redactor().event({"attributes": [{"key": "card_number", "value": {"intValue": volume}}]}) != event


def test_both_halves_of_a_known_passphrase_go():
    """A half of plain words is not looked for by itself: the line end, or an escape, must not hide that it is one."""
    secret = "Mango willow 927"
    redactor = Redactor(secrets=[secret])

    for text in ("note Mango wi\r\n llow 927 end", "note Mango wi\nllow 927 end", "note Mango wi\\u00adllow 927 end"):
        assert "Mango" not in redactor.text(text)
        assert "927" not in redactor.text(text)
