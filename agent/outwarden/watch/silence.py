"""The alarm that a sidecar cannot raise: it does not see that it is dead.

In AWS, CloudWatch misses the heartbeat; Prometheus has a rule for series that are absent. On this machine whoever asks
judges: `outwarden status` and `outwarden alarms list`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from outwarden.alert import State
from outwarden.config.alarms import AlarmSpec
from outwarden.event import timestamp
from outwarden.watch.evaluate import metrics
from outwarden.watch.states import AlarmState


def misses_heartbeat(alarm: AlarmSpec) -> bool:
    """Say whether an alarm is about the sidecar's own silence."""
    return any(stat.metric == "Heartbeat" for stat in metrics(alarm).values())


def silence(
    alarms: Sequence[AlarmSpec], services: Collection[str], env: str, last_sign: float | None, now: float
) -> list[AlarmState]:
    """Judge the alarms on the heartbeat at a moment at which no sidecar is at work.

    Args:
        alarms: all alarms; those on other metrics are passed over.
        services: services of which a program writes at this moment: it is they who need a sidecar.
        env: the environment.
        last_sign: when a sidecar last did something, or when the first of these programs began; None: never.
        now: Unix seconds.
    """
    judged = []
    for alarm in alarms:
        if not misses_heartbeat(alarm):
            continue
        since = last_sign if last_sign is not None else now
        patience_s = alarm.period_s * (alarm.datapoints_to_alarm or alarm.evaluation_periods)
        state: State = "ALARM" if now - since >= patience_s else "OK"
        reason = f"no sidecar has been at work since {timestamp(since)[:19]}Z: nothing is counted, shipped or told"
        judged += [
            AlarmState(name=alarm.name, service=service, env=env, state=state, since=since, reason=reason)
            for service in sorted(services)
        ]
    return judged
