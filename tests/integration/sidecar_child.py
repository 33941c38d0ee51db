"""A sidecar to be killed: `python sidecar_child.py JOURNAL HISTORY URL`."""

import sys
from pathlib import Path

from outwarden.config.sinks import CloudWatchSink as Settings
from outwarden.journal.cursors import Cursors
from outwarden.journal.history import History
from outwarden.journal.tail import Tail
from outwarden.sidecar.consumer import Consumer, Pace
from outwarden.sidecar.deadletter import DeadLetter
from outwarden.sidecar.health import Health
from outwarden.sidecar.history import HistoryKeeper
from outwarden.sidecar.service import Service
from outwarden.sinks.cloudwatch import CloudWatchSink


def main(journal: Path, history: Path, url: str) -> None:
    """Run until SIGTERM."""
    cursors = Cursors(history / "sidecar.sqlite3")
    sink = CloudWatchSink(Settings(endpoint_url=url))
    handles = {"cloudwatch": sink.ship, "history": HistoryKeeper(History(history), cursors.db)}
    consumers = [
        Consumer(
            name,
            Tail(journal, cursors, name, quarantine=history / "quarantine"),
            handle,
            health=Health(cursors.db, name),
            dead=DeadLetter(history / "dead"),
            pace=Pace(poll_s=0.02, flush_s=0.05, max_events=50),
        )
        for name, handle in handles.items()
    ]
    Service(consumers, closing=[sink.close, cursors.close]).run_until_signal()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
