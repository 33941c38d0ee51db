"""What counting costs: tail, decode, count, commit and evaluate, beside reading the same lines with the json module.

200,000 events of 110 routes, a fifth of them errors, in batches as the sidecar reads them; one core.

    python tests/bench/bench_meter.py
"""

import json
import tempfile
import time
from pathlib import Path

from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.event import SCHEMA, CallEvent, ids, timestamp
from outwarden.journal import Cursors, Journal, Tail
from outwarden.meter import Meter, windows
from outwarden.sidecar.consumer import PACE
from outwarden.watch import Watcher, memory

EVENTS = 200_000
STATUSES = [200] * 8 + [404, 429]


def main() -> None:
    """Print both, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder, "journal"), "bench", rotate_bytes=1 << 30)
        began = time.time() - EVENTS * 0.003
        for n in range(EVENTS):
            journal.append(event(n, began + n * 0.003))
        journal.close()
        [file] = Path(folder, "journal").glob("*.jsonl")
        lines = file.read_bytes().splitlines()
        print(f"{EVENTS} events, {len(lines[0])} bytes each")
        plain = measure("json.loads of each line", lambda: [json.loads(line) and None for line in lines])
        ours = measure("outwarden: tail, decode, count, commit, evaluate", lambda: count(Path(folder)))
        print(f"ratio of CPU {ours / plain:.2f}")


def event(n: int, at: float) -> CallEvent:
    """One call, with the fields that a call usually has."""
    status = STATUSES[n % len(STATUSES)]
    return CallEvent(
        ts=timestamp(at),
        event_id=ids.new(),
        call_id=ids.new(),
        attempt=1,
        api="sectors",
        method="GET",
        host="api.sectors.app",
        outcome="ok" if status == 200 else "client_error",
        status=status,
        service="portfolio-api",
        env="prod",
        pid=1,
        schema=SCHEMA,
        scheme="https",
        route=f"/v2/route/{n % 110}/{{symbol}}/",
        path=f"/v2/route/{n % 110}/BBCA/",
        query="sections=overview",
        duration_ms=123.4,
        headers_ms=120.1,
        response_bytes=2345,
        host_name="host",
    )


def count(folder: Path) -> None:
    """Do what the sidecar's meter does, and evaluate the alarm after each batch."""
    cursors = Cursors(folder / "history" / "sidecar.sqlite3")
    with cursors.transaction() as connection:
        for table in (*windows.TABLES, *memory.TABLES):
            connection.execute(table)
    tail = Tail(folder / "journal", cursors, "meter", quarantine=folder / "quarantine")
    meter, watching = Meter(), Watcher(alarm_set(Config()), lambda *_: None)
    counted = 0
    while (batch := tail.read(PACE.max_events, PACE.max_bytes)).records:
        tail.commit(batch, also=meter(batch.records))
        counted += len(batch.records)
        with cursors.transaction() as connection:
            watching.tick(connection, time.time())
    cursors.close()
    assert counted == EVENTS


def measure(what: str, work) -> float:
    """Print the CPU of one piece of work."""
    start, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - start, time.perf_counter() - wall
    print(f"{what:50} {cpu / EVENTS * 1e6:6.2f} µs CPU per event, {EVENTS / cpu:9,.0f} events/s of CPU, {wall:.2f} s")
    return cpu


if __name__ == "__main__":
    main()
