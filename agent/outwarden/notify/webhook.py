"""WebhookChannel: alerts as JSON to an address."""

from __future__ import annotations

import http.client
import ssl
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from outwarden.alert import Alert
from outwarden.errors import ConfigError, Rejected, Retry
from outwarden.notify.text import headline
from outwarden.polite import unwatched

_KEPT: Final = frozenset({408, 425, 429})
"""Client errors that go away by themselves; all others mean that the same message will be refused again."""


class WebhookChannel:
    """Posts one JSON object per alert: the alert's fields, and `text` with all in one line.

    The address may be a secret, so no message of ours holds it. Redirects are not followed.
    """

    def __init__(self, url: str, *, timeout_s: float = 5.0) -> None:
        """Check the address; nothing is sent yet.

        Raises:
            ConfigError: it is no http or https address.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = SplitResult("", "", "", "", ""), None
        sendable = url.isascii() and url.isprintable() and " " not in url
        if parts.scheme not in {"http", "https"} or not parts.hostname or not sendable:
            raise ConfigError("notify: the webhook's url is no http or https address. Mend it, or what it refers to.")
        self._https = parts.scheme == "https"
        self._host, self._port = parts.hostname, port
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._timeout_s = timeout_s

    def deliver(self, alert: Alert) -> None:
        """Post it; see `Channel.deliver`."""
        body = msgspec.json.encode({"text": headline(alert), **msgspec.to_builtins(alert)})
        with unwatched():
            status = self._post(body)
        if 200 <= status < 300:
            return
        if status >= 500 or status in _KEPT:
            raise Retry(f"the webhook answered {status}")
        raise Rejected([(0, f"the webhook answered {status}")])

    def _post(self, body: bytes) -> int:
        connection = self._connect()
        try:
            headers = {"Content-Type": "application/json", "User-Agent": "outwarden"}
            connection.request("POST", self._target, body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise Retry(f"the webhook cannot be reached ({type(error).__name__})") from None
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        if not self._https:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        context: Any = ssl.create_default_context()
        return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=context)
