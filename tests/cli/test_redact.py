"""`outwarden redact`: JSON lines in, redacted JSON lines out."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys

import pytest

from outwarden.cli.redact import LONGEST_LINE

REDACT = (sys.executable, "-m", "outwarden", "redact")


@pytest.fixture
def token() -> str:
    """A secret that no rule would find by its looks."""
    return secrets.token_hex(20)


@pytest.fixture
def redact(tmp_path):
    """Run `outwarden redact …` on these bytes; `known` are the lines of its secrets file."""

    def _redact(given: bytes, *options: str, known: str | None = None):
        if known is not None:
            (tmp_path / "known").write_text(known)
            options = (*options, "--secrets-file", str(tmp_path / "known"))
        return subprocess.run(
            [*REDACT, *options], input=given, capture_output=True, timeout=60, check=False, cwd=tmp_path
        )

    return _redact


def lines(done) -> list:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_comes_out_clean_and_in_its_place(redact, token):
    """One for one: what is secret goes, what is useful stays as it was written."""
    given = [
        {"n": 1, "authorization": f"Bearer {token}", "route": "/v2/tags/", "kept": [1.5, 12345678901234567890, None]},
        {"n": 2, "message": f"GET /x?apikey={token} failed", "symbol": "BBCA.JK"},
        {"n": 3, "said": "harga turun 📉 0,5 %"},
    ]

    done = redact("".join(json.dumps(one) + "\n" for one in given).encode())

    first, second, third = lines(done)
    assert (done.returncode, done.stderr) == (0, b"")
    assert token not in done.stdout.decode()
    assert first == given[0] | {"authorization": "[REDACTED]"}
    assert second == {"n": 2, "message": "GET /x?apikey=[REDACTED] failed", "symbol": "BBCA.JK"}
    assert third == given[2]
    assert "📉".encode() in done.stdout


def test_a_line_that_is_no_json_is_told_and_becomes_a_skeleton(redact, token):
    """Its number goes to standard error, nothing of it anywhere, the others are not held up."""
    given = f'{{"n": 1}}\nlogin {token}\n{{"n": NaN}}\n{{"n": "{token}\n{{"n": 5}}\n'.encode()

    done = redact(given)

    skeleton = {"redaction_error": "NotJSON"}
    assert done.returncode == 1
    assert lines(done) == [{"n": 1}, skeleton, skeleton, skeleton, {"n": 5}]
    assert done.stderr.decode().splitlines() == [
        f"outwarden: line {number}: this is no JSON. Only a skeleton was written." for number in (2, 3, 4)
    ]


def test_a_secret_from_the_file_is_known_in_any_form(redact, token):
    """Plain, in hex, inside base64, as a key, in a list on its own."""
    given = [{"a": f"x {token} y"}, {"b": token.encode().hex()}, {token: 1}, [token], token]

    done = redact("".join(json.dumps(one) + "\n" for one in given).encode(), known=f"{token}\n\n")

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == len(given)
    assert token[:10] not in done.stdout.decode()
    assert token.encode().hex()[:16] not in done.stdout.decode()


def test_a_secret_that_is_too_short_is_told_by_its_line(redact, token):
    """It would be masked in everything, so it is not looked for; the others are."""
    done = redact(b'{"a": "abc"}\n', known=f"abc\n{token}\n")

    assert "line 1: a secret needs at least 8 characters" in done.stderr.decode()
    assert (done.returncode, lines(done)) == (0, [{"a": "abc"}])


def test_a_secrets_file_that_is_not_there(redact, tmp_path):
    """One line, and status 2."""
    done = redact(b"{}\n", "--secrets-file", str(tmp_path / "none"))

    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.splitlines()) == 1
    assert str(tmp_path / "none") in done.stderr.decode()


def test_plain_text(redact, token):
    """`--text` takes every line as it is, also one that is no UTF-8 or holds NULs; an escaped line end stays one."""
    given = (
        f"GET /x?apikey={token} 403\r\n\n".encode()
        + f"caf\xe9 token={token}\n".encode("latin-1")
        + f"PATH=/bin\0API_KEY={token}\0LANG=C\n".encode()
        + f"token={token}\n".encode("utf-16-le").replace(b"\n\0", b"\n")
        + f"password={token}%0Anext".encode()
    )

    done = redact(given, "--text")

    shown = done.stdout.decode().split("\n")
    assert (done.returncode, done.stderr) == (0, b"")
    assert token not in done.stdout.decode().replace("\0", "")
    assert shown[:3] == ["GET /x?apikey=[REDACTED] 403", "", "caf\ufffd token=[REDACTED]"]
    assert len(shown) == 7


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (b'"plain"', "plain"),
        (b"[1, [2, {}]]", [1, [2, {}]]),
        (b"17", 17),
        (b"null", None),
        (b'\xef\xbb\xbf{"bom": 1}', {"bom": 1}),
        (b'{"crlf": 1}\r', {"crlf": 1}),
        (b'{"nul": "one\\u0000two"}', {"nul": "one\ufffdtwo"}),
        (b'{"half": "price \\ud83d"}', {"half": "price \ufffd"}),
    ],
)
def test_any_json_is_a_line(redact, given, shown):
    """Lists, texts, numbers, odd characters; the last line needs no end."""
    done = redact(given)

    assert (done.returncode, done.stderr, lines(done)) == (0, b"", [shown])


@pytest.mark.parametrize(
    "given",
    [b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40, b'{"n": 1e999}', b'{"a": "\xff"}', b'{"a": "\0"}', b"1" * 9_999],
    ids=["deep", "too deep for an event", "infinite", "no UTF-8", "raw NUL", "long number"],
)
def test_what_cannot_be_cleaned_becomes_a_skeleton(redact, given):
    """And the next line is as good as ever."""
    done = redact(given + b'\n{"fine": 1}\n')

    assert done.returncode == 1
    assert "line 1:" in done.stderr.decode()
    assert [list(one) for one in lines(done)] == [["redaction_error"], ["fine"]]


def test_a_huge_line_is_not_held_in_memory(redact):
    """It becomes a skeleton, and the lines behind it are read as ever."""
    done = redact(b'{"a": "' + b"x" * (LONGEST_LINE * 2) + b'"}\n{"fine": 1}\n')

    assert lines(done) == [{"redaction_error": "TooMuch"}, {"fine": 1}]
    assert "line 1: it is longer than 4 MiB." in done.stderr.decode()


def test_each_line_comes_at_once():
    """Whoever reads the pipe has the line while it is still open."""
    with subprocess.Popen(REDACT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        for number in range(3):
            running.stdin.write(b'{"n": %d}\n' % number)
            running.stdin.flush()
            assert json.loads(running.stdout.readline()) == {"n": number}
        running.stdin.close()
        assert running.wait(timeout=30) == 0


def test_a_reader_that_leaves_is_no_error():
    """As in `outwarden redact | head -1`."""
    read, write = os.pipe()
    with subprocess.Popen(REDACT, stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE) as running:
        os.close(write)
        os.close(read)
        _, said = running.communicate(b'{"n": 1}\n' * 100, timeout=30)

    assert (running.returncode, said) == (0, b"")


@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_a_closed_stream_is_told_in_one_line(closed):
    """As a badly written unit file leaves it."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m outwarden redact {closed}', sys.executable],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        "outwarden: outwarden redact reads standard input and writes standard output: one of them is closed."
    ]


def test_the_second_of_two_equal_keys_wins_and_nothing_of_the_first_is_left(redact, token):
    """As with every reader of JSON; both are credentials."""
    done = redact(f'{{"password": "{token}", "password": "{token[::-1]}"}}\n{{"n": NaN}}\n'.encode())

    assert lines(done) == [{"password": "[REDACTED]"}, {"redaction_error": "NotJSON"}]
    assert token not in (done.stdout + done.stderr).decode()


def test_the_configuration_adds_names_and_rules(redact, tmp_path):
    """`outwarden.yaml` where the command runs."""
    (tmp_path / "outwarden.yaml").write_text(
        "redact: {extra_names: [employee no], extra_rules: [{name: badge, pattern: 'BDG-[0-9]{4}'}]}"
    )

    done = redact(b'{"employeeNo": "jane-7", "m": "in BDG-1234, EMPLOYEE_NO=jane-7 x"}\n')

    assert lines(done) == [{"employeeNo": "[REDACTED]", "m": "in [REDACTED], EMPLOYEE_NO=[REDACTED] x"}]
