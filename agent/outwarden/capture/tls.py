"""What is known of the TLS below an answer, worked out once per connection."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from outwarden.rawcall import RawCall

_MARK: Final = "_outwarden_tls"
_NOTHING: Final = (None, None)


def note(raw: RawCall | None, layer: Any) -> None:
    """Note version and certificate of a connection's TLS: an SSLSocket or an SSLObject; of anything else, nothing."""
    if raw is None or layer is None:
        return
    known: tuple[str | None, str | None] | None = getattr(layer, _MARK, None)
    if known is None:
        known = _ask(layer)
        try:
            setattr(layer, _MARK, known)
        except AttributeError:
            pass  # a plain socket, which was quickly asked
    raw.tls_version, raw.cert_sha256 = known


def _ask(layer: Any) -> tuple[str | None, str | None]:
    if not hasattr(layer, "getpeercert"):
        return _NOTHING
    certificate = layer.getpeercert(True)
    return layer.version(), hashlib.sha256(certificate).hexdigest() if certificate else None
