"""The command line itself: help, version, one-line errors, exit status."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from outwarden import __version__
from outwarden.cli import COMMANDS, main

OUTWARDEN = (sys.executable, "-m", "outwarden")


def call(*arguments, **options):
    """Run the command line in a process of its own."""
    return subprocess.run([*OUTWARDEN, *arguments], capture_output=True, text=True, timeout=60, check=False, **options)


def test_the_version():
    """`outwarden --version` prints one line."""
    assert call("--version").stdout == f"outwarden {__version__}\n"


def test_help_lists_every_command():
    """Each command has its line of help."""
    text = call("--help").stdout

    for name in COMMANDS:
        assert f"\n  {name} " in text


@pytest.mark.parametrize(
    "command", [*COMMANDS, "config check", "config schema", "config show", "infra apply", "infra destroy"]
)
def test_every_command_has_help(command):
    """`--help` works everywhere and says what the command does."""
    done = call(*command.split(), "--help")

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 4


def test_help_and_version_load_nothing_heavy():
    """Neither boto3 nor yaml nor our own rooms are loaded for `--help`."""
    program = (
        "import sys\nfrom outwarden.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    print(*sys.modules, file=sys.stderr)"
    )
    for arguments in (["--help"], ["--version"], ["run", "--help"]):
        done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
        loaded = set(done.stderr.split())
        assert not loaded & {"boto3", "botocore", "yaml", "msgspec", "watchtower", "sqlite3", "outwarden.journal"}, (
            arguments
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "outwarden: No such command 'nonsense'. See: outwarden --help"),
        (
            ["tail", "-n", "x"],
            "outwarden: Invalid value for '-n' / '--lines': 'x' is not a valid integer range. See: outwarden tail --help",
        ),
        (
            ["status", "--config", "no.yaml"],
            "outwarden: no.yaml: there is no such file. Name another with --config, or leave it out.",
        ),
        (
            ["tail", "--since", "lately"],
            "outwarden: --since: expected a duration such as 10m or 2d, or a time such as 2026-11-23T14:00:00Z.",
        ),
        (
            ["infra", "apply"],
            "outwarden: infra: sinks.cloudwatch is not set, so there is nothing to do in AWS. Add it to the config file.",
        ),
    ],
)
def test_what_is_wrong_takes_one_line_and_status_2(arguments, message):
    """No traceback, no usage text."""
    done = call(*arguments)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", message + "\n")


@pytest.mark.parametrize("group", [[], ["alarms"]])
def test_a_group_without_its_command_shows_its_help(group):
    """Line by line, as with `--help`, but on standard error and with status 2."""
    done = call(*group)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == call(*group, "--help").stdout


def test_windows_is_refused_in_one_line(capsys):
    """One clear line says that it is not supported yet."""
    with pytest.raises(SystemExit) as ended:
        main(["status"], platform="win32")

    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "outwarden: Windows is not supported yet. Use Linux, macOS or the Windows Subsystem for Linux.\n"
    )


def test_a_reader_that_has_seen_enough_is_no_error():
    """`outwarden config schema | head -1` ends quietly."""
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" config schema | head -1; "$@" config schema | true', "sh", *OUTWARDEN],
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("{\n", "")


def test_a_locale_that_cannot_write_everything_is_no_error(tmp_path):
    """Characters that the terminal's encoding lacks are escaped."""
    file = tmp_path / "config.yaml"
    file.write_text("alarms: [{name: a, metric: Calls, todo: Сделай}]")

    done = call("config", "show", "--config", str(file), env=os.environ | {"PYTHONIOENCODING": "latin-1:strict"})

    assert done.returncode == 0
    assert "\\u0421" in done.stdout
