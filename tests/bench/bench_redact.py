"""What redaction finds, what it spares and what it costs, on the corpus of tests/redact, beside peers in the same run.

    python tests/bench/bench_redact.py [--events 3000] [--seed 7] [--by kind place encoding]

The peers are in `redact_peers.py`; those that are not installed are named. "recall" is the share of planted secrets of which not even half can be read any more, in whatever encoding;
"lost" the share of the strings that had to survive and did not. Times are microseconds of CPU per event, each event's best
of three. Prints figures; asserts nothing.
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import json
import secrets
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from outwarden.apis import Catalogue, builtin
from outwarden.event import encode
from outwarden.rawcall import RawCall
from outwarden.redact import Redactor, Registry, finder
from outwarden.redact.matcher import accelerated

sys.path.insert(0, str(Path(__file__).parent))
from redact_peers import installed

SLOW = "detect-secrets"
"""Takes milliseconds per event: it is given the first of them only, once."""
FEW = 300


def load_corpus() -> ModuleType:
    """Load the corpus from its place: the tests are no package."""
    place = Path(__file__).parent.parent / "redact" / "corpus"
    spec = importlib.util.spec_from_file_location(
        "corpus", place / "__init__.py", submodule_search_locations=[str(place)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["corpus"] = module
    spec.loader.exec_module(module)
    return module


def times(contenders: dict[str, Callable[[Any], Any]], events: list[Any]) -> dict[str, list[float]]:
    """Give each contender's best CPU time for each event; rounds take turns, and everyone gets copies of its own."""
    best = {name: [float("inf")] * len(events) for name in contenders}
    for turn in range(3):
        for name, clean in contenders.items():
            if name == SLOW and turn:
                continue
            mine = best[name]
            for at, event in enumerate(copy.deepcopy(events[:FEW] if name == SLOW else events)):
                begun = time.process_time_ns()
                clean(event)
                mine[at] = min(mine[at], time.process_time_ns() - begun)
    return {name: [one / 1e3 for one in all_ if one != float("inf")] for name, all_ in best.items()}


def call_costs(*, fast: bool) -> dict[str, float]:
    """What a watched call pays for: the event, the last gate, and an error's text."""
    key = "0123456789abcdef" * 4
    redactor = Redactor(Catalogue(builtin()), secrets=[key], service="bench", pseudonym_key=b"k" * 32, fast=fast)
    raw = RawCall(
        method="GET",
        url="https://api.sectors.app/v2/company/report/BBCA/?sections=overview&start=2026-01-01",
        started_s=time.time(),
        call_id="c",
        attempt=1,
    )
    raw.request_headers = {"Accept": "*/*", "Authorization": key}
    raw.status, raw.duration_s = 200, 0.1
    line = encode(redactor.call(raw))
    error = f"HTTPSConnectionPool(host='x'): Max retries exceeded with url: /v2/tags/?apikey={key} (Caused by timeout)"
    jobs = {
        "call event": lambda: redactor.call(raw),
        "last gate": lambda: redactor.gate(line),
        "error text": lambda: redactor.text(error),
    }
    return {name: min(_mean(job) for _ in range(7)) for name, job in jobs.items()}


def gate_costs() -> dict[int, list[float]]:
    """What the last gate costs with so many registered secrets, with the accelerator and without."""
    call = RawCall(
        "GET", "https://api.sectors.app/v2/company/report/BBCA/", started_s=time.time(), call_id="c", attempt=1
    )
    line = encode(Redactor(Catalogue(builtin())).call(call))
    costs: dict[int, list[float]] = {}
    for installed_ in (True, False):
        finder.accelerated = installed_ and accelerated
        for count in (1, 10, 100, 1000):
            registry = Registry()
            registry.register_all([secrets.token_hex(32) for _ in range(count)])
            redactor = Redactor(Catalogue(builtin()), registry)
            redactor.gate(line)
            costs.setdefault(count, []).append(min(_mean(partial(redactor.gate, line), 500) for _ in range(5)))
    finder.accelerated = accelerated
    return costs


def _mean(job: Callable[[], Any], repeats: int = 3000) -> float:
    begun = time.perf_counter()
    for _ in range(repeats):
        job()
    return (time.perf_counter() - begun) / repeats * 1e6


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--events", type=int, default=3000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--by", nargs="*", default=[], choices=["kind", "place", "encoding"])
    chosen = options.parse_args()
    corpus = load_corpus()
    cases = list(corpus.cases(chosen.events, chosen.seed))
    contenders: dict[str, Callable[[Any], Any]] = {
        "outwarden": Redactor(secrets=corpus.KNOWN).event,
        "outwarden, nothing registered": Redactor().event,
        "outwarden, no accelerator": Redactor(secrets=corpus.KNOWN, fast=False).event,
    }
    peers, missing = installed()
    contenders |= peers
    if missing:
        print("not installed:", ", ".join(missing))
    took = times(contenders, [case.event for case in cases])
    size = statistics.mean(len(json.dumps(case.event, default=str)) for case in cases)
    print(f"{len(cases)} events of {size:.0f} bytes, accelerator {'installed' if accelerated else 'not installed'}")
    print(f"{'':32}{'recall %':>9}{'known %':>9}{'lost %':>8}{'p50 µs':>8}{'p99 µs':>8}{'max µs':>8}")
    for name, clean in contenders.items():
        seen = cases[:FEW] if name == SLOW else cases
        outs = [clean(copy.deepcopy(case.event)) for case in seen]
        leaked = [case for case, out in zip(seen, outs, strict=True) if corpus.leaks(out, case.secret)]
        lost = sum(len(corpus.lost(out, case.survivors)) for case, out in zip(seen, outs, strict=True))
        known = [case for case in seen if case.secret.known]
        mine = sorted(took[name])
        print(
            f"{name:32}{100 - 100 * len(leaked) / len(seen):9.2f}"
            f"{100 - 100 * sum(case.secret.known for case in leaked) / len(known):9.2f}"
            f"{100 * lost / sum(len(case.survivors) for case in seen):8.3f}"
            f"{mine[len(mine) // 2]:8.1f}{mine[len(mine) * 99 // 100]:8.1f}{mine[-1]:8.0f}"
        )
        if name == "outwarden":
            for trait in chosen.by:
                of = (
                    (lambda case: case.secret.kind)
                    if trait == "kind"
                    else (lambda case, trait=trait: getattr(case, trait))
                )
                gone, all_ = Counter(map(of, leaked)), Counter(map(of, cases))
                print(
                    f"   leaked by {trait}:", {what: f"{count} of {all_[what]}" for what, count in gone.most_common()}
                )
    slow = call_costs(fast=False)
    for name, cost in call_costs(fast=True).items():
        print(f"{name:32}{cost:34.1f} µs, without accelerator {slow[name]:.1f}")
    for count, (quick, plain) in gate_costs().items():
        print(f"last gate, {count:4} secrets{'':9}{quick:34.1f} µs, without accelerator {plain:.1f}")


if __name__ == "__main__":
    main()
