"""Notifications on the desk, by a program that writes down how it was called."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from outwarden.errors import ConfigError, Rejected
from outwarden.notify.desktop import DesktopChannel


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Put a program of this name on the PATH; give what it was called with."""

    def put(name, status=0):
        program = tmp_path / name
        calls = tmp_path / "calls"
        program.write_text(
            f"#!{sys.executable}\nimport json, sys\n"
            f"open({str(calls)!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\nsys.exit({status})\n"
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return lambda: [json.loads(line) for line in Path(calls).read_text().splitlines()]

    return put


def test_linux_gets_title_and_text_as_arguments(desk, message, alert):
    """No shell sees them, and the text is no markup."""
    calls = desk("notify-send")
    DesktopChannel("linux").deliver(message(alert(reason="$(reboot) <b>11</b> & more")))

    assert calls() == [
        [
            *("--app-name=outwarden", "--urgency=critical", "--"),
            "ALARM: High4XXErrors in portfolio",
            "$(reboot) &lt;b&gt;11&lt;/b&gt; &amp; more",
        ]
    ]


def test_macos_gets_them_as_arguments_of_the_script(desk, message, alert):
    """They are no part of it."""
    calls = desk("osascript")
    DesktopChannel("darwin").deliver(message(alert(reason='" & (do shell script "reboot")')))

    [[flag, script, title, text]] = calls()
    assert (flag, title, text) == ("-e", "ALARM: High4XXErrors in portfolio", '" & (do shell script "reboot")')
    assert "reboot" not in script


def test_a_desk_where_nobody_is_refuses(desk, message):
    """It would again."""
    desk("notify-send", status=1)

    with pytest.raises(Rejected):
        DesktopChannel("linux").deliver(message())


@pytest.mark.parametrize(("platform", "program"), [("linux", "notify-send"), ("darwin", "osascript")])
def test_without_the_program_it_is_said_at_start(tmp_path, monkeypatch, platform, program):
    """In one line: what, and what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ConfigError, match=f"needs the program {program}, which is not on the PATH. Install it"):
        DesktopChannel(platform)
