"""What stands where something was taken out. A mark never says what it hides, not even how long it was."""

from __future__ import annotations

from typing import Final

MASK: Final = "[REDACTED]"
"""In free text and paths."""

QUERY_MASK: Final = "REDACTED"
"""As the value of a query parameter: the URL stays one."""
