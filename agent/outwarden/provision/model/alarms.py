"""Alarms over metrics, over alarms, and over what was not delivered."""

from __future__ import annotations

from typing import Any, Final

from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.alarm_text import reading
from outwarden.config.alarms import AlarmSpec, CompositeSpec
from outwarden.provision.model.logical import logical
from outwarden.provision.model.specs import DEAD_LETTERS_ALARM, whom
from outwarden.provision.model.topics import QUEUE, has_queue, told_by, topic_id, topic_names
from outwarden.provision.placeholders import literal
from outwarden.provision.policy import arn
from outwarden.provision.resource import Resource

DIMENSIONS: Final = [{"Name": "Environment", "Value": "${Environment}"}, {"Name": "Service", "Value": "${Service}"}]
"""An alarm must name exactly the dimensions that are published, all of them and no other."""

_DESCRIPTION_LIMIT: Final = 800  # CloudWatch takes 1024; the names of service and environment are yet to come
_WHOSE: Final = " Calls of ${Service} (${Environment}) to other people's APIs."


def alarms(config: Config) -> list[Resource]:
    """Give all alarms, composites after their children."""
    found = alarm_set(config)
    children = [one.name for one in found.alarms]
    return [
        *(_metric_alarm(spec, config) for spec in found.alarms),
        *(_composite(spec, config, children) for spec in found.composites),
    ]


def undelivered(config: Config) -> list[Resource]:
    """Give the alarm that watches the telling itself."""
    if not has_queue(config):
        return []
    topics = [f"${{{topic_id(name)}}}" for name in topic_names(config)]
    properties = {
        "AlarmName": DEAD_LETTERS_ALARM,
        "AlarmDescription": f"A subscriber did not take a notification; it lies in the queue {QUEUE}.",
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": QUEUE}],
        "Statistic": "Maximum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "AlarmActions": topics,
        "OKActions": [],
    }
    return [_resource("AWS::CloudWatch::Alarm", DEAD_LETTERS_ALARM, properties, after=("DeadLetters",))]


def _metric_alarm(spec: AlarmSpec, config: Config) -> Resource:
    properties: dict[str, Any] = {
        "AlarmName": literal(spec.name),
        "AlarmDescription": _description(_sentence(reading(spec)), spec.todo),
        **_what(spec, config.metrics.namespace),
        "EvaluationPeriods": spec.evaluation_periods,
        "DatapointsToAlarm": spec.datapoints_to_alarm or spec.evaluation_periods,
        "Threshold": float(spec.threshold),
        "ComparisonOperator": spec.comparison,
        "TreatMissingData": spec.treat_missing_data,
        **_actions(spec, config),
    }
    if spec.window == "wall_clock":
        properties["EvaluationWindow"] = {"WallClockWindow": {"Timezone": "UTC"}}
    note = ""
    if spec.name == "High4XXErrors":
        note = (
            "Our own metric: AWS/ApiGateway 4XXError counts calls into a gateway of this account and stays silent\n"
            "for a program that calls somebody else's API."
        )
    return _resource("AWS::CloudWatch::Alarm", spec.name, properties, note=note)


def _composite(spec: CompositeSpec, config: Config, children: list[str]) -> Resource:
    properties = {
        "AlarmName": literal(spec.name),
        "AlarmDescription": _description("One page for everything that its children see.", spec.todo),
        "AlarmRule": literal(spec.rule),
        **_actions(spec, config),
    }
    after = tuple(_id(name) for name in children if f'"{name}"' in spec.rule or f"({name})" in spec.rule)
    return _resource("AWS::CloudWatch::CompositeAlarm", spec.name, properties, after=after)


def _what(spec: AlarmSpec, namespace: str) -> dict[str, Any]:
    if spec.expression is None:
        assert spec.metric is not None
        return {
            "Namespace": namespace,
            "MetricName": spec.metric,
            "Dimensions": DIMENSIONS,
            "Period": spec.period_s,
            **_statistic(spec),
        }
    result = next(name for name in ("result", "result_of_all", "r_e_s_u_l_t") if name not in spec.metrics)
    parts = [
        {
            "Id": name,
            "MetricStat": {
                "Metric": {"Namespace": namespace, "MetricName": part.metric, "Dimensions": DIMENSIONS},
                "Period": spec.period_s,
                "Stat": part.statistic,
            },
            "ReturnData": False,
        }
        for name, part in spec.metrics.items()
    ]
    return {
        "Metrics": [
            {"Id": result, "Label": literal(spec.name), "Expression": literal(spec.expression), "ReturnData": True},
            *parts,
        ]
    }


def _statistic(spec: AlarmSpec) -> dict[str, Any]:
    if not spec.statistic.startswith("p"):
        return {"Statistic": spec.statistic}
    return {
        "ExtendedStatistic": spec.statistic,
        "EvaluateLowSampleCountPercentile": spec.evaluate_low_samples,
    }


def _actions(spec: AlarmSpec | CompositeSpec, config: Config) -> dict[str, Any]:
    topics = told_by(config, whom(spec))
    return {
        "ActionsEnabled": True,
        "AlarmActions": topics,
        "OKActions": topics if spec.tell_ok else [],
    }


def _description(what: str, todo: str | None) -> str:
    text = " ".join(f"{what}{_WHOSE} {literal(todo or '')}".split())
    return text if len(text) <= _DESCRIPTION_LIMIT else text[: _DESCRIPTION_LIMIT - 1] + "…"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _id(name: str) -> str:
    return logical(name, "Alarm")


def _resource(
    kind: str, name: str, properties: dict[str, Any], *, note: str = "", after: tuple[str, ...] = ()
) -> Resource:
    return Resource(
        logical=_id(name),
        type=kind,
        name=literal(name),
        properties=properties,
        arn=arn("cloudwatch", f"alarm:{literal(name)}"),
        note=note,
        after=after,
    )
