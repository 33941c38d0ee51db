"""Secrets in the notations of what keeps them: files of passwords, vaults, answers of stores."""

from __future__ import annotations

from typing import Final

from outwarden.redact.expression import expression
from outwarden.redact.spans import Span

_NETRC: Final = expression(r"machine \S{1,200}\s{1,8}login \S{1,200}\s{1,8}password (\S{3,512})")
_HASHES: Final = 66
_SAMBA: Final = expression(r":([0-9A-FX]{32}:[0-9A-F]{32}):\[U")
_PGPASS: Final = expression(r":(?:5432|\*):[^\s:\0]{1,64}:[^\s:\0]{1,64}:([^\s:\0'\"]{3,256})")
_FURTHEST_ARN: Final = 32
_QUOTES: Final = r"[\\'\"]{1,8}"
_STORED: Final = expression(
    rf"(?:SecureString|/secrets/[\w./-]{{1,160}}){_QUOTES}\s{{0,4}},\s{{0,40}}"
    rf"(?:{_QUOTES}(?!value|payload)[\w.-]{{1,24}}{_QUOTES}\s{{0,4}}:\s{{0,4}}{_QUOTES}[\w./ -]{{0,60}}{_QUOTES}\s{{0,4}},\s{{0,40}}){{0,3}}"
    rf"(?:{_QUOTES}payload{_QUOTES}\s?:\s?\{{\s{{0,40}}{_QUOTES}data|{_QUOTES}[vV]alue){_QUOTES}\s{{0,4}}:\s{{0,4}}[\\]{{0,7}}['\"]"
    r"([^\0'\"\\]{3,4096})"
)
_VAULT: Final = expression(
    r"\$ANSIBLE_VAULT;[0-9.]{1,5};\w{1,12}(?:;[\w.-]{1,40})?(?:(?:\r?\n|\\{1,3}n)[ \t]{0,24}[0-9a-f]{8,80}){1,400}"
)


def pgpass(text: str, at: int) -> Span | None:
    """PostgreSQL's password file: `host:5432:database:user:password`."""
    found = _PGPASS.match(text, at)
    arn = text.find("arn:", max(0, at - _FURTHEST_ARN), at)
    if found is None or (arn >= 0 and " " not in text[arn:at]):
        return None
    return Span(found.start(1), found.end(1), "text.secret")


def vault(text: str, at: int) -> Span | None:
    """What Ansible encrypted: whoever has the text can try passwords on it."""
    found = _VAULT.match(text, at)
    return Span(at, found.end(), "ansible.vault", spreads=False) if found is not None else None


def stored(text: str, at: int) -> Span | None:
    """What a store of secrets answers: its type or its address stands before the value."""
    found = _STORED.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def netrc(text: str, at: int) -> Span | None:
    """The file of passwords of curl, ftp and git: `machine … login … password …`."""
    found = _NETRC.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def samba(text: str, at: int) -> Span | None:
    """Samba's file of users: both hashes of a password stand before the flags."""
    found = _SAMBA.match(text, at - _HASHES) if at >= _HASHES else None
    return Span(*found.span(1), "text.secret") if found is not None else None
