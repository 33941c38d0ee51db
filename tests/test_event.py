"""The event as a line of JSON."""

from __future__ import annotations

import itertools
import json
import os
import time
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outwarden import event
from outwarden.event import CallEvent, EventIds, Notice


def call(**fields) -> CallEvent:
    given = {
        "ts": event.timestamp(1_700_000_000.25),
        "event_id": event.ids.new(),
        "call_id": event.ids.new(),
        "attempt": 1,
        "api": "sectors",
        "method": "GET",
        "host": "api.sectors.app",
        "outcome": "ok",
        "status": 200,
        "service": "tests",
        "env": "dev",
        "pid": os.getpid(),
        "schema": event.SCHEMA,
    }
    return CallEvent(**given | fields)


def test_an_event_survives_the_journey_through_json():
    """What is decoded equals what was encoded, for both kinds."""
    seen = call(route="/v2/subsectors/", redactions={"url.key": 1})
    told = Notice(
        ts=event.timestamp(0), event_id=event.ids.new(), name="lost", service="s", env="e", pid=1, schema=1, count=3
    )

    assert event.decode(event.encode(seen)) == seen
    assert event.decode(event.encode(told)) == told


def test_empty_fields_are_left_out_but_the_status_is_always_there():
    """A line holds no nulls, except the status of a call that had no answer."""
    fields = json.loads(event.encode(call(outcome="timeout", status=None)))

    assert fields["kind"] == "call"
    assert [name for name, value in fields.items() if value is None] == ["status"]
    assert "redactions" not in fields


def test_a_line_of_another_shape_is_refused():
    """Foreign JSON is no event."""
    with pytest.raises(msgspec.DecodeError):
        event.decode(b'{"kind":"call","ts":1}')
    with pytest.raises(msgspec.DecodeError):
        event.decode(b"not json")


@given(st.integers(min_value=0, max_value=4_000_000_000_000_000))
def test_timestamps_are_rfc_3339_with_microseconds(micros):
    """The text means the same moment, to the microsecond."""
    text = event.timestamp(micros / 1_000_000)

    back = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    assert abs(back.timestamp() - micros / 1_000_000) < 2e-6


def test_ids_sort_in_the_order_in_which_they_were_made(monkeypatch):
    """Also within one millisecond, and when the clock steps back."""
    clock = iter([5_000_000, 5_000_000, 3_000_000, 5_000_000, 9_000_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(clock))
    ids = EventIds()

    made = [ids.new() for _ in range(5)]

    assert made == sorted(made)
    assert len(set(made)) == 5


def test_ids_go_on_when_the_counter_has_no_more_digits(monkeypatch):
    """They are unique, of one length, and sort as before."""
    ids = EventIds()
    ids.counter = itertools.count(99_999_000)
    start_ms = time.time_ns() // 1_000_000
    clock = itertools.count(start_ms * 1_000_000, 500_000)  # two in a millisecond
    monkeypatch.setattr(time, "time_ns", lambda: next(clock))

    made = [ids.new() for _ in range(3000)]

    assert made == sorted(made)
    assert len(set(made)) == 3000
    assert {len(one) for one in made} == {32}


def test_a_forked_child_makes_other_ids():
    """Parent and child share no random part."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, event.ids.new().encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        theirs = pipe.read().decode()

    assert theirs[12:24] != event.ids.new()[12:24]
