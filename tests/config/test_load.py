"""config.yaml is found, read, laid under the environment, and refused in one line where it is wrong."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys

import pytest

from outwarden.config import Config
from outwarden.config.load import find, load, load_for_program, named
from outwarden.errors import ConfigError


@pytest.fixture
def write(tmp_path):
    """Write a config file and give its path."""

    def _write(text):
        path = tmp_path / "config.yaml"
        path.write_text(text)
        return path

    return _write


def test_without_a_file_the_defaults_hold(tmp_path, monkeypatch):
    """No file anywhere: the defaults, and no sink among them."""
    monkeypatch.chdir(tmp_path)
    environ = {"HOME": str(tmp_path)}

    assert find(None, environ) is None
    assert load(None, environ) == Config()
    assert load(None, environ).sinks.cloudwatch is None


def test_the_search_order(tmp_path, monkeypatch):
    """--config comes before $OUTWARDEN_CONFIG, that before ./outwarden.yaml, that before the user's own file."""
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "xdg" / "outwarden" / "config.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("env: own\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert load(None, environ).env == "own"

    (tmp_path / "outwarden.yaml").write_text("env: here\n")
    assert load(None, environ).env == "here"

    (tmp_path / "named.yaml").write_text("env: named\n")
    environ["OUTWARDEN_CONFIG"] = "named.yaml"
    assert load(None, environ).env == "named"

    (tmp_path / "given.yaml").write_text("env: given\n")
    assert load(tmp_path / "given.yaml", environ).env == "given"


def test_without_a_home_there_is_still_a_search(monkeypatch, tmp_path):
    """A service user without HOME gets the defaults."""
    monkeypatch.chdir(tmp_path)

    assert isinstance(load(None, {"XDG_CONFIG_HOME": str(tmp_path)}), Config)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", ", line 2, column 1: did not find expected node content."),
        ("a: [1\n b: {", ", line 2, column 3: did not find expected , or ]."),
        (
            "sinks:\n\tcloudwatch: {}",
            ", line 2, column 1: a tab stands before the text, where YAML takes spaces only. Put some in its place.",
        ),
        ("env: a\n---\nenv: b", ", line 2, column 1: a second document begins here (`---`). Keep one."),
        ("- env", ": it must hold `key: value` lines, but holds a list."),
        ("just text", ": it must hold `key: value` lines, but holds text."),
        ("env: a\nenv: b", ", line 2, column 1: the key env stands twice in one mapping."),
        (
            "sinks: {cloudwatch: {log_grup: x}}",
            ": sinks.cloudwatch.log_grup is not a key here. Did you mean log_group?",
        ),
        ("cloudwatch: {}", ": cloudwatch is not a key here. Did you mean sinks.cloudwatch?"),
        ("history: {zzz: 1}", ": history.zzz is not a key here. Keys here: keep, dir."),
        ("sinks: 5", ": sinks: expected a mapping of keys, got a number."),
        (
            "capture: {clients: requests}",
            ": capture.clients: expected a list, each item one of: requests, httpx, aiohttp, urllib3, urllib.",
        ),
        ("journal: {max_bytes: lots}", ": journal.max_bytes: expected a size such as 512MiB or 1GiB."),
        ("journal: {max_bytes: .inf}", ": journal.max_bytes: expected a size such as 512MiB or 1GiB, got a number."),
        ("history: {keep: -1}", ": history.keep: expected a duration such as 90s, 1h or 7d, got a number."),
        ("env: no", ": env: YAML reads this as true or false; put the word in quotes."),
        ("journal: {to: off}", ": journal.to: YAML reads this as true or false; put the word in quotes."),
        ("on: 1", ": true: YAML reads this key as true or false; put the word in quotes."),
        ("notify: {1: {kind: sns}}", ": notify: a name in it is a number; put the name in quotes."),
        (
            "notify: {a: {kind: fax}}",
            (
                ": notify.a.kind is none that we know: expected one of: "
                "sns, pagerduty, webhook, slack, email, desktop, terminal."
            ),
        ),
        ("notify: {a: {kind: webhook}}", ": notify.a.url is missing: text."),
        (
            "notify: {a: {kind: sns, url: x}}",
            ": notify.a.url is not a key here. Keys here: kind, group, settle, remind, quiet, topic, publisher, email, https.",
        ),
        ("alarms: {name: a}", ": alarms: expected a list, got a mapping."),
        (
            "alarms: [{name: a}]",
            ": alarms[0]: give either metric, or expression with metrics.",
        ),
        (
            "alarms: [{name: a, metric: Calls, period_s: 90}]",
            ": alarms[0].period_s: expected a whole number from 60 to 86400, a multiple of 60.",
        ),
        (
            "alarms: [{name: a, metric: Calls}, {name: a, metric: 2XX}]",
            ": alarms[1].name: another one has this name already. Give each its own.",
        ),
        (
            "alarms: [{name: a, metric: Calls, notify: [oncal]}]\nnotify: {oncall: {kind: sns}}",
            ": alarms[0].notify names a channel that is not under notify. Did you mean oncall?",
        ),
        (
            "alarms: [{name: a, metric: Calls, datapoints_to_alarm: 2}]",
            ": alarms[0].datapoints_to_alarm is more than evaluation_periods. Make it at most that.",
        ),
        ("alarms: [{name: a, metric: Calls, threshold: .nan}]", ": alarms[0].threshold: expected a finite number."),
        ("alarms:", ": alarms is empty: write [] for none, or leave the key out."),
        ("sinks: {cloudwatch: }", ": sinks.cloudwatch is empty: write {} for all its defaults, or leave the key out."),
        ("sinks: {file: {}}", ": sinks.file.path is missing: text."),
        (
            "apis: {sectors: {hosts: ['https://x/']}}",
            ": apis.sectors.hosts[0]: expected name or name:port, without https://.",
        ),
        (
            "capture: {own_hosts: ['*.example.com', 'https://x']}",
            ": capture.own_hosts[1]: expected a name such as api.example.com or *.example.com.",
        ),
        ("? [a, b]\n: 1", ", line 1, column 3: a key must be a plain name."),
        ("a: \x07", ", character 4: control characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_in_one_line(write, text, message):
    """Each mistake names the file and the key's path, says what is wanted, and takes one line."""
    path = write(text)

    with pytest.raises(ConfigError) as caught:
        load(path, {})

    assert str(caught.value) == f"{path}{message}"
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "apis: {sectors: {key: SECRET}}",
        "apis: {sectors: {key: [SECRET]}}",
        "apis: {sectors: SECRET}",
        "apis: {sectors: {SECRET: 1}}",
        "apis: {sectors: {key: *SECRET}}",
        "apis: {sectors: {key: !SECRET x}}",
        "apis: {sectors: {key: 'SECRET}}",
        "redact: {secrets: [SECRET]}",
        "redact: {pseudonym_key: SECRET}",
        "notify: {a: {kind: webhook, url: SECRET}}",
        "notify: {a: {kind: SECRET}}",
        "notify: {SECRET: {kind: SECRET}}",
        "journal: {sync: SECRET}",
        "env: 'SECRET!'",
        "SECRET",
        "SECRET: 1\nSECRET: 2",
        "alarms: [{name: a, metric: Calls, notify: [SECRET]}]",
    ],
)
def test_a_secret_at_the_wrong_place_is_not_echoed(write, text):
    """A value that could be a secret stays out of the message, wherever it was pasted."""
    secret = os.urandom(32).hex()

    with pytest.raises(ConfigError) as caught:
        load(write(text.replace("SECRET", secret)), {})

    assert secret not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path):
    """The message says what stands in the way."""
    with pytest.raises(ConfigError, match=r"no\.yaml: there is no such file\. Name another with --config"):
        load(tmp_path / "no.yaml", {})
    with pytest.raises(ConfigError, match="this is a directory, not a file"):
        load(tmp_path, {})


def test_an_unreadable_file_and_directory_are_named():
    """A file that this user may not read is refused with the reason (root may read all: a child gives that up)."""
    program = """
import os, tempfile, pathlib
from outwarden.config import document  # loaded while we still may read it
from outwarden.config.load import load
from outwarden.errors import ConfigError
folder = pathlib.Path(tempfile.mkdtemp())
file = folder / "config.yaml"
file.write_text("env: prod")
file.chmod(0)
os.chown(folder, 65534, -1) if os.geteuid() == 0 else None
os.chown(file, 65534, -1) if os.geteuid() == 0 else None
os.seteuid(65534) if os.geteuid() == 0 else None
for mode in (0o700, 0):
    folder.chmod(mode)
    try:
        load(file, {})
    except ConfigError as error:
        print(str(error).replace(str(folder), ""))
folder.chmod(0o700)
file.unlink()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    line = "/config.yaml: it cannot be read (Permission denied). Check the permissions of the file and its directories."
    assert done.stdout.splitlines() == [line, line]


def test_not_utf8_and_too_long_files_are_refused(tmp_path):
    """A binary file is refused with its line, a huge one without reading it."""
    path = tmp_path / "config.yaml"
    path.write_bytes(b"env: prod\nservice: \xff\n")
    with pytest.raises(ConfigError, match="line 2: this is not UTF-8 text"):
        load(path, {})

    path.write_bytes(b"#" * (2 << 20))
    with pytest.raises(ConfigError, match="longer than 1 MiB"):
        load(path, {})


def test_deep_nesting_and_aliases_do_no_harm(write):
    """A document made to exhaust a parser is refused like any other mistake."""
    bomb = "a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}, *a]\n" for n in range(40))
    for text in (bomb, "env: &e [*e]", "[" * 900, "env: " + "[" * 900 + "]" * 900):
        with pytest.raises(ConfigError):
            load(write(text), {})


def test_sections_with_all_keys_commented_out_are_as_if_they_were_not_there(write):
    """`sinks:` alone means no sinks; an empty file means the defaults."""
    assert load(write("sinks:\nnotify:\nhistory:\n"), {}) == Config()
    assert load(write(""), {}) == Config()
    assert load(write("# nothing\n"), {}) == Config()


def test_a_date_is_text(write):
    """A service may be called 2024-01-31."""
    assert load(write("service: 2024-01-31"), {}).service == "2024-01-31"


def test_relative_directories_count_from_the_file(tmp_path, write, monkeypatch):
    """The program may change its directory: paths are absolute from the start; `~` is left to those who open them."""
    monkeypatch.chdir("/")
    config = load(write("journal: {dir: here}\nhistory: {dir: ~/there}\nsinks: {file: {path: ../out.jsonl}}"), {})

    assert config.journal.dir == str(tmp_path / "here")
    assert config.history.dir == "~/there"
    assert config.sinks.file.path == str(tmp_path / "../out.jsonl")


@pytest.mark.parametrize("key", ["service", "env"])
def test_a_secret_is_no_name(tmp_path, key):
    """Names become file names and metrics; the message does not repeat it."""
    secret = "abc123" * 5
    path = tmp_path / "outwarden.yaml"
    path.write_text(f"{key}: prod-{secret}\n")
    with pytest.raises(ConfigError) as refused:
        load(path, {"SECTORS_API_KEY": secret})

    assert f"{key} holds the value of env:SECTORS_API_KEY" in str(refused.value)
    assert secret not in str(refused.value)


def test_a_secret_is_no_name_on_the_command_line(monkeypatch):
    """Nor with --service."""
    monkeypatch.setenv("SECTORS_API_KEY", "abc123" * 5)
    with pytest.raises(ConfigError, match="--service: service holds the value of env:SECTORS_API_KEY"):
        named(Config(), "abc123" * 5)


@pytest.mark.parametrize(
    "value",
    [
        f"sk_live_{secrets.token_hex(12)}",
        secrets.token_hex(20),
        secrets.token_urlsafe(40),
        f"{secrets.token_urlsafe(12)}/{secrets.token_urlsafe(12)}",
        secrets.token_hex(4000),
        f"https://me:{secrets.token_hex(8)}@example.com/outwarden.yaml",
    ],
    ids=["prefixed", "hex", "base64", "with a slash", "long", "address"],
)
@pytest.mark.parametrize("read", [load, load_for_program])
def test_a_secret_in_the_place_of_a_path_is_not_repeated(read, value):
    """Where OUTWARDEN_CONFIG holds what belongs elsewhere."""
    with pytest.raises(ConfigError, match=r"OUTWARDEN_CONFIG.*not shown") as refused:
        read(None, {"OUTWARDEN_CONFIG": value})

    assert value not in str(refused.value)
    assert value[:12] not in str(refused.value)


@pytest.mark.parametrize(
    "path", ["/nowhere/outwarden.yaml", "prod", "/etc/outwarden/config", "../my settings/a1b2c3d4e5f6/config.yml"]
)
def test_a_path_that_leads_nowhere_is_named(path):
    """So that a slip in it is seen."""
    with pytest.raises(ConfigError) as refused:
        load(None, {"OUTWARDEN_CONFIG": path})

    assert str(refused.value) == f"{path}: there is no such file. Name another with --config, or leave it out."


@pytest.mark.parametrize(
    "place", ["%s: 1", "sinks: {%s: {}}", "history: {%s: 1}", "notify: {%s: {kind: nothing}}", "%s: 1\n%s: 2"]
)
@pytest.mark.parametrize(
    "key",
    ["q7" + secrets.token_hex(12), secrets.token_hex(20), "Quartz" + "2292x"],
    ids=["mixed", "hex", "password"],
)
def test_a_key_that_may_be_a_secret_is_not_quoted_back(write, place, key):
    """Who pastes a value where a key belongs does not find it in a log."""
    with pytest.raises(ConfigError) as raised:
        load(write(place.replace("%s", key)))

    assert key not in str(raised.value)
    assert "(a name that is not shown here)" in str(raised.value)
