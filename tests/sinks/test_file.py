"""Events as JSON lines in one file."""

import errno
import os
import resource
import signal
import stat

import pytest

from outwarden.config.sinks import FileSink as Settings
from outwarden.errors import Retry, UsageError
from outwarden.event import decode
from outwarden.sinks.file import FileSink


@pytest.fixture
def path(tmp_path):
    return tmp_path / "logs" / "events.jsonl"


@pytest.fixture
def sink(path):
    sink = FileSink(Settings(path=str(path)))
    yield sink
    sink.close()


def text(batch):
    return b"".join(record.line + b"\n" for record in batch)


def test_each_event_is_a_line(path, sink, record):
    """In a file that only its owner reads."""
    batch = [record(), record()]

    sink.ship(batch)

    assert path.read_bytes() == text(batch)
    assert [decode(line) for line in path.read_bytes().splitlines()] == [record.event for record in batch]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_gate_sees_every_line(path, record):
    """And what it returns is written."""
    sink = FileSink(Settings(path=str(path)), gate=lambda _line: b'{"skeleton":1}')

    sink.ship([record()])
    sink.close()

    assert path.read_bytes() == b'{"skeleton":1}\n'


def test_a_large_file_is_renamed_and_nothing_is_lost(path, record):
    """Two within the same second get a number."""
    sink = FileSink(Settings(path=str(path), rotate_bytes=65_536), clock=lambda: 0.0)
    batches = [[record(error="x" * 40_000)] for _ in range(4)]

    for batch in batches:
        sink.ship(batch)
    sink.close()

    names = ["events-19700101T000000Z.jsonl", "events-19700101T000000Z-2.jsonl", "events-19700101T000000Z-3.jsonl"]
    assert [(path.parent / name).read_bytes() for name in names] == [text(batch) for batch in batches[:3]]
    assert path.read_bytes() == text(batches[3])


def test_logrotate_may_take_the_file_away(path, sink, record):
    """The next batch begins a new one."""
    first, second = [record()], [record()]
    sink.ship(first)
    path.rename(path.with_name("taken"))

    sink.ship(second)

    assert path.read_bytes() == text(second)
    assert path.with_name("taken").read_bytes() == text(first)


def test_a_torn_line_of_a_killed_sidecar_is_cut(path, record):
    """Its event was not acknowledged and comes again."""
    whole, torn = record(), record(error="x" * 200_000)
    path.parent.mkdir()
    path.write_bytes(text([whole]) + torn.line[:-1])

    sink = FileSink(Settings(path=str(path)))
    sink.ship([torn])
    sink.close()

    assert path.read_bytes() == text([whole, torn])


def test_a_full_disk_keeps_the_batch_whole(path, sink, record):
    """Half of a batch would be there twice after the next attempt."""
    first, second = [record()], [record(error="x" * 1000) for _ in range(10)]
    sink.ship(first)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
    try:
        with pytest.raises(Retry, match=os.strerror(errno.EFBIG)):
            sink.ship(second)
        held = path.read_bytes()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    sink.ship(second)

    assert held == text(first)
    assert path.read_bytes() == text(first + second)


def test_a_path_that_cannot_be_written_is_told_at_the_start(tmp_path):
    """One line: which key, which path, why, and what to do."""
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match=r"sinks\.file\.path: .*Not a directory.* Choose another path"):
        FileSink(Settings(path=str(tmp_path / "file" / "events.jsonl")))
    with pytest.raises(UsageError, match="Is a directory"):
        FileSink(Settings(path=str(tmp_path)))


def test_two_sidecars_do_not_share_a_file(path, sink):
    """The second is told at its start."""
    with pytest.raises(UsageError, match="written by another sidecar"):
        FileSink(Settings(path=str(path)))
