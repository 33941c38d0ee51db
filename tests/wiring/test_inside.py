"""From settings to a watched process, and back."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
from importlib import import_module

import pytest
import requests

from outwarden import tally
from outwarden.errors import ConfigError, JournalError
from outwarden.event import decode
from outwarden.wiring import early, inside, own_log, recording

REPORT = "/v2/company/report/BBCA/"


def test_a_call_is_in_the_journal_when_it_returns(watched, sectors):
    """The event on disk knows route, service, environment and the hashed key, and no secret."""
    watched.raw |= {"service": "portfolio", "env": "prod"}
    inside.start(watched.settings)
    requests.get(sectors.url + REPORT, headers={"Authorization": sectors.key}, timeout=5)

    (event,) = watched.events
    assert (event.service, event.env, event.route) == ("portfolio", "prod", "/v2/company/report/{symbol}/")
    assert (event.outcome, event.status, event.pid) == ("ok", 200, os.getpid())
    assert event.key_id.startswith("k_")


def test_start_twice_and_uninstall_twice(watched, sectors):
    """Once is enough, and afterwards nothing is patched and no handler is left."""
    before = requests.Session.__dict__["send"]
    inside.start(watched.settings)
    inside.start(watched.settings)
    requests.get(sectors.url + REPORT, timeout=5)
    assert len(watched.events) == 1
    inside.uninstall()
    inside.uninstall()

    assert requests.Session.__dict__["send"] is before
    assert not any(isinstance(h, own_log.Scrubber) for h in logging.getLogger("outwarden").handlers)
    requests.get(sectors.url + REPORT, timeout=5)
    assert len(watched.events) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, TimeoutError])
@pytest.mark.parametrize("before", [0, 3], ids=["first", "later"])
def test_a_call_in_whose_recording_the_program_is_interrupted(watched, sectors, error, before):
    """Ctrl-C, or a handler that exits: the program sees it, and the call that had been answered is in the journal."""

    def handler(*_):
        raise error

    def strike(frame, *_):
        if frame.f_code.co_filename.endswith("/redact/calls.py"):
            sys.settrace(None)
            signal.raise_signal(signal.SIGUSR1)

    inside.start(watched.settings)
    with requests.Session() as session:
        for _ in range(before):
            session.get(sectors.url + REPORT, timeout=5)
        kept, earlier = sys.gettrace(), signal.signal(signal.SIGUSR1, handler)
        try:
            sys.settrace(strike)
            with pytest.raises(error):
                session.get(sectors.url + REPORT, timeout=5)
        finally:
            sys.settrace(kept)
            signal.signal(signal.SIGUSR1, earlier)

    assert [(event.attempt, event.status) for event in watched.events] == [(1, 403)] * (before + 1)


def test_watching_again(watched, sectors):
    """After uninstall, start works again."""
    for _ in range(2):
        inside.start(watched.settings)
        requests.get(sectors.url + REPORT, timeout=5)
        inside.uninstall()

    assert len(watched.events) == 2


@pytest.mark.parametrize("value", ["1", "true"])
def test_kill_switch(watched, sectors, monkeypatch, value):
    """OUTWARDEN_DISABLED leaves nothing patched."""
    monkeypatch.setenv("OUTWARDEN_DISABLED", value)
    before = requests.Session.__dict__["send"]
    inside.start(watched.settings)
    inside.install("/nowhere.yaml")

    assert requests.Session.__dict__["send"] is before


def test_install_with_a_file(watched, sectors, tmp_path):
    """`install(file)` reads the configuration."""
    file = tmp_path / "outwarden.yaml"
    file.write_text(f"service: from-file\njournal: {{dir: {watched.folder / 'state'}}}\n")
    inside.install(file)
    requests.get(sectors.url + REPORT, timeout=5)

    assert [event.service for event in watched.events] == ["from-file"]


def test_install_with_a_bad_file(tmp_path):
    """A mistake in an explicit call is told."""
    file = tmp_path / "outwarden.yaml"
    file.write_text("servce: x\n")

    with pytest.raises(ConfigError, match="service"):
        inside.install(file)


def test_install_below_run(watched, sectors, monkeypatch):
    """Below `outwarden run`, a program that installs by itself gets the settings of the run."""
    watched.raw["service"] = "of-the-run"
    for name, value in watched.environment().items():
        monkeypatch.setenv(name, value)
    inside.install()
    requests.get(sectors.url + REPORT, timeout=5)

    assert [event.service for event in watched.events] == ["of-the-run"]


def test_install_below_a_run_that_has_ended(watched, sectors, monkeypatch, tmp_path):
    """What a daemon starts later finds the settings gone, and goes by the configuration that it finds."""
    file = tmp_path / "outwarden.yaml"
    file.write_text(f"service: by-itself\njournal: {{dir: {watched.folder / 'state'}}}\n")
    monkeypatch.setenv("OUTWARDEN_CONFIG", str(file))
    monkeypatch.setenv("OUTWARDEN_SETTINGS", "/nowhere/settings.json")
    inside.install()
    requests.get(sectors.url + REPORT, timeout=5)

    assert [event.service for event in watched.events] == ["by-itself"]


def test_auto_does_not_fail(tmp_path, sectors):
    """`import outwarden.auto` with a bad configuration is a warning."""
    (tmp_path / "outwarden.yaml").write_text("servce: x\n")
    program = "import logging; logging.basicConfig(); import outwarden.auto; print('on it goes')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30
    )

    assert done.stdout == "on it goes\n"
    assert "servce" in done.stderr
    assert "Traceback" not in done.stderr


def test_auto(tmp_path, sectors):
    """`import outwarden.auto` watches, also when requests is imported later."""
    (tmp_path / "outwarden.yaml").write_text("journal: {dir: state}\n")
    program = "import outwarden.auto, sys; import requests; requests.get(sys.argv[1], timeout=5)"
    subprocess.run([sys.executable, "-c", program, sectors.url + REPORT], cwd=tmp_path, check=True, timeout=30)

    (file,) = (tmp_path / "state").glob("*.jsonl")
    assert decode(file.read_bytes()).status == 403


def test_stdout_journal(watched, sectors):
    """With `journal.to: stdout` the line is on standard output."""
    watched.raw["journal"]["to"] = "stdout"
    done = watched.run("-c", "import requests, sys; requests.get(sys.argv[1], timeout=5)", sectors.url + REPORT)

    assert decode(done.stdout.encode()).status == 403


def test_stdout_journal_without_stdout(watched, monkeypatch):
    """Without standard output that is a mistake with a name."""
    watched.raw["journal"]["to"] = "stdout"

    def no_descriptor(fd):
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", no_descriptor)
    with pytest.raises(JournalError, match="standard output"):
        inside.start(watched.settings)


def test_a_secret_set_late_is_known(watched, sectors, monkeypatch):
    """A variable that the program sets after we have started (dotenv) is registered before the next event."""
    inside.start(watched.settings)
    secret = secrets.token_hex(16)
    monkeypatch.setenv("SECTORS_API_KEY", secret)
    requests.get(f"{sectors.url}/v2/{secret}/?limit={secret}", timeout=5)

    (event,) = watched.events
    assert secret not in repr(event)
    assert event.redactions["url.key"]


def test_losses_are_on_the_board(watched, sectors):
    """A journal that cannot be written is counted where `outwarden run` looks, and the program goes on."""
    (watched.folder / "file").write_text("no directory")
    watched.raw["journal"]["dir"] = str(watched.folder / "file" / "below")
    inside.start(watched.settings)

    assert requests.get(sectors.url + REPORT, timeout=5).status_code == 403
    (slot,) = tally.read_board(watched.board)
    assert slot.counts["journal_unwritable"] == 1


def test_a_missing_board_is_no_matter(watched, sectors):
    """A board that has gone away stops nothing."""
    watched.board.unlink()
    inside.start(watched.settings)
    requests.get(sectors.url + REPORT, timeout=5)

    assert len(watched.events) == 1


def test_ignored_hosts_leave_nothing(watched, sectors):
    """`apis.anything_else: ignore` keeps no event of hosts without a profile."""
    watched.raw["apis"] = {"anything_else": "ignore"}
    inside.start(watched.settings)
    requests.get(sectors.url + REPORT, timeout=5)

    assert watched.events == []


def test_our_own_log_lines_are_clean(watched, sectors, caplog, monkeypatch):
    """A secret that gets into a log line of ours is masked before any handler of the program sees it."""
    secret = secrets.token_hex(16)
    monkeypatch.setenv("SECTORS_API_KEY", secret)
    inside.start(watched.settings)
    logger = logging.getLogger("outwarden.journal.somewhere")
    try:
        raise ValueError(f"bad {secret}")
    except ValueError:
        logger.warning("Failed with %s.", secret, extra={"place": f"x{secret}", "n": 3}, exc_info=True)

    assert "Failed with" in caplog.text
    assert secret not in caplog.text
    assert secret not in repr(vars(caplog.records[-1]))
    assert caplog.records[-1].n == 3


def everything_of(*modules):
    """Give each attribute of these modules and of their classes, by identity."""
    owners = [value for module in modules for value in [module, *vars(module).values()] if hasattr(value, "__dict__")]
    return {
        (id(owner), name): id(value)
        for owner in owners
        for name, value in vars(owner).items()
        if name not in {"__warningregistry__", "__annotations__"}
    }


def test_uninstall_leaves_every_attribute_as_it_was(watched, sectors):
    """What stands in the client's modules and classes is the very object that stood there before; no import is waited for."""
    for module, _, _ in early.CLIENTS.values():
        import_module(module)
    roots = {module.split(".")[0] for module, _, _ in early.CLIENTS.values()} | {"http", "httpcore"}
    modules = [module for name, module in sys.modules.items() if name.split(".")[0] in roots]
    before, finders = everything_of(*modules), list(sys.meta_path)
    inside.start(watched.settings)
    during = everything_of(*modules)
    assert len({owner for owner, name in before if during[owner, name] != before[owner, name]}) >= len(early.CLIENTS)
    requests.get(sectors.url + REPORT, timeout=5)
    inside.uninstall()

    assert everything_of(*modules) == before
    assert sys.meta_path == finders


def test_many_threads_install_and_uninstall(watched, sectors):
    """In the end it is off and nothing is left; whoever installs while another does finds it on."""
    before, finders = requests.Session.__dict__["send"], list(sys.meta_path)
    missed = []

    def on():
        inside.start(watched.settings)
        if requests.Session.__dict__["send"] is before:
            missed.append(1)

    threads = [threading.Thread(target=on) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missed == []
    requests.get(sectors.url + REPORT, timeout=5)
    assert len(watched.events) == 1

    def toggle():
        for _ in range(10):
            inside.start(watched.settings)
            inside.uninstall()

    threads = [threading.Thread(target=toggle) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    inside.uninstall()

    assert requests.Session.__dict__["send"] is before
    assert sys.meta_path == finders


def test_a_fault_in_the_middle_of_install_leaves_nothing(watched, monkeypatch):
    """Half of an installation is undone, and the program does not learn of it."""
    before = requests.Session.__dict__["send"]
    monkeypatch.setattr(recording, "recorder", lambda *parts: 1 / 0)
    monkeypatch.setenv("OUTWARDEN_SETTINGS", watched.environment()["OUTWARDEN_SETTINGS"])
    inside.install()

    assert requests.Session.__dict__["send"] is before
    assert not any(isinstance(h, own_log.Scrubber) for h in logging.getLogger("outwarden").handlers)
    assert tally.snapshot()["internal_error"] == 1


def test_a_client_of_a_version_that_we_do_not_know(watched, sectors, monkeypatch):
    """Its hook is left out whole, and counted; the other clients are watched."""
    import aiohttp

    monkeypatch.delattr(aiohttp.ClientResponse, "start")
    before = aiohttp.ClientSession.__dict__["_request"]
    inside.start(watched.settings)
    requests.get(sectors.url + REPORT, timeout=5)

    assert len(watched.events) == 1
    assert aiohttp.ClientSession.__dict__["_request"] is before
    assert tally.snapshot()["internal_error"] == 1


def test_the_programs_own_log_is_cleaned_where_that_is_asked_for(watched, sectors, caplog):
    """From install to uninstall, and not without the key in the configuration."""
    logger, before = logging.getLogger("a.program"), logging.Handler.handle
    watched.raw |= {"redact": {"logging": True}}
    inside.start(watched.settings)
    logger.warning("GET https://api.example.org/?apikey=%s", "k" * 30)
    inside.uninstall()

    assert logging.Handler.handle is before
    assert "k" * 30 not in caplog.text
    assert "api.example.org" in caplog.text
    watched.raw["redact"] = {}
    inside.start(watched.settings)
    assert logging.Handler.handle is before
