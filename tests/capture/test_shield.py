"""A fault of ours never reaches the program: each function of ours raises in turn, and nothing is different."""

from __future__ import annotations

import inspect
import re

import pytest
import requests

from outwarden import event
from outwarden.apis import Catalogue, builtin
from outwarden.capture import (
    asked,
    body,
    call,
    hook,
    interruption,
    lengths,
    otel,
    outcome,
    reading,
    recorder,
    requests_ends,
    wire,
)
from outwarden.capture import requests as hooks
from outwarden.journal import Journal
from outwarden.redact import Redactor
from outwarden.redact.calls import Calls
from outwarden.testing import Redirect, Reset, Truncated
from outwarden.wiring.inside import cleaner
from outwarden.wiring.recording import recorder as recording
from outwarden.wiring.secrets_env import ConfiguredSecrets

REPORT = "/v2/company/report/BBCA/"

AT_THE_START = {
    "Hook.__init__",
    "Hook.install",
    "Hook.uninstall",
    "RequestsHook._made",
    "RequestsHook._wrap_session_send",
    "RequestsHook.install",
    "RequestsHook.uninstall",
    "Recorder.__init__",
    "Tracing.__init__",
    "Tracing.uninstall",
    "Switch.__init__",
    "Wire.__init__",
    "Wire._made",
    "Wire._wrap_increment",
    "Wire._wrap_pool",
    "Wire._wrap_pool_by_position",
    "Wire.forget",
    "Wire.watch",
}
"""What runs outside of calls: there `install` tells."""

SHIELDS = {"reading.ended", "body.collected", "body._exit", "wire._left", "wire._left_raising"}
"""What catches the faults of the others, like `polite.swallow`."""


def functions():
    """Everything of ours that a call runs through."""
    for module in (
        *(hooks, requests_ends, wire, asked, hook, call, interruption),
        *(lengths, body, reading, recorder, outcome, otel),
    ):
        for name, value in vars(module).items():
            if getattr(value, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(value):
                yield module, name
            elif inspect.isclass(value) and not issubclass(value, tuple):
                for attribute, method in vars(value).items():
                    if inspect.isfunction(method):
                        yield value, attribute
    yield hook, "is_unwatched"
    yield event.EventIds, "new"
    yield Calls, "line"
    yield Calls, "whole_line"
    yield Journal, "append_line"
    yield ConfiguredSecrets, "refresh"


def named(owner, name):
    return f"{owner.__name__.rpartition('.')[2]}.{name}"


CASES = [case for case in functions() if named(*case) not in AT_THE_START | SHIELDS]


def calls(sectors):
    """What a program does, and all that it can see of it."""
    sectors.reset()
    with requests.Session() as session:
        session.headers["Authorization"] = sectors.key
        session.trust_env = False
        session.verify = sectors.ca_file

        def boom(answer, **_):
            raise LookupError("of the program")

        yield seen(lambda: session.get(sectors.url + REPORT).json())
        yield seen(lambda: session.get(sectors.url + "/v2/company/report/NOSUCH/").status_code)
        yield seen(lambda: session.get(sectors.url + REPORT, stream=True).content)
        yield seen(lambda: bytes(session.get(sectors.url + REPORT, stream=True).raw.read()))
        yield seen(lambda: session.get(sectors.url + REPORT, stream=True).close())
        yield seen(lambda: session.get("gopher://x/"))
        yield seen(lambda: session.get(sectors.url + REPORT, hooks={"response": [lambda a, **_: a.close(), boom]}))
        sectors.faults.add(Reset())
        yield seen(lambda: session.get(sectors.url + REPORT))
        sectors.faults.add(Truncated())
        yield seen(lambda: session.get(sectors.url + REPORT, stream=True).content)
        sectors.faults.add(Redirect(REPORT), path="/v2/old/")
        yield seen(lambda: [hop.status_code for hop in session.get(sectors.url + "/v2/old/").history])
    assert not hasattr(requests.Session.send, "__self__")


def seen(action):
    try:
        return action()
    except Exception as error:
        chain, context = [], error
        while context is not None:
            chain.append(type(context))
            context = context.__context__
        return chain, re.sub(r"0x[0-9a-f]+|\(\d+ bytes.*", "", str(error))


class Changing(dict):
    """An environment in which another value stands at each look."""

    def get(self, *_):
        return object()


def watch(sectors, tmp_path, *, quick):
    redactor = Redactor(Catalogue(builtin()), service="test")
    missing = object.__new__(ConfiguredSecrets)
    missing.missing, missing.size = ("env:NEVER",), 0
    missing._environ, missing._registry = {}, redactor.registry
    missing._references, missing._known = missing.missing, {}
    missing.looked = [("NEVER", None)]
    missing.plain = {} if quick else Changing()  # then it is looked for in each call, which takes the long way
    journal = Journal(tmp_path / "journal", "test")
    hook = hooks.RequestsHook(recording(missing, redactor, journal), otel.Tracing("auto", cleaner(redactor)))
    hook.install()
    return hook, journal


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize(("owner", "name"), CASES, ids=[named(*case) for case in CASES])
def test_a_fault_in(owner, name, *, quick, sectors, tmp_path, monkeypatch):
    """The program sees what it sees without us."""
    without = list(calls(sectors))
    assert len(without) == 10

    def fault(*args, **kwargs):
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(owner, name, fault)
    hook, journal = watch(sectors, tmp_path, quick=quick)
    try:
        assert list(calls(sectors)) == without
    finally:
        hook.uninstall()
        journal.close()


def test_without_a_fault(sectors, tmp_path):
    """Watched without a fault, the program sees the same too, and every call is in the journal."""
    without = list(calls(sectors))
    hook, journal = watch(sectors, tmp_path, quick=True)
    try:
        assert list(calls(sectors)) == without
    finally:
        hook.uninstall()
        journal.close()

    (file,) = (tmp_path / "journal").iterdir()
    assert len({event.decode(line).call_id for line in file.read_bytes().splitlines()}) == 10
