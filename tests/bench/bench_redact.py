"""What redaction finds, what it spares and what it costs, on the corpus of tests/redact, beside peers in the same run.

    python tests/bench/bench_redact.py [--events 3000] [--seed 7] [--by kind place encoding]

Peers: `naive`, ten regular expressions of the usual kind over every text; `logfire`, its default scrubber, where logfire
is installed. "recall" is the share of planted secrets of which not even half can be read any more, in whatever encoding;
"lost" the share of the strings that had to survive and did not. Times are microseconds per event, each event's best of
three. Prints figures; asserts nothing.
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from outwarden.apis import Catalogue, builtin
from outwarden.event import encode
from outwarden.rawcall import RawCall
from outwarden.redact import Redactor
from outwarden.redact.matcher import accelerated

NAIVE = [
    re.compile(pattern)
    for pattern in (
        r"(?i)bearer\s+[a-z0-9._~+/-]+=*",
        r"(?i)basic\s+[a-z0-9+/]+=*",
        r"(?i)(?:api[_-]?key|token|secret|password|passwd|pwd)[\"']?\s*[:=]\s*[\"']?[^\s\"'&,;]+",
        r"eyJ[\w-]+\.[\w-]+\.[\w-]+",
        r"A(?:KIA|SIA)[0-9A-Z]{16}",
        r"gh[pousr]_\w{36}",
        r"-----BEGIN[\s\S]+?-----END[^-]+-----",
        r"[\w.+-]+@[\w-]+\.[\w.]+",
        r"\b(?:\d[ -]?){13,16}\b",
        r"://[^/\s:]+:[^@\s]+@",
    )
]


def naive(event: Any) -> Any:
    """Ten expressions over every text."""
    if isinstance(event, dict):
        return {name: naive(value) for name, value in event.items()}
    if isinstance(event, list | tuple):
        return [naive(value) for value in event]
    if isinstance(event, bytes):
        event = event.decode("latin-1")
    if isinstance(event, str):
        for pattern in NAIVE:
            event = pattern.sub("[REDACTED]", event)
    return event


def logfire() -> Callable[[Any], Any] | None:
    """Logfire's default scrubber, if it is installed."""
    try:
        from logfire._internal.scrubbing import Scrubber
    except ImportError:
        return None
    scrubber = Scrubber(None)
    return lambda event: scrubber.scrub_value(("attributes",), event)[0]


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
    """Give each contender's best time for each event; rounds take turns."""
    best = {name: [float("inf")] * len(events) for name in contenders}
    for _ in range(3):
        for name, clean in contenders.items():
            mine = best[name]
            for at, event in enumerate(events):
                begun = time.perf_counter()
                clean(event)
                mine[at] = min(mine[at], time.perf_counter() - begun)
    return {name: [one * 1e6 for one in all_] for name, all_ in best.items()}


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
        "naive": naive,
    }
    if (peer := logfire()) is not None:
        contenders["logfire"] = peer
    took = times(contenders, [case.event for case in cases])
    size = statistics.mean(len(json.dumps(case.event, default=str)) for case in cases)
    print(f"{len(cases)} events of {size:.0f} bytes, accelerator {'installed' if accelerated else 'not installed'}")
    print(f"{'':32}{'recall %':>9}{'known %':>9}{'lost %':>8}{'p50 µs':>8}{'p99 µs':>8}{'max µs':>8}")
    for name, clean in contenders.items():
        outs = [clean(copy.deepcopy(case.event)) for case in cases]
        leaked = [case for case, out in zip(cases, outs, strict=True) if corpus.leaks(out, case.secret)]
        lost = sum(len(corpus.lost(out, case.survivors)) for case, out in zip(cases, outs, strict=True))
        known = [case for case in cases if case.secret.known]
        mine = sorted(took[name])
        print(
            f"{name:32}{100 - 100 * len(leaked) / len(cases):9.2f}"
            f"{100 - 100 * sum(case.secret.known for case in leaked) / len(known):9.2f}"
            f"{100 * lost / sum(len(case.survivors) for case in cases):8.3f}"
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


if __name__ == "__main__":
    main()
