"""Writing: one line per event, whatever the program does."""

from __future__ import annotations

import logging
import os
import signal
import stat
import sys
import threading
import time
from pathlib import Path

import pytest

from outwarden import polite, tally
from outwarden.event import Notice
from outwarden.journal import Journal, cap, livefile, writer


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def journal(directory):
    journal = Journal(directory, "tests")
    yield journal
    journal.close()


def counted(before, reason) -> int:
    return tally.snapshot()[reason] - before[reason]


def test_an_event_is_on_disk_when_append_returns(journal, directory, call, stored):
    """One event, one line, no flush needed."""
    event = call(1)

    journal.append(event)

    assert stored(directory) == [event]


def test_nothing_is_opened_before_the_first_event(journal, directory):
    """A program that makes no calls leaves no trace."""
    assert not directory.exists()


def test_only_we_can_look_into_it(journal, directory, call):
    """The directory is 0700, the files are 0600."""
    journal.append(call())

    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}


def test_the_descriptor_is_out_of_the_way(journal, directory, call):
    """The next file that the program opens gets the lowest number, as it would without us."""
    lowest = os.dup(0)
    os.close(lowest)
    journal.append(call())

    with Path(os.devnull).open() as file:
        assert file.fileno() == lowest


def test_each_line_passes_the_gate(directory, call):
    """What the gate gives is what is written."""
    journal = Journal(directory, "tests", gate=lambda line: line.replace(b'"h"', b'"gate"'))
    journal.append(call())
    journal.close()

    assert b'"gate"' in next(directory.iterdir()).read_bytes()


def test_a_gate_that_fails_lets_nothing_through(directory, call):
    """Rather no event than one that nobody has looked at; and the program sees nothing of it."""
    before = tally.snapshot()
    journal = Journal(directory, "tests", gate=lambda line: 1 / 0)
    journal.append(call())

    assert not directory.exists()
    assert counted(before, "internal_error") == 1


def test_files_are_rotated_by_size(directory, call, stored):
    """No file grows beyond the limit, no event is lost, the order is kept."""
    journal = Journal(directory, "tests", rotate_bytes=1000)
    for n in range(50):
        journal.append(call(n))
    journal.close()

    assert len(list(directory.iterdir())) > 10
    assert all(path.stat().st_size <= 1000 for path in directory.iterdir())
    assert [event.call_id for event in stored(directory)] == [str(n) for n in range(50)]


def test_files_are_rotated_by_age(directory, call):
    """A file that is old enough is left at the next event."""
    journal = Journal(directory, "tests", rotate_after_s=0.01)
    journal.append(call())
    time.sleep(0.02)  # the age is what is tested
    journal.append(call())
    journal.close()

    assert len(list(directory.iterdir())) == 2


def test_a_deleted_file_is_replaced(journal, directory, call, stored):
    """Somebody cleans the directory: the next event begins a new file."""
    journal.append(call(1))
    next(directory.iterdir()).unlink()
    journal.append(call(2))

    assert [event.call_id for event in stored(directory)] == ["2"]


def test_a_program_that_keeps_its_files_private(tmp_path, call, stored):
    """Its umask takes the right to enter a directory from all that it makes: not from the journal's, nor those above it."""
    directory = tmp_path / "state" / "journal"
    before = os.umask(0o177)
    try:
        journal = Journal(directory, "tests")
        journal.append(call())
        journal.close()
    finally:
        os.umask(before)

    assert [stat.S_IMODE(place.stat().st_mode) for place in (directory, directory.parent)] == [0o700, 0o700]
    assert len(stored(directory)) == 1


def test_a_directory_that_cannot_be_used_loses_events_and_nothing_else(tmp_path, call, monkeypatch, caplog):
    """Each loss is counted with its reason, and the log says it once; append neither raises nor hangs."""
    (tmp_path / "file").write_text("not a directory")
    journal = Journal(tmp_path / "file" / "journal", "tests")
    before = tally.snapshot()
    monkeypatch.setattr(polite, "_told", set())

    for n in range(10):
        journal.append(call(n))

    assert counted(before, "journal_unwritable") == 10
    [said] = caplog.records
    assert (said.message, said.reason) == (
        "Events are not recorded: see `outwarden config check`.",
        "journal_unwritable",
    )


def test_a_log_that_waits_for_another_threads_call_waits_for_no_lock(tmp_path, call, monkeypatch):
    """Some handlers send what they log with a thread of their own, whose calls are recorded as well."""
    (tmp_path / "journal").write_text("in the way")
    journal, done = Journal(tmp_path / "journal", "tests"), []

    class Sending(logging.Handler):
        def emit(self, record):
            thread = threading.Thread(target=journal.append, args=(call(2),), daemon=True)
            thread.start()
            thread.join(10)
            done.append(not thread.is_alive())

    monkeypatch.setattr(polite, "_told", set())
    handler = Sending()
    polite.logger.addHandler(handler)
    try:
        journal.append(call(1))
    finally:
        polite.logger.removeHandler(handler)

    assert done == [True]


def test_what_was_lost_is_told_once_there_is_room(tmp_path, call, stored, monkeypatch):
    """After the directory has been mended, a notice says how many events are missing."""
    monkeypatch.setattr(livefile, "PAUSE_S", 0.0)
    blocked = tmp_path / "journal"
    blocked.write_text("in the way")
    journal = Journal(blocked, "tests")
    for n in range(3):
        journal.append(call(n))
    blocked.unlink()
    journal.append(call(3))
    journal.close()

    event, notice = stored(blocked)
    assert event.call_id == "3"
    assert isinstance(notice, Notice)
    assert (notice.name, notice.reason, notice.count) == ("lost", "journal_unwritable", 3)


def test_a_loss_that_nothing_follows_is_told_at_the_end(tmp_path, call, stored):
    """The program makes no more calls, and closes the journal."""
    blocked = tmp_path / "journal"
    blocked.write_text("in the way")
    journal = Journal(blocked, "tests")
    journal.append(call(1))
    blocked.unlink()
    time.sleep(livefile.PAUSE_S)  # how long a failure keeps us from trying again
    journal.close()

    (notice,) = stored(blocked)
    assert (notice.name, notice.count, notice.env) == ("lost", 1, "dev")


def test_who_asks_for_a_flush_before_each_return_never_waits_in_memory(directory, call, stored, monkeypatch):
    """`sync: always`: slow or not, an event is on the disk when append returns."""
    monkeypatch.setattr(writer, "SLOW_S", -1.0)
    flushed = []
    monkeypatch.setattr(livefile, "_flush", flushed.append)
    journal = Journal(directory, "tests", sync="always")
    for n in range(20):
        journal.append(call(n))
        assert len(stored(directory)) == n + 1
    journal.close()

    assert len(flushed) == 20


def test_at_the_cap_errors_are_still_recorded(directory, call, stored, monkeypatch):
    """Without a sidecar to make room, successes are given up first, and counted."""
    monkeypatch.setattr(cap, "MEASURE_S", 0.0)
    journal = Journal(directory, "tests", rotate_bytes=500, max_bytes=2000)
    before = tally.snapshot()
    for n in range(40):
        journal.append(call(n))
    journal.append(call(99, outcome="server_error", status=503))
    journal.close()

    events = stored(directory)
    assert any(getattr(event, "call_id", None) == "99" for event in events)
    recorded = sum(1 for event in events if getattr(event, "outcome", None) == "ok")
    assert 0 < recorded < 40
    assert counted(before, "journal_full") == 40 - recorded


def test_a_slow_disk_makes_events_wait_in_memory(directory, call, stored, monkeypatch):
    """After several slow appends events wait, and are all there when the disk is well again."""
    real, written = os.write, []

    def write(fd, data):
        written.append(data)
        time.sleep(0.1)  # a slow disk
        return real(fd, data)

    monkeypatch.setattr(livefile, "write", write)
    monkeypatch.setattr(writer, "SLOW_S", 0.010)
    monkeypatch.setattr(writer, "PROBE_S", 60.0)
    journal = Journal(directory, "tests")
    before = tally.snapshot()
    for n in range(100):
        journal.append(call(n))
    touched = len(written)
    journal.close()

    events = stored(directory)
    assert touched == writer.SLOW_IN_A_ROW
    assert counted(before, "journal_slow") >= writer.SLOW_IN_A_ROW
    assert [event.call_id for event in events if not isinstance(event, Notice)] == [str(n) for n in range(100)]
    assert [event.name for event in events if isinstance(event, Notice)] == ["slow"]


def test_threads_that_calculate_are_no_slow_disk(child, tmp_path, stored):
    """Each write gives another thread its turn, and comes back late. The events are on the disk all the same."""
    process = child("""
writer.SLOW_S = 0.004  # less than a turn of another thread
def calculate():
    while True:
        pass
for _ in range(2):
    threading.Thread(target=calculate, daemon=True).start()
journal = Journal(directory, "child")
for n in range(60):
    journal.append(call(n))
os.kill(os.getpid(), 9)
""")
    process.communicate(timeout=60)

    assert [event.call_id for event in stored(tmp_path / "journal")] == [str(n) for n in range(60)]


def test_the_memory_for_a_slow_disk_is_bounded(directory, call, monkeypatch):
    """What does not fit is counted."""
    monkeypatch.setattr(writer, "RING", 10)
    monkeypatch.setattr(writer, "SLOW_S", -1.0)
    monkeypatch.setattr(livefile, "PAUSE_S", 60.0)
    journal = Journal(directory, "tests")
    before = tally.snapshot()
    for n in range(writer.SLOW_IN_A_ROW + 30):
        journal.append(call(n))
    journal.close()

    assert counted(before, "ring_overflow") == 21


def test_an_append_inside_an_append_does_not_hang(directory, call, stored):
    """A signal handler of the program makes a call while an append is under way."""
    journal = Journal(directory, "tests")
    inner = [call(2)]

    def gate(line):
        if inner:
            journal.append(inner.pop())
        return line

    journal._gate = gate
    journal.append(call(1))
    journal.close()

    assert {event.call_id for event in stored(directory)} == {"1", "2"}


@pytest.mark.parametrize("step", ["file_system", "open_to_write"])
def test_an_append_inside_an_opening_opens_nothing_of_its_own(directory, call, stored, monkeypatch, step):
    """A timer that fires faster than a file opens would nest openings without end; its events are there all the same."""
    journal = Journal(directory, "tests", rotate_bytes=700)
    real = getattr(livefile, step)
    inner, depths = [], [0]

    def interrupted(path):
        depths.append(depths[-1] + 1)
        if depths[-1] < 20:  # without a guard it would go on for ever
            inner.append(call(100 + len(inner)))
            journal.append(inner[-1])
        opened = real(path)
        depths.append(depths[-1] - 1)
        return opened

    monkeypatch.setattr(livefile, step, interrupted)
    for n in range(10):
        journal.append(call(n))
    journal.close()

    assert max(depths) == 1
    assert sorted(int(event.call_id) for event in stored(directory)) == [
        *range(10),
        *range(100, 100 + len(inner)),
    ]


@pytest.mark.parametrize("step", ["control", "write"])
@pytest.mark.parametrize("before", [0, 2], ids=["opening", "calm"])
def test_a_timeout_of_the_program_passes(directory, call, stored, step, before):
    """Its signal handler raises TimeoutError, which is an OSError, in the middle of an append: it is no fault of the disk."""
    journal, counts = Journal(directory, "tests"), tally.snapshot()
    for n in range(before):
        journal.append(call(n))
    real = getattr(livefile, step)

    def alarm(number, frame):
        raise TimeoutError("the program's own")

    def interrupted(*given):
        os.kill(os.getpid(), signal.SIGALRM)
        return real(*given)

    former = signal.signal(signal.SIGALRM, alarm)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(livefile, step, interrupted)
            with pytest.raises(TimeoutError, match="own"):
                journal.append(call(100))
    finally:
        signal.signal(signal.SIGALRM, former)
    journal.append(call(101))
    journal.close()

    assert [event.call_id for event in stored(directory)] == [*map(str, range(before)), "101"]
    assert tally.snapshot() == counts


@pytest.mark.parametrize("waiting", ["_ring", "_interrupting"])
def test_a_signal_handler_at_any_step_of_emptying_the_memory(directory, call, stored, waiting):
    """What waits is written once, and so is what a handler appends, whichever step of the bytecode it interrupts."""
    sent = 0

    def run(interrupted_step):
        nonlocal sent
        journal, step, inside = Journal(directory, f"tests{interrupted_step}"), 0, False
        for _ in range(3):
            getattr(journal, waiting).append(writer.encode(call(sent)) + b"\n")
            sent += 1

        def handler(frame, what, _):
            nonlocal sent, step, inside
            if inside or frame.f_code.co_filename != writer.__file__:
                return None
            frame.f_trace_opcodes = True
            if what == "opcode":
                step += 1
                if step == interrupted_step:
                    inside = True
                    journal.append(call(sent))
                    sent += 1
            return handler

        before = sys.gettrace()
        sys.settrace(handler)
        try:
            journal.close()
        finally:
            sys.settrace(before)
        journal.close()
        return step

    steps = run(0)
    for interrupted_step in range(1, steps + 1):
        run(interrupted_step)

    assert steps > 50
    assert sorted(int(one.call_id) for one in stored(directory)) == list(range(sent))


def test_the_time_of_a_signal_handler_is_not_the_disks(directory, call, stored, monkeypatch):
    """A handler that appends and takes its time does not make events wait in memory."""
    journal = Journal(directory, "tests")
    real, inside, now = os.write, [], [time.monotonic()]

    def write(fd, data):
        if not inside:
            inside.append(True)
            now[0] += 0.001
            journal.append(call(99))
            now[0] += writer.SLOW_S + 0.002  # the handler's own work
            inside.clear()
        return real(fd, data)

    monkeypatch.setattr(livefile, "write", write)
    monkeypatch.setattr(writer, "clock", lambda: now[0])
    before = tally.snapshot()
    for n in range(writer.SLOW_IN_A_ROW + 3):
        journal.append(call(n))

    assert len(stored(directory)) == 2 * (writer.SLOW_IN_A_ROW + 3)
    assert counted(before, "journal_slow") == 0
    journal.close()


def test_a_signal_that_interrupts_an_append_may_make_calls_too(child, tmp_path, stored):
    """A timer fires thousands of times in the middle of appends, and its handler appends as well."""
    process = child("""
import signal
journal = Journal(directory, "child")
seen = []
def handler(*_):  # which may itself be interrupted
    journal.append(call("signal"))
    seen.append(1)
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
for n in range(5000):
    journal.append(call(n))
signal.setitimer(signal.ITIMER_REAL, 0)
signal.signal(signal.SIGALRM, signal.SIG_IGN)  # one that is pending is handled here, not while its number is printed
print(len(seen))
""")
    seen = int(process.communicate(timeout=60)[0])

    assert process.returncode == 0
    assert len(stored(tmp_path / "journal")) == 5000 + seen


def test_events_of_many_threads_do_not_mix(directory, call, stored):
    """Eight threads, one file, every line whole, every thread's order kept."""
    journal = Journal(directory, "tests", rotate_bytes=20_000)

    def work(thread):
        for n in range(500):
            journal.append(call(n, host=f"thread{thread}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()

    events = stored(directory)
    for number in range(8):
        assert [event.call_id for event in events if event.host == f"thread{number}"] == [str(n) for n in range(500)]


def test_a_forked_child_writes_to_a_file_of_its_own(child, tmp_path, stored):
    """Parent and child go on, each in its own file; the ids differ."""
    process = child("""
journal = Journal(directory, "child")
journal.append(call("before"))
pid = os.fork()
for n in range(100):
    journal.append(call("child" if pid == 0 else "parent"))
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)
""")
    process.communicate(timeout=60)
    events = stored(tmp_path / "journal")

    assert len(list((tmp_path / "journal").iterdir())) == 2
    assert len({event.event_id for event in events}) == len(events) == 201


def test_a_child_forked_behind_pythons_back_writes_to_a_file_of_its_own(child, tmp_path, stored):
    """A library may fork by itself; none of Python's handlers runs in the child then."""
    process = child("""
import ctypes
journal = Journal(directory, "child")
journal.append(call("before"))
pid = ctypes.PyDLL(None).fork()
for n in range(100):
    journal.append(call("child" if pid == 0 else "parent"))
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)
""")
    process.communicate(timeout=60)

    files = [path.read_bytes() for path in (tmp_path / "journal").iterdir()]
    assert sorted((data.count(b'"parent"'), data.count(b'"child","attempt"')) for data in files) == [(0, 100), (100, 0)]
    assert len(stored(tmp_path / "journal")) == 201


def test_a_child_that_makes_no_calls_does_not_keep_the_parents_file_alive(child, tmp_path):
    """The lock is the parent's sign of life: an inherited descriptor must not hold it."""
    from outwarden.journal.opening import open_to_read, writer_is_gone

    process = child("""
journal = Journal(directory, "child")
journal.append(call("before"))
pid = os.fork()
if pid == 0:
    os.write(1, b"born\\n")
    sys.stdin.read()
    os._exit(0)
os.kill(os.getpid(), 9)
""")
    process.stdout.readline()
    process.wait(timeout=10)
    (path,) = (tmp_path / "journal").iterdir()
    fd = open_to_read(path)
    try:
        assert writer_is_gone(fd)
    finally:
        os.close(fd)


def test_what_was_appended_survives_a_kill(child, tmp_path, stored):
    """Each number that the child printed after its append is in the journal after SIGKILL."""
    process = child("""
journal = Journal(directory, "child", rotate_bytes=50_000)
n = 0
while True:
    journal.append(call(n))
    print(n, flush=True)
    n += 1
""")
    told = [process.stdout.readline() for _ in range(3000)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.readlines()
    acknowledged = int([line for line in told if line.endswith("\n")][-1])

    recorded = [int(event.call_id) for event in stored(tmp_path / "journal")]
    assert recorded[: acknowledged + 1] == list(range(acknowledged + 1))
