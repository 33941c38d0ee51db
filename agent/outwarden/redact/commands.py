"""Passwords on command lines, behind options that say nothing by themselves: `mysql -p…`, `redis-cli -a …`."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from outwarden.redact.spans import Span

_VALUE: Final = r"['\"]?([^\s\0'\"]{3,256})"
_ARGUMENTS: Final = r"[^\r\n\0|;]{0,200}?"
_OPTIONS: Final = {
    "redis-cli": r"(?<!\S)(?:-a|--pass)[ =]",
    "mysql": r"(?<!\S)-p(?=\S)",
    "mariadb": r"(?<!\S)-p(?=\S)",
    "sshpass": r"(?<!\S)-p ?",
    "mongo": r"(?<!\S)-p ",
    "docker login": r"(?<!\S)-p ",
    "podman login": r"(?<!\S)-p ",
    "registry login": r"(?<!\S)-p ",
    "az login": r"(?<!\S)-p ",
    "unzip": r"(?<!\S)-P ",
    "7z ": r"(?<!\S)-p(?=\S)",
    "ldap": r"(?<!\S)-w ",
    "sqlcmd": r"(?<!\S)-P ?",
    "mosquitto_": r"(?<!\S)-P ",
    "ipmitool": r"(?<!\S)-P ",
    "xfreerdp": r"(?<!\S)/p:",
    "rdesktop": r"(?<!\S)-p ",
    "lftp": r"(?<!\S)-u [^\s,]{1,64},",
    "smbclient": r"(?<!\S)-U ?[^\s%]{1,64}%",
    "net use": r"\\\\[^\s\0]{3,100} ",
    "htpasswd": r"(?<!\S)-b\w* \S{1,200} \S{1,64} ",
    "sqlplus": r"(?<!\S)[^\s/@]{1,64}/(?=[^\s@]{1,64}@)",
    "set password for": r" = ",
    "password for": r": ",
    "openssl": r"-pass(?:in|out)? pass:",
    "PDO(": r"'[^'\0]{0,200}', ?'[^'\0]{0,64}', ?",
    "mysqli": r"\('[^'\0]{0,200}', ?'[^'\0]{0,64}', ?",
    "getConnection(": r"\"[^\"\0]{0,300}\", ?\"[^\"\0]{0,64}\", ?",
    '"AUTH"': r" (?:\"[^\"\0]{1,64}\" )?(?=\"[^\"\0]+\"\s*(?:\Z|[\r\n\0]))",
    "LOGIN ": r"(?<=LOGIN )['\"]?[^\s\0'\"]{1,64}['\"]? (?=['\"]?\S{0,64}[0-9])",
    "echo ": r"(?<=echo )(?:-n )?(?=['\"]?[^\s\0'\"]{3,256}['\"]? ?\| ?(?:sudo -S|.{0,80}--password-stdin))",
}
"""What stands before the password, by the command."""


@cache
def _pattern(command: str) -> re.Pattern[str]:
    """Compile what is looked for when its command is first seen: most programs never see one."""
    flags = re.IGNORECASE if " " in command else 0
    return re.compile(re.escape(command) + _ARGUMENTS + _OPTIONS[command] + _VALUE, flags)


COMMANDS: Final = tuple(_OPTIONS)


def password(command: str, text: str, at: int) -> Span | None:
    """Look for the password of a command that stands at `at`."""
    found = _pattern(command).match(text, at)
    if found is None or found[1].startswith(("-", "$", "<", "{", "[")):
        return None
    end = found[1].find("@") if command == "sqlplus" else -1
    return Span(found.start(1), found.start(1) + end if end > 0 else found.end(1), "text.argument")
