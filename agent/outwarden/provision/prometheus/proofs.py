"""AlarmSet -> tests of its rules for `promtool test rules`: each alarm over a count stays quiet at its threshold."""

from __future__ import annotations

import math
from typing import Any, Final

from outwarden.config import exposed
from outwarden.config.alarms import AlarmSet, AlarmSpec
from outwarden.config.catalogue import BY_NAME
from outwarden.provision.prometheus.rules import INTERVAL_S
from outwarden.provision.prometheus.series import SELECTORS

_WHO: Final = 'service="portfolio",env="prod"'
_QUIET: Final = 40
"""Samples before anything happens: 10 minutes."""


def proofs(alarms: AlarmSet, rule_file: str) -> dict[str, Any]:
    """Give the test file as a mapping."""
    cases = [_case(alarm) for alarm in alarms.alarms if _is_plain(alarm)]
    return {
        "rule_files": [rule_file],
        "evaluation_interval": f"{INTERVAL_S}s",
        "tests": [*cases, *([_silent()] if any(one.name == "SidecarSilent" for one in alarms.alarms) else [])],
    }


def _is_plain(alarm: AlarmSpec) -> bool:
    return (
        alarm.metric is not None
        and alarm.metric not in {"Heartbeat", "LatencyMs"}
        and alarm.statistic == "Sum"
        and alarm.comparison == "GreaterThanThreshold"
        and alarm.evaluation_periods == 1
    )


def _case(alarm: AlarmSpec) -> dict[str, Any]:
    """Exactly the threshold, all at once and at an unaligned moment: quiet. One more: told. A period later: over."""
    assert alarm.metric is not None
    assert BY_NAME[alarm.metric].kind == "count"
    allowed, period = max(0, math.floor(alarm.threshold)), alarm.period_s // INTERVAL_S
    moved = f"0+0x{_QUIET} {allowed}+0x3 {allowed + 1}+0x{2 * period + _QUIET}"
    at = _QUIET + 1
    return {
        "name": f"{alarm.name}: quiet at {allowed}, told at {allowed + 1}",
        "interval": f"{INTERVAL_S}s",
        "input_series": _series(SELECTORS[alarm.metric], moved, 2 * period + 2 * _QUIET),
        "promql_expr_test": [
            _expected(alarm.name, at + 2, 0),
            _expected(alarm.name, at + 4, 1),
            _expected(alarm.name, at + 5 + period, 0),
        ],
    }


def _expected(name: str, sample: int, state: int) -> dict[str, Any]:
    labels = f'outwarden:alarm{{alarm="{name}", env="prod", service="portfolio"}}'
    return {
        "expr": f'outwarden:alarm{{alarm="{name}"}}',
        "eval_time": f"{sample * INTERVAL_S}s",
        "exp_samples": [{"labels": labels, "value": state}],
    }


def _series(selector: str, values: str, samples: int) -> list[dict[str, str]]:
    """Give all series that a sidecar shows, at rest but for one."""
    name, _, class_ = selector.rstrip("}").partition("{")
    at_rest = {
        **{f'{exposed.CALLS.name}{{{_WHO},api="sectors",class="{one}"}}': "0" for one in exposed.CLASSES},
        **{f'{one.name}{{{_WHO},api="sectors"}}': "0" for one in (exposed.THROTTLED, exposed.NETWORK, exposed.KEYS)},
        f'{exposed.LOST.name}{{{_WHO},reason="disk_full"}}': "0",
        f'{exposed.CREATED.name}{{{_WHO},api="sectors"}}': "0",
        f"{exposed.UP.name}{{{_WHO}}}": "1",
    }
    moving = next(one for one in at_rest if one.startswith(f"{name}{{") and class_ in one)
    return [
        {"series": one, "values": values if one == moving else f"{value}+0x{samples}"} for one, value in at_rest.items()
    ]


def _silent() -> dict[str, Any]:
    """A sidecar that has gone is told of twice: by its name, and as nobody being there."""
    return {
        "name": "SidecarSilent: a sidecar that has gone",
        "interval": f"{INTERVAL_S}s",
        "input_series": [{"series": f"{exposed.UP.name}{{{_WHO}}}", "values": f"1+0x{_QUIET} stale"}],
        "promql_expr_test": [
            {
                "expr": 'count(ALERTS{alertname="SidecarSilent", alertstate="firing"}) or vector(0)',
                "eval_time": f"{sample * INTERVAL_S}s",
                "exp_samples": [{"labels": "{}", "value": told}],
            }
            for sample, told in ((_QUIET, 0), (_QUIET + 16, 0), (_QUIET + 24, 2))
        ],
    }
