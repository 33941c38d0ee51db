"""What one PutLogEvents call may carry."""

import pytest

from outwarden.sinks.cloudwatch_batch import Entry, entry, refused, split

DAY_MS = 24 * 3_600_000


def entries(*times_ms, counted=100):
    return [Entry(str(index), time_ms, "x", counted) for index, time_ms in enumerate(times_ms)]


def ids(batches):
    return [[item.event_id for item in batch] for batch in batches]


def test_the_message_is_the_journals_line(record):
    """Byte for byte, at the event's own time."""
    one = record(ts="2026-11-23T14:23:45.678901Z", error="é")

    made = entry(one, None)

    assert made == Entry(one.event.event_id, 1795443825678, one.line.decode(), len(one.line) + 26)


def test_the_gate_has_the_last_word(record):
    """What it returns is what leaves."""
    assert entry(record(), lambda line: b'{"skeleton":1}').message == '{"skeleton":1}'


def test_what_can_never_be_stored_is_refused_here(record):
    """Too large, or at no time."""
    entry(record(error="x" * 1_048_000), None)
    with pytest.raises(ValueError, match="too large"):
        entry(record(error="x" * 1_048_576), None)
    with pytest.raises(ValueError, match="no time"):
        entry(record(ts="yesterday"), None)
    with pytest.raises(ValueError, match="1970"):
        entry(record(ts="1969-12-31T23:59:59.000000Z"), None)


def test_a_batch_is_sorted_by_time_and_stable():
    """Files of several processes come one after the other."""
    assert ids(split(entries(3, 1, 2, 1))) == [["1", "3", "2", "0"]]


def test_a_batch_has_one_megabyte_and_ten_thousand_events_at_most():
    """To the byte."""
    assert ids(split(entries(1, 2, 3, counted=524_288))) == [["0", "1"], ["2"]]
    assert [len(batch) for batch in split(entries(*range(10_001)))] == [10_000, 1]


def test_a_batch_spans_a_day_at_most():
    """A journal that lay for days is cut into days."""
    assert ids(split(entries(0, DAY_MS, DAY_MS + 1, 3 * DAY_MS))) == [["0", "1"], ["2"], ["3"]]


def test_nothing_makes_no_batch():
    """A batch whose events are all settled already."""
    assert list(split([])) == []


def test_rejected_ranges_are_read_as_aws_means_them():
    """Ends exclusive, start inclusive."""
    batch = entries(0, 1, 2, 3)
    info = {"tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 2, "tooNewLogEventStartIndex": 3}

    told = {item.event_id: reason for item, reason in refused(info, batch)}

    assert {key: reason.split(":")[0].split(" than")[0] for key, reason in told.items()} == {
        "0": "too old",
        "1": "older",
        "3": "too new",
    }
    assert list(refused({}, batch)) == []
