"""CloudWatchSink: events to CloudWatch Logs.

watchtower makes group, stream and retention and would be a handler of `logging`; its queue and its retries are
replaced, because they give a batch up after a second and tell nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from watchtower import CloudWatchLogHandler

from outwarden.config import sinks as settings
from outwarden.errors import Rejected, Retry, Unauthorized
from outwarden.journal.tail import Record
from outwarden.sinks import aws
from outwarden.sinks.cloudwatch_batch import MAX_BATCH_BYTES, Entry, entry, refused, split
from outwarden.sinks.sink import Gate

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

logger = logging.getLogger(__name__)


class Handler(CloudWatchLogHandler):
    """watchtower without queue, threads, and retries: one call is one attempt, and its outcome is told."""

    def __init__(self, client: CloudWatchLogsClient, group: str, stream: str) -> None:
        super().__init__(
            log_group_name=group,
            log_stream_name=stream,
            use_queues=False,
            boto3_client=client,
            create_log_group=False,  # it would raise where that is forbidden; `prepare` does not
            max_message_size=MAX_BATCH_BYTES,
        )
        self._logs = client

    def _submit_batch(self, batch: Any, log_stream_name: str, max_retries: int = 1) -> dict[str, int]:
        """Send one batch, in order of time, once.

        Returns:
            `rejectedLogEventsInfo`, empty when all were stored.
        """
        del max_retries  # watchtower's own loop: five times without a pause
        answer = self._logs.put_log_events(
            logGroupName=self.log_group_name, logStreamName=log_stream_name, logEvents=batch
        )
        info: Mapping[str, Any] = answer.get("rejectedLogEventsInfo", {})
        return dict(info)

    def submit(self, batch: Sequence[Entry]) -> dict[str, int]:
        """Send one batch that keeps to the limits."""
        events = [{"timestamp": item.timestamp_ms, "message": item.message} for item in batch]
        return self._submit_batch(events, self.log_stream_name)

    def prepare(self, retention_days: int) -> list[str]:
        """Make sure of group, stream and retention.

        Returns:
            What was denied, in words: others may have done it for us.
        """
        group, stream = self.log_group_name, self.log_stream_name
        once: Any = self._idempotent_call  # which takes "exists already" for success
        steps: tuple[Callable[[], Any], ...] = (
            self._ensure_log_group,
            lambda: once("create_log_stream", logGroupName=group, logStreamName=stream),
            lambda: once("put_retention_policy", logGroupName=group, retentionInDays=retention_days),
        )
        denied = []
        for step in steps:
            try:
                step()
            except ClientError as error:
                code = str(error.response.get("Error", {}).get("Code", ""))
                if not code.startswith(("AccessDenied", "InvalidParameter", "ResourceNotFound")):
                    raise
                denied.append(aws.explain(error))
        return denied


class CloudWatchSink:
    """Ships to one log stream.

    What was stored of a batch that is not done yet is remembered by `event_id`, so that giving the batch again stores
    the rest only.
    """

    name: Final = "cloudwatch"

    def __init__(
        self,
        config: settings.CloudWatchSink,
        *,
        gate: Gate | None = None,
        session: boto3.session.Session | None = None,
    ) -> None:
        """Keep the settings; the client is made for the first batch."""
        self._client = aws.LateClient(lambda: aws.client("logs", config.region, config.endpoint_url, session=session))
        self._group, self._stream = config.log_group, config.log_stream
        self._handler: Handler | None = None
        self._retention_days = config.retention_days
        self._gate = gate
        self._prepared = False
        self._settled: dict[str, str | None] = {}
        """event_id -> why it was rejected, or None when it was stored."""

    def ship(self, batch: Sequence[Record]) -> None:
        """Store a batch; see `Sink.ship`."""
        self._connect()
        entries = []
        for record in batch:
            event_id = record.event.event_id
            if event_id in self._settled:
                continue
            try:
                entries.append(entry(record, self._gate))
            except ValueError as error:
                self._settled[event_id] = str(error)
        try:
            for part in split(entries):
                self._store(part)
        except (ClientError, BotoCoreError) as error:
            raise aws.classify(error) from None
        settled, self._settled = self._settled, {}
        reasons = ((index, settled[record.event.event_id]) for index, record in enumerate(batch))
        rejected = [(index, reason) for index, reason in reasons if reason is not None]
        if rejected:
            raise Rejected(rejected)

    def close(self) -> None:
        """End the connections."""
        if self._handler is not None:
            self._handler.close()  # type: ignore[no-untyped-call]  # watchtower gives no hints here
        if self._client.made is not None:
            self._client.made.close()

    def _connect(self) -> Handler:
        if self._handler is None:
            self._handler = Handler(self._client.get(), self._group, self._stream)
        return self._handler

    def _store(self, batch: Sequence[Entry]) -> None:
        """Store one call's worth; where CloudWatch calls it invalid, halve it until the bad event is alone."""
        try:
            info = self._put(batch)
        except (ClientError, BotoCoreError) as error:
            verdict = aws.classify(error)
            if not isinstance(verdict, Rejected):
                raise verdict from None
            if len(batch) == 1:
                self._settled[batch[0].event_id] = verdict.items[0][1]
                return
            middle = len(batch) // 2
            self._store(batch[:middle])
            self._store(batch[middle:])
            return
        self._settled.update((item.event_id, None) for item in batch)
        self._settled.update((item.event_id, reason) for item, reason in refused(info, batch))

    def _put(self, batch: Sequence[Entry]) -> dict[str, int]:
        handler, not_found = self._connect(), self._client.get().exceptions.ResourceNotFoundException
        if not self._prepared:
            self._prepare()
        try:
            return handler.submit(batch)
        except not_found:
            denied = self._prepare()  # never made, or deleted behind our back
        try:
            return handler.submit(batch)
        except not_found as error:
            if denied:
                raise Unauthorized(
                    f"The log group {self._group} or its stream {self._stream} "
                    "does not exist and may not be made. Create both, or allow logs:CreateLogGroup and "
                    "logs:CreateLogStream."
                ) from None
            raise Retry(aws.explain(error)) from None

    def _prepare(self) -> list[str]:
        denied = self._connect().prepare(self._retention_days)
        for what in denied:
            logger.warning("The log group, its stream or its retention is left as it is.", extra={"why": what})
        self._prepared = True
        return denied
