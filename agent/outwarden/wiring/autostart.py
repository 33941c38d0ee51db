"""What the file of `outwarden autostart add` calls at the start of every Python process of its environment.

Without OUTWARDEN_AUTOSTART in the environment it does nothing; with it, nothing until an HTTP client is imported.
"""

from __future__ import annotations

import os
import sys

from outwarden.wiring import early

VARIABLE = "OUTWARDEN_AUTOSTART"
CLEANS_LOG = "OUTWARDEN_REDACT_LOGGING"
"""The one way to say it that can be read before there is a configuration."""


def begin() -> None:
    """Wait for an HTTP client to be imported, and watch. Never raises."""
    try:
        if early.is_disabled() or os.environ.get(VARIABLE, "") in ("", "0"):
            return
        if "outwarden" in (os.path.basename(word) for word in sys.orig_argv[1:3]):  # noqa: PTH119 - pathlib is not loaded
            return  # our own commands watch nobody from inside, least of all themselves
        try:
            early.begin()  # below `outwarden run`; with -I and -E we are the only ones who get here
        except OSError:
            pass  # that `run` has ended
        logs = ("logging",) if os.environ.get(CLEANS_LOG) else ()
        early.wait(_start, *logs)  # unless `begin` waits already
    except Exception:  # noqa: S110 - a program that cannot be watched runs on
        pass


def _start() -> None:
    from outwarden.wiring import inside  # heavy imports wait until they are asked for

    inside.try_to_install()
