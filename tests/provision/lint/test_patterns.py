"""Patterns of CloudWatch Logs: the user guide's own examples can be read, broken ones cannot."""

from __future__ import annotations

import pytest

from outwarden.provision.lint.patterns import wrong


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "ERROR",
        "ERROR ARGUMENTS",
        '"INTERNAL SERVER ERROR"',
        "?ERROR ?WARN -EXITING",
        "%ERROR-[0-9]{3}%",
        '{ $.eventType = "UpdateTrail" }',
        "{ $.arrayKey[0] = %v.*2% }",
        "{ $.sourceIPAddress != 123.123.* }",
        "{ ($.bandwidth > 75) && ($.latency <= 1.5e3) }",
        "{ $.eventType IS NULL || $.name NOT EXISTS || $.ok IS TRUE }",
        '{ (($.user.id = 1) && ($.users[0].email = "John.Doe@example.com")) || $.actions[2] = *Start* }',
        "{ $['a b'].c = 3 }",
        "{ $.objects[*].id = -2.5 }",
        "[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
        "[ip, user, ..., status_code=%4[0-9]{2}%, bytes > 1000]",
        '[w1=ERROR, w2, w3!="%a,b%", w4 = 5 || w4 = 6]',
    ],
)
def test_a_pattern_that_can_be_read(pattern):
    """Nothing is wrong with it."""
    assert wrong(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        '"never closed',
        "{ $.status >= 400",
        "{ $.status >= 400 & $.status < 500 }",
        "{ $.status >= 400 and $.status < 500 }",
        "{ status = 400 }",
        "{ $.status }",
        "{ $.status = }",
        "{ $.status >= four }",
        "{ ($.status = 400 }",
        "{ $.status == 400 }",
        "{ }",
        "[ip, user",
        "[ip, , status]",
        "[ip, status = ]",
        "[ip, status > 4 || ]",
    ],
)
def test_a_pattern_that_cannot_be_read(pattern):
    """It says what is wrong."""
    assert wrong(pattern)
