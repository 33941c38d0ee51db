"""Reading back from the local AWS what the road delivered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from outwarden.alert import State
from outwarden.cli.demo.stage import REGION, TOPIC
from outwarden.sinks import aws


class Cloud:
    """The receiving end: a log group, an alarm, and a queue that is subscribed to the topic."""

    def __init__(self, endpoint_url: str, *, log_group: str, log_stream: str, alarm: str) -> None:
        self._logs = aws.client("logs", REGION, endpoint_url)
        self._cloudwatch = aws.client("cloudwatch", REGION, endpoint_url)
        self._sns = aws.client("sns", REGION, endpoint_url)
        self._sqs = aws.client("sqs", REGION, endpoint_url)
        self.log_group, self.log_stream, self.alarm = log_group, log_stream, alarm
        self._queue = ""
        self._messages: list[str] = []

    def subscribe(self) -> None:
        """Put a queue behind the topic, as a team's inbox."""
        topic = self._sns.create_topic(Name=TOPIC)["TopicArn"]
        self._queue = self._sqs.create_queue(QueueName=f"{TOPIC}Inbox")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        self._sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def events(self) -> list[str]:
        """Give all messages of the log stream, in order."""
        messages: list[str] = []
        token: str | None = None
        while True:
            more: Any = {"nextToken": token} if token else {}
            page = self._logs.get_log_events(
                logGroupName=self.log_group, logStreamName=self.log_stream, startFromHead=True, limit=10_000, **more
            )
            messages += [event["message"] for event in page["events"]]
            if not page["events"] or page["nextForwardToken"] == token:
                return messages
            token = page["nextForwardToken"]

    def calls(self) -> int:
        """Count the call events in the log stream, each `event_id` once."""
        events: Iterator[dict[str, Any]] = (json.loads(message) for message in self.events())
        return len({event["event_id"] for event in events if event["kind"] == "call"})

    def alarm_state(self) -> State:
        """Give the alarm's state in the local AWS's own evaluation."""
        found = self._cloudwatch.describe_alarms(AlarmNames=[self.alarm])["MetricAlarms"]
        state: State = found[0]["StateValue"] if found else "INSUFFICIENT_DATA"
        return state

    def alarm_messages(self) -> list[str]:
        """Give the messages about this alarm going off that arrived in the inbox so far."""
        answer = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        for message in answer.get("Messages", []):
            self._messages.append(message["Body"])
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return [body for body in self._messages if self._is_about_the_alarm(body)]

    def stored(self) -> Iterator[tuple[str, bytes]]:
        """Give everything that was stored here: all log groups and streams, metrics, alarms, and the inbox."""
        for group in self._logs.describe_log_groups()["logGroups"]:
            name = group["logGroupName"]
            yield f"log group {name}", repr(self._logs.filter_log_events(logGroupName=name, limit=10_000)).encode()
        yield "metrics", repr(self._cloudwatch.list_metrics()).encode()
        yield "alarms", repr(self._cloudwatch.describe_alarms()).encode()
        yield "notifications", "\n".join(self._messages).encode()

    def _is_about_the_alarm(self, body: str) -> bool:
        notice = json.loads(json.loads(body)["Message"])
        return bool(notice["AlarmName"] == self.alarm and notice["NewStateValue"] == "ALARM")


def wait_until(ready: Callable[[], bool], *, timeout_s: float) -> bool:
    """Look again and again until something is so, or the time is over."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)  # AWS is asked, it does not call
    return True
