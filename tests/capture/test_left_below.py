"""Wrappers of ours that stay below those of another tool do nothing, also where we watch again above them."""

from __future__ import annotations

from importlib import import_module

import pytest

from outwarden.capture.wire import wire
from outwarden.wiring.early import CLIENTS

REPORT = "/v2/company/report/BBCA/"


def made(record):
    return [getattr(import_module(home), name)(record) for _, home, name in CLIENTS.values()]


@pytest.fixture
def left(monkeypatch):
    """Watch, let another tool wrap every method that we have wrapped, and stop watching."""
    hooks = made(lambda raw: pytest.fail(f"{raw.method} was seen by a hook that is off"))
    for hook in hooks:
        hook.install()
    patches = [*wire._patches, *(patch for hook in hooks for patch in hook._patches)]
    with monkeypatch.context() as patched:
        for patch in patches:
            patched.setattr(patch._owner, patch._name, passing_on(getattr(patch._owner, patch._name)))
        for hook in hooks:
            hook.uninstall()
        yield
    for patch in patches:
        patch.remove()


def passing_on(original):
    def tool(*given, **named):
        return original(*given, **named)

    return tool


@pytest.mark.usefixtures("left")
def test_watching_again(client, sectors, events, request):
    """Each attempt is seen once."""
    request.getfixturevalue("hooks")
    client.get(sectors.url + REPORT)

    assert (events.only.attempt, events.only.status) == (1, 200)
