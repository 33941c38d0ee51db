"""`import outwarden.auto` watches every outbound call of this process, with the configuration that is found.

An import must not fail because of us: what `outwarden.install()` would raise is logged as a warning here.
"""

from __future__ import annotations

import logging

from outwarden.errors import UsageError
from outwarden.wiring import inside

try:
    inside.install()
except UsageError as error:
    logging.getLogger(__name__).warning("Calls are not watched: %s", error)
except Exception as fault:
    from outwarden.polite import swallow

    swallow("auto", fault)
