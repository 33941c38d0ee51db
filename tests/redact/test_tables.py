"""Tables in a text: the name of a column stands above its values."""

from __future__ import annotations

import secrets

import pytest

from outwarden.redact import Redactor

ONE, TWO = "q7" + secrets.token_hex(15), "q8" + secrets.token_hex(15)


@pytest.mark.parametrize(
    "text",
    [
        "id,api_key,page\n17,%1,2\n18,%2,3\n",
        "page;api_key\r\n2;%1\r\n3;%2\r\n",
        "id\tclient_secret\n17\t%1\n18\t%2",
        "| name | token |\n|------|-------|\n| prod | %1 |\n| test | %2 |\n",
        " id | password \n----+----------\n  4 | %1 \n  5 | %2 \n(2 rows)",
        '"id","password","note"\n"1","%1","a, b"\n"2","%2",""\n',
        '{"csv": "id,api_key\\n17,%1\\n18,%2\\n"}',
        "id;auth_code;n\n1;%1;5\n2;%2;5\n",
        "email,token,plan\na@b.example,%1,pro\nc@d.example,%2,free\n",
    ],
)
def test_every_value_below_a_telling_name_goes(text):
    """In CSV, in tables of Markdown and of psql, and in such a text that is written as JSON."""
    clean = Redactor().text(text.replace("%1", ONE).replace("%2", TWO))

    assert ONE[4:20] not in clean
    assert TWO[4:20] not in clean


def test_other_columns_stay():
    """Also those that say something behind a telling one, and the lines behind the table."""
    text = f"symbol,api_key,close\nBBCA.JK,{ONE},9125\nTLKM.JK,{TWO},3010\ndone"

    assert Redactor().text(text) == ("symbol,api_key,close\nBBCA.JK,[REDACTED],9125\nTLKM.JK,[REDACTED],3010\ndone")


@pytest.mark.parametrize(
    "text",
    [
        "please check user, password, and token\nthen retry, again, now",
        "symbol,token_count\nBBCA.JK,512",
        "id,name,key\n1,BBCA,sub_sector\n",
        "api_key,page\n",
        "password, token and cookie\nare never shown",
    ],
)
def test_lines_that_are_no_table_stay(text):
    """Sentences with commas, columns that say nothing, and a head without lines."""
    assert Redactor().text(text) == text


def test_columns_of_tables_that_are_structures():
    """The names stand in a list of their own, or in the first row."""
    key = "q7" + secrets.token_hex(15)
    for event in (
        {"columns": ["id", "password"], "rows": [[1, key], [2, "z" + key]]},
        {"rows": [["id", "api_key"], [1, key], [2, "z" + key]]},
    ):
        shown = Redactor().event(event)

        assert key not in str(shown)
        assert shown["rows"][-1] == [2, "[REDACTED]"]
    headers = {"raw": [["x-api-key", key], ["accept", "text/html"], ["host", "h.example"]]}
    assert Redactor().event(headers) == {"raw": [["x-api-key", "[REDACTED]"], *headers["raw"][1:]]}


@pytest.mark.parametrize(
    "text",
    [
        '{"columns": ["symbol", "api_key"], "index": [0, 1], "data": [["BBCA.JK", "%1"], ["TLKM.JK", "%2"]]}',
        '{"fields":["time","token"],"values":[["2026","%1"],[null,"%2"]]}',
        r'{"body": "{\"columns\": [\"n\", \"client_secret\"], \"rows\": [[1, \"%1\"], [2, \"%2\"]]}"}',
    ],
)
def test_columns_of_tables_that_are_json_in_a_text(text):
    """As pandas, InfluxDB and BI tools write them: the names once, then the rows."""
    clean = Redactor().text(text.replace("%1", ONE).replace("%2", TWO))

    assert ONE[4:20] not in clean
    assert TWO[4:20] not in clean
    assert clean.count("[REDACTED]") == 2


@pytest.mark.parametrize(
    "text",
    [
        '{"columns": ["symbol", "close", "key"], "data": [["BBCA.JK", 9125, "banks"]]}',
        '{"columns": ["id", "token_count"], "data": [[1, "41704170"]]}',
        '{"columns": ["api_key", "n"], "data": [[null, 41704170], ["", 3]]}',
    ],
)
def test_other_columns_of_such_tables_stay(text):
    """Names that say nothing, and cells in which nothing is."""
    assert Redactor().text(text) == text
