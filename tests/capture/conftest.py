"""A hook on requests whose events are kept in memory, and the local Sectors API to call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from outwarden.apis import Catalogue, builtin
from outwarden.capture.requests import RequestsHook
from outwarden.event import CallEvent, decode, encode
from outwarden.rawcall import RawCall
from outwarden.redact import Redactor


class Events(list[CallEvent]):
    """What was recorded, as it would be stored: each event went through its JSON line."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self.redactor = redactor
        self.lines: list[bytes] = []

    def record(self, raw: RawCall) -> None:
        line = encode(self.redactor.call(raw))
        self.lines.append(line)
        self.append(decode(line))

    def as_text(self) -> str:
        return b"\n".join(self.lines).decode()

    @property
    def only(self) -> CallEvent:
        assert len(self) == 1, self
        return self[0]


@pytest.fixture
def redactor(sectors):
    return Redactor(Catalogue(builtin(), extra_hosts={"sectors": [sectors.netloc]}), service="test")


@pytest.fixture
def events(redactor) -> Events:
    return Events(redactor)


@pytest.fixture
def hook(events) -> Iterator[RequestsHook]:
    hook = RequestsHook(events.record)
    hook.install()
    yield hook
    hook.uninstall()


@pytest.fixture
def session(sectors):
    """A session with the API's key, which closes its connections."""
    import requests

    with requests.Session() as session:
        session.headers["Authorization"] = sectors.key
        yield session
