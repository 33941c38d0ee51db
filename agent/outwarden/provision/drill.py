"""Drill in AWS: a burst under a test dimension, against a test alarm, followed to the topic. Everything is removed again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any, Final, NamedTuple

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from outwarden.config import Config
from outwarden.config.default_alarms import HIGH_4XX
from outwarden.errors import CloudError, ConfigError
from outwarden.event import ids
from outwarden.provision.cloud import Account, Cloud
from outwarden.provision.model import owner
from outwarden.provision.model.topics import drill_alarm, topic_names
from outwarden.provision.resource import OWNER_TAG
from outwarden.sinks import aws
from outwarden.sinks.increments import COUNTS, Added, Slot

BURST: Final = 11
"""One more than High4XXErrors stands."""
_POLL_S: Final = 0.5


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One link of the chain, and how it held."""

    name: str
    held: bool
    seconds: float
    """How long it took."""
    text: str
    """What was seen; where it broke, what to do."""


class _Broken(Exception):
    """A link is broken; the text says what to do."""


def drill(config: Config, *, timeout_s: float) -> Iterator[Link]:
    """Go through the chain, link by link; what comes behind a broken one is not tried.

    Args:
        config: the settings.
        timeout_s: how long the alarm, and then its message, may take.

    Raises:
        ConfigError: there is no topic that an alarm could tell, or `service` or `sinks.cloudwatch` is not set.
        CloudError: AWS cannot be reached at all.
    """
    owner(config)
    topics = topic_names(config)
    if not topics:
        raise ConfigError(
            "alarms drill: no channel under notify has kind sns, so no alarm in AWS tells anybody. Add one."
        )
    cloud = Cloud(config)
    try:
        account = cloud.account()
    except (BotoCoreError, ClientError) as error:
        raise CloudError(f"alarms drill: {aws.explain(error)}") from None
    with ExitStack() as cleaning:
        chain = _Chain(config, cloud, account, topics[0], cleaning, timeout_s)
        for name, step in chain.steps():
            began = time.monotonic()
            try:
                text = step()
            except _Broken as broken:
                text, held = str(broken), False
            except (BotoCoreError, ClientError) as error:
                text, held = f"{aws.explain(error)}.", False
            else:
                held = True
            yield Link(name=name, held=held, seconds=round(time.monotonic() - began, 3), text=text)
            if not held:
                return


class _Chain(NamedTuple):
    """What the steps share."""

    config: Config
    cloud: Cloud
    account: Account
    topic: str
    cleaning: ExitStack
    timeout_s: float

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """Give each link with what tries it."""
        queue: list[str] = []
        yield "topic", self._look_at_topic
        yield "listener", lambda: self._listen(queue)
        yield "alarm", self._make_alarm
        yield "metrics", self._publish
        yield "evaluation", self._wait_for_alarm
        yield "message", lambda: self._wait_for_message(queue[0])

    @property
    def _arn(self) -> str:
        return f"arn:{self.account.partition}:sns:{self.account.region}:{self.account.id}:{self.topic}"

    @property
    def _name(self) -> str:
        return drill_alarm(self.config)

    @property
    def _dimensions(self) -> list[dict[str, str]]:
        return [
            {"Name": "Environment", "Value": self.config.env},
            {"Name": "Service", "Value": f"{self.config.service}-drill"},
        ]

    def _look_at_topic(self) -> str:
        sns = self.cloud.client("sns")
        try:
            attributes = sns.get_topic_attributes(TopicArn=self._arn)["Attributes"]
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NotFound", "NotFoundException"}:
                raise _Broken(f"there is no topic {self.topic}. Run `outwarden infra apply`.") from None
            raise
        confirmed, pending = (int(attributes.get(f"Subscriptions{kind}", 0)) for kind in ("Confirmed", "Pending"))
        waiting = f", {pending} not confirmed yet" if pending else ""
        if not confirmed:
            return f"{self.topic} has no confirmed subscriber{waiting}: nobody but this drill will hear of it"
        return f"{self.topic} has {confirmed} confirmed subscriber{'s' * (confirmed != 1)}{waiting}"

    def _listen(self, queues: list[str]) -> str:
        """Put a queue of our own behind the topic, which sees what its subscribers see."""
        sqs, sns = self.cloud.client("sqs"), self.cloud.client("sns")
        url = sqs.create_queue(QueueName=f"outwarden-drill-{ids.new()}")["QueueUrl"]
        self.cleaning.callback(_quietly, lambda: sqs.delete_queue(QueueUrl=url))
        queues.append(url)
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": self._arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        subscribed = sns.subscribe(TopicArn=self._arn, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
        self.cleaning.callback(_quietly, lambda: sns.unsubscribe(SubscriptionArn=subscribed["SubscriptionArn"]))
        return "a queue of this drill listens to the topic"

    def _make_alarm(self) -> str:
        cloudwatch = self.cloud.client("cloudwatch")
        there = cloudwatch.describe_alarms(AlarmNames=[self._name])["MetricAlarms"]
        if there:
            cloudwatch.delete_alarms(AlarmNames=[self._name])  # a drill that was killed left it behind
        cloudwatch.put_metric_alarm(
            AlarmName=self._name,
            AlarmDescription="A fire drill of outwarden: nothing is wrong, and nothing is to be done.",
            Namespace=self.config.metrics.namespace,
            MetricName=HIGH_4XX.metric,
            Dimensions=self._dimensions,
            Statistic=HIGH_4XX.statistic,
            Period=60,
            EvaluationPeriods=1,
            Threshold=float(HIGH_4XX.threshold),
            ComparisonOperator=HIGH_4XX.comparison,
            TreatMissingData="notBreaching",
            AlarmActions=[self._arn],
            Tags=[{"Key": OWNER_TAG, "Value": owner(self.config)}],
        )
        self.cleaning.callback(_quietly, lambda: cloudwatch.delete_alarms(AlarmNames=[self._name]))
        return f"{self._name}: more than {HIGH_4XX.threshold:g} {HIGH_4XX.metric} in a minute"

    def _publish(self) -> str:
        from outwarden.sinks.emf import EmbeddedMetrics  # noqa: PLC0415 - the one that is asked for
        from outwarden.sinks.put import PutMetricData  # noqa: PLC0415 - the same

        sink = self.config.sinks.cloudwatch
        assert sink is not None, "the cloud has been asked"
        made = PutMetricData if self.config.metrics.via == "put" else EmbeddedMetrics
        counts = {str(name): BURST if name in {"Calls", HIGH_4XX.metric} else 0 for name in COUNTS}
        slot = Slot(f"{self.config.service}-drill", self.config.env, int(time.time() // 60 * 60))
        made(self.config.metrics, sink).send({slot: Added(counts, {})})
        way = "PutMetricData" if self.config.metrics.via == "put" else "the embedded metric format"
        return f"{BURST} 4XX under Service={self.config.service}-drill by {way}"

    def _wait_for_alarm(self) -> str:
        cloudwatch = self.cloud.client("cloudwatch")

        def fired() -> str | None:
            [one] = cloudwatch.describe_alarms(AlarmNames=[self._name])["MetricAlarms"]
            return str(one.get("StateReason", "")) if one["StateValue"] == "ALARM" else None

        reason = self._wait(fired)
        if reason is None:
            hint = (
                "CloudWatch has made no metric of the log lines, or not yet: look at the metric in the console"
                if self.config.metrics.via == "emf"
                else "CloudWatch has not evaluated it"
            )
            raise _Broken(f"not in ALARM after {self.timeout_s:g} s. {hint}; --timeout waits longer.")
        return f"in ALARM: {reason}"

    def _wait_for_message(self, queue: str) -> str:
        sqs = self.cloud.client("sqs")

        def arrived() -> str | None:
            for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", []):
                outer = json.loads(message["Body"])
                with suppress(ValueError, TypeError):
                    if json.loads(outer["Message"]).get("AlarmName") == self._name:
                        return str(outer.get("Subject"))
            return None

        subject = self._wait(arrived)
        if subject is None:
            raise _Broken(
                f"the alarm went off, but its message is not at {self.topic} after {self.timeout_s:g} s. Look at the "
                "topic's policy and key: CloudWatch must be allowed to publish (`outwarden infra drift`)."
            )
        return f"arrived: {subject}"

    def _wait(self, look: Callable[[], str | None]) -> str | None:
        deadline = time.monotonic() + self.timeout_s
        while True:
            found = look()
            if found is not None or time.monotonic() >= deadline:
                return found
            time.sleep(_POLL_S)  # AWS is asked, it does not call


def _quietly(remove: Callable[[], Any]) -> None:
    """Remove as much as can be removed."""
    with suppress(BotoCoreError, ClientError):
        remove()
