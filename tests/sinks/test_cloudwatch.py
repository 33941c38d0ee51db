"""Shipping to CloudWatch Logs: nothing lost, nothing twice, and each refusal in its class."""

import inspect
import logging
import warnings

import boto3
import pytest
import watchtower
from moto import mock_aws

from outwarden.config.sinks import CloudWatchSink as Settings
from outwarden.errors import Rejected, Retry, Unauthorized
from outwarden.sinks import aws
from outwarden.sinks.cloudwatch import CloudWatchSink, Handler
from outwarden.testing.cloudwatch import CloudWatchLogs


@pytest.fixture
def cloud():
    with CloudWatchLogs() as cloud:
        yield cloud


@pytest.fixture
def sink(cloud):
    sink = CloudWatchSink(Settings(endpoint_url=cloud.url, region="ap-southeast-3"))
    yield sink
    sink.close()


def ship_in_vain(sink, batch, kind):
    with pytest.raises(kind) as caught:
        sink.ship(batch)
    return caught.value


def lines(batch):
    return [record.line.decode() for record in batch]


def test_events_arrive_in_group_and_stream_of_the_config(cloud, sink, record):
    """Made on the way, with the retention."""
    batch = [record(), record()]

    sink.ship(batch)

    assert [event.message for event in cloud.events("SectorsFinancialAPI", "APIUsageLogs")] == lines(batch)
    assert cloud.retention_days("SectorsFinancialAPI") == 14


def test_a_group_that_is_deleted_meanwhile_is_made_again(cloud, sink, record):
    """Somebody cleaned up."""
    sink.ship([record()])
    cloud.forget()
    batch = [record()]

    sink.ship(batch)

    assert cloud.messages() == lines(batch)


def test_what_others_have_made_may_be_forbidden_to_us(cloud, sink, record):
    """PutLogEvents alone is enough then."""
    sink.ship([record()])
    for operation in ("DescribeLogGroups", "CreateLogGroup", "CreateLogStream", "PutRetentionPolicy"):
        cloud.fail("AccessDeniedException", operation=operation)
    poor = CloudWatchSink(Settings(endpoint_url=cloud.url))

    poor.ship([record()])
    poor.close()

    assert len(cloud.messages()) == 2


def test_a_missing_group_that_may_not_be_made_is_a_matter_of_permissions(cloud, sink, record):
    """The message names what to allow."""
    cloud.fail("AccessDeniedException", operation="CreateLogGroup")

    error = ship_in_vain(sink, [record()], Unauthorized)

    assert "logs:CreateLogGroup" in str(error)


def test_a_retention_that_aws_does_not_offer_holds_nothing_up(cloud, record):
    """It is logged, and events go on."""
    odd = CloudWatchSink(Settings(endpoint_url=cloud.url, retention_days=15))

    odd.ship([record()])
    odd.close()

    assert len(cloud.messages()) == 1


def test_a_lost_connection_is_a_matter_of_waiting(cloud, sink, record):
    """The same batch then arrives once."""
    batch = [record()]
    sink.ship([record()])
    cloud.refuse_connections()

    ship_in_vain(sink, batch, Retry)
    cloud.mend()
    sink.ship(batch)

    assert cloud.messages().count(batch[0].line.decode()) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ThrottlingException", Retry),
        ("ServiceUnavailableException", Retry),
        ("ExpiredTokenException", Unauthorized),
        ("UnrecognizedClientException", Unauthorized),
        ("AccessDeniedException", Unauthorized),
    ],
)
@pytest.mark.parametrize("operation", ["PutLogEvents", None])
def test_refusals_keep_the_batch(cloud, sink, record, *, code, kind, operation):
    """At the first call as well as at the last; afterwards it arrives, once."""
    batch = [record(), record()]
    cloud.fail(code, status=503 if code.startswith("Service") else 400, operation=operation)
    ship_in_vain(sink, batch, kind)
    ship_in_vain(sink, batch, kind)
    cloud.mend()

    sink.ship(batch)

    assert cloud.messages() == lines(batch)


def test_the_bad_event_is_found_and_the_others_are_stored(cloud, sink, record):
    """CloudWatch says invalid, and does not say which."""
    batch = [record() for _ in range(100)]
    cloud.refuse_messages(lambda message: message in (batch[17].line.decode(), batch[80].line.decode()))

    refusal = ship_in_vain(sink, batch, Rejected)

    assert [index for index, _ in refusal.items] == [17, 80]
    assert "not valid" in refusal.items[0][1]
    assert sorted(cloud.messages()) == sorted(lines(record for i, record in enumerate(batch) if i not in (17, 80)))


def test_an_outage_while_the_bad_event_is_looked_for_stores_nothing_twice(cloud, sink, record):
    """The first half is stored when it begins."""
    batch = [record() for _ in range(64)]
    cloud.refuse_messages(lambda message: message == batch[40].line.decode())
    cloud.fail("ServiceUnavailableException", status=503, operation="PutLogEvents", skip=3, times=1)
    ship_in_vain(sink, batch, Retry)
    assert cloud.messages() == lines(batch[:32])

    refusal = ship_in_vain(sink, batch, Rejected)

    assert [index for index, _ in refusal.items] == [40]
    assert sorted(cloud.messages()) == sorted(lines(batch[:40] + batch[41:]))


def test_events_of_the_wrong_time_are_rejected_one_by_one(cloud, sink, record):
    """By their place in the batch as it was given, which is in no order."""
    day_s = 86_400
    batch = [record(), record(ago_s=15 * day_s), record(ago_s=-3 * 3600), record(ago_s=60)]

    refusal = ship_in_vain(sink, batch, Rejected)

    assert [(index, reason.split(":")[0]) for index, reason in refusal.items] == [(1, "too old"), (2, "too new")]
    assert cloud.messages() == lines([batch[3], batch[0]])


def test_events_older_than_the_groups_retention_are_rejected(cloud, record):
    """Three days here."""
    sink = CloudWatchSink(Settings(endpoint_url=cloud.url, retention_days=3))

    refusal = ship_in_vain(sink, [record(ago_s=4 * 86_400)], Rejected)
    sink.close()

    assert "retention" in refusal.items[0][1]


def test_a_journal_of_days_goes_in_several_calls(cloud, sink, record):
    """CloudWatch takes 24 hours in one call."""
    batch = [record(ago_s=hours * 3600) for hours in (0, 30, 60, 1)]

    sink.ship(batch)

    assert cloud.put_sizes == [1, 1, 2]


def test_an_oversized_event_is_rejected_without_a_call(cloud, sink, record):
    """The others of its batch go."""
    batch = [record(), record(error="x" * 1_048_576)]

    refusal = ship_in_vain(sink, batch, Rejected)

    assert refusal.items[0][0] == 1
    assert "too large" in refusal.items[0][1]
    assert cloud.messages() == lines(batch[:1])


def test_a_batch_of_several_megabytes_goes_in_several_calls(cloud, sink, record):
    """Each within the limits, which the stand-in enforces."""
    batch = [record(error="x" * 300_000) for _ in range(8)]

    sink.ship(batch)

    assert cloud.put_sizes == [3, 3, 2]
    assert cloud.messages() == lines(batch)


def test_only_a_timeout_may_store_twice(cloud, sink, record, monkeypatch):
    """The answer was lost, the events were not: they carry their event_id."""
    monkeypatch.setattr(aws, "READ_TIMEOUT_S", 0.2)
    impatient = CloudWatchSink(Settings(endpoint_url=cloud.url))
    batch = [record()]
    sink.ship([record()])
    cloud.hang(operation="PutLogEvents", times=1, after_storing=True)
    ship_in_vain(impatient, batch, Retry)

    impatient.ship(batch)
    impatient.close()

    assert cloud.messages().count(batch[0].line.decode()) == 2


def test_the_gate_sees_every_line_that_leaves(cloud, record):
    """And what it returns is sent."""
    sink = CloudWatchSink(Settings(endpoint_url=cloud.url), gate=lambda line: line.replace(b"sectors", b"sect***"))

    sink.ship([record()])
    sink.close()

    assert "sect***" in cloud.messages()[0]
    assert "sectors" not in cloud.messages()[0]


def test_moto_takes_it_as_well(record):
    """A second opinion on group, stream, retention and event."""
    with mock_aws():
        sink = CloudWatchSink(Settings(region="ap-southeast-3"))
        batch = [record()]
        sink.ship(batch)
        sink.close()
        logs = boto3.client("logs", region_name="ap-southeast-3")
        stored = logs.get_log_events(logGroupName="SectorsFinancialAPI", logStreamName="APIUsageLogs")["events"]
        (group,) = logs.describe_log_groups()["logGroups"]

    assert [event["message"] for event in stored] == lines(batch)
    assert group["retentionInDays"] == 14


def test_our_hold_on_watchtower_is_what_we_think_it_is(cloud):
    """A contract with private names of watchtower: an upgrade that moves them is noticed here."""
    handler = watchtower.CloudWatchLogHandler
    assert list(inspect.signature(handler._submit_batch).parameters) == [
        "self",
        "batch",
        "log_stream_name",
        "max_retries",
    ]
    assert list(inspect.signature(handler._ensure_log_group).parameters) == ["self"]
    assert list(inspect.signature(handler._idempotent_call).parameters) == ["self", "method", "args", "kwargs"]
    assert handler.EXTRA_MSG_PAYLOAD_SIZE == 26


def test_our_handler_logs_through_our_hook(cloud):
    """The `emit` of watchtower ends in our one attempt, without queue or thread."""
    client = aws.client("logs", "ap-southeast-3", cloud.url)
    handler = Handler(client, "group", "stream")
    handler.prepare(14)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        handler.handle(logging.makeLogRecord({"name": "x", "msg": {"a": 1}}))
    handler.close()
    client.close()

    assert cloud.messages() == ['{"a": 1}']
    assert handler.threads == []
