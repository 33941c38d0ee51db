"""SnsChannel: alerts published to a topic by the sidecar, in the shape of a CloudWatch alarm.

Subscribers that parse such messages (PagerDuty among them) look at `AlarmName`, `NewStateValue` and the subject.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec

from outwarden.alert import Alert
from outwarden.errors import CloudError, Rejected, Retry
from outwarden.notify.report import Message, Report, lines

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

LONGEST_SUBJECT: Final = 100
_HOPELESS: Final = frozenset({"InvalidParameter", "InvalidParameterValue", "ValidationError"})


class Topic:
    """A topic of the account whose credentials the sidecar has; looked up when it is first needed."""

    def __init__(self, name: str, connect: Callable[[], tuple[SNSClient, Any]]) -> None:
        """Keep the name.

        Args:
            name: name of the topic.
            connect: gives clients of SNS and STS.
        """
        self._name = name
        self._connect = connect
        self._found: tuple[SNSClient, str, str] | None = None

    def find(self) -> tuple[SNSClient, str, str]:
        """Give client, region and ARN. Asking who we are needs no permission; looking for the topic would."""
        if self._found is None:
            sns, sts = self._connect()
            region = sns.meta.region_name
            _, partition, _, _, account, _ = sts.get_caller_identity()["Arn"].split(":", 5)
            self._found = sns, region, f"arn:{partition}:sns:{region}:{account}:{self._name}"
        return self._found


class SnsChannel:
    """Publishes one message per change. Whoever is subscribed sees what CloudWatch itself would have sent."""

    groups: ClassVar[bool] = False

    def __init__(self, topic: Topic, *, namespace: str) -> None:
        """Keep where to publish; nothing is sent yet.

        Args:
            topic: the topic.
            namespace: CloudWatch namespace of the metrics, told in the message.
        """
        self._topic = topic
        self._namespace = namespace

    def deliver(self, message: Message) -> None:
        """Publish it; see `Channel.deliver`."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - it takes its time

        [report] = message.reports
        try:
            sns, region, arn = self._topic.find()
            sns.publish(
                TopicArn=arn,
                Subject=subject(report.alert, region),
                Message=body(report, arn, self._namespace),
            )
        except CloudError as error:
            raise Retry(str(error)) from None
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            if code in _HOPELESS:
                raise Rejected([(0, f"SNS answered {code}")]) from None
            raise Retry(f"SNS answered {code}") from None
        except BotoCoreError as error:
            raise Retry(f"SNS cannot be reached ({type(error).__name__})") from None


def subject(alert: Alert, region: str) -> str:
    """Give the subject as CloudWatch writes it: ASCII, one line, up to 100 characters; a long name is cut."""
    name = alert.name.encode("ascii", "replace").decode()
    room = LONGEST_SUBJECT - len(f'{alert.state}: "" in {region}')
    return f'{alert.state}: "{name[:room]}" in {region}'


def body(report: Report, topic_arn: str, namespace: str) -> str:
    """Give the message as CloudWatch writes it; all that we know more stands in `AlarmDescription`."""
    alert = report.alert
    _, partition, _, region, account, _ = topic_arn.split(":", 5)
    written = {
        "AlarmName": alert.name,
        "AlarmDescription": "\n".join(lines(report)),
        "AWSAccountId": account,
        "NewStateValue": alert.state,
        "NewStateReason": report.headline,
        "StateChangeTime": f"{(alert.since or alert.ts)[:23]}+0000",
        "Region": region,
        "AlarmArn": f"arn:{partition}:cloudwatch:{region}:{account}:alarm:{alert.name}",
        "OldStateValue": alert.previous,
        "Trigger": {
            "MetricName": alert.metric,
            "Namespace": namespace,
            "Period": alert.period_s,
            "Threshold": alert.threshold,
            "Dimensions": [
                {"name": "Service", "value": alert.service},
                {"name": "Environment", "value": alert.env},
            ],
        },
    }
    return msgspec.json.encode(written).decode()
