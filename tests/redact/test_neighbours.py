"""Secrets that only what stands beside them gives away."""

from __future__ import annotations

import base64
import secrets

import pytest

from outwarden.redact import Redactor

SECRET = "q7" + secrets.token_hex(15)
KEY_ID = "AKIA" + "Q7" * 8
AWS_SECRET = "9aZ/" + base64.b64encode(secrets.token_bytes(27)).decode()[:36]


@pytest.mark.parametrize(
    "text", ["%I:%S", "keys %I / %S rejected", "access key %I secret %S", "(%I, %S)", "using %I with '%S'"]
)
def test_the_secret_key_of_aws_goes_with_its_id(text):
    """Nothing but the id in front says what the forty characters are."""
    shown = Redactor().text(text.replace("%I", KEY_ID).replace("%S", AWS_SECRET))

    assert AWS_SECRET not in shown
    assert KEY_ID not in shown


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("[SQL: UPDATE u SET password=? WHERE id=?]\n[parameters: ('%V', 41790)]",
         "[SQL: UPDATE u SET password=? WHERE id=?]\n[parameters: ('[REDACTED]', 41790)]"),
        ('INSERT INTO k (owner, api_key) VALUES (?, ?) -- params: ["app", "%V"]',
         'INSERT INTO k (owner, api_key) VALUES (?, ?) -- params: ["app", "[REDACTED]"]'),
        ("UPDATE u SET token = $2 WHERE id = $1\nDETAIL: parameters: $1 = '417', $2 = '%V'",
         "UPDATE u SET token = $2 WHERE id = $1\nDETAIL: parameters: $1 = '417', $2 = '[REDACTED]'"),
        ("==> Parameters: %V(String), 41790(Integer) -- update u set password=? where id=?",
         "==> Parameters: [REDACTED](String), 41790(Integer) -- update u set password=? where id=?"),
        ("UPDATE s SET value='%V' WHERE name='api_key'", "UPDATE s SET value='[REDACTED]' WHERE name='api_key'"),
        ("rejected value [%V]; codes [typeMismatch.login.password]",
         "rejected value [[REDACTED]]; codes [typeMismatch.login.password]"),
        ('from String "%V": through reference chain: Login["password"]',
         'from String "[REDACTED]": through reference chain: Login["password"]'),
        ('could not parse "%V" as ACCESS_TOKEN', 'could not parse "[REDACTED]" as ACCESS_TOKEN'),
        ("unknown field `%V` in header Authorization", "unknown field `[REDACTED]` in header Authorization"),
        ("E  +  where '%V' = <Client>.api_key", "E  +  where '[REDACTED]' = <Client>.api_key"),
        ("'%V' is too short\n\nFailed validating 'minLength' in schema['properties']['api_key']:",
         "'[REDACTED]' is too short\n\nFailed validating 'minLength' in schema['properties']['api_key']:"),
        ("UnicodeEncodeError('latin-1', '%V', 3, 4, 'ordinal')", "UnicodeEncodeError('latin-1', '[REDACTED]', 3, 4, 'ordinal')"),
        ('dsn="app:%V@tcp(db:3306)/x"', 'dsn="app:[REDACTED]@tcp(db:3306)/x"'),
        ("[mail.example]:587 app:%V", "[mail.example]:587 app:[REDACTED]"),
        ('"app" "%V"\n"web" "z9%V"', '"app" "[REDACTED]"\n"web" "[REDACTED]"'),
        ("SecretKeySpec[raw=%V, algorithm=AES]", "SecretKeySpec[raw=[REDACTED], algorithm=AES]"),
        ("GET /cb?state=%V&code=", "GET /cb?state=[REDACTED]&code="),
        ("kubectl create secret generic s --from-literal=x=%V", "kubectl create secret generic s --from-literal=x=[REDACTED]"),
        ("  password   \n-------------\n %V\n(1 row)", "  password   \n-------------\n [REDACTED]\n(1 row)"),
        ("+---------+\n| api_key |\n+---------+\n| %V |\n+---------+", "+---------+\n| api_key |\n+---------+\n| [REDACTED] |\n+---------+"),
        ("Use 417902 as your one-time password", "Use [REDACTED] as your one-time password"),
        ("Password for the [elastic] user was reset.\nNew value: %V", "Password for the [elastic] user was reset.\nNew value: [REDACTED]"),
        ("K10" + "0a" * 32 + "::server:0a1b2c3d4e5f60718293a4b5c6d7e8f9", "[REDACTED]"),
        ("tns: app/%V@db:1521/x", "tns: app/[REDACTED]@db:1521/x"),
        ('Dim password As String = "%V"', 'Dim password As String = "[REDACTED]"'),
        ("DECLARE @pwd nvarchar(50) = N'%V'", "DECLARE @pwd nvarchar(50) = N'[REDACTED]'"),
        ('Header{"X-Api-Key":[]string{"%V"}}', 'Header{"X-Api-Key":[]string{"[REDACTED]"}}'),
        ('smtp.login("siti@mail.example.id", "%V")', 'smtp.login("[REDACTED]", "[REDACTED]")'),
        ("logged in with app / %V", "logged in with app / [REDACTED]"),
    ],
)  # fmt: skip
def test_a_neighbour_says_what_a_value_is(text, clean):
    """A statement and its parameters, what was refused and for what, formats that have no names."""
    assert Redactor().text(text.replace("%V", SECRET)) == clean
    event = {"first": "x", "text": text.replace("%V", SECRET), "last": 1}
    assert Redactor().event(event) == {**event, "text": clean}


@pytest.mark.parametrize(
    "text",
    [
        'SELECT symbol FROM prices WHERE id = ? -- params: ["BBCA2041790JK"]',
        "params: {'a': 'q7w8e9r0t1y2'}",
        "GET /search?state=jakarta-selatan-2026&page=2",
        "state=running_since_20261127T0900&n=3",
        '"GET /x HTTP/1.1" 200 "-" "Mozilla/5.0 20417"',
        '"maple" "1.2.3"',
        "  symbol   \n-----------\n BBCA2041JK\n(1 row)",
        "rejected value [harbor20417x]; codes [typeMismatch.report.name]",
        'could not parse "20417-harbor-x" as report_name',
        "hash=9a4f0c33e1b27d885a6f1c2e3d4b5a69788f9e0d algo=sha1",
        "salt=sea pepper=black n=435",
        '{"private_key_id": "9a4f0c33e1b27d885a6f1c2e3d4b5a69788f9e0d"}',
        "Use 417902 as your customer number of shares",
        "AKIA and 9a4f0c33e1b27d885a6f1c2e3d4b5a69788f9e0d are near",
    ],
)  # fmt: skip
def test_other_neighbours_give_nothing_away(text):
    """Columns, states and lists that hold no secrets."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("update a set token=? where id=?\nbinding parameter (1:VARCHAR) <- [%V]\nbinding parameter (2:BIGINT) <- [7]",
         "update a set token=? where id=?\nbinding parameter (1:VARCHAR) <- [[REDACTED]]\nbinding parameter (2:BIGINT) <- [7]"),
        ("update a set id=?, token=?\nbinding parameter [2] as [VARCHAR] - [%V]", "update a set id=?, token=?\nbinding parameter [2] as [VARCHAR] - [[REDACTED]]"),
        ("System.ArgumentException: Value '%V' is not valid. (Parameter 'apiKey')", "System.ArgumentException: Value '[REDACTED]' is not valid. (Parameter 'apiKey')"),
        ("SELECT 1 FROM a WHERE reset_token IN ('%V', '%V') AND id IN ('7')", "SELECT 1 FROM a WHERE reset_token IN ('[REDACTED]') AND id IN ('7')"),
        ("SELECT 1 FROM a WHERE lower(reset_token) LIKE '%V%'", "SELECT 1 FROM a WHERE lower(reset_token) LIKE '[REDACTED]'"),
        ("SELECT 1 FROM a WHERE reset_token like '%V%'", "SELECT 1 FROM a WHERE reset_token like '[REDACTED]'"),
        ("[SQL: UPDATE u SET feed_key=? WHERE id=?]\n[parameters: ('%V', 7)]", "[SQL: UPDATE u SET feed_key=? WHERE id=?]\n[parameters: ('[REDACTED]', 7)]"),
        ("E  AssertionError: api_key mismatch: expected '%V' got None", "E  AssertionError: api_key mismatch: expected '[REDACTED]' got None"),
        ('$ api_key: chr "%V"', '$ api_key: chr "[REDACTED]"'),
        ("headers={accept=[*/*], okta_token=[SSWS %V], host=[a.example]}", "headers={accept=[*/*], okta_token=[[REDACTED]], host=[a.example]}"),
        ("map[Accept:[*/*] mother_maiden_name:[Hartini Lestari] Host:[a.example]]", "map[Accept:[*/*] mother_maiden_name:[[REDACTED]] Host:[a.example]]"),
        ('Host: (string) (len=3) "api",\n Token: (string) (len=32) "%V"', 'Host: (string) (len=3) "api",\n Token: (string) (len=32) "[REDACTED]"'),
        ("token: &x %V\nttl: 3", "token: &x [REDACTED]\nttl: 3"),
        ("config changed: drone_token: (unset) => %V", "config changed: drone_token: (unset) => [REDACTED]"),
        ('{"token": {"$eq": "%V"}, "page": 2}', '{"token": {"$eq": "[REDACTED]"}, "page": 2}'),
        ('{"token": {"string": "%V"}, "page": {"int": 2}}', '{"token": {"string": "[REDACTED]"}, "page": {"int": 2}}'),
        ("api_token:\n  type: string\n  example: %V", "api_token:\n  type: string\n  example: [REDACTED]"),
        ('CastError: Cast to ObjectId failed for value "%V" (type string) at path "droneToken" for model "User"',
         'CastError: Cast to ObjectId failed for value "[REDACTED]" (type string) at path "droneToken" for model "User"'),
        ('cannot unmarshal "%V" into Go struct field Login.api_key of type int', 'cannot unmarshal "[REDACTED]" into Go struct field Login.api_key of type int'),
        ('[{"code": "invalid_enum_value", "path": ["apiKey"], "received": "%V"}]', '[{"code": "invalid_enum_value", "path": ["apiKey"], "received": "[REDACTED]"}]'),
        ('[{"code": "invalid_enum_value", "path": ["feedKey"], "received": "%V"}]', '[{"code": "invalid_enum_value", "path": ["feedKey"], "received": "[REDACTED]"}]'),
        ('Cast to ObjectId failed for value "%V" (type string) at path "feedKey"', 'Cast to ObjectId failed for value "[REDACTED]" (type string) at path "feedKey"'),
        ("Value '%V' is not valid. (Parameter 'feedKey')", "Value '[REDACTED]' is not valid. (Parameter 'feedKey')"),
        ("https://a.example/v1/signature_key/%V/daily", "https://a.example/v1/signature_key/[REDACTED]/daily"),
        ('msg="login failed" mistral_api_key="%V" dur=12ms', 'msg="login failed" mistral_api_key="[REDACTED]" dur=12ms'),
    ],
)  # fmt: skip
def test_what_drivers_and_frameworks_print_is_found(text, clean):
    """The name stands before, behind, or in the statement."""
    assert Redactor().text(text.replace("%V", SECRET)) == clean


@pytest.mark.parametrize(
    ("name", "value"),
    [("fin_number", "S" + "6408772K"), ("nama_ibu_kandung", "Hartini Lestari"), ("huaweicloud_sk", "%V"), ("nisn", "99" + "54652391"), ("tax_file_number", "634 478" + " 954"), ("rdn_number", "81" + "38867649"), ("sid_ksei", "IDD" + "3607LI971354"), ("X-Amzn-Oidc-Data", "%V")],
)  # fmt: skip
def test_fields_are_found_by_such_names(name, value):
    """As a field and in a text."""
    value = value.replace("%V", SECRET)

    assert Redactor().event({name: value}) == {name: "[REDACTED]"}
    assert Redactor().text(f'{{"page": 2, "{name}": "{value}"}}') == f'{{"page": 2, "{name}": "[REDACTED]"}}'
