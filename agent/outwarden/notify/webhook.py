"""WebhookChannel: alerts as JSON to an address, signed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import ClassVar, Final

import msgspec

from outwarden.errors import ConfigError
from outwarden.notify.address import Address
from outwarden.notify.report import Message

_ENCODED: Final = "whsec_"
"""How secrets begin that are base64, as the Standard Webhooks libraries make them."""


class WebhookChannel:
    """Posts one JSON object per alert: the alert's fields, `text` with all in one line, and `links`.

    With a secret each message is signed as https://www.standardwebhooks.com says: HMAC-SHA256 over
    `<webhook-id>.<webhook-timestamp>.<body>`. The id stays the same when a message is tried again.
    """

    groups: ClassVar[bool] = False

    def __init__(
        self,
        url: str,
        *,
        secret: str | None = None,
        timeout_s: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Check the address; nothing is sent yet.

        Raises:
            ConfigError: address or secret cannot be used.
        """
        self._address = Address(url, "the webhook", timeout_s=timeout_s)
        self._secret = _bytes(secret) if secret is not None else None
        self._clock = clock

    def deliver(self, message: Message) -> None:
        """Post it; see `Channel.deliver`."""
        [report] = message.reports
        body = msgspec.json.encode(
            {"text": report.headline, **msgspec.to_builtins(report.alert), "links": dict(report.links)}
        )
        headers = {"webhook-id": message.id, "webhook-timestamp": str(int(self._clock()))}
        if self._secret is not None:
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            signature = base64.b64encode(hmac.new(self._secret, signed, hashlib.sha256).digest()).decode()
            headers["webhook-signature"] = f"v1,{signature}"
        self._address.post(body, headers)


def _bytes(secret: str) -> bytes:
    if not secret.startswith(_ENCODED):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_ENCODED), validate=True)
    except binascii.Error:
        raise ConfigError("notify: the webhook's secret begins with whsec_, but no base64 follows. Mend it.") from None
