"""DesktopChannel: a notification on this desk."""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
from typing import ClassVar, Final

from outwarden.errors import ConfigError, Rejected, Retry
from outwarden.notify.report import Message, bounded

TIMEOUT_S: Final = 5.0
LONGEST_TITLE: Final = 100
LONGEST_TEXT: Final = 400

_SCRIPT: Final = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"
"""Title and text are arguments of the script, never a part of it."""


class DesktopChannel:
    """Calls the program that shows notifications, with the text as an argument: no shell sees it."""

    groups: ClassVar[bool] = True

    def __init__(self, platform: str = sys.platform) -> None:
        """Find that program.

        Raises:
            ConfigError: it is not there.
        """
        self._is_mac = platform == "darwin"
        name = "osascript" if self._is_mac else "notify-send"
        program = shutil.which(name)
        if program is None:
            package = "" if self._is_mac else " (package libnotify-bin or libnotify)"
            raise ConfigError(
                f"notify: kind desktop needs the program {name}, which is not on the PATH. Install it{package}, or take "
                "the channel out."
            )
        self._program = program

    def deliver(self, message: Message) -> None:
        """Show it; see `Channel.deliver`."""
        first = message.reports[0]
        title = bounded(f"{first.alert.state}: {first.alert.name} in {first.alert.service}", LONGEST_TITLE)
        text = bounded(first.alert.reason if len(message.reports) == 1 else message.title, LONGEST_TEXT)
        if self._is_mac:
            command = [self._program, "-e", _SCRIPT, title, text]
        else:
            urgency = "critical" if first.alert.state == "ALARM" and first.alert.severity == "page" else "normal"
            # The text may hold markup, the title not.
            escaped = html.escape(text, quote=False)
            command = [self._program, "--app-name=outwarden", f"--urgency={urgency}", "--", title, escaped]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise Retry("the desktop does not answer") from None
        except OSError as error:
            raise Rejected([(0, f"the desktop cannot be told ({type(error).__name__})")]) from None
        if done.returncode:
            raise Rejected([(0, f"the desktop cannot be told (status {done.returncode}): is somebody logged in?")])
