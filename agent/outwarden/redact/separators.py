"""What may stand between a label and its value, in every notation in which programs print the two."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact.expression import expression
from outwarden.redact.matcher import tree

_BLOCK: Final = r":[ \t]{1,4}[>|][+-]?[ \t]{0,4}(?:\r?\n|\\n)[ \t]{1,40}"
"""YAML: the value stands on the next line."""
_COMPLEX: Final = r"[ \t]{0,4}(?:\r?\n|\\n)[ \t]{0,24}:[ \t]{1,4}"
"""YAML: `? name` on one line, `: value` on the next."""
_TYPED: Final = (
    r":[ \t]?&?(?:'[a-z]{1,8} )?(?:[A-Za-z]{1,10}\[)?(?:str|[sS]tring|bytes|SecretStr)\]?(?: \| None)?[ \t]?=[ \t]?"
)
"""Python, TypeScript: `token: str = …`."""
_BEHIND_SIGN: Final = r"\*{0,2}\s{0,3}+(?:string\([0-9]{1,5}\)\s|!{1,2}[a-z]{2,8} (?:[|>][+-]?[ \t]{0,4}\r?\n[ \t]{1,40})?|-[ \t](?=[^\s:]{8})|(?:null|nil|None|none) [-=]> )?"
_SIGN: Final = (
    r"[\\'\"`*\])}]{0,4}+(?::(?:protected|private|[\\\"]{1,3}\w{1,64}[\\\"]{1,3}:private)\])?[ \t]{0,24}+(?:=>|->|:=|\?=|==?|::(?=[ \t])|:)"
    + _BEHIND_SIGN
)
"""Also `["token":protected]=> string(32) "…"` of PHP, `!!str …` and `- …` of YAML, `::` of LDIF, `**Token:** …` of Markdown, `null -> …` of plans."""
_INNER: Final = r"[\\'\"]{0,3}(?:\s[\w:.-]{1,24}=[\\'\"]{1,3}[^\\'\"<>\0]{0,80}[\\'\"]{1,3}){0,4}\s?/?>(?:<!\[CDATA\[|\s{0,8}<[\w:.-]{1,32}>)?(?=[^<>\s\0])"
"""XML: `<token>…`, `<property name="token">…`."""
_SIBLING: Final = r"</[\w:.-]{1,16}>\s{0,8}<[\w:.-]{1,16}>(?:\s{0,8}<[\w:.-]{1,16}>)?(?=[^<>\s\0])"
"""XML: `<key>token</key><string>…`, `<name>token</name><value><string>…`."""
_ATTRIBUTE: Final = (
    r"[\\'\"`]{0,3}+(?:\s?,?\s{0,20}|(?:\s[\w-]{1,16}=[\\'\"]{1,3}[\w-]{0,24}[\\'\"]{1,3}){0,3}\s)"
    r"(?:[\\'\"]{0,3}(?:[A-Za-z_]{0,12}[vV]alue|content)[\\'\"]{0,3}\s?[:=]\s?)"
    r"(?:\{\s?[\\'\"]{0,3}[A-Za-z_]{1,8}[vV]alue[\\'\"]{0,3}\s?:\s?)?"
)
"""`name="token" value="…"`, and the same in JSON, YAML and OTLP."""
_FORM: Final = r"[\\'\"]{1,3}(?:;[^\r\n\0]{0,120})?(?:(?:\r?\n|\\r\\n)[\w-]{1,40}:[^\r\n\0\\]{0,80}){0,3}(?:\r?\n\r?\n|\\r\\n\\r\\n)"
"""A part of a form: a blank line stands between the name and the value."""
_PAIR: Final = r"[\\'\"`]{1,3}+\s?,\s?(?=[(\[]{0,2}b?[\\'\"])"
_DOTTED: Final = r"[ \t]\.[ \t](?=\\{0,3}\")|\s?,\s?<<(?=\\{0,3}\")"
"""Lisp: `(token . "…")`; Erlang: `{token,<<"…">>}`."""
_SERIALIZED: Final = r"\\{0,3}\";[sS]:[0-9]{1,5}:(?=\\{0,3}\")"
"""PHP writes the length of every text: `s:5:"token";s:9:"…"`."""
_DECLARED: Final = r"\\{0,3}\"\s?\{[^{}\0]{0,400}?\bdefault\s{0,12}=\s?(?=\\{0,3}\")"
"""Terraform: `variable "token" { default = "…" }`."""
STRONG: Final = expression(
    f"{_BLOCK}|{_COMPLEX}|{_TYPED}|{_SIGN}|{_ATTRIBUTE}|{_INNER}|{_SIBLING}|{_FORM}|{_PAIR}|{_SERIALIZED}|{_DECLARED}|{_DOTTED}"
)
STRONG_FROM: Final = {
    "=": re.compile(rf"=[>=]?{_BEHIND_SIGN}"),
    ":": expression(rf"{_BLOCK}|{_TYPED}|:(?:=|:(?=[ \t]))?{_BEHIND_SIGN}"),
    '"': expression(f"{_SIGN}|{_ATTRIBUTE}|{_INNER}|{_FORM}|{_PAIR}|{_SERIALIZED}|{_DECLARED}|{_DOTTED}"),
    **dict.fromkeys(" \t", expression(f"{_COMPLEX}|{_SIGN}|{_ATTRIBUTE}|{_INNER}|{_DOTTED}")),
}
"""The same where only a part of it can begin."""
_LINK_WORDS = (
    "is was number no no. value of header code id used sent given provided supplied to from changed set mismatch got tried"
    " temporary anda adalah ialah yaitu baru lama sementara atm bca bri bni bsi mandiri cimb permata salah"
)
_LINKS: Final = rf"{tree(_LINK_WORDS.split())}|(?:equals?|be|match)(?= )"
"""Words between a name and its value."""
_WHOSE: Final = (
    r"for [^\s\0:]{1,64}:[ \t]|(?:for|of|untuk|milik) (?:[\w'@.-]{1,40} ){1,4}(?:is|was|adalah|ialah|yaitu|=|:)[ \t]"
)
"""`the password for the admin account is …`"""
WEAK: Final = expression(
    r"""[\\'"`*]{0,4}(?:[ \t]{0,40}\|[ \t]{0,40}|[ \t]{1,40}\(?|,[ \t]?)"""
    rf"""(?i:(?:{_LINKS}|#?[0-9]{{1,2}})[ \t:=]{{1,2}}){{0,3}}(?:(?=[fomu])(?:{_WHOSE}))?"""
)
PROSE: Final = expression(
    r" (?=[A-Za-z]{1,7}[ ,])"
    rf"(?!(?i:{_LINKS}|for|untuk|milik))[A-Za-z]{{1,7}}[ ,](?i:(?<!value.)(?<!content.))"
)
"""A word behind a name, in a sentence, that neither is a value nor leads to one."""
