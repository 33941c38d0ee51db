"""`import outwarden.auto` watches every outbound call of this process, with the configuration that is found.

An import must not fail because of us: what `outwarden.install()` would raise is logged as a warning here.
"""

from __future__ import annotations

from outwarden.wiring import inside

inside.try_to_install()
