"""`outwarden alarms`: what is watched for, how it stands, what it would have done."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import closing

import pytest

from outwarden.config import Config
from outwarden.event import SCHEMA, CallEvent, encode, ids, timestamp
from outwarden.journal import Cursors, History, Journal, SidecarLock, places
from outwarden.meter import windows
from outwarden.watch import memory


def alarms(*arguments, status=0):
    """Run `outwarden alarms` and give what it says."""
    ran = subprocess.run(
        [sys.executable, "-m", "outwarden", "alarms", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == status, ran.stderr
    return ran.stdout if status != 2 else ran.stderr


def errors(number, ago_s, status=404):
    """Calls that began within a second, so many seconds ago."""
    began = time.time() - ago_s
    return [
        CallEvent(
            ts=timestamp(began + n / 1000),
            event_id=ids.new(),
            call_id="c",
            attempt=1,
            api="sectors",
            method="GET",
            host="h",
            outcome="client_error",
            status=status,
            service="app",
            env="dev",
            pid=1,
            schema=SCHEMA,
        )
        for n in range(number)
    ]


@pytest.fixture
def found():
    """Where everything lies in this test."""
    return places(Config())


@pytest.fixture
def journal(found):
    """A journal that a program is writing."""
    opened = Journal(found.journal, "app")
    yield opened
    opened.close()


def remember(found, name, state, *, ago_s=0.0, reason="why"):
    """Let a sidecar have thought so."""
    with closing(Cursors(found.db)) as cursors, cursors.transaction() as connection:
        for table in memory.TABLES:
            connection.execute(table)
        connection.execute(
            "INSERT INTO alarm_state VALUES (?, 'app', 'dev', ?, ?, ?)", (name, state, time.time() - ago_s, reason)
        )


def test_a_list_reads_each_alarm_in_words(found):
    """Where nothing was evaluated yet, too."""
    said = alarms("list")

    assert "High4XXErrors (page): more than 10 4XXError in 5 minutes; quiet when there is no data" in said
    assert "Trouble (page): (ALARM(High5XX) OR" in said
    assert said.count("no state yet") == 11


def test_a_list_says_how_alarms_stand_and_ends_with_1_when_one_is_on(found):
    """With the reason of the one that is on."""
    remember(found, "High5XX", "ALARM", reason="5XXError was 12 in 5 minutes")
    remember(found, "High4XXErrors", "OK", reason="4XXError was 0 in 5 minutes")
    said = alarms("list", status=1)

    assert said.startswith("no sidecar is at work: states are what the last one thought\n")
    assert "  ALARM in app (dev) since" in said
    assert "5XXError was 12 in 5 minutes" in said
    assert "4XXError was 0" not in said


def test_silence_is_seen_by_whoever_asks(found, journal):
    """A program writes, and for 5 minutes no sidecar has been at work: the one alarm that a sidecar cannot raise."""
    remember(found, "SidecarSilent", "OK", ago_s=600)
    with closing(Cursors(found.db)) as cursors, cursors.transaction() as connection:
        for table in windows.TABLES:
            connection.execute(table)
        windows.beat(connection, [("app", "dev")], int(time.time()) - 301)
    journal.append(errors(1, 0)[0])

    [silent] = [
        row for row in json.loads(alarms("list", "--json", status=1))["alarms"] if row["name"] == "SidecarSilent"
    ]
    assert [state["state"] for state in silent["states"]] == ["ALARM"]
    assert silent["states"][0]["reason"].startswith("no sidecar has been at work since")


def test_with_a_sidecar_at_work_nobody_is_silent(found, journal):
    """Whoever holds the lock is at work."""
    remember(found, "SidecarSilent", "OK", ago_s=600)
    journal.append(errors(1, 0)[0])
    lock = SidecarLock(found.lock)
    assert lock.acquire()
    try:
        said = alarms("list")
    finally:
        lock.release()

    assert "OK in app (dev)" in said
    assert "no sidecar" not in said


def test_a_simulation_reads_journal_and_history(found, journal):
    """Six errors of each are more than ten."""
    History(found.history).append([encode(one) for one in errors(6, 600)])
    for one in errors(6, 580):
        journal.append(one)

    said = alarms("simulate", "--since", "1h", status=1)
    assert "12 calls" in said
    assert "High4XXErrors (page): would have gone off once" in said
    assert "4XXError was" in said
    assert "not simulated, because no event tells of it: SidecarSilent" in said


def test_a_quiet_simulation_ends_with_0(journal):
    """Ten errors are no alarm."""
    for one in errors(10, 60):
        journal.append(one)

    assert "quiet: High4XXErrors" in alarms("simulate")


def test_a_simulation_may_be_of_one_alarm_and_as_json(journal):
    """For a program to read."""
    for one in errors(11, 900, 429):
        journal.append(one)

    said = json.loads(alarms("simulate", "--since", "30m", "--alarm", "High4XXErrors", "--json", status=1))
    [firing] = said["firings"]
    assert (said["calls"], firing["name"], firing["service"], firing["muted"]) == (11, "High4XXErrors", "app", False)
    assert 240 <= firing["until"] - firing["since"] <= 300


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--alarm", "High4XXError"], "Did you mean High4XXErrors?"),
        (["--since", "yesterday"], "--since: expected a duration"),
        (["--until", "tomorrow"], "--until: expected a duration"),
        (["--since", "1h", "--until", "2h"], "--since: it is not before --until"),
    ],
)
def test_what_cannot_be_simulated_is_said_in_one_line(arguments, told):
    """With status 2."""
    said = alarms("simulate", *arguments, status=2)

    assert told in said
    assert said.count("\n") == 1


def test_status_names_only_alarms_that_are_not_fine(found):
    """The others are a number."""
    remember(found, "High5XX", "ALARM", reason="5XXError was 12 in 5 minutes")
    remember(found, "High4XXErrors", "OK", reason="4XXError was 0 in 5 minutes")
    said = subprocess.run(
        [sys.executable, "-m", "outwarden", "status"], capture_output=True, text=True, timeout=60, check=True
    ).stdout

    assert "alarms:    1 are OK (see: outwarden alarms list)" in said
    assert "alarm:     High5XX (app, dev) ALARM since" in said
    assert "High4XXErrors" not in said


@pytest.mark.parametrize("patience", ["nan", "inf", "-1"])
def test_a_drill_does_not_wait_for_ever(patience):
    """A patience that never ends is refused in one line."""
    done = subprocess.run(
        [sys.executable, "-m", "outwarden", "alarms", "drill", "--timeout", patience],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert "--timeout" in done.stderr
    assert len(done.stderr.splitlines()) == 1
