"""What a sidecar counts of itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from outwarden import tally
from outwarden.meter import Series, totals, windows
from outwarden.wiring.vitals import vitals

MINUTE = 1_700_000_040


@pytest.fixture
def connection():
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in (*windows.TABLES, *totals.TABLES):
            connection.execute(table)
        yield connection


def minutes(connection, metric, service="app"):
    return [
        (point.ts - MINUTE, point.value) for point in windows.points(connection, Series(service, "dev", metric), 0, 2e9)
    ]


def test_it_beats_in_each_minute_in_which_it_is_at_work(connection):
    """Before the first call, too; a minute without it has none."""
    note = vitals("app", "dev")
    for second in (0, 1, 59, 60, 200):
        note(connection, MINUTE + second)

    assert minutes(connection, "Heartbeat") == [(0, 1), (60, 1), (180, 1)]


def test_what_it_lost_itself_is_counted_once(connection):
    """Dead letters and quarantined lines; not what the program tells of itself, nor what came before the start."""
    tally.count("rejected", 5)
    note = vitals("app", "dev")
    note(connection, MINUTE)
    tally.count("rejected", 2)
    tally.count("quarantined")
    tally.count("disk_full", 9)
    note(connection, MINUTE + 1)
    note(connection, MINUTE + 2)

    assert minutes(connection, "EventsLost") == [(0, 3)]
