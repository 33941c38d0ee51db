"""What do users and logical calls cost? Prints µs, beside a bare context variable in the same run.

python tests/bench/bench_labels.py
"""

from __future__ import annotations

import timeit
from collections.abc import Callable
from contextvars import ContextVar

import outwarden
from outwarden import labels
from outwarden.geo import Countries
from outwarden.middleware import WsgiMiddleware
from outwarden.redact.pseudonyms import Pseudonyms

ROUNDS = 7
CALLS = 20_000


def least(action: Callable[[], object], number: int = CALLS) -> float:
    return min(timeit.repeat(action, number=number, repeat=ROUNDS)) / number * 1e6


def main() -> None:
    variable: ContextVar[None] = ContextVar("bare", default=None)
    names = Pseudonyms(b"k" * 32)
    countries = Countries()
    countries.of("103.10.60.1")
    labels.bind(labels.Naming(names.user, countries.of))

    def block() -> None:
        with outwarden.user("ann@example.com"):
            pass

    def located() -> None:
        with outwarden.user("ann@example.com", client_ip="103.10.60.1"):
            pass

    def logical() -> None:
        with outwarden.call(name="report"):
            pass

    def read() -> None:
        labels.whose()
        labels.logical_call()

    def read_set() -> None:
        who = labels.whose()
        if who is not None:
            who.read()
        labels.logical_call()

    def app(environ, start_response):
        return [b""]

    wrapped = WsgiMiddleware(app, user=lambda environ: "ann")
    environ = {"REMOTE_ADDR": "103.10.60.1"}
    rows = {
        "a bare context variable, read": least(variable.get),
        "both labels, read by a call, nothing set": least(read),
        "the pseudonym of a user who was here before": least(lambda: names.user("ann@example.com")),
        "the country of an IPv4 address": least(lambda: countries.of("103.10.60.1")),
        "`with outwarden.user(id)`": least(block),
        "`with outwarden.user(id, client_ip=…)`": least(located),
        "`with outwarden.call(name=…)`": least(logical),
        "WsgiMiddleware, a request that calls nobody": least(lambda: wrapped(environ, print))
        - least(lambda: app(environ, print)),
    }
    with outwarden.user("ann@example.com", client_ip="103.10.60.1"), outwarden.call(name="report"):
        rows["both labels, read by a call, both set"] = least(read_set)
    print(f"Least of {ROUNDS} rounds of {CALLS}, µs\n\n| what | µs |\n|---|---|")
    for what, cost in rows.items():
        print(f"| {what} | {cost:.2f} |")


if __name__ == "__main__":
    main()
