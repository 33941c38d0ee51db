"""What evaluating costs: evaluations per second on one core, and a day played back.

An evaluation is one alarm judged at one moment: the statistics of its periods, its expression, missing data, M of N and
the state. Each comes a minute after the one before, over a day that is laid out in memory, so each sees a period that
nobody has seen yet; the day is gone through several times, and everything is forgotten between. `anew` forgets after
every evaluation: that is the sidecar's case after each batch of events. Laying out a minute is printed by itself; reading it from the
database comes on top. The peer is the plainest thing that could work: adding up the five minutes of one alarm and comparing.

    python tests/bench/bench_watch.py
"""

import time
from collections.abc import Callable

from outwarden.config import AlarmSpec, Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.alarms import MetricStat
from outwarden.config.catalogue import BY_NAME
from outwarden.meter import Meter, Point
from outwarden.meter.buckets import bucket, middle
from outwarden.watch import composite
from outwarden.watch.evaluate import Judge, metrics
from outwarden.watch.simulate import longest, simulate
from outwarden.watch.statistics import Minutes

BEGIN = 1_700_000_040
DAY_MIN = 1440
MOMENTS = range(BEGIN + 6060, BEGIN + 60 * DAY_MIN, 60)
ROUNDS = 15
LATENCIES = 40
"""Different latencies in each minute: that many buckets hold a call."""
GAPS = AlarmSpec(
    name="Gaps, 3 of 5",
    metric="4XXError",
    period_s=60,
    threshold=1,
    evaluation_periods=5,
    datapoints_to_alarm=3,
    treat_missing_data="missing",
)
"""Looks at minutes of which every third is missing."""
HOUR = AlarmSpec(
    name="p99 of an hour, 2 of 3", metric="LatencyMs", statistic="p99", period_s=3600, evaluation_periods=3
)
MATH_10 = AlarmSpec(
    name="math over 10 metrics",
    expression="IF(a >= 20, 100 * (" + " + ".join(f"FILL({letter}, 0)" for letter in "bcdefghij") + ") / a, 0)",
    metrics={
        letter: MetricStat(metric=name)
        for letter, name in zip("abcdefghij", [name for name in BY_NAME if name != "LatencyMs"], strict=True)
    },
    period_s=60,
    evaluation_periods=5,
    datapoints_to_alarm=3,
)


def main() -> None:
    """Print evaluations per second for each kind of alarm, what laying out costs, and a day played back."""
    alarms = alarm_set(Config())
    minutes = day()
    plain = [points["4XXError"] for points in minutes]
    peer = measure("a sum of five numbers, compared", lambda: lambda now: sum(plain[at(now) - 5 : at(now)]) > 10)
    for alarm in (*alarms.alarms, GAPS, HOUR, MATH_10):
        data = laid_out(minutes, alarm, gaps=alarm is GAPS)
        took = measure(alarm.name, lambda alarm=alarm, data=data: Judge(alarm, data))
        anew = best(lambda alarm=alarm, data=data: forgetful(alarm, data))
        print(f"{'':34} ratio {took / peer:.1f}; anew {anew * 1e6:.2f} µs")
    for one in alarms.composites:
        rule, states = composite.parse(one.rule), dict.fromkeys((alarm.name for alarm in alarms.alarms), "OK")
        measure(f"{one.name} (composite)", lambda rule=rule, states=states: lambda now: composite.holds(rule, states))
    for metric in ("4XXError", "LatencyMs"):
        lay_out([points_of(metric, number, minute[metric]) for number, minute in enumerate(minutes)], metric)
    play()


def day() -> list[dict[str, float]]:
    """Make the counts of a day: quiet minutes and busy ones, with and without errors."""
    names = [name for name, metric in BY_NAME.items() if metric.kind == "count"]
    return [
        {name: float((number * (7 + at)) % 5) for at, name in enumerate(names)}
        | {"Calls": float(15 + number % 30), "LatencyMs": 0.0}
        for number in range(DAY_MIN)
    ]


def points_of(metric: str, number: int, count: float) -> Point:
    """Make the point of a minute: a count, or 40 different latencies."""
    if BY_NAME[metric].kind == "count":
        return Point(BEGIN + 60 * number, count)
    samples = {middle(bucket((20 + number % 7) * 1.06**n)): 1 + (n + number) % 7 for n in range(LATENCIES)}
    return Point(BEGIN + 60 * number, sum(value * n for value, n in samples.items()), samples)


def laid_out(minutes: list[dict[str, float]], alarm: AlarmSpec, *, gaps: bool) -> dict[str, Minutes]:
    """Lay out what an alarm looks at."""
    data = {
        stat.metric: Minutes(
            points_of(stat.metric, number, counts[stat.metric])
            for number, counts in enumerate(minutes)
            if not gaps or number % 3
        )
        for stat in metrics(alarm).values()
    }
    for laid in data.values():
        for stat in metrics(alarm).values():
            laid.statistic(stat.statistic, BEGIN, BEGIN + 60)
    return data


def at(now: int) -> int:
    """Give the number of a minute of the day."""
    return (now - BEGIN) // 60


def forgetful(alarm: AlarmSpec, data: dict[str, Minutes]) -> Callable[[int], object]:
    """Make an evaluation that remembers nothing of the one before."""

    def anew(now: int) -> object:
        return Judge(alarm, data)(now)

    return anew


def measure(name: str, make: Callable[[], Callable[[int], object]]) -> float:
    """Print how often a second; give the CPU seconds of one."""
    took = best(make)
    print(f"{name:34} {1 / took:12,.0f} a second, {took * 1e6:7.2f} µs each")
    return took


def best(make: Callable[[], Callable[[int], object]]) -> float:
    """Give the CPU seconds of one evaluation, in the best of some rounds over the day."""
    took = []
    for _ in range(ROUNDS):
        work = make()
        start = time.process_time()
        for now in MOMENTS:
            work(now)
        took.append((time.process_time() - start) / len(MOMENTS))
    return min(took)


def lay_out(points: list[Point], metric: str) -> None:
    """Print what it costs to lay out a minute, so that every statistic is ready."""
    took = []
    for _ in range(5):
        start = time.process_time()
        Minutes(points).statistic("p95" if metric == "LatencyMs" else "Sum", BEGIN, BEGIN + 60)
        took.append((time.process_time() - start) / len(points))
    print(f"laying out a minute of {metric:11} {min(took) * 1e6:27.2f} µs")


def play() -> None:
    """Simulate a day of the default set over a busy service."""
    from bench_meter import event

    alarms = alarm_set(Config())
    now = BEGIN + 60.0
    calls = [event(n, now - 86400 + n * 0.864) for n in range(100_000)]
    start = time.process_time()
    tallies = Meter().count(calls)
    counted = time.process_time()
    firings = simulate(alarms, tallies, now - 86400 + longest(alarms), now)
    done = time.process_time()
    print(
        f"a day of 100,000 calls: counted in {counted - start:.2f} s, played back in {done - counted:.2f} s, {len(firings)} firings"
    )


if __name__ == "__main__":
    main()
