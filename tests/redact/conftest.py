"""What the tests of redaction share."""

from __future__ import annotations

import importlib.util
import secrets
import sys
from pathlib import Path
from typing import Any

import pytest

from outwarden.apis import Catalogue, builtin
from outwarden.rawcall import RawCall
from outwarden.redact import Redactor, Registry

REPORT = "https://api.sectors.app/v2/company/report/BBCA/?sections=overview"


@pytest.fixture
def key() -> str:
    """An API key as the Sectors API gives them out: 64 hex digits."""
    return secrets.token_hex(32)


@pytest.fixture
def redactor(key) -> Redactor:
    """A redactor as a watched program has it, with the key registered."""
    registry = Registry()
    registry.register(key, "sectors")
    return Redactor(Catalogue(builtin()), registry, service="portfolio", env="test", pseudonym_key=b"k" * 32)


@pytest.fixture
def raw():
    """Make a RawCall: `raw(url, status=404, …)`."""

    def make(url: str = REPORT, **seen: Any) -> RawCall:
        call = RawCall(method=seen.pop("method", "GET"), url=url, started_s=1.0, call_id="c1", attempt=1)
        call.status = 200
        for name, value in seen.items():
            setattr(call, name, value)
        return call

    return make


def _load(name: str, place: Path, **found):
    spec = importlib.util.spec_from_file_location(name, place, **found)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def corpus():
    """The corpus of made-up leaks; the tests are no package, so it is loaded by its place."""
    place = Path(__file__).with_name("corpus")
    return _load("corpus", place / "__init__.py", submodule_search_locations=[str(place)])


@pytest.fixture(scope="session")
def layers():
    """Ways to write a secret, one inside another."""
    return _load("layers", Path(__file__).with_name("layers.py"))


@pytest.fixture(scope="session")
def near_misses():
    """Strings made to take long."""
    return _load("near_misses", Path(__file__).with_name("near_misses.py"))


@pytest.fixture(scope="session")
def effort():
    """What redacting costs, whatever else the machine does."""
    return _load("effort", Path(__file__).with_name("effort.py"))


@pytest.fixture(scope="session")
def bombs():
    """Strings and events made by recipe to take long."""
    return _load("bombs", Path(__file__).with_name("bombs.py"))


@pytest.fixture(scope="session")
def ordinary():
    """Texts of all the kinds that programs log, answer and print."""
    return _load("ordinary", Path(__file__).with_name("ordinary.py"))


@pytest.fixture(scope="session")
def fuzz():
    """Random events."""
    return _load("fuzz", Path(__file__).with_name("fuzz.py"))
