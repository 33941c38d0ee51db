"""`notify`: who is told, and how patiently."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from outwarden.config.section import Section
from outwarden.config.units import Duration

_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

Timeout = Annotated[float, Meta(description="Seconds until a delivery counts as failed.", gt=0, le=60)]


class QuietHours(Section, frozen=True, kw_only=True):
    """Hours in which only what has severity `page` is told; the rest waits for their end."""

    start: Annotated[str, Meta(description="Time of day at which they begin, HH:MM.", pattern=_CLOCK)] = "22:00"
    end: Annotated[str, Meta(description="Time of day at which they end, HH:MM.", pattern=_CLOCK)] = "07:00"
    days: Annotated[
        tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...],
        Meta(description="Days on which they begin; default: every day."),
    ] = ()
    timezone: Annotated[str, Meta(description="IANA time zone of both.")] = "UTC"


class Manners(Section, frozen=True, kw_only=True):
    """How patiently a channel tells."""

    group: Annotated[
        Duration, Meta(description="What changes in one service within this time comes as one message.")
    ] = Duration(5)
    settle: Annotated[
        Duration,
        Meta(description="How long an alarm must be over before that is told; longer for one that comes and goes."),
    ] = Duration(60)
    remind: Annotated[
        Duration | None, Meta(description="Tell again after this long that it still goes on; default: never.")
    ] = None
    quiet: Annotated[
        QuietHours | None, Meta(description="Hours in which only pages are told; default: none. The rest waits.")
    ] = None


class SnsChannel(Manners, frozen=True, kw_only=True, tag_field="kind", tag="sns"):
    """An SNS topic. Either the CloudWatch alarm publishes to it or the sidecar does, never both."""

    topic: Annotated[str, Meta(description="Name of the topic.", pattern=r"^[A-Za-z0-9_-]{1,256}$")] = "NotifyTeam"
    publisher: Annotated[
        Literal["cloudwatch", "sidecar"],
        Meta(description="Who tells the topic: the alarm that `infra` makes in CloudWatch, or the sidecar."),
    ] = "cloudwatch"
    email: Annotated[
        tuple[str, ...], Meta(description="Addresses that `infra` subscribes, or references; each must confirm once.")
    ] = ()
    https: Annotated[
        tuple[str, ...],
        Meta(
            description="HTTPS addresses that `infra` subscribes, such as PagerDuty's for CloudWatch; as references, "
            "because they are secrets."
        ),
    ] = ()


class PagerDutyChannel(Manners, frozen=True, kw_only=True, tag_field="kind", tag="pagerduty"):
    """A PagerDuty service, by its Events API v2: an alarm opens an incident and, when it is over, resolves it."""

    routing_key: Annotated[str, Meta(description="Reference to the integration key of the service.")]
    url: Annotated[
        str,
        Meta(description="Address, or a reference such as env:ALERT_WEBHOOK_URL: many webhook addresses are secrets."),
    ] = "https://events.pagerduty.com/v2/enqueue"
    timeout_s: Timeout = 5


class WebhookChannel(Manners, frozen=True, kw_only=True, tag_field="kind", tag="webhook"):
    """A webhook that gets one JSON object per change of state."""

    url: Annotated[
        str,
        Meta(description="Address, or a reference such as env:ALERT_WEBHOOK_URL: many webhook addresses are secrets."),
    ]
    secret: Annotated[
        str | None, Meta(description="Reference to the secret with which each message is signed; default: unsigned.")
    ] = None
    timeout_s: Timeout = 5


class SlackChannel(Manners, frozen=True, kw_only=True, tag_field="kind", tag="slack"):
    """A Slack channel, by an incoming webhook."""

    url: Annotated[
        str,
        Meta(description="Address, or a reference such as env:ALERT_WEBHOOK_URL: many webhook addresses are secrets."),
    ]
    timeout_s: Timeout = 5


class EmailChannel(Manners, frozen=True, kw_only=True, tag_field="kind", tag="email"):
    """Mail by SMTP, as plain text."""

    host: Annotated[str, Meta(description="Name of the mail server.", pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
    sender: Annotated[str, Meta(description="Address that the mail comes from.")]
    to: Annotated[tuple[str, ...], Meta(description="Addresses that get the mail.", min_length=1)]
    port: Annotated[
        Annotated[int, Meta(ge=1, le=65535)] | None,
        Meta(description="Port; default: 587 with starttls, 465 with ssl, 25 with none."),
    ] = None
    tls: Annotated[
        Literal["starttls", "ssl", "none"],
        Meta(description="How the connection is encrypted; none is for a server on this machine only."),
    ] = "starttls"
    username: Annotated[str | None, Meta(description="User name for the server, or a reference to it.")] = None
    password: Annotated[str | None, Meta(description="Reference to the password for the server.")] = None
    timeout_s: Timeout = 5


class DesktopChannel(Manners, frozen=True, kw_only=True, tag_field="kind", tag="desktop"):
    """A notification on this desk: notify-send on Linux, osascript on macOS."""


class TerminalChannel(Section, frozen=True, kw_only=True, tag_field="kind", tag="terminal"):
    """Standard error of `outwarden run` or of the sidecar, at once."""


Channel = (
    SnsChannel | PagerDutyChannel | WebhookChannel | SlackChannel | EmailChannel | DesktopChannel | TerminalChannel
)
