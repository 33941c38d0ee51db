"""The stand-in for CloudWatch Logs refuses what AWS refuses."""

import socket
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)

from outwarden.testing.cloudwatch import CloudWatchLogs, Stored

HOUR_MS = 3_600_000
G = {"logGroupName": "group"}
S = {**G, "logStreamName": "stream"}


@pytest.fixture
def cloud():
    with CloudWatchLogs() as cloud:
        yield cloud


@pytest.fixture
def logs(cloud):
    """A client of the SDK, with a group and a stream."""
    client = boto3.client(
        "logs",
        endpoint_url=cloud.url,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=1),
    )
    client.create_log_group(**G)
    client.create_log_stream(**S)
    yield client
    client.close()


def items(*messages, ago_ms=0):
    now = int(time.time() * 1000) - ago_ms
    return [{"timestamp": now, "message": message} for message in messages]


def refused_put(logs, events):
    with pytest.raises(ClientError) as caught:
        logs.put_log_events(**S, logEvents=events)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterException"
    return caught.value.response["Error"]["Message"]


def test_events_come_back(cloud, logs):
    """Put, and read page by page."""
    logs.put_log_events(**S, logEvents=items("a", "b", "c"))

    first = logs.get_log_events(**S, startFromHead=True, limit=2)
    second = logs.get_log_events(**S, startFromHead=True, nextToken=first["nextForwardToken"])

    assert [event["message"] for event in first["events"] + second["events"]] == ["a", "b", "c"]
    assert cloud.messages() == ["a", "b", "c"]
    assert cloud.events("group", "other") == []


def test_an_event_of_one_megabyte_fits_and_a_byte_more_does_not(logs):
    """The 26 bytes of overhead count."""
    logs.put_log_events(**S, logEvents=items("x" * (1_048_576 - 26)))

    assert "too large" in refused_put(logs, items("x" * (1_048_576 - 25)))


def test_a_batch_is_counted_with_26_bytes_an_event(logs):
    """UTF-8 bytes, not characters."""
    half = "é" * ((1_048_576 // 2 - 26) // 2)
    logs.put_log_events(**S, logEvents=items(half, half))

    assert "Upload too large" in refused_put(logs, items(half, half, "x"))


def test_ten_thousand_events_and_no_more(logs):
    """The SDK itself refuses none."""
    logs.put_log_events(**S, logEvents=items(*["x"] * 10_000))

    refused_put(logs, items(*["x"] * 10_001))


def test_a_batch_is_in_order_and_within_a_day(logs):
    """Events that are refused for their age do not count for the span."""
    assert "chronological" in refused_put(logs, items("b") + items("a", ago_ms=1000))
    assert "24 hours" in refused_put(logs, items("a", ago_ms=25 * HOUR_MS) + items("b"))

    logs.put_log_events(**S, logEvents=items("old", ago_ms=15 * 24 * HOUR_MS) + items("b"))


def test_an_empty_message_is_refused(logs):
    """The SDK refuses it already."""
    with pytest.raises(ParamValidationError, match="length"):
        logs.put_log_events(**S, logEvents=items(""))


def test_too_old_expired_and_too_new_events_are_told_by_index(cloud, logs):
    """Both ends exclusive, the start inclusive; the others are stored."""
    logs.put_retention_policy(**G, retentionInDays=3)
    events = [
        *items("too old", ago_ms=15 * 24 * HOUR_MS),
        *items("expired", ago_ms=4 * 24 * HOUR_MS),
        *items("good"),
        *items("too new", ago_ms=-3 * HOUR_MS),
    ]
    # A batch cannot span more than a day, of valid events: these are not.
    answer = logs.put_log_events(**S, logEvents=[events[0], events[2], events[3]])
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}

    answer = logs.put_log_events(**S, logEvents=events[1:2])
    assert answer["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
    assert cloud.messages() == ["good"]


def test_group_and_stream_must_be_there(cloud, logs):
    """And they are not made twice."""
    with pytest.raises(ClientError, match="ResourceAlreadyExists"):
        logs.create_log_stream(**S)
    cloud.forget()
    with pytest.raises(ClientError, match="ResourceNotFound"):
        logs.put_log_events(**S, logEvents=items("a"))


def test_a_retention_that_aws_does_not_offer_is_refused(cloud, logs):
    """Two weeks yes, 15 days no."""
    logs.put_retention_policy(**G, retentionInDays=14)
    with pytest.raises(ClientError, match="InvalidParameter"):
        logs.put_retention_policy(**G, retentionInDays=15)

    assert cloud.retention_days("group") == 14


def test_unsigned_requests_are_refused(cloud):
    """Somebody forgot the credentials."""
    from botocore import UNSIGNED

    client = boto3.client(
        "logs", endpoint_url=cloud.url, region_name="eu-west-1", config=Config(signature_version=UNSIGNED)
    )
    with pytest.raises(ClientError, match="MissingAuthenticationToken"):
        client.create_log_group(**G)
    client.close()


def test_connections_are_refused_until_it_is_mended(cloud, logs):
    """The port stays the same, also open connections break."""
    cloud.refuse_connections()
    with pytest.raises(EndpointConnectionError):
        logs.put_log_events(**S, logEvents=items("a"))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", cloud.port))

    cloud.mend()
    logs.put_log_events(**S, logEvents=items("b"))

    assert cloud.messages() == ["b"]


def test_errors_can_be_switched_on(cloud, logs):
    """For one operation and for so many times."""
    cloud.fail("ThrottlingException", operation="PutLogEvents", times=1)
    logs.describe_log_groups()
    with pytest.raises(ClientError, match="Throttling"):
        logs.put_log_events(**S, logEvents=items("a"))

    logs.put_log_events(**S, logEvents=items("a"))


def test_an_answer_may_be_lost_after_the_work_was_done(cloud, logs):
    """What a timeout leaves open: it was stored all the same."""
    cloud.hang(after_storing=True, times=1)
    with pytest.raises((ReadTimeoutError, ConnectionClosedError)):
        logs.put_log_events(**S, logEvents=items("a"))

    (event,) = cloud.events()
    assert event == Stored(event.timestamp, "a")
