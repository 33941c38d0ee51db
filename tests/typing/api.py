"""Type-checked, never run: the public hints are what we promise."""

from __future__ import annotations

from typing import assert_type

import outwarden

assert_type(outwarden.__version__, str)
