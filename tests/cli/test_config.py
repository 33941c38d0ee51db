"""`outwarden config check|schema|show`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from outwarden.cli.examine import cannot_write

OUTWARDEN = (sys.executable, "-m", "outwarden", "config")


@pytest.fixture
def config(tmp_path):
    """Run `outwarden config …` on this configuration."""

    def _config(command, text="", **environ):
        file = tmp_path / "config.yaml"
        file.write_text(text)
        return subprocess.run(
            [*OUTWARDEN, *command.split(), "--config", str(file)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=os.environ | environ,
        )

    return _config


def test_check_says_that_nothing_leaves_the_machine(tmp_path):
    """Without a file: the defaults, and where everything lies."""
    done = subprocess.run([*OUTWARDEN, "check"], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert "file:           none was found; the defaults hold\n" in done.stdout
    assert "sinks:          none: nothing leaves this machine\n" in done.stdout
    assert "alarms:         11 -> terminal (see: outwarden alarms list)\n" in done.stdout
    assert f"journal:        {tmp_path}/home/state/outwarden/journal\n" in done.stdout
    assert done.stderr == ""


def test_check_tells_which_secrets_resolve_and_never_their_values(config):
    """A reference that is not set is a finding: status 1."""
    secret = os.urandom(24).hex()
    text = "redact: {secrets: [env:SET_ONE, env:UNSET_ONE]}"

    done = config("check", text, SET_ONE=secret)

    assert "env:SET_ONE is set" in done.stdout
    assert done.stderr == "outwarden: env:UNSET_ONE is not set. Set this environment variable, or take it out.\n"
    assert done.returncode == 1
    assert secret not in done.stdout


@pytest.mark.parametrize(
    ("more", "status"),
    [("", 1), (", publisher: sidecar", 0)],
)
def test_check_names_a_topic_that_nobody_tells(config, more, status):
    """CloudWatch is to tell it, and nothing is published there: an alarm would be on, and nobody would know."""
    done = config("check", f"notify: {{oncall: {{kind: sns, topic: Team{more}}}}}")

    assert done.returncode == status
    assert ("notify.oncall: nobody tells this topic." in done.stderr) == bool(status)


def test_check_names_a_directory_that_cannot_be_used(config, tmp_path):
    """The key, the directory and the reason."""
    (tmp_path / "file").write_text("")

    done = config("check", f"journal: {{dir: {tmp_path}/file/journal}}")

    assert done.returncode == 2
    assert (
        f"outwarden: journal.dir: {tmp_path}/file/journal: {tmp_path}/file is a file, not a directory." in done.stderr
    )


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc")
def test_check_makes_a_directory_to_be_sure(config):
    """Nobody can make one in /proc, whatever its mode says; nothing is left behind where one can."""
    done = config("check", "journal: {dir: /proc/nope}")

    assert done.returncode == 2
    assert "outwarden: journal.dir: /proc/nope: no directory can be made in /proc (" in done.stderr


def test_a_look_leaves_nothing_behind(tmp_path):
    """The directory that was made to be sure is gone."""
    place = tmp_path / "place"
    place.mkdir()

    assert cannot_write(place / "journal") is None
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("address", ["127.0.0.1:65536", "[::1]:99999"])
def test_check_knows_how_many_ports_there_are(config, address):
    """One line, status 2, as for any other value that cannot be."""
    done = config("check", f"sidecar: {{listen: '{address}'}}")

    assert done.returncode == 2
    assert done.stderr.endswith("sidecar.listen: expected a port up to 65535, or 0 for any that is free.\n")


def test_who_cannot_write_where(tmp_path):
    """User, owner and mode are named; root may write everywhere, so a child looks as somebody else."""
    tmp_path.chmod(0o755)
    program = (
        "import os, pathlib, pwd, sys\nfrom outwarden.cli.examine import cannot_write\n"
        "os.setuid(65534) if os.geteuid() == 0 else os.chmod(sys.argv[1], 0o555)\n"
        "print(cannot_write(pathlib.Path(sys.argv[1]) / 'journal'))"
    )
    for folder in tmp_path.parents:
        if folder.owner() == "root" and folder.name.startswith(("pytest", "popen")):
            folder.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)

    assert f"cannot write to {tmp_path}, which belongs to " in done.stdout
    assert cannot_write(tmp_path / "journal") is None or os.geteuid() != 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sinks: {cloudwatch: {region: ap-southeast-33}}", "is not a region"),
        ("sinks: {cloudwatch: {endpoint_url: 'http://'}}", "endpoint_url is no address"),
    ],
)
def test_check_asks_the_aws_sdk_only_where_cloudwatch_is_set(config, text, message):
    """An unknown region is found without sending anything: status 2."""
    done = config("check", text)

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("outwarden: sinks.cloudwatch: ")
    assert message in line


def test_check_finds_missing_credentials(config, tmp_path):
    """No credentials anywhere: one line, status 2."""
    nothing = {
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
    }
    done = config("check", "sinks: {cloudwatch: {region: ap-southeast-3}}", **nothing)

    assert done.returncode == 2
    assert "credentials" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_check_as_json(config):
    """Programs read the same."""
    found = json.loads(config("check --json", "env: prod").stdout)

    assert found["facts"]["service"] == "the name of the program, environment prod"
    assert found["findings"] == []


def test_show_prints_what_holds_and_no_secret_address(config):
    """Defaults, file and environment together; a webhook's address is a secret."""
    text = "notify: {chat: {kind: webhook, url: 'https://hooks.example.com/services/T0/B0/x'}}"

    found = yaml.safe_load(config("show", text, OUTWARDEN_ENV="staging").stdout)

    assert found["env"] == "staging"
    assert found["journal"]["max_bytes"] == 1 << 30
    assert found["notify"]["chat"]["url"] == "https://hooks.example.com/..."
    assert json.loads(config("show --json", text).stdout)["env"] == "dev"


def test_show_masks_known_secrets_in_texts(config):
    """Somebody wrote the key into what to do as well."""
    key = "5f2b" * 9 + "e1"
    text = f"redact: {{secrets: ['env:EOD_KEY']}}\nalarms: [{{name: Any, metric: 4XXError, todo: ask for {key}}}]"

    for words in ("show", "show --json"):
        shown = config(words, text, EOD_KEY=key).stdout
        assert "ask for [REDACTED]" in shown
        assert key[:18] not in shown


def test_schema_is_json():
    """Editors can read it."""
    done = subprocess.run([*OUTWARDEN, "schema"], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["$schema"].endswith("2020-12/schema")
