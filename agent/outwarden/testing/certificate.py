"""Certificates for a server on this machine: one that is right, and the ways in which one can be wrong."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal, get_args

from outwarden.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    import trustme

Certificate = Literal["valid", "expired", "unknown_ca", "wrong_host"]
"""What a server shows: the right certificate, or one that a careful client refuses."""

NAMES: Final = ("127.0.0.1", "localhost")


class Authority:
    """A certificate authority that nobody trusts but those who are given its file."""

    def __init__(self) -> None:
        """Make the keys.

        Raises:
            MissingExtra: trustme is not installed.
        """
        self._ca = _new_ca()
        self._directory = TemporaryDirectory(prefix="outwarden-ca-")
        self.ca_file = Path(self._directory.name, "ca.pem")
        """What clients are given to verify against, such as `requests.get(..., verify=api.ca_file)`."""
        self._ca.cert_pem.write_to_path(str(self.ca_file))
        self._contexts: dict[Certificate, ssl.SSLContext] = {}

    def context(self, certificate: Certificate) -> ssl.SSLContext:
        """Give the server's side of TLS with this certificate.

        Raises:
            UsageError: there is no certificate of that name.
        """
        if certificate not in get_args(Certificate):
            known = ", ".join(get_args(Certificate))
            raise UsageError(f"testing: there is no certificate {certificate!r}. Choose one of: {known}")
        if certificate not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._issue(certificate).configure_cert(context)
            self._contexts[certificate] = context
        return self._contexts[certificate]

    def close(self) -> None:
        """Remove the files."""
        self._directory.cleanup()

    def _issue(self, certificate: Certificate) -> trustme.LeafCert:
        if certificate == "unknown_ca":
            return _new_ca().issue_cert(*NAMES)
        if certificate == "wrong_host":
            return self._ca.issue_cert("elsewhere.example")
        if certificate == "expired":
            now = datetime.now(UTC)
            return self._ca.issue_cert(*NAMES, not_before=now - timedelta(days=90), not_after=now - timedelta(days=1))
        return self._ca.issue_cert(*NAMES)


def _new_ca() -> trustme.CA:
    try:
        import trustme  # noqa: PLC0415 - optional, and only a server that starts needs it
    except ImportError:
        raise MissingExtra("outwarden.testing", "demo") from None
    return trustme.CA()
