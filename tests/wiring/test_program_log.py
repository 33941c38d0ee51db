"""`redact.logging`: the program's log is clean from its first line on, whichever way in it came."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

KEY = "7c1e" * 15 + "a9"

LOGS = """
import logging, logging.config, sys
logging.getLogger("app").warning("nothing is configured yet: %s", sys.argv[1])
logging.config.dictConfig({
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(name)s: %(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "plain"}},
    "root": {"handlers": ["out"], "level": "DEBUG"},
})
logging.getLogger("app").info("configured: %s", sys.argv[1])
try:
    raise ValueError(sys.argv[1])
except ValueError:
    logging.getLogger("app.child").exception("it failed")
print("outwarden.wiring.inside" in sys.modules, "requests" in sys.modules)
"""


def check(done, *, cleaned=True):
    assert done.returncode == 0, done.stderr
    assert "configured: " in done.stdout
    assert "ValueError: " in done.stdout
    assert "nothing is configured yet: " in done.stderr
    assert ((KEY in done.stdout) or (KEY in done.stderr)) is not cleaned


@pytest.mark.parametrize("first", ["", "import logging\n"])
def test_below_run(watched, monkeypatch, first):
    """No HTTP client is ever imported; `logging` may be there before us."""
    watched.raw["redact"] = {"logging": True, "secrets": ["env:PROGRAM_KEY"]}
    site = watched.folder / "theirs"
    site.mkdir()
    (site / "sitecustomize.py").write_text(first)
    monkeypatch.setenv("PYTHONPATH", str(site))
    done = watched.run("-c", LOGS, KEY, PROGRAM_KEY=KEY)

    check(done)
    assert done.stdout.endswith("True False\n")


def test_below_run_where_nobody_asked_for_it(watched):
    """The log stays as it is, and `logging` makes no process heavy."""
    watched.raw["redact"] = {"secrets": ["env:PROGRAM_KEY"]}
    done = watched.run("-c", LOGS, KEY, PROGRAM_KEY=KEY)

    check(done, cleaned=False)
    assert done.stdout.endswith("False False\n")


@pytest.mark.parametrize(
    "way", ["import outwarden.auto", "import logging, outwarden.auto", "import outwarden; outwarden.install()"]
)
def test_from_inside(tmp_path, way):
    """Before and after `logging` was imported, and without any client."""
    config = tmp_path / "outwarden.yaml"
    config.write_text(f"redact: {{logging: true, secrets: [env:PROGRAM_KEY]}}\njournal: {{dir: {tmp_path}/journal}}\n")
    done = subprocess.run(
        [sys.executable, "-c", f"{way}\n{LOGS}", KEY],
        env=os.environ | {"PROGRAM_KEY": KEY, "OUTWARDEN_CONFIG": str(config)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    check(done)


def test_with_autostart(tmp_path):
    """The variable is read before there is a configuration."""
    environ = {
        "PROGRAM_KEY": KEY,
        "OUTWARDEN_AUTOSTART": "1",
        "OUTWARDEN_REDACT_LOGGING": "true",
        "OUTWARDEN_REDACT_SECRETS": "env:PROGRAM_KEY",
        "OUTWARDEN_JOURNAL_DIR": str(tmp_path / "journal"),
    }
    start = "from outwarden.wiring import autostart; autostart.begin()"
    done = subprocess.run(
        [sys.executable, "-c", f"{start}\n{LOGS}", KEY],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    check(done)
