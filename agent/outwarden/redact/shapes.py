"""Credentials that show what they are: each begins with a literal and goes on in a known alphabet.

To add one: a line in the table, or in that of `vendors` where it belongs to a single vendor. The first word names the rule, the second is the literal (a credential is only looked for
where the literal is), the third the alphabet, the fourth the least number of characters after the literal. Lengths are
kept low on purpose: an excerpt that was cut in the middle of a key is still half a key. A literal behind `…` stands in the
middle of the credential: what is in front of it belongs to it.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from outwarden.apis.shapes import is_plain
from outwarden.redact import quotes, values
from outwarden.redact.expression import expression
from outwarden.redact.spans import Span
from outwarden.redact.vendors import TABLE as _VENDORS

_ALPHABETS: Final = {
    "word": r"[A-Za-z0-9]",
    "tilde=": r"[A-Za-z0-9_~.=-]",
    "slug": r"[A-Za-z0-9_-]",
    "upper": r"[A-Z0-9]",
    "dots": r"[A-Za-z0-9_.-]",
    "base64": r"[A-Za-z0-9+/=_-]",
    "hex": r"[0-9a-fA-F]",
    "crypt": r"[A-Za-z0-9./$=,+_*:-]",
    "cookie": r"[A-Za-z0-9%/+=_-]",
    "tilde": r"[A-Za-z0-9_~.-]",
    "dashed": r"[A-Za-z0-9-]",
    "path": r"[A-Za-z0-9/_-]",
    "pipe": r"[A-Za-z0-9_|-]",
    "hook": r"[A-Za-z0-9%/_.=&?@-]",
    "url": r"[A-Za-z0-9%/_.=&?-]",
    "caret": r"[A-Za-z0-9#^/+=.-]",
}

_TABLE: Final = """
    slack.webhook    hooks.slack.com/ path   8
    teams.webhook    .webhook.office.com/ hook 8
    discord.webhook  discord.com/api/webhooks/    path 8
    discord.webhook  discordapp.com/api/webhooks/ path 8
    zapier.webhook   hooks.zapier.com/ path  8
    office.webhook   outlook.office.com/webhook/ hook 8
    airtable.webhook hooks.airtable.com/ path 8
    webhook.site     webhook.site/    path   16
    apns.device      /3/device/       hex    32
    bitbucket.token  BBDC-            base64 16
    der.private      MIIEv            base64 16
    der.private      MIIEp            base64 16
    der.private      MIIEo            base64 16
    der.private      MIICX            base64 16
    der.private      MIICd            base64 16
    der.private      MIIJ             base64 32
    der.private      MHcCAQEE         base64 12
    der.private      MIGTAgEA         base64 24
    der.private      MIGHAgEA         base64 24
    der.private      MIG2AgEA         base64 24
    der.private      MIGkAgEB         base64 24
    der.private      MC4CAQAwBQYDK2Vw base64 8
    openssh.private  b3BlbnNzaC1rZXkt base64 8
    bcrypt.hash      $2a$             crypt  20
    bcrypt.hash      $2b$             crypt  20
    bcrypt.hash      $2y$             crypt  20
    argon2.hash      $argon2          crypt  20
    crypt.hash       $6$              crypt  20
    crypt.hash       $5$              crypt  20
    crypt.hash       $1$              crypt  16
    ldap.hash        {SSHA}           base64 16
    django.hash      pbkdf2_sha       crypt  20
    werkzeug.hash    pbkdf2:sha       crypt  20
    scrypt.hash      scrypt:          crypt  40
    passlib.hash     $pbkdf2-         crypt  20
    scrypt.hash      $scrypt$         crypt  20
    crypt.hash       $y$              crypt  20
    crypt.hash       $7$              crypt  20
    crypt.hash       $apr1$           crypt  16
    kerberos.hash    $krb5            crypt  20
    totp.uri         otpauth://       url    12
    paseto           v1.local.        dots   20
    paseto           v2.local.        dots   20
    paseto           v3.local.        dots   20
    paseto           v4.local.        dots   20
    paseto           v1.public.       dots   20
    paseto           v2.public.       dots   20
    paseto           v3.public.       dots   20
    paseto           v4.public.       dots   20
    generic.secret   …_secret_        word   16
    generic.live     …_live_          slug   20
    generic.live     live_            slug   24
    generic.key      …_sk_            slug   20
    generic.key      sk_              slug   24
    generic.key      ak_              slug   20
    generic.key      key_             hex    40
    generic.token    …_pat_           word   20
    generic.token    …_oat_           word   20
    generic.key      …_api_           word   20
    generic.key      …_prod_          word   20
    generic.key      …_v1_            slug   32
    generic.key      …_apikey_        word   16
    generic.key      secret-live-     slug   16
    generic.key      secret-test-     slug   16
    generic.key      signkey-         dashed 20
    macaroon         MDAx             base64 60
    fernet           gAAAAA           base64 60
    bitcoin.key      xprv             word   80
    bitcoin.key      yprv             word   80
    bitcoin.key      zprv             word   80
    bitcoin.key      tprv             word   80
    phpass.hash      $P$              crypt  28
    phpass.hash      $H$              crypt  28
    drupal.hash      $S$              crypt  40
    postgres.hash    SCRAM-SHA-256$   crypt  40
    windows.hash     aad3b435b51404eeaad3b435b51404ee: hex 16
    generic.key      …_test_          word   24
    generic.key      …_sandbox_       word   20
    generic.key      …_production_    word   20
    generic.key      …_key_           word   24
    generic.token    …_token_         word   24
    generic.key      …-live-          word   28
    generic.key      …-prod-          word   28
"""

_AWS_BODY: Final = 16
"""ASIANMARKETS is a word, `ASIA` with 16 letters behind it is a key."""

_COLOUR: Final = expression(r"(?:\x1b|\\x1b|\\u001b|\\033)\[[0-9;]{0,12}m\Z")
_LONGEST_COLOUR: Final = 20
"""A terminal's colour ends in a letter, which is none of the word behind it."""
_FRONT: Final = expression(r"[A-Za-z0-9_~-]*+")
_LONGEST_FRONT: Final = 160
_GENERIC: Final = "generic."
"""Rules whose literals many names begin with: what follows must be no name."""
_TELLING: Final = 4
"""A literal of so many characters that ends in a joint is no chance behind `_`, as in `token_ghp_…`."""
_NEEDS_DIGIT_BELOW: Final = 40
"""A body of letters only is a word, not a key, unless it is very long."""
_QUOTES: Final = ("'", '"')
_HOST: Final = re.compile(r"[a-z.-]*\.[a-z]{2,4}/")


class Shape(NamedTuple):
    """One kind of credential."""

    rule: str
    literal: str
    body: re.Pattern[str]
    inside: bool = False
    """Whether the literal stands in the middle of the credential."""
    joins: bool = False
    """Whether it is no part of a longer name, so that `_` may stand before it."""
    shown: int = 0
    """So much of the literal is a host and the beginning of a path, and stays."""

    def begin(self, text: str, at: int) -> int:
        """Give where the credential begins whose literal stands at `at`."""
        if not self.inside:
            return at
        before = _FRONT.match(text[max(0, at - _LONGEST_FRONT) : at][::-1])
        return at - before.end() if before is not None else at

    def end(self, text: str, start: int) -> int:
        """Give the end of the credential whose literal stands at `start`, in the case that it has there, or -1."""
        after = start + len(self.literal)
        before = text[start - 1] if start and not self.inside and self.literal[0].isalnum() else ""
        if (before.isalnum() and not _is_coloured(text, start)) or (before == "_" and not self.joins):
            return -1
        found = self.body.match(text, after)
        if found is None:
            return -1
        body = found[0]
        if self.rule.startswith(_GENERIC) and is_plain(body):
            return -1
        if body.isalpha() and self.literal.isupper() and body.isupper():
            return found.end() if len(body) == _AWS_BODY else -1
        if len(body) < _NEEDS_DIGIT_BELOW and (body.isalpha() or not any(map(str.isdigit, body))) and _is_wordy(body):
            return -1
        return found.end()


def find(shape: Shape, text: str, at: int) -> Span | None:
    """Look for a credential of this shape whose literal stands at `at`."""
    if not text.startswith(shape.literal, at):
        return None  # the search ignores case, a credential does not
    end = shape.end(text, at)
    if end < 0:
        return None
    end = quotes.joined(text, end) if text[end : end + 1] in _QUOTES else values.wrapped(text, end)
    return Span(shape.begin(text, at) + shape.shown, end, shape.rule)


def _is_coloured(text: str, start: int) -> bool:
    """Say whether a terminal's colour ends where a credential begins."""
    return text[start - 1] == "m" and _COLOUR.search(text, max(0, start - _LONGEST_COLOUR), start) is not None


def _is_wordy(body: str) -> bool:
    """`sk-fading-circle-in` is a class name: letters of one case, no digit."""
    letters = "".join(character for character in body if character.isalpha())
    return letters.islower() or letters.isupper() or letters.istitle()


def _shapes() -> tuple[Shape, ...]:
    found = []
    for line in (*_VENDORS.strip().splitlines(), *_TABLE.strip().splitlines()):
        rule, literal, alphabet, least = line.split()
        inside = literal.startswith("…")
        body = expression(f"{_ALPHABETS[alphabet]}{{{least},2048}}")
        joins = len(literal) >= _TELLING and literal[-1] in "_-." and not rule.startswith(_GENERIC)
        shown = literal.rfind("/") + 1 if _HOST.match(literal) else 0
        found.append(Shape(rule, literal.removeprefix("…"), body, inside, joins, shown))
    return tuple(found)


SHAPES: Final = _shapes()
