"""`%load_ext outwarden` and `%unload_ext outwarden`, in IPython and in notebooks."""

from __future__ import annotations

from typing import Any

from outwarden.errors import UsageError
from outwarden.wiring import inside


def load_ipython_extension(shell: Any) -> None:  # noqa: ARG001 - IPython hands itself over
    """Watch every outbound call of this kernel from now on."""
    try:
        inside.install()
    except UsageError as error:
        from IPython.core.error import UsageError as OneLine  # IPython shows it without a traceback

        raise OneLine(f"outwarden: {error}") from None


def unload_ipython_extension(shell: Any) -> None:  # noqa: ARG001 - the same
    """Watch no longer."""
    inside.uninstall()
