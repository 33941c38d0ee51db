"""What happens to each finished call, whatever interrupts that."""

from __future__ import annotations

import dis
import signal
import sys
import time
from functools import partial

import pytest

from outwarden.apis import Catalogue, builtin
from outwarden.config import Config
from outwarden.event import decode
from outwarden.journal import Journal
from outwarden.rawcall import RawCall
from outwarden.redact import Redactor
from outwarden.wiring.recording import recorder as recording
from outwarden.wiring.secrets_env import ConfiguredSecrets

OURS = (
    "/wiring/recording.py",
    "/capture/recorder.py",
    "/redact/calls.py",
    "/journal/writer.py",
    "/journal/livefile.py",
)

WHERE_HANDLERS_RUN = ("RESUME", "CALL", "JUMP_BACKWARD")
"""After these instructions Python runs the handlers of signals."""


@pytest.fixture
def recorder(tmp_path):
    redactor = Redactor(Catalogue(builtin()), service="test")
    journal = Journal(tmp_path / "journal", "test")
    yield recording(ConfiguredSecrets(Config(), redactor.registry, {}), redactor, journal)
    journal.close()


def finished(number: int, way: str) -> RawCall:
    """Make a call like all others, or one that is named: such take the long way."""
    raw = RawCall("GET", "https://api.sectors.app/v2/subsectors/", time.time(), f"call{number}", 1, request_bytes=0)
    raw.status, raw.headers_s, raw.duration_s, raw.response_bytes = 200, 0.01, 0.02, 417
    raw.call_name = None if way == "short" else "prices"
    return raw


@pytest.fixture
def interrupted():
    """Do something, in which a signal handler of the program raises at a step of our bytecode; say whether there is such a step."""

    def handler(*_):
        raise TimeoutError("of the program")

    before = signal.signal(signal.SIGUSR1, handler)

    def interrupted(action, step: int) -> bool:
        steps = 0

        last = {}

        def trace(frame, what, _):
            nonlocal steps
            if not frame.f_code.co_filename.endswith(OURS):
                return None
            frame.f_trace_opcodes = True
            if what == "opcode":
                before = last.get(frame, 0)
                last[frame] = frame.f_lasti
                if dis.opname[frame.f_code.co_code[before]].startswith(WHERE_HANDLERS_RUN):
                    steps += 1
                    if steps == step:
                        sys.settrace(None)
                        signal.raise_signal(signal.SIGUSR1)
            return trace

        kept = sys.gettrace()
        sys.settrace(trace)
        try:
            action()
        except TimeoutError:
            return True
        finally:
            sys.settrace(kept)
        return False

    yield interrupted
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("way", ["short", "long"])
def test_a_call_in_whose_recording_the_program_is_interrupted(recorder, interrupted, tmp_path, way):
    """At whichever step: its event is there, and if it is there twice, both are the same one."""
    warm = range(4)
    for number in warm:
        recorder(finished(number, way))
    step = 1
    while interrupted(partial(recorder.take, finished(len(warm) + step, way)), step):
        step += 1
    (file,) = (tmp_path / "journal").iterdir()
    ids: dict[str, set[str]] = {}
    for line in file.read_bytes().splitlines():
        event = decode(line)
        ids.setdefault(event.call_id, set()).add(event.event_id)

    assert step > 20
    assert step - (len(ids) - len(warm)) <= (
        0 if way == "short" else 2
    )  # before the long way has begun, nothing knows of the call
    assert [call_id for call_id, of_it in ids.items() if len(of_it) > 1] == []
