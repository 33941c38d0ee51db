"""Credentials that are made of several parts: a literal leads to them, a grammar tells where they begin and end."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from outwarden.redact.expression import expression
from outwarden.redact.spans import Span

_UUID: Final = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"


_AFTER_PAT: Final = (*"abcdefgijklmnopqrstuvwxyz0123456789", *(f"h{two}" for two in "bcdfgjkmqruvxz0123456789"))
"""What follows `pat` where it is not the beginning of `path`, which is everywhere."""


class Grammar(NamedTuple):
    """One kind of credential."""

    rule: str
    literal: str
    front: int
    """Characters of it before the literal."""
    whole: re.Pattern[str]

    def find(self, text: str, at: int) -> Span | None:
        """Look at the credential whose literal stands at `at`."""
        start = at - self.front
        if start < 0 or (start and text[start - 1].isalnum()):
            return None
        found = self.whole.match(text, start)
        return Span(start, found.end(), self.rule) if found is not None else None


GRAMMARS: Final = tuple(
    Grammar(rule, literal, front, expression(rf"{pattern}(?![A-Za-z0-9])"))
    for rule, literal, front, pattern in (
        ("launchdarkly.key", "sdk-", 0, f"sdk-{_UUID}"),
        ("launchdarkly.key", "api-", 0, f"api-{_UUID}"),
        ("launchdarkly.key", "mob-", 0, f"mob-{_UUID}"),
        ("salesforce.session", "00d", 0, r"00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?![A-Za-z0-9._]{60,400}"),
        *(("twilio.key", f"sk{digit}", 0, "SK[0-9a-f]{32}") for digit in "0123456789abcdef"),
        *(
            ("infisical.token", f"st.{digit}", 0, r"st\.[0-9a-f]{24}\.[0-9a-f]{32}\.[0-9a-f]{12,32}")
            for digit in "0123456789abcdef"
        ),
        ("azure.search", "azse", 42, "[A-Za-z0-9]{42}AzSe[A-Za-z0-9]{6}"),
        ("azure.registry", "+acr", 42, r"[A-Za-z0-9+/]{42}\+ACR[A-Za-z0-9+/]{6}"),
        ("azure.redis", "azca", 33, "[A-Za-z0-9]{33}AzCa[A-Za-z0-9]{6}=?"),
        ("azure.function", "azfu", 44, "[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{6,8}={0,2}"),
        *(
            ("azure.bus", sign.lower(), 33, rf"[A-Za-z0-9+/]{{33}}{re.escape(sign)}[A-Za-z0-9+/]{{6}}=?")
            for sign in ("AIoT", "+ASb", "+AEh", "+ARm")
        ),
        *(
            ("azure.account", sign.lower(), 76, rf"[A-Za-z0-9+/]{{76}}{re.escape(sign)}[A-Za-z0-9+/]{{6,8}}={{0,2}}")
            for sign in ("ACDb", "+ABa", "+AMC", "+ASt")
        ),
        ("zoho.token", "1000.", 0, r"1000\.[0-9a-f]{32}\.[0-9a-f]{32}"),
        *(("dingtalk.secret", f"sec{digit}", 0, "SEC[0-9a-f]{64}") for digit in "0123456789abdf"),
        ("dingtalk.secret", "secc", 0, "SEC[0-9a-f]{64}"),
        ("dingtalk.secret", "sece", 0, "SEC[0-9a-f]{64}"),
        ("k3s.token", "::server:", 67, r"K10[0-9a-f]{64}::server:[0-9a-f]{16,64}"),
        ("k3s.token", "::node:", 67, r"K10[0-9a-f]{64}::node:[0-9a-f]{16,64}"),
        ("maxmind.key", "_mmk", 36, "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
        ("asana.key", "1/1", 0, "1/1[0-9]{11,19}:[0-9a-f]{32}"),
        ("asana.key", "2/1", 0, "2/1[0-9]{11,19}/[0-9]{12,20}:[0-9a-f]{32}"),
        *(
            (
                "convex.key",
                f"{kind}:",
                0,
                rf"{kind}:[a-z]{{2,24}}-[a-z]{{2,24}}-[0-9]{{1,6}}\|[A-Za-z0-9+/=_-]{{20,512}}",
            )
            for kind in ("prod", "dev", "preview", "project")
        ),
        *(("airtable.key", f"pat{after}", 0, r"pat[A-Za-z0-9]{14}\.[0-9a-f]{20,64}") for after in _AFTER_PAT),
        ("rapidapi.key", "msh", 10, "[0-9a-f]{10}msh[0-9a-f]{14,17}p1[0-9a-f]{5,7}jsn[0-9a-f]{12}"),
        ("rancher.token", "token-", 0, "token-[a-z0-9]{5}(?::|%3[aA])[a-z0-9]{54}"),
        *(
            ("woocommerce.key", f"{kind}_{digit}", 0, f"{kind}_[0-9a-f]{{40}}")
            for kind in ("ck", "cs")
            for digit in "0123456789abcdef"
        ),
        ("clickup.key", "pk_", 0, "pk_[0-9]{5,12}_[A-Z0-9]{24,40}"),
        ("newrelic.license", "nral", 36, "[0-9a-f]{36}NRAL"),
        ("der.pkcs12", "ibazcc", 6, "MII[A-Za-z0-9+/]{3}IBAzCC[A-Za-z0-9+/]{24,2048}={0,2}"),
        ("resend.key", "re_", 0, "re_[A-Za-z0-9]{6,12}_[A-Za-z0-9]{16,40}"),
    )
)
BOT: Final = Grammar(
    "discord.token",
    "",
    0,
    expression(r"[MNO][A-Za-z0-9]{22,27}\.[A-Za-z0-9_-]{5,8}\.[A-Za-z0-9_-]{24,48}(?![A-Za-z0-9])"),
)
"""A bot's token of Discord: its number in base64, a time, a signature. No literal leads to it: it is met where its number is decoded."""
