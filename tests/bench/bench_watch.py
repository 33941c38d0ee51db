"""What evaluating costs: alarms per second on one core, and a day played back.

Each alarm has the points of as many minutes as an evaluation looks at. The peer is the plainest thing that could work:
adding up the five minutes of one alarm and comparing.

    python tests/bench/bench_watch.py
"""

import time

from outwarden.config import AlarmSpec, Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.catalogue import BY_NAME
from outwarden.config.default_alarms import HIGH_4XX
from outwarden.meter import Meter, Point
from outwarden.meter.buckets import bucket, middle
from outwarden.watch import evaluate
from outwarden.watch.evaluate import metrics, span
from outwarden.watch.simulate import longest, simulate

NOW = 1_700_000_100.0
EVALUATIONS = 50_000


def main() -> None:
    """Print evaluations per second for each kind of alarm, and minutes per second of a simulation."""
    plain = measure(
        "a sum of five numbers, compared", HIGH_4XX, lambda data: sum(p[1] for p in data["4XXError"][-5:]) > 10
    )
    alarms = alarm_set(Config()).alarms
    for alarm in alarms:
        if alarm.name in {"High4XXErrors", "ErrorRatio", "Throttled", "LatencyP95"}:
            took = measure(alarm.name, alarm, lambda data, alarm=alarm: evaluate(alarm, data, now=NOW))
            print(f"{'':34} ratio {took / plain:.1f}")
    play()


def data_of(alarm: AlarmSpec) -> dict[str, list[Point]]:
    """Make the points that an evaluation looks at: counts, or 40 different latencies a minute."""
    start, end = span(alarm, NOW)
    minutes = range(int(start), int(end), 60)
    samples = {middle(bucket(20 * 1.06**n)): 1 + n % 7 for n in range(40)}
    total = sum(value * count for value, count in samples.items())
    return {
        stat.metric: [
            Point(minute, total, samples)
            if BY_NAME[stat.metric].kind == "distribution"
            else Point(minute, float(minute % 4))
            for minute in minutes
        ]
        for stat in metrics(alarm).values()
    }


def measure(name: str, alarm: AlarmSpec, work) -> float:
    """Print how often a second; give the CPU seconds of one."""
    data = data_of(alarm)
    number = EVALUATIONS // (20 if alarm.metric == "LatencyMs" else 1)
    start = time.process_time()
    for _ in range(number):
        work(data)
    took = (time.process_time() - start) / number
    print(f"{name:34} {1 / took:12,.0f} a second, {took * 1e6:7.2f} µs each")
    return took


def play() -> None:
    """Simulate a day of the default set over a busy service."""
    from bench_meter import event

    alarms = alarm_set(Config())
    day = [event(n, NOW - 86400 + n * 0.864) for n in range(100_000)]
    start = time.process_time()
    tallies = Meter().count(day)
    counted = time.process_time()
    firings = simulate(alarms, tallies, NOW - 86400 + longest(alarms), NOW)
    done = time.process_time()
    print(
        f"a day of 100,000 calls: counted in {counted - start:.2f} s, played back in {done - counted:.2f} s, {len(firings)} firings"
    )


if __name__ == "__main__":
    main()
