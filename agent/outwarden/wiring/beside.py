"""Config -> the sidecar: every consumer and ticker, with what each of them needs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from outwarden import apis
from outwarden.alert import Alert
from outwarden.config import AlarmSpec, Config
from outwarden.config.alarm_set import TERMINAL, alarm_set
from outwarden.config.alarms import CompositeSpec
from outwarden.config.metrics import Metrics
from outwarden.config.sinks import CloudWatchSink
from outwarden.errors import SinkError
from outwarden.journal import Cursors, History, Places, Tail, ensure_dir
from outwarden.journal.retention import sweep, sync_files
from outwarden.meter import Meter, totals, windows
from outwarden.meter.totals import Totals
from outwarden.notify import Reached, outbox
from outwarden.redact import Redactor, Registry
from outwarden.sidecar.consumer import Consumer, Handle, Pace, together
from outwarden.sidecar.deadletter import DeadLetter
from outwarden.sidecar.health import Health
from outwarden.sidecar.history import HistoryKeeper
from outwarden.sidecar.listener import Listener
from outwarden.sidecar.service import Service
from outwarden.sidecar.ticker import Ticker
from outwarden.sinks.sink import Sink
from outwarden.watch import Watcher, memory
from outwarden.wiring.channels import aws_place, by_sidecar, channels, told_here
from outwarden.wiring.redactor import redactor as make_redactor
from outwarden.wiring.secrets_env import ConfiguredSecrets
from outwarden.wiring.telling import NOTIFY, Telling, clean
from outwarden.wiring.vitals import vitals

WATCH_EVERY_S: Final = 1.0
SWEEP_EVERY_S: Final = 30.0
SYNC_EVERY_S: Final = 0.1
WINDOWS_KEPT_S: Final = 15 * 86400.0
CATCH_UP_S: Final = 60.0
"""How long after a start an alarm may wait for the journal to be counted; a busy one may never be read to its end."""
METER: Final = "meter"
LAST_TURN: Final = frozenset({"watch", NOTIFY, "metrics"})
"""Tickers that have one more turn at the very end."""
LAST_TURN_S: Final = 1.0
"""So long it waits for a turn that hangs in a call; then it falls out."""


def build(
    config: Config, service: str, found: Places, *, terminal: bool = False, listener: Listener | None = None
) -> Service:
    """Put a sidecar together; nothing runs yet. The caller holds the sidecar lock.

    Args:
        config: the settings.
        service: name of the service that gets its zeros before its first call.
        found: where everything lies.
        terminal: tell alarms that name nobody on standard error. Under `run` it belongs to the program.
        listener: what answers others on a port; it is the service's from here on.

    Raises:
        UsageError: a part cannot be made: a directory, a channel. AWS is not asked; see `check_aws`.
    """
    ensure_dir(found.history)
    registry = Registry()
    redactor = _redactor(config, service, found, registry)
    cursors = Cursors(found.db)
    try:
        with cursors.transaction() as connection:
            for table in (*windows.TABLES, *totals.TABLES, *memory.TABLES, *outbox.TABLES):
                connection.execute(table)
            known = ("", *(profile.name for profile in apis.builtin()))
            totals.begin(connection, ((service, config.env, api) for api in known), time.time())
        consumers, closing = _consumers(config, found, cursors, redactor)
        told = channels(config, registry, terminal=terminal)
        telling = Telling(config, cursors, redactor, told)
        [counting] = [consumer for consumer in consumers if consumer.name == METER]
        tickers = [
            Ticker("watch", WATCH_EVERY_S, _watch(config, cursors, redactor, told, counting, service=service)),
            *telling.tickers(),
            *_tickers(config, service, found, cursors),
        ]
    except BaseException:
        cursors.close()
        raise
    # What the consumers handled last is evaluated and published before the end: a short run has its alarm, too.
    last_turns = [partial(ticker.tick, LAST_TURN_S) for ticker in tickers if ticker.name.partition(".")[0] in LAST_TURN]
    opening = () if listener is None else (listener.start,)
    last = (cursors.close,) if listener is None else (listener.close, cursors.close)
    ends = (telling.end, *last_turns, *closing, *last)
    return Service(consumers, tickers, opening=opening, closing=ends, owes=telling.owes)


def check_aws(config: Config) -> None:
    """Look whether what goes to AWS finds region, credentials and endpoint, for a person who can mend them now.

    Raises:
        CloudError: it does not.
    """
    if config.sinks.cloudwatch is not None or any(by_sidecar(one) for one in config.notify.values()):
        from outwarden.sinks import aws

        aws.client("logs", *aws_place(config)).close()


def _redactor(config: Config, service: str, found: Places, registry: Registry) -> Redactor:
    """Make the last gate, which knows the secrets that this process can see."""
    ConfiguredSecrets(config, registry)
    catalogue = apis.Catalogue((), extra_hosts={}, anything_else="record")
    return make_redactor(config, registry, catalogue=catalogue, service=service, key_file=found.pseudonym_key)


def _consumers(
    config: Config, found: Places, cursors: Cursors, redactor: Redactor
) -> tuple[list[Consumer], list[Callable[[], None]]]:
    pace = Pace(poll_s=config.sidecar.poll, flush_s=config.sidecar.flush)
    dead = DeadLetter(found.dead)

    def consumer(name: str, handle: Handle, pace: Pace) -> Consumer:
        tail = Tail(found.journal, cursors, name, quarantine=found.quarantine)
        return Consumer(name, tail, handle, health=Health(found.db, name), dead=dead, pace=pace)

    at_once = pace._replace(flush_s=0.0)
    consumers = [
        consumer("history", HistoryKeeper(History(found.history), found.db), at_once),
        consumer(METER, together(Meter(), Totals(clock=time.time, by_route=config.sidecar.by_route)), at_once),
    ]
    closing: list[Callable[[], None]] = []
    sinks = _sinks(config, redactor)
    for sink in sinks:
        consumers.append(consumer(sink.name, sink.ship, pace))
        closing.append(sink.close)
    # A sink that was taken out of the configuration will not come back for its files.
    for name in set(cursors.consumers()) - {consumer.name for consumer in consumers}:
        cursors.unregister(name)
    return consumers, closing


def _sinks(config: Config, redactor: Redactor) -> list[Sink]:
    sinks: list[Sink] = []
    if config.sinks.cloudwatch is not None:
        from outwarden.sinks.cloudwatch import CloudWatchSink as CloudWatch

        sinks.append(CloudWatch(config.sinks.cloudwatch, gate=redactor.gate))
    if config.sinks.file is not None:
        from outwarden.sinks.file import FileSink

        sinks.append(FileSink(config.sinks.file, gate=redactor.gate))
    return sinks


def _tickers(config: Config, service: str, found: Places, cursors: Cursors) -> list[Ticker]:
    tickers = []
    if config.sinks.cloudwatch is not None:
        publish = _publish(config.metrics, config.sinks.cloudwatch, (service, config.env), found, cursors)
        tickers.append(Ticker("metrics", config.metrics.every_s, publish))

    def tidy() -> None:
        now = time.time()
        sweep(found, cursors, max_bytes=config.journal.max_bytes, keep_s=config.history.keep, now=now)
        with cursors.transaction() as connection:
            windows.sweep(connection, now - WINDOWS_KEPT_S)
            outbox.sweep(connection, now - WINDOWS_KEPT_S)

    tickers.append(Ticker("retention", SWEEP_EVERY_S, tidy))
    if config.journal.sync == "interval":
        tickers.append(Ticker("sync", SYNC_EVERY_S, lambda: sync_files(found.journal)))
    return tickers


def _watch(
    config: Config,
    cursors: Cursors,
    redactor: Redactor,
    told: Mapping[str, Reached],
    counting: Consumer,
    *,
    service: str,
) -> Callable[[], None]:
    """Evaluate all alarms, and keep what has changed for those who are told."""

    def post(connection: sqlite3.Connection, alarm: AlarmSpec | CompositeSpec, alert: Alert) -> None:
        names = alarm.notify or ()
        here = [name for name in names if name in told and told_here(config, name, alert)]
        outbox.post(connection, clean(alert, redactor), here, time.time())

    watching = Watcher(alarm_set(config, fallback=(TERMINAL,)), post, own=(service, config.env))
    note = vitals(service, config.env)
    latest = time.monotonic() + CATCH_UP_S
    behind = True  # until what was written while no sidecar ran is counted

    def tick() -> None:
        nonlocal behind
        behind = behind and counting.backlog() > 0 and time.monotonic() < latest
        now = time.time()
        with cursors.transaction() as connection:
            note(connection, now)
            watching.tick(connection, now, behind=behind)

    return tick


def _publish(
    config: Metrics, sink: CloudWatchSink, known: tuple[str, str], found: Places, cursors: Cursors
) -> Callable[[], None]:
    from outwarden.sinks.emf import EmbeddedMetrics
    from outwarden.sinks.metrics import MetricsPublisher
    from outwarden.sinks.put import PutMetricData

    transport = PutMetricData(config, sink) if config.via == "put" else EmbeddedMetrics(config, sink)
    publisher = MetricsPublisher(cursors.transaction, transport, services=(known,))
    health = Health(found.db, "metrics")

    def publish() -> None:
        try:
            sent = publisher.publish(time.time())
        except SinkError as error:
            health.trouble("retrying", str(error))
        else:
            with cursors.transaction() as connection:
                health.row = health.done(connection, shipped=sent, rejected=0)

    return publish
