"""The profiles that come with outwarden."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest

import outwarden
from outwarden.apis import Profile, builtin
from outwarden.apis.sources import parse
from outwarden.errors import ConfigError

PACKAGE = Path(outwarden.__file__).parent


@pytest.fixture(scope="module")
def sectors() -> Profile:
    """The built-in profile of the Sectors API."""
    return next(profile for profile in builtin() if profile.name == "sectors")


def test_sectors_knows_all_documented_routes(sectors):
    """110 routes are documented: 79 of v2, 31 of the discontinued v1."""
    versions = [route.version for route in sectors.routes]

    assert len(sectors.routes) == len({route.path for route in sectors.routes}) == 110
    assert versions.count("v2") == 79
    assert versions.count("v1") == 31


def test_every_v1_route_is_marked_as_dead(sectors):
    """Whoever calls v1 gets 410, so no v1 route counts as callable and each names its replacement."""
    dead = [route for route in sectors.routes if route.version == "v1"]

    assert all(route.deprecated and not route.callable and route.replacement for route in dead)


def test_every_route_names_a_documented_source(sectors):
    """Each route says where it is documented."""
    assert {route.source for route in sectors.routes} <= set(sectors.sources)


def test_free_text_parameters_are_not_kept(sectors):
    """What a person typed into a search is not for the logs."""
    assert not {"q", "keyword"} & set(sectors.query_allow)


def test_no_allowed_parameter_carries_a_credential(sectors):
    """The allow-list and the credential names have nothing in common."""
    from outwarden.redact.names import is_credential_parameter

    assert not [name for name in sectors.query_allow if is_credential_parameter(name)]


def test_profiles_survive_the_way_through_json():
    """A watched program gets its profiles as JSON."""
    handed_over = msgspec.json.decode(msgspec.json.encode(builtin()), type=tuple[Profile, ...])

    assert handed_over == builtin()


@pytest.mark.parametrize("text", [b"name: [", b"name: x", b"- 1", b"name: x\nhosts: [a]\ncolour: red"])
def test_a_damaged_profile_is_refused_in_one_line(text):
    """A profile that is none says where and why."""
    with pytest.raises(ConfigError, match=r"^mine\.yaml: this is no API profile: .+") as refused:
        parse(text, "mine.yaml")

    assert "\n" not in str(refused.value)


def test_yaml_is_not_imported_before_it_is_needed():
    """A watched program gets its profiles decoded: importing the rooms costs no YAML parser."""
    code = "import sys, outwarden.apis, outwarden.redact; sys.exit('yaml' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_profiles_are_found_in_a_zip_file(tmp_path):
    """A program that is packed up as one archive knows its APIs as well."""
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in PACKAGE.rglob("*"):
            if file.suffix in {".py", ".json"}:
                packed.write(file, file.relative_to(PACKAGE.parent))
    code = "import outwarden.apis as apis; print(apis.__file__, *(profile.name for profile in apis.builtin()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(archive), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True, timeout=60, capture_output=True, text=True,
    )  # fmt: skip

    assert done.stdout.split() == [f"{archive}/outwarden/apis/__init__.py", "sectors"]


def test_an_installation_without_its_profiles_says_so(monkeypatch):
    """Nobody should have to guess why no route is known."""
    monkeypatch.setattr(sys.modules[builtin.__module__], "FILE", "gone.json")
    builtin.cache_clear()
    try:
        with pytest.raises(ConfigError, match="Install it again"):
            builtin()
    finally:
        monkeypatch.undo()
        builtin.cache_clear()
