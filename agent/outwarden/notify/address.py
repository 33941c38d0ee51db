"""Address: one HTTP endpoint of a channel. It may be a secret, so no message of ours holds it."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from outwarden.config.notify_checks import http_problem
from outwarden.errors import ConfigError, Rejected, Retry
from outwarden.polite import unwatched

_KEPT: Final = frozenset({408, 425, 429})
"""Client errors that go away by themselves; all others mean that the same message will be refused again."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    after_s: float | None
    """How long we were asked to wait."""


class Address:
    """Posts JSON. Redirects are not followed, and the answer's text goes nowhere: it may repeat what we sent."""

    def __init__(self, url: str, what: str, *, timeout_s: float = 5.0, encrypted: bool = False) -> None:
        """Check the address; nothing is sent yet.

        Args:
            url: http or https address.
            what: what it is, for messages, such as `the webhook`.
            timeout_s: seconds for connecting and for each read.
            encrypted: refuse http, unless the address is this machine.

        Raises:
            ConfigError: it cannot be used.
        """
        problem = http_problem(url, encrypted=encrypted)
        if problem is not None:
            raise ConfigError(f"notify: the url of {what} {problem}. Mend it, or what it refers to.")
        parts = urlsplit(url)
        self._https = parts.scheme == "https"
        self._what = what
        self._host, self._port = parts.hostname or "", parts.port
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._timeout_s = timeout_s

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Post it, and come back when it was taken.

        Raises:
            Retry: it was not, and may be later.
            Rejected: it would be refused again.
        """
        with unwatched():
            answer = self._post(body, headers or {})
        if 200 <= answer.status < 300:
            return
        if answer.status >= 500 or answer.status in _KEPT:
            raise Retry(f"{self._what} answered {answer.status}", after_s=answer.after_s)
        raise Rejected([(0, f"{self._what} answered {answer.status}")])

    def _post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection = self._connect()
        try:
            always = {"Content-Type": "application/json", "User-Agent": "outwarden"}
            connection.request("POST", self._target, body, {**always, **headers})
            answer = connection.getresponse()
            # Its body is not waited for: one that drips would hold us up, and one that breaks off has us tell everything again.
            return Answer(answer.status, _seconds(answer.getheader("Retry-After")))
        except (OSError, http.client.HTTPException) as error:
            raise Retry(f"{self._what} cannot be reached ({type(error).__name__})") from None
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        if not self._https:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        context: Any = ssl.create_default_context()
        return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=context)


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdecimal() and len(text) <= 9 else None
