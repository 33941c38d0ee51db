"""A fault of ours never reaches the program, whatever client it uses: each function of a hook raises in turn."""

from __future__ import annotations

import gc
import inspect
import re
from importlib import import_module

import pytest

from outwarden import tally
from outwarden.testing import Refusal, Reset, Truncated
from outwarden.wiring.early import CLIENTS

REPORT = "/v2/company/report/BBCA/"

OF_DRIVER = {"httpx": "httpx", "httpx-async": "httpx", "aiohttp": "aiohttp", "urllib3": "urllib3", "urllib": "urllib"}

AT_THE_START = re.compile(r"\._made$|\._wrap_\w+$|^_?\w*Stream\.|^Wire\.(__init__|watch|forget)$|^Switch\.")
"""What runs when a hook is put in place, and the streams, which are what the program itself reads from."""

SHIELDS = {
    "wire._left",
    "wire._left_raising",
    "Urllib3Hook.begins_anew",
    "Urllib3Hook.install",
    "Urllib3Hook.uninstall",
}
"""What catches the faults of the others."""

PARTS = {"urllib3": ("asked", "wire", "urllib3_ends")}
"""Further modules of a client's own hook."""


def functions(driver):
    """Everything of a client's own hook."""
    module = import_module(CLIENTS[OF_DRIVER[driver]][1])
    parts = [import_module(f"{module.__package__}.{part}") for part in PARTS.get(driver, ())]
    own = {part.__name__ for part in (module, *parts)}
    for owner in (module, *parts, *vars(module).values()):
        if getattr(owner, "__module__", module.__name__) not in own or not (
            inspect.ismodule(owner) or (inspect.isclass(owner) and not issubclass(owner, tuple))
        ):
            continue
        for name, value in vars(owner).items():
            if inspect.isfunction(value) and value.__module__ in own:
                label = f"{owner.__name__.rpartition('.')[2]}.{name}"
                if not AT_THE_START.search(label) and label not in SHIELDS:
                    yield owner, name, label


CASES = [(driver, *case) for driver in OF_DRIVER for case in functions(driver)]


def calls(client, sectors):
    """What a program does, and all that it can see of it."""
    sectors.reset()
    yield seen(lambda: client.get(sectors.url + REPORT))
    yield seen(lambda: client.get(sectors.url + "/v2/company/report/NOSUCH/"))
    yield seen(lambda: client.stop_early(sectors.url + REPORT))
    sectors.faults.add(Reset(), times=2)
    yield seen(lambda: client.get(sectors.url + REPORT))
    sectors.faults.clear()
    sectors.faults.add(Truncated())
    yield seen(lambda: client.get(sectors.url + REPORT))
    sectors.faults.add(Refusal(503))
    yield seen(lambda: client.get(sectors.url + REPORT))
    yield seen(lambda: client.get("gopher://x.invalid/"))


def seen(action):
    try:
        return action()
    except Exception as error:
        chain, context = [], error
        while context is not None:
            chain.append(type(context))
            context = context.__context__
        return chain, re.sub(r"0x[0-9a-f]+|\d+ bytes.*|port=\d+", "", str(error))


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("case", CASES, ids=[f"{case[0]}-{case[3]}" for case in CASES])
def test_a_fault_in(drivers, case, sectors, monkeypatch, request):
    """The program sees what it sees without us."""
    driver, owner, name, _ = case
    client = drivers[driver](sectors)
    without = list(calls(client, sectors))

    def fault(*args, **kwargs):
        raise RuntimeError("a bug of ours")

    request.getfixturevalue("hooks")
    monkeypatch.setattr(owner, name, fault)
    # What was bound when the hook was put in place is bound anew.
    for hook in request.getfixturevalue("hooks"):
        hook.uninstall()
        hook._patches = tuple(hook._made())
        hook.install()

    assert list(calls(client, sectors)) == without
    gc.collect()


@pytest.mark.parametrize("driver", OF_DRIVER)
def test_without_a_fault(drivers, driver, sectors, events, request):
    """Watched without a fault, the program sees the same too, and nothing was counted."""
    client = drivers[driver](sectors)
    without = list(calls(client, sectors))
    request.getfixturevalue("hooks")

    assert list(calls(client, sectors)) == without
    assert len({event.call_id for event in events}) >= len(without) - 1
    assert tally.snapshot()["internal_error"] == 0
