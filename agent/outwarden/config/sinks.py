"""`sinks`: where events go. Without any, nothing leaves this machine."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from outwarden.config.section import Section


class CloudWatchSink(Section, frozen=True, kw_only=True):
    """CloudWatch Logs."""

    log_group: Annotated[str, Meta(description="Log group.", pattern=r"^[A-Za-z0-9_/.#-]{1,512}$")] = (
        "SectorsFinancialAPI"
    )
    log_stream: Annotated[str, Meta(description="Log stream.", pattern=r"^[^:*]{1,512}$")] = "APIUsageLogs"
    region: Annotated[str | None, Meta(description="AWS region; default: the AWS SDK's own search.")] = None
    endpoint_url: Annotated[str | None, Meta(description="Another endpoint than AWS's own, for a local AWS.")] = None
    retention_days: Annotated[
        int, Meta(description="Retention of the log group in days; one of the values that CloudWatch knows.")
    ] = 14


class FileSink(Section, frozen=True, kw_only=True):
    """JSON lines in a file, for people without AWS."""

    path: Annotated[str, Meta(description="File to append to.")]
    rotate_bytes: Annotated[int, Meta(description="The file is renamed with a time stamp at this size.", ge=65536)] = (
        100 * 1024 * 1024
    )


class Sinks(Section, frozen=True, kw_only=True):
    """Where events go."""

    cloudwatch: Annotated[
        CloudWatchSink | None, Meta(description="CloudWatch Logs, and CloudWatch metrics as `metrics` says.")
    ] = None
    file: Annotated[FileSink | None, Meta(description="JSON lines in a file.")] = None
