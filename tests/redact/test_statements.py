"""SQL statements whose parameters stand in another field of the event."""

from __future__ import annotations

import pytest

from outwarden.redact import Redactor

PASSWORD = "Kucing-" + "Hitam9"


@pytest.mark.parametrize(
    ("statement", "parameters", "clean"),
    [
        ("UPDATE users SET password = %s WHERE id = %s", [PASSWORD, 7], ["[REDACTED]", 7]),
        ("UPDATE users SET password = $2 WHERE id = $1", [7, PASSWORD], [7, "[REDACTED]"]),
        ("INSERT INTO k (owner, secret) VALUES (?, ?)", f"('app', '{PASSWORD}')", "('app', '[REDACTED]')"),
        ("UPDATE users SET password = :p1 WHERE id = :p2", {"p1": PASSWORD, "p2": 7}, {"p1": "[REDACTED]", "p2": 7}),
        ("UPDATE users SET password = ? WHERE id = ?", {"0": PASSWORD, "1": 7}, {"0": "[REDACTED]", "1": 7}),
    ],
)
def test_parameters_are_judged_by_the_columns_of_their_statement(statement, parameters, clean):
    """Nothing but the statement beside them says what they are."""
    event = {"db": {"db.statement": statement, "db.statement.parameters": parameters, "rows": 1}}

    assert Redactor().event(event) == {"db": {"db.statement": statement, "db.statement.parameters": clean, "rows": 1}}


@pytest.mark.parametrize(
    ("message", "arguments"),
    [("order %s of %s shipped", ["Kucing-Hitam9", 7]), ("SELECT * FROM prices WHERE symbol = %s", ["BBCA.JK"])],
)
def test_other_parameters_stay(message, arguments):
    """No column says that they are secret."""
    event = {"message": message, "args": arguments}

    assert Redactor().event(event) == event
