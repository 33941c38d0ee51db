"""What one append costs: CPU microseconds of the calling thread, in rounds that take turns.

    python tests/bench/bench_journal.py [rounds]

Contenders: `write`, one bare os.write of the same line (the floor); `journal`, our append with encoding, locking and the
check of the descriptor; `gate`, the same with a last gate of ten needles; `logging`, the standard library's FileHandler
with a JSON line. Prints the median of the rounds and the quartiles; asserts nothing about time.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from outwarden import event
from outwarden.event import CallEvent
from outwarden.journal import Journal

APPENDS = 2000


def sample() -> CallEvent:
    return CallEvent(
        ts=event.timestamp(time.time()),
        event_id=event.ids.new(),
        call_id=event.ids.new(),
        attempt=1,
        api="sectors",
        route="/v2/company/report/{symbol}/",
        method="GET",
        host="api.sectors.app",
        scheme="https",
        path="/v2/company/report/BBCA/",
        query="sections=overview",
        outcome="ok",
        status=200,
        duration_ms=84.2,
        headers_ms=80.1,
        response_bytes=9120,
        key_id="k_0123456789abcdef",
        service="portfolio",
        env="prod",
        host_name="host",
        pid=os.getpid(),
        schema=1,
    )


def count_lines(path: Path) -> int:
    """Count the lines of a file, or of all files of a directory."""
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.read_bytes().count(b"\n") for file in files)


def main(rounds: int) -> None:
    call = sample()
    line = event.encode(call) + b"\n"
    fields = json.loads(line)
    needles = [os.urandom(16).hex().encode() for _ in range(10)]

    def gate(data: bytes) -> bytes:
        if any(needle in data for needle in needles):
            raise ValueError
        return data

    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal", "bench")
        gated = Journal(Path(folder) / "gated", "bench", gate=gate)
        fd = os.open(Path(folder) / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        handler = logging.FileHandler(Path(folder) / "logging")
        logger = logging.getLogger("bench")
        logger.addHandler(handler)
        logger.propagate = False
        logger.setLevel(logging.INFO)
        contenders = {
            "write": lambda: os.write(fd, line),
            "journal": lambda: journal.append(call),
            "gate": lambda: gated.append(call),
            "logging": lambda: logger.info(json.dumps(fields)),
        }
        taken: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(rounds):
            for name, append in contenders.items():
                began = time.thread_time_ns()
                for _ in range(APPENDS):
                    append()
                taken[name].append((time.thread_time_ns() - began) / APPENDS / 1000)
        journal.close()
        gated.close()
        handler.close()
        os.close(fd)
        for name in ("journal", "gated", "bare", "logging"):
            stored = count_lines(Path(folder) / name)
            if stored != rounds * APPENDS:  # a figure for work that was not done is worth nothing
                sys.exit(f"{name}: {stored} lines are on disk instead of {rounds * APPENDS}")

    print(f"line of {len(line)} bytes, {rounds} rounds of {APPENDS} appends, CPU of the caller")
    print(f"{'':>10} {'us':>7} {'quartiles':>15} {'over write':>11} {'of logging':>11}")
    floor, peer = statistics.median(taken["write"]), statistics.median(taken["logging"])
    for name, values in taken.items():
        low, middle, high = statistics.quantiles(values, n=4)
        print(f"{name:>10} {middle:7.2f} {low:7.2f}-{high:7.2f} {middle - floor:11.2f} {middle / peer:11.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
