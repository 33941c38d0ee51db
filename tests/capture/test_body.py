"""A streamed body ends its call when it ends, is closed or is collected; it is never read by us."""

from __future__ import annotations

import gc
import os
import shutil

import pytest
import requests
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from outwarden.capture import reading
from outwarden.capture.body import Body
from outwarden.capture.recorder import Recorder
from outwarden.process import process
from outwarden.rawcall import RawCall
from outwarden.testing import BrokenChunks, Redirect, SlowBody, Truncated

REPORT = "/v2/company/report/BBCA/"


def test_read_to_its_end(sectors, session, hook, events):
    """The event is there when the last byte was read, with the body's size and time."""
    sectors.faults.add(SlowBody(seconds=0.3, pieces=3))
    answer = session.get(sectors.url + REPORT, stream=True)
    assert events == []
    size = sum(len(piece) for piece in answer.iter_content(64))

    assert events.only.response_bytes == size
    assert events.only.duration_ms >= events.only.headers_ms + 100
    assert type(answer.raw) is HTTPResponse


def test_closed_early(sectors, session, hook, events):
    """Closing is an end; what came so far is counted, and nothing failed."""
    sectors.faults.add(SlowBody(seconds=5))
    answer = session.get(sectors.url + REPORT, stream=True)
    answer.raw.read(1)
    answer.close()
    answer.close()

    assert (events.only.outcome, events.only.response_bytes) == ("ok", 1)


def test_left_as_context(sectors, session, hook, events):
    """Leaving the `with` block is closing."""
    with session.get(sectors.url + REPORT, stream=True):
        assert events == []

    assert events.only.outcome == "ok"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_collected(sectors, session, hook, events):
    """An answer that nobody keeps is an end, without the help of the cycle collector."""
    gc.disable()
    try:
        session.get(sectors.url + REPORT, stream=True)
        assert events.only.status == 200
    finally:
        gc.enable()


def test_read_from_an_answer_that_nobody_keeps(sectors, session, hook, events):
    """`get(…, stream=True).raw.read()` reads the body, as without us."""
    body = session.get(sectors.url + REPORT, stream=True).raw.read()

    assert len(body) == events.only.response_bytes > 0


@pytest.mark.parametrize("fault", [BrokenChunks(), Truncated()])
def test_broken(sectors, session, hook, events, fault):
    """A body that breaks off is a network failure with its status; the program sees the same exception."""
    sectors.faults.add(fault)
    answer = session.get(sectors.url + REPORT, stream=True)
    with pytest.raises(requests.RequestException):
        answer.content  # noqa: B018 - reading is what happens here

    assert (events.only.outcome, events.only.status) == ("network", 200)


def test_timeout_while_reading(sectors, session, hook, events):
    """A body that stops coming is a timeout."""
    sectors.faults.add(SlowBody(seconds=3, pieces=2))
    answer = session.get(sectors.url + REPORT, stream=True, timeout=0.2)
    with pytest.raises(requests.ConnectionError):
        list(answer.iter_content(1024))
    answer.close()

    assert events.only.outcome == "timeout"


def test_redirect_then_stream(sectors, session, hook, events):
    """Hops are recorded as they happen, the last one with its body."""
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")
    answer = session.get(sectors.url + "/v2/old/", stream=True)
    assert [event.status for event in events] == [302]
    answer.close()

    assert [(event.status, event.attempt) for event in events] == [(302, 1), (200, 2)]


def test_copied_to_a_file(sectors, session, hook, events, tmp_path):
    """The raw response is a file object as before."""
    answer = session.get(sectors.url + REPORT, stream=True)
    with (tmp_path / "body").open("wb") as file:
        shutil.copyfileobj(answer.raw, file)

    assert (tmp_path / "body").stat().st_size == events.only.response_bytes


def test_chunks_stopped_half_way(hook, events):
    """A chunked body that the program has read enough of is no failure."""
    with chunked() as url, requests.Session() as session:
        answer = session.get(url, stream=True, timeout=5)
        next(answer.iter_content(2))
        answer.close()

    assert (events.only.outcome, events.only.status, events.only.response_bytes) == ("ok", 200, None)


def test_chunks_read_whole(hook, events):
    """Of a chunked body the bytes on the wire are not known; of one read by requests itself they are."""
    with chunked() as url, requests.Session() as session:
        assert session.get(url, stream=True, timeout=5).content == b"abcdef"
        assert session.get(url, timeout=5).content == b"abcdef"

    assert [event.response_bytes for event in events] == [None, 6]


def test_head_and_empty_bodies_end_at_once(sectors, session, hook, events):
    """Nothing is left to wait for."""
    answer = session.head(sectors.url + REPORT, stream=True)

    assert events.only.method == "HEAD"
    answer.close()


def test_interpreter_exit_ends_the_call(sectors, tmp_path):
    """A body that is still open when the program ends is recorded then."""
    import subprocess
    import sys

    program = """
import sys, requests
from outwarden.capture.requests import RequestsHook
hook = RequestsHook(lambda raw: print("recorded", raw.status, flush=True))
hook.install()
keep = requests.get(sys.argv[1], stream=True)
print("end", flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, sectors.url + REPORT], capture_output=True, text=True, check=True, timeout=30
    )

    assert done.stdout.split("\n")[:2] == ["end", "recorded 403"]
    assert done.stderr == ""


def test_a_forked_child_that_closes_it_stays_silent(sectors, session, hook, events):
    """An open body belongs to the process that made the call."""
    answer = session.get(sectors.url + REPORT, stream=True)
    child = os.fork()
    if child == 0:
        answer.close()
        os._exit(len(events))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert events == []
    answer.close()
    assert len(events) == 1


def test_once_only():
    """However often it ends, it is recorded once."""
    records = []
    body = Body(
        RawCall(method="GET", url="https://x.invalid", started_s=0, call_id="c", attempt=1),
        began=0,
        pid=process.pid,
        record=records.append,
    )
    body.end(1)
    body.end(2, HTTPError())

    assert [raw.response_bytes for raw in records] == [1]


def test_other_kinds_of_responses_are_not_waited_for():
    """What is no response cannot be watched."""
    body = Body(
        RawCall(method="GET", url="https://x.invalid", started_s=0, call_id="c", attempt=1),
        began=0,
        pid=process.pid,
        record=lambda raw: None,
    )

    assert not reading.attach(object(), body)


def test_a_record_within_a_record_waits():
    """A response collected in the middle of `record` must not enter it again: locks are held there."""
    raws = [RawCall(method="GET", url=f"https://x.invalid/{n}", started_s=0, call_id="c", attempt=1) for n in range(2)]
    depth, seen = [], []

    def record(raw):
        depth.append(raw)
        assert len(depth) == 1
        if raw is raws[0]:
            recorder(raws[1])
        seen.append(raw)
        depth.pop()

    recorder = Recorder(record)
    recorder(raws[0])

    assert seen == raws


def chunked():
    """Serve one chunked body per connection."""
    import contextlib
    import socket
    import threading

    @contextlib.contextmanager
    def serving():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(10)

            def serve():
                with contextlib.suppress(OSError):
                    while True:
                        connection, _ = listener.accept()
                        with connection:
                            connection.recv(65536)
                            head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                            connection.sendall(head + b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")

            thread = threading.Thread(target=serve)
            thread.start()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()

    return serving()
