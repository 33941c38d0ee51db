"""Settings go over as JSON and come back the same."""

from __future__ import annotations

import os

import pytest

from outwarden.config import ProgramConfig
from outwarden.errors import ConfigError
from outwarden.wiring import settings
from outwarden.wiring.launch import SITE, launch_environment


def test_round_trip(watched, tmp_path):
    """What the program reads of the configuration, profiles and names survive; who is told of alarms stays here."""
    watched.raw |= {"service": "portfolio", "redact": {"query_allow": ["a"]}, "journal": {"max_bytes": "2GiB"}}
    watched.raw |= {"notify": {"here": {"kind": "terminal"}}}
    file = tmp_path / "settings.json"
    file.write_bytes(settings.dump(watched.settings))
    loaded = settings.load(file)

    assert loaded.profiles == watched.settings.profiles
    assert loaded.board == watched.settings.board
    for section in ProgramConfig.__struct_fields__:
        assert getattr(loaded.config, section) == getattr(watched.config, section)
    assert b"terminal" not in file.read_bytes()


OF_ANOTHER_VERSION = (
    b'{"config": {"weather": {}}, "profiles": [], "service": "", "board": null}',
    b'{"config": {"journal": {"max_bytes": "much"}}, "profiles": [], "service": "", "board": null}',
    b'{"config": {"journal": {"colour": 1}}, "profiles": [], "service": "", "board": null}',
)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", *OF_ANOTHER_VERSION])
def test_something_else(tmp_path, content):
    """Settings of another version are told apart."""
    file = tmp_path / "settings.json"
    file.write_bytes(content)

    with pytest.raises(ConfigError, match="settings"):
        settings.load(file)


def test_missing(tmp_path):
    """So is a file that is not there."""
    with pytest.raises(ConfigError, match=r"nowhere\.json"):
        settings.load(tmp_path / "nowhere.json")


def test_launch_environment(watched, tmp_path):
    """Our directory comes first, once; the rest of PYTHONPATH stays."""
    file = tmp_path / "settings.json"
    file.write_bytes(settings.dump(watched.settings))
    child = launch_environment(file, {"PYTHONPATH": os.pathsep.join(["/a", str(SITE), "/b"]), "X": "y"})

    assert child["PYTHONPATH"].split(os.pathsep) == [str(SITE), "/a", "/b"]
    assert child["OUTWARDEN_SETTINGS"] == str(file)
    assert child["OUTWARDEN_BOARD"] == str(watched.board)
    assert child["X"] == "y"
    assert launch_environment(file, {})["PYTHONPATH"] == str(SITE)


@pytest.mark.parametrize(
    ("before", "after"),
    [("", []), ("/a:/b", ["/a", "/b"]), (":/a", ["", "/a"]), ("/a:", ["/a", ""]), (f"{SITE}:/a", ["/a"])],
)
def test_the_programs_own_path_stays_as_it_is(watched, tmp_path, before, after):
    """Also its empty entries, which are the current directory."""
    file = tmp_path / "settings.json"
    file.write_bytes(settings.dump(watched.settings))

    assert launch_environment(file, {"PYTHONPATH": before})["PYTHONPATH"].split(":") == [str(SITE), *after]
