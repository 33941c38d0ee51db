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
_BEHIND_SIGN: Final = r"\*{0,2}(?:[ \t]{4,60}+|\s{0,3}+)(?:\{[a-z]{3,10}\} |string\([0-9]{1,5}\)\s|chr (?=[\\]{0,3}\")|\(string\) \(len=[0-9]{1,5}\) (?=[\\]{0,3}\")|&[\w-]{1,24} (?=[^\s\0])|!{1,2}[a-z]{2,8} (?:[|>][+-]?[ \t]{0,4}\r?\n[ \t]{1,40})?|!(?:Sub|Base64) ?(?=['\"])|<<[-~]?['\"]?[A-Za-z]{2,16}['\"]?\r?\n[ \t]{0,12}|-[ \t](?=[^\s:]{8})|<(?:code|b|i|em|strong|span|kbd|tt|samp|var|mark|pre)(?:\s[^<>\0]{0,80})?>(?=(?:[A-Z][a-z]{4,5} )?[^<>\s\0]{4,1024}<)|(?:null|nil|None|none|\"\"|''|\((?:sensitive value|known after apply|unset|not set|empty)\)) [-=]> )?"
_SIGN: Final = (
    r"[\\'\"`*\])}]{0,4}+(?::(?:protected|private|[\\\"]{1,3}\w{1,64}[\\\"]{1,3}:private)\])?[ \t]{0,24}+(?:=>|->|:=|\?=|==?|::(?=[ \t])|:|[→⇒]|<-(?=[ \t]?['\"]))"
    + _BEHIND_SIGN
)
"""Also `["token":protected]=> string(32) "…"` of PHP, `!!str …` and `- …` of YAML, `::` of LDIF, `<- "…"` of R, `Token: <code>…` of HTML, `**Token:** …` of Markdown, `null -> …` of plans."""
_INNER: Final = r"[\\'\"]{0,3}(?:\s[\w:.-]{1,24}=[\\'\"]{1,3}[^\\'\"<>\0]{0,160}[\\'\"]{1,3}){0,4}\s?/?>(?:<!\[CDATA\[|\s{0,8}<(?!(?:\w{1,8}:)?[uU]ser)[\w:.-]{1,32}>|\s{1,40}(?=[^<>\s\0]{4,1024}\s{1,40}</))?(?=[^<>\s\0])"
"""XML: `<token>…`, `<property name="token">…`, also where the value has a line of its own."""
_TAG: Final = r"<(?!/|th\b|li\b|option|button|h[1-6]\b|a\b|br\b)[\w:.-]{1,32}"
_SIBLING: Final = (
    r"</[\w:.-]{1,16}>\s{0,8}<(?!th>)[\w:.-]{1,16}>(?:\s{0,8}<[\w:.-]{1,16}>)?(?=[^<>\s\0])"
    rf"|(?::\s?)?</[\w:.-]{{1,16}}>(?:\s{{0,8}}:?\s{{0,8}}{_TAG}(?:\s[^<>\0]{{0,120}})?>){{1,3}}\s{{0,8}}(?=[^<>\s\0]{{6,1024}}<)"
    r"|(?::\s?</[\w:.-]{1,16}>|</[\w:.-]{1,16}>\s?:)\s{0,8}(?:<[\w:.-]{1,16}>)?(?=[^<>\s\0]{4})"
    r"|</[\w:.-]{1,16}>\s{0,8}(?:<br ?/?>\s{0,8})?<input(?:\s[^<>\0]{0,120}?)?\svalue=[\\]{0,3}(?=['\"])"
)
"""XML: `<key>token</key><string>…`, `<name>token</name><value><string>…`; HTML: `<b>Token</b>: …`, `<label>Token</label><input value="…">`."""
_ATTRIBUTE: Final = (
    r"[\\'\"`]{0,3}+(?:\s?,?\s{0,48}|(?:\s[\w-]{1,16}=[\\'\"]{1,3}[\w-]{0,24}[\\'\"]{1,3}){0,3}\s|(?:\s?,\s{0,48}[\\'\"]{1,3}(?![vV]al)\w{1,16}[\\'\"]{1,3}\s?:\s?[\\'\"]{1,3}[\w.-]{0,24}[\\'\"]{1,3}){1,2}\s?,\s{0,48})"
    r"(?:[\\'\"]{0,3}(?:[A-Za-z_]{0,12}[vV]al(?:ue)?|content|answer|text(?=[\\'\"]{1,8}\s?:\s?[\\'\"]{1,8}[0-9]{4,8}[\\'\"]))[\\'\"]{0,3}\s?[:=]\s?)"
    r"(?:\{\s?[\\'\"]{0,3}[A-Za-z_]{1,8}[vV]alue[\\'\"]{0,3}\s?:\s?)?"
)
"""`name="token" value="…"`, and the same in JSON, YAML and OTLP."""
_FORM: Final = r"[\\'\"]{1,3}(?:;[^\r\n\0]{0,120})?(?:(?:\r?\n|\\r\\n)[\w-]{1,40}:[^\r\n\0\\]{0,80}){0,3}(?:\r?\n\r?\n|\\r\\n\\r\\n)"
"""A part of a form: a blank line stands between the name and the value."""
_PAIR: Final = r"[\\'\"`]{1,3}+\s?,\s?(?=[(\[]{0,2}b?[\\'\"])(?![\\'\"]{1,3}[\w.-]{1,64}+[\\'\"]{1,3}\s?:)"
"""`("token", "…")`; what is itself a name, as in `{"type": "token", "value": …}`, is no value."""
_DOTTED: Final = r"[ \t]\.[ \t](?=\\{0,3}\")|\s?,\s?<<(?=\\{0,3}\")"
"""Lisp: `(token . "…")`; Erlang: `{token,<<"…">>}`."""
_SERIALIZED: Final = r"\\{0,3}\";[sS]:[0-9]{1,5}:(?=\\{0,3}\")"
"""PHP writes the length of every text: `s:5:"token";s:9:"…"`."""
_DECLARED: Final = r"\\{0,3}\"\s?\{[^{}\0]{0,400}?\b(?:default|value)\s{0,12}=\s?(?=\\{0,3}\")"
"""Terraform: `variable "token" { default = "…" }`, `output "token" { value = "…" }`."""
_ELSE: Final = r"[\\'\"`\])]{0,4}+\s?+(?:\|\|=?|\?\?=?|\?:|\bor\b)\s?(?=\\{0,3}['\"`])|[\\'\"]{1,3}\)\s?\{\s?(?=['\"])"
"""What is taken where nothing is set: `process.env.TOKEN || "…"`, `ENV.fetch("TOKEN") { "…" }`."""
_VALUED: Final = (
    r"[\\'\"`\])]{0,4}+[:;,]?+\s(?=[a-z])(?:(?:has|had|with|was|is|got|rejected|invalid|bad|illegal|wrong|the|its|a|current|given|unexpected|supplied)\s){0,3}"
    r"(?:value|choice|input)\s?(?:was|is|of|:|=)?\s?(?=[\\'\"`\[(])"
    r"|\s(?:(?:was|has) )?(?:changed|updated|rotated|modified) from \S{1,64} to (?=[\\'\"`])"
    r"|[ \t][0-9]{1,8}[ \t](?=\\{0,3}['\"](?:[^\\'\"\s\0]{8}|[0-9]{4,8}[\\'\"]))"
    r"|\s(?:mismatch|differs|does not match):?\s(?:expected|want(?:ed)?|got|was)[\s:]{1,2}(?=[\\'\"`])"
)
"""Validators and tests: `api_key mismatch: expected '…'`, `field "db.password" has value "…"`, `argument --token: invalid choice: '…'`, `'mail.password'; value was […]`, `api_key changed from None to '…'`; Redis: `SETEX token 3600 "…"`."""
_KINDED: Final = (
    r"\s(?:[aA]s\s(?:New\s)?String|n?varchar2?(?:\s?\([0-9a-zA-Z]{1,5}\))?)\s?:?=\s?|[\\'\"]{0,2}+\s?+\([A-Za-z]{3,10}\)\s?[:=]\s?|[\\'\"]{0,2}+ -[vV]alue[ \t]{1,2}"
    r"|[\\'\"`\])]{0,4}+\s(?:(?:NOT|not)\s)?(?:[iI]?[lL][iI][kK][eE]\s|(?:IN|in)\s?(?=\())(?=\(?\s?[NEB]?\\{0,3}['\"])"
)
"""`Parameter password (String): …`, `Env:TOKEN -Value …`, `token LIKE '…'`, `token IN ('…')`."""
STRONG: Final = expression(
    rf"\[[0-9]{{0,4}}\]{_SIGN}|{_BLOCK}|{_VALUED}|{_COMPLEX}|{_TYPED}|{_SIGN}|{_ATTRIBUTE}|{_INNER}|{_SIBLING}|{_FORM}|{_PAIR}|{_SERIALIZED}|{_DECLARED}|{_DOTTED}|{_ELSE}|{_KINDED}"
)
_JSON: Final = r"\":(?:\s{1,3}+(?=['\"])|(?=['\"])(?!\"\w{1,64}+[\\\"]{1,3}:private))"
"""What is most of it by far, found in a third of the time."""
STRONG_FROM: Final = {
    "=": re.compile(rf"=[>=]?{_BEHIND_SIGN}"),
    ":": expression(rf"{_BLOCK}|{_VALUED}|{_SIBLING}|{_TYPED}|:(?:=|:(?=[ \t]))?{_BEHIND_SIGN}"),
    '"': expression(
        rf"{_JSON}|{_VALUED}|{_SIGN}|{_ATTRIBUTE}|{_INNER}|{_FORM}|{_PAIR}|{_SERIALIZED}|{_DECLARED}|{_DOTTED}|{_ELSE}|{_KINDED}"
    ),
    **dict.fromkeys(
        " \t", expression(f"{_COMPLEX}|{_VALUED}|{_SIGN}|{_ATTRIBUTE}|{_INNER}|{_DOTTED}|{_ELSE}|{_KINDED}")
    ),
}
"""The same where only a part of it can begin."""
_LINK_WORDS = (
    "is was number no no. value of header code id used sent given provided supplied to from changed set mismatch got tried resolved"
    " as yang nomor menjadi now temporary anda saya adalah ialah yaitu baru lama sementara atm bca bri bni bsi mandiri cimb permata salah ist lautet est es é è"
)
_LINKS: Final = rf"{tree(_LINK_WORDS.split())}|(?:equals?|be|match)(?= )"
"""Words between a name and its value."""
_WHOSE: Final = r"for [^\s\0:]{1,64}+:[ \t]|(?:for|of|untuk|milik) (?:[\w'@./-]{1,40}+ ){1,4}(?=[hwinrscay=:])(?:(?:has been |was |is now |now )?(?:re)?set to|(?:has been |was )?changed to|is|was|adalah|ialah|yaitu|=|:)[ \t]"
"""`the password for the admin account is …`"""
_LATER: Final = (
    r"(?:[a-z][a-z'-]{1,14}[ \t]){0,5}[a-z][a-z@.'-]{1,40}[ \t]?:(?<! algorithm:)(?<! (?:version|address):)(?<! (?:format|scheme|method|policy|issuer|status):)(?<! error:)(?<! (?:type|name|path|file|host):)(?<! (?:uri|url|ids):)(?<! id:)(?:[ \t]{1,2}|\s{1,4}(?=\S{10}))"
    r"(?!['\"]?(?:[0-9]{4}-|[0-9a-f]{8}-[0-9a-f]{4}-))(?=['\"]?[A-Za-z0-9+/=_.~!@#%^*-]{12,512}(?:['\"\s\0,;)]|\Z))"
)
"""`the secret was rejected: …`"""
WEAK: Final = expression(
    rf"[ \t]{_LATER}|"
    r"""(?:[\\'"`*]{0,4}(?:[ \t]{0,40}\|[ \t]{0,40}|[ \t]\.{2,40}[ \t:]{1,3}|[ \t]{1,4}[-\u2013\u2014][ \t]{1,4}(?=[^\s\0]{8,512}(?:\s|\0|\Z))|[ \t]{1,40}\(?|,[ \t]?|[;~](?=[^\s\0;~=,'\"]{8,512}(?:[\s\0;~,'\"]|\Z))|\[(?=[^\s\[\]\0]{8,512}\])|<(?=[^\s<>/\0]{8,512}>))"""
    rf"""(?i:(?:{_LINKS}|#?[0-9]{{1,2}})[ \t:=]{{1,3}}){{0,3}}(?:(?=[fomu])(?:{_WHOSE}))?)"""
)
PROSE: Final = expression(
    r" (?=[A-Za-z]{1,7}[ ,])"
    rf"(?!(?i:{_LINKS}|as string|(?:not )?(?:i?like|in) ?\(?[ne]?\\{{0,3}}['\"]|(?:for|untuk|milik)(?! ))|(?=for |untuk |milik )(?:{_WHOSE}|{_LATER})|(?=yang di|yang anda |yang kami |you |we ){_LATER})[A-Za-z]{{1,7}}[ ,](?i:(?<!value.)(?<!content.))"
)
"""A word behind a name, in a sentence, that neither is a value nor leads to one: `the session for BBCA.JK closed`."""
FOREIGN: Final = expression(
    r"(?:[ \t](?:es|é|è|est|ist|lautet|jest|är|er|on|is|to|это|là|adalah|olarak|是|为|為|[^\W\d]{2,16}[ \t]?:)|は|が|은|는|이|가|是|为|為|等于)[ \t]{0,2}"
    r"(?=['\"\u300c]?[A-Za-z0-9+/=_.~!@#%^*-]{6,512}(?:['\"\u300d\s\0,;)\u3002\uff0c]|\Z))"
)
"""The same in other languages: `la contraseña es …`, `пароль пользователя: …`."""
OBJECT: Final = expression(
    r" ?[({\[]\s?(?:[A-Za-z_]{1,16}[=:] ?['\"]?[\w.:-]{0,40}['\"]?,\s?){0,3}(?:(?:[a-z]{1,10}_?)?[vV]alue|secret|token)['\"]?[=:] ?(?=['\"]?[^\s\0'\"]{8})"
)
"""What languages print of an object whose type is called like a secret: `AccessToken(scope=read, value='…')`, `ApiKey{value=…}`."""
