"""What all sections of config.yaml have in common."""

from __future__ import annotations

import msgspec


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One section of config.yaml: every key optional, unknown keys refused."""
