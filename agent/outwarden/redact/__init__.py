"""`redact`: the one door from what was seen to what may be kept."""

from __future__ import annotations

from outwarden.redact.redactor import Redactor
from outwarden.redact.registry import Registry

__all__ = ["Redactor", "Registry"]
