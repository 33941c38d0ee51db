"""Who is told what, when, and not twice."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outwarden.alert import Alert
from outwarden.config.notify import Manners, QuietHours
from outwarden.config.units import Duration
from outwarden.notify.rules import Key, Known, Waiting, after, is_quiet, plan, reminders

NOW = 1_800_000_000.0
NIGHT = QuietHours(start="22:00", end="07:00", timezone="Asia/Jakarta")


def at_jakarta(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Asia/Jakarta")).timestamp()


class Life:
    """Changes of alarms, and a channel that is told of them, on a clock of its own."""

    def __init__(self, manners: Manners, make, *, groups=False, start=NOW):
        self.manners, self.make, self.groups, self.start = manners, make, groups, start
        self.changes = 0
        self.waiting: list[Waiting] = []
        self.known: dict[Key, Known] = {}
        self.told: list[tuple[float, tuple[str, ...]]] = []

    def change(self, seconds, state, **fields):
        self.turn(seconds)
        self.changes += 1
        number = f"{self.changes:06d}"
        previous = "ALARM" if state == "OK" else "OK"
        alert = self.make(**{"state": state, "previous": previous, **fields})
        self.waiting.append(Waiting(number, self.start + seconds, alert))
        self.turn(seconds)
        return self

    def turn(self, seconds):
        """Let one turn of the outbox pass, with a channel that takes everything."""
        now = self.start + seconds
        found = plan(self.waiting, self.known, self.manners, now=now, groups=self.groups)
        for key, flips in found.flips.items():
            self.known[key] = self.known.get(key, Known())._replace(flips=flips)
        gone = {change.id for change, _ in found.drop}
        for changes in found.tell:
            self.told.append((seconds, tuple(f"{one.alert.state} {one.alert.name}" for one in changes)))
            for one in changes:
                gone.add(one.id)
                self.known[one.key] = after(self.known.get(one.key, Known()), one)
        self.waiting = [one for one in self.waiting if one.id not in gone]
        return self


def test_a_page_is_told_at_once_and_its_end_when_it_has_lasted(alert):
    """By default a minute."""
    life = Life(Manners(), alert).change(0, "ALARM").change(100, "OK").turn(159)
    assert life.told == [(0, ("ALARM High4XXErrors",))]

    assert life.turn(160).told[1:] == [(160, ("OK High4XXErrors",))]


def test_an_alarm_that_comes_and_goes_pages_once(alert):
    """The wait for its end doubles with each return."""
    life = Life(Manners(), alert).change(0, "ALARM")
    for flip in range(5):
        life.change(100 + flip * 60, "OK").change(130 + flip * 60, "ALARM")
    life.change(1000, "OK")
    for seconds in range(1000, 6000, 10):
        life.turn(seconds)

    assert life.told == [(0, ("ALARM High4XXErrors",)), (1000 + 60 * 2**5, ("OK High4XXErrors",))]


def test_waiting_for_company_is_no_coming_and_going(alert):
    """However often the outbox looks meanwhile."""
    life = Life(Manners(), alert, groups=True).change(0, "ALARM").turn(5).change(10, "OK").turn(70).turn(75)
    life.change(200, "ALARM")
    for tenths in range(2000, 2060):
        life.turn(tenths / 10)
    life.change(300, "OK").turn(419).turn(420).turn(430)

    assert [told for _, (told,) in life.told] == [f"{state} High4XXErrors" for state in ("ALARM", "OK", "ALARM", "OK")]
    assert life.told[-1][0] == 420


def test_the_wait_for_an_end_is_an_hour_at_most(alert):
    """However often it came back."""
    life = Life(Manners(), alert).change(0, "ALARM")
    for flip in range(40):
        life.change(100 + flip * 60, "OK").change(130 + flip * 60, "ALARM")
    life.change(3000, "OK").turn(3000 + 3599)
    assert len(life.told) == 1

    assert life.turn(3000 + 3600).told[-1] == (6600, ("OK High4XXErrors",))


def test_an_hour_of_peace_forgets_that_it_came_and_went(alert):
    """Then its end is told as soon as that of any other."""
    life = Life(Manners(), alert).change(0, "ALARM").change(10, "OK").change(20, "ALARM").change(30, "OK").turn(150)
    life.change(200, "ALARM").change(300, "OK").turn(419)
    assert life.told[-1] == (200, ("ALARM High4XXErrors",))
    life.turn(540)
    assert life.told[-1] == (540, ("OK High4XXErrors",))

    life.change(5000, "ALARM").change(5100, "OK").turn(5160)
    assert life.told[-1] == (5160, ("OK High4XXErrors",))


@pytest.mark.parametrize(
    ("worse", "told"),
    [
        ({"value": 19.0}, 1),  # 14 of 10 was told
        ({"value": 20.0}, 2),
        ({"value": -20.0}, 1),
        ({"severity": "page"}, 2),
        ({"severity": "info"}, 1),
    ],
)
def test_what_is_known_is_told_again_only_when_it_is_worse(alert, worse, told):
    """A higher severity, or a value twice as far beyond the threshold and twice the threshold itself."""
    life = Life(Manners(), alert).change(0, "ALARM", severity="warn")
    life.change(10, "ALARM", **{"severity": "warn", "previous": "ALARM", **worse})

    assert len(life.told) == told
    assert life.waiting == []


def test_a_return_that_is_worse_is_told(alert):
    """Also within the wait for its end."""
    life = Life(Manners(), alert).change(0, "ALARM").change(10, "OK").change(20, "ALARM", value=100.0)

    assert [told for _, told in life.told] == [("ALARM High4XXErrors",)] * 2


def test_an_alarm_whose_end_nobody_tells_is_told_each_time(alert):
    """With `tell_ok: false` there is no OK between; only what flaps is told once."""
    life = Life(Manners(), alert).change(0, "ALARM").change(30, "ALARM").change(3600, "ALARM")

    assert [seconds for seconds, _ in life.told] == [0, 3600]


def test_nobody_hears_of_an_end_without_its_beginning(alert):
    """It waits for nothing."""
    life = Life(Manners(), alert).change(0, "OK").turn(1000)

    assert (life.told, life.waiting) == ([], [])


def test_alarms_of_one_service_come_together(alert):
    """Five seconds after the first of them; another service has a message of its own."""
    life = Life(Manners(), alert, groups=True)
    life.change(0, "ALARM", name="High5XX").change(1, "ALARM", name="NetworkErrors", service="other")
    life.change(3, "ALARM", name="ErrorRatio").turn(4.9)
    assert life.told == []

    life.turn(5).turn(6)
    assert life.told == [(5, ("ALARM High5XX", "ALARM ErrorRatio")), (6, ("ALARM NetworkErrors",))]


def test_quiet_hours_hold_back_all_but_pages(alert):
    """Their end brings the rest as one message."""
    evening = at_jakarta("2027-01-15 23:00")
    life = Life(Manners(quiet=NIGHT), alert, groups=True, start=evening)
    life.change(0, "ALARM", name="Slow", severity="warn").change(600, "ALARM", name="Down", severity="page").turn(610)
    assert life.told == [(610, ("ALARM Down",))]

    life.change(900, "OK", name="Slow", severity="warn").change(1800, "ALARM", name="Late", severity="info")
    life.change(2000, "OK", name="Down", severity="page").turn(2100)
    assert life.told[1:] == [(2100, ("OK Down",))]

    life.turn(8 * 3600 - 1)
    assert len(life.told) == 2
    assert life.turn(8 * 3600).told[2:] == [(28800, ("ALARM Slow", "OK Slow", "ALARM Late"))]


def test_quiet_hours_belong_to_the_day_on_which_they_begin():
    """Also after midnight, and only there where they are."""
    weekend = QuietHours(start="22:00", end="07:00", days=("fri", "sat"), timezone="Asia/Jakarta")
    moments = ["2027-01-15 21:59", "2027-01-15 22:00", "2027-01-17 06:59", "2027-01-17 07:00", "2027-01-17 23:00"]

    assert [is_quiet(weekend, at_jakarta(text)) for text in moments] == [False, True, True, False, False]
    assert is_quiet(QuietHours(start="00:00", end="00:00"), NOW)
    assert is_quiet(QuietHours(start="12:00", end="13:00", timezone="Asia/Jakarta"), at_jakarta("2027-01-15 12:30"))
    assert not is_quiet(None, NOW)


def test_reminders_are_for_what_goes_on_long_enough(alert):
    """And for nobody who did not ask."""
    known = [
        Known(is_open=True, told_at=NOW - 3600, alert=alert()),
        Known(is_open=True, told_at=NOW - 3599, alert=alert()),
        Known(is_open=False, told_at=NOW - 9999),
    ]
    [one] = reminders(known, Manners(remind=Duration(3600)), NOW)

    assert (one.state, one.previous) == ("ALARM", "ALARM")
    assert reminders(known, Manners(), NOW) == []


@example(steps=[(0.0, "B", 11.0), (0.0, "B", 11.0), (0.0, "B", 30.0), (0.0, "B", 11.0)], groups=True, quiet=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 600), st.sampled_from(["A", "B"]), st.sampled_from([11.0, 30.0])),
        min_size=1,
        max_size=30,
    ),
    st.booleans(),
    st.sampled_from([None, NIGHT]),
)
def test_the_first_page_is_never_lost_and_no_end_comes_first(steps, groups, quiet):
    """Whatever alarms do: each channel sees an opening before each end, none twice, and in the end what is so."""

    def make(**fields) -> Alert:
        usual = {"ts": "t", "reason": "r", "service": "s", "env": "e", "threshold": 10.0}
        return Alert(**usual | fields)

    life = Life(Manners(quiet=quiet), make, groups=groups)
    states, now = {}, 0.0
    for pause, name, value in steps:
        now += pause
        states[name] = "OK" if states.get(name) == "ALARM" else "ALARM"
        life.change(now, states[name], name=name, value=value)
    life.turn(now + 5).turn(now + 3700)

    for name, state in states.items():
        told = [word for _, changes in life.told for word in changes if word.endswith(name)]
        opened = False
        for word in told:
            if word.startswith("OK"):
                assert opened
            opened = word.startswith("ALARM")
        assert told[0].startswith("ALARM")
        assert opened == (state == "ALARM")
    assert life.waiting == []
