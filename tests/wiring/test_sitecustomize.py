"""The start of a Python process below `outwarden run`: watched where it can be, unharmed in any case."""

from __future__ import annotations

import os
import subprocess
import sys
import venv

import pytest

CALL = "import requests, sys; print(requests.get(sys.argv[1], timeout=5).status_code)"
REPORT = "/v2/company/report/BBCA/"


def plain(*arguments, **environ):
    """Run the same without us."""
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_program_is_watched(watched, sectors):
    """An unmodified program leaves events; its output is its own."""
    done = watched.run("-c", CALL, sectors.url + REPORT)

    assert (done.stdout, done.stderr, done.returncode) == ("403\n", "", 0)
    assert [event.status for event in watched.events] == [403]
    assert watched.watched_processes() == 1


def test_its_children_are_watched(watched, sectors):
    """A Python that the program starts is watched as well; so is a fork."""
    program = (
        "import os, subprocess, sys; "
        f"subprocess.run([sys.executable, '-c', {CALL!r}, sys.argv[1]], check=True); "
        "import requests; child = os.fork(); requests.get(sys.argv[1], timeout=5); child and os.wait()"
    )
    done = watched.run("-c", program, sectors.url + REPORT)

    assert done.returncode == 0, done.stderr
    assert len({event.pid for event in watched.events}) == len(watched.events) == 3
    assert watched.watched_processes() == 3


def test_a_fork_before_requests(watched, sectors):
    """Processes that were forked before requests was imported have slots and events of their own."""
    program = (
        "import os, sys; child = os.fork(); import requests; requests.get(sys.argv[1], timeout=5); child and os.wait()"
    )
    done = watched.run("-c", program, sectors.url + REPORT)

    assert done.returncode == 0, done.stderr
    assert len({event.pid for event in watched.events}) == 2
    assert watched.watched_processes() == 2


def test_a_program_without_requests(watched):
    """It counts as watched, and only a handful of small modules were loaded."""
    done = watched.run("-c", "import sys; print(*sorted(sys.modules))")
    bare = plain("-c", "import sys; print(*sorted(sys.modules))")

    more = set(done.stdout.split()) - set(bare.stdout.split())
    assert {name for name in more if not name.startswith("outwarden")} <= {
        "fcntl",
        "struct",
        "_struct",
        "__future__",
        "sitecustomize",
    }
    assert watched.watched_processes() == 1


OPENED = """
import sys, urllib.error, urllib.request
original = urllib.request.OpenerDirector.open.__wrapped__
print("outwarden.wiring.inside" in sys.modules)
for url in sys.argv[1:]:
    try:
        urllib.request.urlopen(url)
    except urllib.error.HTTPError as error:
        print(error.code)
        error.close()
print("outwarden.wiring.inside" in sys.modules, urllib.request.OpenerDirector.open.__wrapped__ is original)
"""


def test_urllib_counts_once_it_is_used(watched, sectors):
    """Its import costs nothing; the first opening is watched already, and one wrapper is all that is left."""
    done = watched.run("-c", OPENED, sectors.url + REPORT, sectors.url + REPORT, SSL_CERT_FILE=sectors.ca_file)

    assert (done.stdout, done.stderr) == ("False\n403\n403\nTrue True\n", "")
    assert [event.status for event in watched.events] == [403, 403]


def test_urllib_that_is_never_used(watched):
    """A library that imports it makes no process heavy."""
    done = watched.run("-c", OPENED)

    assert done.stdout == "False\nFalse True\n"


def test_settings_that_are_handed_over_need_no_yaml(watched, sectors):
    """What `run` has read for it, the program does not read again: no YAML, no AWS, no command line."""
    done = watched.run(
        "-c", f"{CALL}; print(*sorted({{'yaml', 'boto3', 'click'}} & set(sys.modules)))", sectors.url + REPORT
    )

    assert done.stdout == "403\n\n"
    assert len(watched.events) == 1


@pytest.mark.parametrize("option", ["-I", "-S", "-E"])
def test_interpreters_that_take_no_hooks(watched, sectors, option):
    """`-I`, `-E` and `-S` keep us out: the program runs, and the board says that it was not watched."""
    done = watched.run(option, "-c", "print('fine')")

    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)
    assert watched.watched_processes() == 0


def test_kill_switch(watched, sectors):
    """OUTWARDEN_DISABLED=1: nothing is loaded or patched."""
    program = "import requests, sys; print(hasattr(requests.Session.send, '__wrapped__'), 'outwarden.wiring.inside' in sys.modules)"
    done = watched.run("-c", program, OUTWARDEN_DISABLED="1")

    assert done.stdout == "False False\n"
    assert watched.watched_processes() == 0


def test_our_directory_is_gone_from_the_path(watched):
    """The program finds nothing of ours on its path."""
    done = watched.run("-c", "import sys; print([p for p in sys.path if 'wiring' in p])")

    assert done.stdout == "[]\n"


def shadowed(folder, text):
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(text)
    return str(folder)


def test_a_shadowed_sitecustomize_runs(watched, sectors, tmp_path, monkeypatch):
    """One that lies further down PYTHONPATH runs as the module that it is."""
    path = shadowed(tmp_path / "theirs", "MARK = 'theirs'\nprint('theirs ran', __name__)\n")
    monkeypatch.setenv("PYTHONPATH", path)
    program = f"import sitecustomize; print(sitecustomize.MARK, sitecustomize.__file__); {CALL}"
    done = watched.run("-c", program, sectors.url + REPORT)

    assert done.stdout.splitlines() == ["theirs ran sitecustomize", f"theirs {path}/sitecustomize.py", "403"]
    assert done.stderr == ""
    assert len(watched.events) == 1


def test_a_shadowed_sitecustomize_that_imports_requests(watched, sectors, tmp_path, monkeypatch):
    """We are ready before it runs."""
    monkeypatch.setenv("PYTHONPATH", shadowed(tmp_path / "theirs", "import requests\n"))
    watched.run("-c", CALL, sectors.url + REPORT)

    assert len(watched.events) == 1


@pytest.mark.parametrize("text", ["raise RuntimeError('theirs')\n", "import no_such_module\n", "syntax error\n"])
def test_a_broken_shadowed_sitecustomize(watched, tmp_path, monkeypatch, text):
    """It is broken as without us: the same words, the same status."""
    monkeypatch.setenv("PYTHONPATH", shadowed(tmp_path / "theirs", text))
    done, bare = watched.run("-c", "print('fine')"), plain("-c", "print('fine')")

    assert (done.stdout, done.returncode) == (bare.stdout, bare.returncode)
    assert done.stderr.splitlines()[-1] == bare.stderr.splitlines()[-1]


def test_no_sitecustomize_but_ours(watched):
    """`import sitecustomize` in a program without one does not fail below us."""
    done = watched.run("-c", "import sitecustomize; print('fine')")

    assert (done.stdout, done.stderr) == ("fine\n", "")


def test_settings_that_are_gone_or_odd(watched, sectors):
    """Whatever is wrong with what we were handed, the program runs."""
    for name, value in {
        "OUTWARDEN_SETTINGS": "/nowhere.json",
        "OUTWARDEN_BOARD": "/nowhere",
    }.items():
        done = watched.run("-c", CALL, sectors.url + REPORT, **{name: value})
        assert (done.stdout, done.stderr, done.returncode) == ("403\n", "", 0)
    odd = watched.folder / "odd.json"
    odd.write_bytes(b'{"config": 3}')
    done = watched.run("-c", CALL, sectors.url + REPORT, OUTWARDEN_SETTINGS=str(odd))
    assert (done.stdout, done.stderr, done.returncode) == ("403\n", "", 0)


def test_a_daemon_outlives_its_settings(watched, sectors):
    """The settings are read at the start: a program that imports requests later needs no file."""
    program = f"import os, sys; os.unlink(os.environ['OUTWARDEN_SETTINGS']); {CALL}"
    done = watched.run("-c", program, sectors.url + REPORT)

    assert done.stdout == "403\n"
    assert len(watched.events) == 1


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A virtual environment without outwarden, with a sitecustomize of its own in its site-packages."""
    home = tmp_path_factory.mktemp("foreign")
    venv.create(home, symlinks=True)
    packages = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (packages / "sitecustomize.py").write_text("print('of the environment')\n")
    return str(home / "bin" / "python")


def test_an_interpreter_that_cannot_import_us(watched, foreign):
    """It runs as without us, chains to its own sitecustomize, and the board says that it was not watched."""
    done = watched.run("-c", "import sitecustomize; print('fine')", python=foreign)

    assert (done.stdout, done.stderr, done.returncode) == ("of the environment\nfine\n", "", 0)
    assert watched.watched_processes() == 0


def test_every_old_python_can_read_the_file():
    """No syntax in it is younger than Python 3.0."""
    import ast

    from outwarden.wiring.launch import SITE

    assert [file.name for file in SITE.iterdir() if file.name != "__pycache__"] == ["sitecustomize.py"]
    ast.parse((SITE / "sitecustomize.py").read_text(), feature_version=(3, 4))
