"""Alerts that wait, and alerts that arrive."""

from __future__ import annotations

import pytest

from outwarden import tally
from outwarden.config.notify import Manners
from outwarden.config.units import Duration
from outwarden.errors import Rejected, Retry
from outwarden.notify import Outbox, Reached, outbox

NOW = 1_700_000_000.0


class Flaky:
    """A channel that fails a few times."""

    groups = False

    def __init__(self, *failures):
        self.failures = list(failures)
        self.told = []
        self.ids = []

    def deliver(self, message):
        self.ids.append(message.id)
        if self.failures:
            raise self.failures.pop(0)
        self.told += [report.alert for report in message.reports]


class Grouping(Flaky):
    groups = True


@pytest.fixture
def post(transaction, alert):
    """Keep an alert for some channels."""

    def keep(*channels, one=None, at=NOW):
        with transaction() as connection:
            outbox.post(connection, one or alert(), channels, at)

    return keep


@pytest.fixture
def waiting(transaction):
    """Make an outbox with these channels."""

    def make(manners=outbox.AT_ONCE, /, **channels):
        return Outbox(transaction, {name: Reached(one, manners) for name, one in channels.items()})

    return make


def test_an_alert_is_told_once_to_each_channel(post, waiting, alert):
    """Also when it is looked at many times."""
    first, second = Flaky(), Flaky()
    box = waiting(first=first, second=second)
    post("first", "second")
    for second_later in range(3):
        box.deliver(NOW + second_later)

    assert first.told == second.told == [alert()]


def test_a_failed_delivery_is_tried_again_later(post, waiting):
    """With a pause that grows; a restart goes on with it, and the message keeps its id."""
    channel = Flaky(Retry("away"), Retry("away"))
    post("it")
    told = [waiting(it=channel).deliver(NOW + after) for after in (0, 1, 2, 3, 6, 7)]

    assert told == [0, 0, 0, 0, 1, 0]
    assert len(channel.ids) == 3
    assert len(set(channel.ids)) == 1


def test_a_channel_that_asks_for_time_gets_it(post, waiting):
    """As long as it asked for, but for five minutes at most."""
    channel = Flaky(Retry("slow down", after_s=30))
    post("it")
    told = [waiting(it=channel).deliver(NOW + after) for after in (0, 29, 30)]

    assert told == [0, 0, 1]


def test_a_refused_alert_is_not_tried_again(post, waiting):
    """It would be refused again."""
    channel = Flaky(Rejected([(0, "no such room")]))
    box = waiting(it=channel)
    post("it")

    assert [box.deliver(NOW + 1000 * n) for n in range(3)] == [0, 0, 0]
    assert channel.told == []


def test_nobody_hears_of_the_end_of_what_was_refused(post, waiting, alert):
    """Nor of the end of what was never told; the next one is told."""
    channel = Flaky(Rejected([(0, "no such room")]))
    box = waiting(it=channel)
    post("it")
    post("it", one=alert(state="OK"), at=NOW + 1)
    for second_later in range(5):
        box.deliver(NOW + second_later)
    assert channel.told == []

    post("it", at=NOW + 10)
    box.deliver(NOW + 10)
    assert channel.told == [alert()]


def test_an_alert_that_is_a_day_old_is_no_news(post, waiting):
    """It is given up after a day of failures."""
    channel = Flaky(*[Retry("away")] * 500)
    box = waiting(it=channel)
    post("it")
    for minutes in range(0, 1500, 5):
        box.deliver(NOW + minutes * 60)
    tried = len(channel.ids)

    assert box.deliver(NOW + 2 * outbox.GIVE_UP_S) == 0
    assert len(channel.ids) == tried > 280
    assert channel.told == []


def test_one_bad_channel_does_not_hold_the_others(post, waiting, alert):
    """Each channel has its own delivery, whether it is away or refuses."""
    good = Flaky()
    box = waiting(away=Flaky(*[Retry("away")] * 9), good=good, strict=Flaky(Rejected([(0, "no")])))
    post("away", "good", "strict")
    box.deliver(NOW)

    assert good.told == [alert()]


def test_that_it_is_over_never_overtakes_that_it_began(post, waiting, alert):
    """A channel is told in order, whatever waits."""
    channel = Flaky(*[Retry("away")] * 3)
    box = waiting(it=channel)
    post("it")
    box.deliver(NOW)
    post("it", one=alert(state="OK"), at=NOW + 0.5)
    for second_later in range(1, 60):
        box.deliver(NOW + second_later)

    assert [one.state for one in channel.told] == ["ALARM", "OK"]


def test_a_channel_that_is_away_costs_one_attempt_however_much_waits(post, waiting):
    """A hanging webhook holds up the others for one timeout, not for one per alert."""
    channel = Flaky(*[Retry("away")] * 9)
    for _ in range(5):
        post("it")
    waiting(it=channel).deliver(NOW)

    assert len(channel.failures) == 8


def test_a_fault_in_a_channel_is_survived(post, waiting, alert):
    """It is counted and tried again, and the other channels are told."""
    faulty, good = Flaky(ZeroDivisionError()), Flaky()
    box = waiting(faulty=faulty, good=good)
    post("faulty", "good")
    box.deliver(NOW)
    assert (faulty.told, good.told) == ([], [alert()])
    assert tally.snapshot()["internal_error"] == 1

    box.deliver(NOW + outbox.FIRST_PAUSE_S)
    assert faulty.told == [alert()]


def test_a_clock_that_is_set_back_holds_nothing_up(post, waiting, alert):
    """A pause that was reckoned by the wrong clock does not count."""
    channel = Flaky(Retry("away"))
    box = waiting(it=channel)
    post("it")
    box.deliver(NOW)
    box.deliver(NOW - 86400)

    assert channel.told == [alert()]


def test_what_comes_together_is_one_message(post, waiting, alert):
    """Once the first of them has waited for company; at the end of the sidecar at once."""
    channel = Grouping()
    box = waiting(Manners(), it=channel)
    for seconds, name in enumerate(("High5XX", "NetworkErrors", "Throttled")):
        post("it", one=alert(name=name), at=NOW + seconds)
    assert box.deliver(NOW + 4) == 0
    assert box.deliver(NOW + 5) == 3
    assert len(channel.ids) == 1

    post("it", at=NOW + 6)
    assert box.deliver(NOW + 6) == 0
    assert box.deliver(NOW + 6, hurry=True) == 1


def test_a_restart_remembers_what_was_told(post, waiting, alert):
    """What is known is not told again, its end is, and then a new beginning."""
    channel = Flaky()
    patient = Manners(settle=Duration(60))
    post("it")
    waiting(patient, it=channel).deliver(NOW)
    post("it", one=alert(previous="ALARM"), at=NOW + 10)
    waiting(patient, it=channel).deliver(NOW + 10)
    post("it", one=alert(state="OK", previous="ALARM"), at=NOW + 20)
    waiting(patient, it=channel).deliver(NOW + 79)
    assert [one.state for one in channel.told] == ["ALARM"]

    waiting(patient, it=channel).deliver(NOW + 80)
    post("it", at=NOW + 90)
    waiting(patient, it=channel).deliver(NOW + 90)
    assert [one.state for one in channel.told] == ["ALARM", "OK", "ALARM"]


def test_a_clock_that_is_set_back_changes_no_order(post, waiting, alert):
    """An incident that is opened after the outage is closed as well."""
    channel = Flaky(Retry("away"))
    box = waiting(it=channel)
    post("it")
    box.deliver(NOW)
    post("it", one=alert(state="OK", previous="ALARM"), at=NOW - 600)
    for seconds in range(0, 1200, 60):
        box.deliver(NOW - 600 + seconds)

    assert [one.state for one in channel.told] == ["ALARM", "OK"]


def test_what_goes_on_is_told_again_when_that_is_asked_for(post, transaction):
    """Each time after the same while, as long as it really goes on."""
    channel = Flaky()
    goes_on = [True]
    box = Outbox(
        transaction,
        {"it": Reached(channel, Manners(remind=Duration(3600)))},
        goes_on=lambda _connection, _alert: goes_on[0],
    )
    post("it")
    for minutes in range(0, 150, 5):
        box.deliver(NOW + minutes * 60)
    assert len(channel.told) == 3
    assert channel.told[2].reason.startswith("it still goes on. When it was told first: 4XXError was 14")

    goes_on[0] = False
    for minutes in range(150, 400, 5):
        box.deliver(NOW + minutes * 60)
    assert len(channel.told) == 3


def test_a_channel_that_is_gone_is_told_nothing(post, waiting, transaction):
    """What waited for it does not wait for ever."""
    post("gone")
    assert waiting().deliver(NOW) == 0

    with transaction() as connection:
        assert connection.execute("SELECT outcome FROM delivery").fetchall() == [("no such channel",)]


def test_all_alerts_can_be_read_back(post, transaction, alert):
    """Since a moment, oldest first, whoever was told."""
    post()
    with transaction() as connection:
        assert outbox.alerts(connection, NOW - 1) == [alert()]
        assert outbox.alerts(connection, NOW + 1) == []
        outbox.sweep(connection, NOW + 1)
        assert outbox.alerts(connection, 0) == []
