"""Names that can be read, and countries of two addresses."""

from __future__ import annotations

import pytest

from outwarden import labels
from outwarden.labels import Naming, logical_call, whose


@pytest.fixture(autouse=True)
def named():
    labels.bind(Naming(user=lambda name: f"u_{name}", country={"103.10.60.1": "ID", "8.8.8.8": "US"}.get))
    yield
    labels.bind(None)
    assert (whose(), logical_call()) == (None, None)


@pytest.fixture
def outbound():
    """What an outbound call notes: each entry is the user and the country at that moment."""

    class Outbound(list):
        def call(self):
            who = whose()
            self.append(who.read() if who is not None else (None, None))

    return Outbound()
