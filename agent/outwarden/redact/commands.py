"""Passwords on command lines, behind options that say nothing by themselves: `mysql -p…`, `redis-cli -a …`."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import values
from outwarden.redact.expression import expression
from outwarden.redact.spans import LOOKED, Span

_VALUE: Final = r"['\"]?([^\s\0'\"]{3,1024})"
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
    "net user": r" \S{1,64} (?=[^\s/*]{3,128} /(?:add|domain|active))",
    "SETUSER ": r"(?<!\S)>(?=\S)",
    "config set ": r"--secret [\w.:-]{1,80} ",
    "reg add": r"/v ['\"]?\w{0,40}(?i:password|passwd|pass|pwd|secret|token|key)\w{0,20}['\"]? [^\r\n\0]{0,60}?/d ",
    "PRAGMA key": r" ?= ?",
    "db.auth(": r"['\"][^'\"\0]{1,64}['\"], ?",
    "net use ": r"\\\\[^\s\0]{3,100} ",
    "htpasswd": r"(?<!\S)-b\w* \S{1,200} \S{1,64} ",
    "sqlplus": r"(?<!\S)[^\s/@]{1,64}/(?=[^\s@]{1,64}@)",
    "set password for": r" = ",
    "password for": r": ",
    "openssl": r"(?:-pass(?:in|out)? ['\"]?pass:|(?<!\S)-k )",
    "zip ": r"(?<!\S)-P ",
    "bcp ": r"(?<!\S)-P ?",
    "ssh-keygen": r"(?<!\S)-[NP] ",
    "unlock-keychain": r"(?<!\S)-p ",
    "snmp": r"(?<!\S)-[Ac] ",
    "snmp-server community": r" ",
    "pdftk": r"(?<!\S)(?:input|user|owner)_pw ",
    "http-basic.": r"\S{1,64} \S{1,64} ",
    "ConvertTo-SecureString": r" (?:-String )?",
    "BasicAuth(": r"b?['\"][^'\"\0]{1,64}['\"], ?b?",
    "auth=(": r"b?['\"][^'\"\0]{1,64}['\"], ?b?",
    "password-command": r"[ =]['\"]?(?:echo|printf) (?:-n )?",
    "password_cmd": r"[ =]['\"]?(?:echo|printf) (?:-n )?",
    "password_command": r"[ =:]{1,3}['\"]?(?:echo|printf) (?:-n )?",
    "PDO(": r"'[^'\0]{0,200}', ?'[^'\0]{0,64}', ?",
    "mysqli": r"\('[^'\0]{0,200}', ?'[^'\0]{0,64}', ?",
    "getConnection(": r"\"[^\"\0]{0,300}\", ?\"[^\"\0]{0,64}\", ?",
    '"AUTH"': r" (?:\"[^\"\0]{1,64}\" )?(?=\"[^\"\0]+\"\s*(?:\Z|[\r\n\0]))",
    "LOGIN ": r"['\"]?[^\s\0'\"]{1,64}['\"]? (?=['\"]?\S{0,64}[0-9])",
    "echo ": r"(?:-n )?(?=['\"]?[^\s\0'\"]{3,256}['\"]? ?\| ?(?:sudo -S|[^\r\n\0|]{0,80}(?:--password-stdin|--with-token|secret put|chpasswd|passwd)))",
}
"""What stands before the password, by the command."""
_NEXT: Final = frozenset(("http-basic.", "BasicAuth(", "auth=(", "LOGIN ", "echo "))
"""Of these it stands right behind the command, not somewhere among its arguments."""


def _pattern(command: str, option: str) -> re.Pattern[str]:
    """Give what is looked for where a command stands."""
    arguments = "" if command in _NEXT else _ARGUMENTS
    return expression(re.escape(command) + arguments + option + _VALUE, re.IGNORECASE if " " in command else 0)


_PATTERNS: Final = {command: _pattern(command, option) for command, option in _OPTIONS.items()}
COMMANDS: Final = tuple(_PATTERNS)
_SHORT: Final = expression(r"-([A-Za-z]) {1,2}['\"]?([A-Za-z0-9_!@#%^*+.,~=/-]{8,256})(?=['\"]?(?:\s|\Z|\\|\0))")
_LONG_ONLY: Final = frozenset("tknTKN")
"""Behind these stand more often other things: only what is long is taken for a password."""
_LONG: Final = 20
_HERE: Final = expression(r"<<< ?['\"]?([^\s\0'\"$]{8,512})")
_MASK: Final = expression(r"add-mask::([^\s\0]{3,1024})", re.IGNORECASE)
_PASS: Final = expression(r"PASS ([^\s\0'\"\\]{3,256})(?=[ \t]*(?:\\r|\\n|['\"]|\r|\n|\Z|\0))")
_FTP: Final = expression(
    r"\bUSER \S|\b331 |\b530 |\b(?:FTP|ftp|POP3|pop3)\b|\+OK|(?:-->|>>>|>|<|C:|\*cmd\*|\*put\*)[ '\"]{0,3}\Z"
)
_FURTHEST_FTP: Final = 240
_MAIL: Final = expression(
    r"(?:AUTH (?:PLAIN|LOGIN)|334 (?:VXNlcm5hbWU6|UGFzc3dvcmQ6|[A-Za-z0-9+/=]{0,16}))(?:[ \t]{1,2}|[\s\\rn]{1,6}(?:C: ?|>{1,3} ?|send: ?)?['\"]?)([A-Za-z0-9+/=]{8,4096})(?![A-Za-z0-9:])"
)


def password(command: str, text: str, at: int) -> Span | None:
    """Look for the password of a command that stands at `at`."""
    found = _PATTERNS[command].match(text, at)
    if found is None or found[1].startswith(("-", "$", "<", "{", "[")):
        return LOOKED
    end = found[1].find("@") if command == "sqlplus" else -1
    return Span(found.start(1), found.start(1) + end if end > 0 else found.end(1), "text.argument")


def short(text: str, at: int) -> Span | None:
    """`-p …` of any command, where what follows can hardly be anything but a password or a key."""
    if at and not text[at - 1].isspace():
        return None
    found = _SHORT.match(text, at)
    if found is None or not _is_random(found[2]) or (found[1] in _LONG_ONLY and len(found[2]) < _LONG):
        return None
    return Span(found.start(2), found.end(2), "text.argument")


def _is_random(value: str) -> bool:
    """Say whether letters of both cases and digits are mixed as in no name, path or tag."""
    if "/" in value or "." in value:
        return len(value) > _LONG and values.looks_secret(value) and "/" not in value[:4]
    return (values.has_both_cases(value) and any(map(str.isdigit, value))) or (
        len(value) > _LONG and values.looks_secret(value)
    )


def here(text: str, at: int) -> Span | None:
    """A here-string that feeds a command: `--with-token <<< …`."""
    found = _HERE.match(text, at)
    if found is None or not values.looks_secret(found[1]):
        return None
    return Span(found.start(1), found.end(1), "text.argument")


def mask(text: str, at: int) -> Span | None:
    """CI: `::add-mask::…` says itself that the rest is secret."""
    found = _MASK.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def ftp(text: str, at: int) -> Span | None:
    """FTP and POP3: the line `PASS …`, where something near says that it is one."""
    if at and text[at - 1].isalnum():
        return None
    found = _PASS.match(text, at)
    if found is None or _FTP.search(text, max(0, at - _FURTHEST_FTP), at) is None:
        return None
    return Span(found.start(1), found.end(1), "text.secret")


def mail_login(text: str, at: int) -> Span | None:
    """SMTP and IMAP: what follows `AUTH PLAIN`, or the question for a name or a password, is in base64."""
    found = _MAIL.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None
