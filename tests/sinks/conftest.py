"""Records to ship."""

import time

import pytest

from outwarden.event import CallEvent, encode, ids, timestamp
from outwarden.journal.tail import Record


@pytest.fixture
def record():
    """Make one record: how long ago, and how long its error text is."""

    def make(*, ago_s=0.0, error=None, ts=None):
        event = CallEvent(
            ts=ts or timestamp(time.time() - ago_s),
            event_id=ids.new(),
            call_id=ids.new(),
            attempt=1,
            api="sectors",
            method="GET",
            host="api.sectors.app",
            outcome="ok",
            status=200,
            service="test",
            env="test",
            pid=1,
            schema=1,
            error=error,
        )
        return Record(event, encode(event))

    return make
