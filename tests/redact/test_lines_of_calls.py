"""Lines of calls: those that are written with a template are the lines that their events would give."""

from __future__ import annotations

import os
import secrets
import time
from datetime import datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict
from multidict import CIMultiDict
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict

from outwarden.apis import Catalogue, builtin
from outwarden.event import decode, ids
from outwarden.rawcall import RawCall
from outwarden.redact import Redactor, Registry

HEADERS = [dict, CaseInsensitiveDict, httpx.Headers, CIMultiDict, HTTPHeaderDict]
COUNTED = {
    "X-RateLimit-Limit": "100",
    "X-RateLimit-Remaining": "42",
    "RateLimit-Reset": "12.5",
    "limit-consumption": "3",
}
TOLD = {"limit-consumption": "0.5", "Content-Length": "12", "Sunset": "Sat, 31 Oct 2026 23:59:59 GMT"}
OWN = {"ts", "event_id"}
"""What two events of one call differ in."""

texts = st.text(st.characters(codec="utf-8"), max_size=20)
numbers = st.integers(0, 1 << 40)
seconds = st.floats(0, 1e6)


@st.composite
def calls(draw):
    """Draw what may make a call special, and what every call has."""
    kind = draw(st.sampled_from(HEADERS))
    path = draw(st.sampled_from(["/v2/company/report/BBCA/", "/v2/%7B%25s/", "/v2/daily/é/", "/nowhere/%d/%s"]))
    call = RawCall(
        draw(st.sampled_from(["GET", "POST", "get", "FROB%s"])),
        f"https://api.sectors.app{path}?limit=5&x={draw(texts)}",
        draw(st.floats(1.7e9, 1.9e9)),
        draw(st.sampled_from(["c1", "c2"])),
        draw(st.integers(0, 9)),
    )
    seen = {
        "will_retry": st.sampled_from([None, True, False]),
        "request_headers": st.sampled_from([kind({"Authorization": "k" * 20}), kind({"Accept": "*/*"}), kind({})]),
        "request_bytes": st.none() | numbers,
        "status": st.sampled_from([None, 200, 204, 404, 503]),
        "response_headers": st.sampled_from([{"Content-Type": "x"}, {"Retry-After": "7"}, {}, COUNTED, TOLD]).map(kind),
        "response_bytes": st.none() | numbers,
        "headers_s": st.none() | seconds,
        "duration_s": st.none() | seconds,
        "failure": st.sampled_from([None, None, "timeout"]),
        "error": st.sampled_from([None, None, ValueError("no")]),
        "trace_id": st.just("0" * 32),
        "span_id": st.just("1" * 16),
        "tls_version": st.sampled_from([None, "TLSv1.3"]),
        "traces_sent": st.sampled_from([0, 1]),
        "call_name": st.sampled_from([None, None, "report %s"]),
        "user": st.sampled_from([None, "u_12"]),
        "client_country": st.sampled_from([None, "ID"]),
    }
    for name in draw(st.sets(st.sampled_from(sorted(seen)))) | {"request_bytes", "status", "headers_s", "duration_s"}:
        setattr(call, name, draw(seen[name]))
    return call


def watching(key=b"k" * 32):
    return Redactor(Catalogue(builtin()), Registry(), service="port%folio", env="test", pseudonym_key=key)


def written(redactor, call):
    """Write a call as a watched program does; say whether it took the short way."""
    line = redactor.calls.line(call)
    return (line, True) if line is not None else (redactor.calls.whole_line(call), False)


def without_own(event):
    return {name: value for name, value in asdict(event).items() if name not in OWN}


@given(calls())
def test_each_line_is_that_of_its_event(call):
    """Whatever a call is like, the first, second and third line of it decode to what its event holds."""
    redactor = watching()
    expected = without_own(redactor.call(call))

    for _ in range(3):
        line, _ = written(redactor, call)
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        event = decode(line)
        assert without_own(event) == expected
        assert abs(datetime.fromisoformat(event.ts).timestamp() - call.started_s) < 2e-6


@given(st.lists(calls(), min_size=2, max_size=6))
def test_addresses_of_one_route_keep_apart(several):
    """Calls to one route share templates; each line tells of its own path and query, and of what was masked there."""
    redactor = watching()
    expected = [without_own(redactor.call(call)) for call in several]

    for _ in range(3):
        assert [without_own(decode(written(redactor, call)[0])) for call in several] == expected


def test_the_third_call_to_a_route_takes_the_short_way(raw):
    """A program that asks for ever other companies and days is not charged for each of them as for the first."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}
    names = ["BBCA", "BBRI", "TLKM", "GOTO", 'no"quotes']

    lines = [
        written(redactor, raw(f"https://api.sectors.app/v2/company/report/{name}/?limit={n}&x=é", **seen))
        for n, name in enumerate(names)
    ]

    assert [quick for _, quick in lines] == [False, False, True, True, False]  # the last one masks a segment
    events = [decode(line) for line, _ in lines]
    assert [event.path for event in events[:4]] == [f"/v2/company/report/{name}/" for name in names[:4]]
    assert events[4].path == "/v2/company/report/[REDACTED]/"
    assert [event.query for event in events] == [f"limit={n}&x=REDACTED" for n in range(5)]
    assert {event.route for event in events} == {"/v2/company/report/{symbol}/"}


def test_a_secret_that_only_a_whole_address_shows_is_not_written(raw):
    """The last gate looks at what is filled in for an address, as it looks at whole lines."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}
    secret = "ections=overview"  # in neither the name nor the value of a parameter
    for name in ("BBCA", "BBRI", "TLKM"):
        written(redactor, raw(f"https://api.sectors.app/v2/company/report/{name}/?sections=dividend", **seen))
    redactor.registry.register(secret)

    for _ in range(4):
        url = "https://api.sectors.app/v2/company/report/BBCA/?sections=overview"
        assert secret.encode() not in written(redactor, raw(url, **seen))[0]


@pytest.mark.parametrize("kind", HEADERS)
def test_the_third_ordinary_call_takes_the_short_way(raw, kind):
    """A program that asks for the same again pays for it twice only, whatever its client is."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}
    headers = {"request_headers": kind({"Authorization": "k" * 20}), "response_headers": kind({"Server": "x"})}

    ways = [written(redactor, raw(started_s=n, **seen, **headers))[1] for n in range(5)]

    # The key is seen for the first time in the first call, so that it is no call like the others.
    assert ways == [False, False, False, True, True]


@pytest.mark.parametrize("kind", HEADERS)
@pytest.mark.parametrize("unknown", [("headers_s", "response_bytes"), ("request_bytes",), ("response_bytes",)])
def test_answers_without_the_wire_take_the_short_way_too(raw, kind, unknown):
    """A cache or an adapter of the program's own answers as often as a wire would; so does a body that is streamed."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2} | dict.fromkeys(unknown)
    headers = kind({"Server": "x", "Content-Length": "12"})

    lines = [written(redactor, raw(started_s=n, **seen, response_headers=headers)) for n in range(5)]

    assert [quick for _, quick in lines] == [False, False, True, True, True]
    event = asdict(decode(lines[-1][0]))
    all_known = {"request_bytes": 0, "response_bytes": 7, "headers_ms": 100.0, "duration_ms": 200.0}
    unknown_here = {name.replace("_s", "_ms"): None for name in unknown}
    if "response_bytes" in unknown:
        unknown_here["response_bytes"] = 12  # the server has said it
    assert {name: event[name] for name in all_known} == all_known | unknown_here


@pytest.mark.parametrize("kind", HEADERS)
def test_what_the_server_counts_takes_the_short_way_too(raw, kind):
    """Many APIs say with each answer how many calls are left, or what it has cost."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}

    lines = [
        written(redactor, raw(response_headers=kind({**COUNTED, "X-RateLimit-Remaining": str(40 - n)}), **seen))
        for n in range(5)
    ]

    assert [quick for _, quick in lines] == [False, False, True, True, True]
    event = decode(lines[-1][0])
    assert (event.rate_limit, event.rate_remaining, event.rate_reset_s) == (100, 36, 12.5)
    assert (event.credits, event.credits_from) == (3, "header")


@pytest.mark.parametrize("ids", [{"trace_id": "0" * 32}, {"span_id": "1" * 16}])
def test_foreign_calls_keep_what_they_have_of_their_ids(raw, ids):
    """A record of another tool may name its span and no trace, or the other way round."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}

    lines = [written(redactor, raw(**seen, **ids, request_headers={}, response_headers={})) for _ in range(4)]

    assert lines[-1][1]
    assert all(
        {name: value for name, value in asdict(decode(line)).items() if name in ("trace_id", "span_id") and value}
        == ids
        for line, _ in lines
    )


def test_times_and_ids_go_on(raw):
    """Lines with a template have times of their own, and ids that sort."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}
    lines = [written(redactor, raw(started_s=1_800_000_000.25 + n, **seen))[0] for n in range(6)]
    events = [decode(line) for line in lines]

    assert [event.ts for event in events] == [f"2027-01-15T08:00:0{n}.250000Z" for n in range(6)]
    assert sorted(event.event_id for event in events) == [event.event_id for event in events]
    assert len({event.event_id for event in events}) == 6


def test_ids_are_of_about_the_time_at_which_a_call_ended(raw, monkeypatch):
    """Calls of one second may share the time in their ids; a call that takes long does not bring an old one."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1}
    now_s = time.time()
    written(redactor, raw(started_s=now_s, duration_s=0.2, **seen))
    later_ms = int(now_s * 1000) + 60_000
    monkeypatch.setattr(time, "time_ns", lambda: later_ms * 1_000_000)

    *_, (line, quick) = [written(redactor, raw(started_s=now_s, duration_s=60.0, **seen)) for _ in range(4)]

    assert quick
    assert int(decode(line).event_id[:12], 16) == later_ms
    monkeypatch.undo()
    ids.renew()


def test_a_clock_of_another_age_does_no_harm(raw):
    """A machine may think that it is 1970; its lines say so."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}

    lines = [written(redactor, raw(started_s=0.000004, **seen))[0] for _ in range(4)]

    assert {decode(line).ts for line in lines} == {"1970-01-01T00:00:00.000004Z"}


def test_a_new_secret_ends_a_template(raw, key):
    """What is registered later is not in any line from then on, also where a template holds it."""
    redactor = watching()
    url = f"https://api.sectors.app/v2/company/report/BBCA/?limit={key[:8]}"
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}
    before = [written(redactor, raw(url, **seen)) for _ in range(4)]
    assert [quick for _, quick in before] == [False, False, True, True]
    assert key[:8].encode() in before[-1][0]

    redactor.registry.register(key[:8])

    for _ in range(4):
        assert key[:8].encode() not in written(redactor, raw(url, **seen))[0]


def test_a_secret_in_the_names_that_we_were_given_never_makes_a_template(raw):
    """The last gate looks at templates as it looks at lines."""
    secret = secrets.token_hex(12)
    redactor = Redactor(Catalogue(builtin()), secrets=[secret], service=f"of {secret}")
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}

    for _ in range(5):
        line, quick = written(redactor, raw(**seen))
        assert not quick
        assert secret.encode() not in line


def test_a_forked_child_names_itself(raw):
    """A template that a child inherits does not say that the parent made its calls."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}
    for _ in range(3):
        written(redactor, raw(**seen))
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, written(redactor, raw(**seen))[0])
        os._exit(0)
    os.waitpid(pid, 0)
    event = decode(os.read(reading, 65536))

    assert event.pid == pid
    assert event.event_id[12:24] != ids.process
    for fd in (reading, writing):
        os.close(fd)


def test_templates_are_few(raw):
    """A program with ever new addresses, keys and methods does not grow."""
    redactor = watching()
    seen = {"request_bytes": 0, "response_bytes": 7, "headers_s": 0.1, "duration_s": 0.2}
    for status in range(200, 300):
        for _ in range(3):
            written(redactor, raw(status=status, **seen))

    (known,) = redactor.calls._addresses.known.values()
    assert len(known.templates) <= 32


def test_an_address_with_a_key_is_worked_out_once_a_call(raw, key, monkeypatch):
    """It is not remembered, but neither is it paid for twice."""
    redactor = watching()
    looks = []
    look = redactor.calls._addresses.look
    monkeypatch.setattr(redactor.calls._addresses, "look", lambda url: looks.append(url) or look(url))
    redactor.registry.register(key)
    url = f"https://api.sectors.app/v2/company/report/BBCA/?apikey={key}"

    lines = [written(redactor, raw(url, duration_s=0.1))[0] for _ in range(5)]

    assert len(looks) == 5
    assert all(decode(line).redactions["url.key"] == 1 and key.encode() not in line for line in lines)


def test_what_is_remembered_of_addresses_is_bounded(raw):
    """A program with ever new hosts and routes does not grow either."""
    redactor = watching()
    for n in range(1200):
        written(redactor, raw(f"https://host-{n}.example/v1/things/", duration_s=0.1))

    remembered = redactor.calls._addresses
    assert len(remembered.known) <= 512
    assert len(remembered._templates) <= 128
