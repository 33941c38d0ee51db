"""Values behind a label: where they end, and whether they look like a secret."""

from __future__ import annotations

import re
from typing import Final

from outwarden.apis.shapes import is_plain
from outwarden.redact import lookalikes
from outwarden.redact.canonical import canonical
from outwarden.redact.complaints import is_complaint
from outwarden.redact.expression import expression
from outwarden.redact.marks import MASK, QUERY_MASK

LONGEST: Final = 16_384

_OPEN: Final = expression(
    r"(?:(?=[A-Za-z])(?:new )?(?=[\w:.]{3,32}+\([bBrRuUN]?['\"])(?:\w{0,16}?(?:Secret|Password|Token|Key|Sensitive|Credential)\w{0,8}|PASSWORD|str|bytes|String(?:::from)?"
    r"|Some|Just|Buffer\.from|md5|MD5|sha1|SHA1|sha256|sha2|SHA2|crypt|hash)\(|(?=[SIB])(?:Str|Int|Bytes)\((?=[^\s'\"(]))?"
    r"(?:\[\](?:string|byte)(?=\{[\"'`]))?[(\[{]{0,3}+(?:(?<=\[)\s{1,48}(?=[\\'\"]))?(?:@?[bBfFrRuUN]{0,2}+(\\{0,15}+['\"`])|)"
)
_PREFIXES: Final = "bBfFrRuUN"
_CLOSES: Final = ("", ",", ")", "]", "}", " ", "\n", "\r", ";", ":")
"""What stands behind an empty text, not behind three quotes that open one."""
_LONGEST_CALL: Final = 37
"""`new `, a name, and the bracket behind it."""
_BARE: Final = re.compile(
    r"""(?:&\#[0-9xXa-fA-F]{1,8};|[^\s\0&;,'"<>\\`]++|&(?![A-Za-z_][\w.%\[\]-]{0,40}=)|;(?![\s\0]|[\w.-]{1,40}=|(?:Max|Min|Integrated|User|Initial|Data|Persist|Connect(?:ion)?|Application|Trust|Packet|Command|Load|Network)(?: [A-Z]\w{1,20}){1,3}=|\Z)"""
    r"""|,(?![\s\0'"]|[\w.-]{1,40}[=:]|\Z)|\\(?![nrtu"'\0]|\Z)"""
    r"""|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}){1,4096}"""
)
_WORD: Final = expression(r"[^\s\0&;,'\"<>\\`]*+")
"""Its beginning, which mostly is all of it, in a third of the time: what may stand behind it says whether it goes on."""
_MAY_GO_ON: Final = frozenset("&;,\\")
_NEXT_PARAMETER: Final = expression(r"&[A-Za-z_][\w.%\[\]-]{0,40}=")
_FURTHEST_DIGIT: Final = 1_024
_UP_TO_DIGIT: Final = expression(r"[^\s\0&;,'\"<>\\`0-9]{0,1024}+")
_SPACED_HEX: Final = expression(r"(?:[0-9a-fA-F]{2}[ :]){5,1024}[0-9a-fA-F]{2}(?![0-9a-zA-Z])")
_WITH: Final = r"(?:(?:[Bb]earer|[Bb]asic|[Tt]oken) )?"
_COOKIES: Final = expression(
    rf"[^\s\0=;,'\"]{{1,128}}=(?:{_WITH}[^\s\0;'\"]{{0,4096}})(?:;\s?[^\s\0=;'\"]{{1,128}}(?:={_WITH}[^\s\0;'\"]{{0,4096}})?){{0,50}}"
)
_BRACKETED: Final = expression(r"[^\s\0\[\]{}'\"=,;]{1,64}(?: [^\s\0\[\]{}'\",;]{2,1024}){1,3}(?=\])")
_FIRST_PARAMETER: Final = expression(r"[ \t]{1,3}[A-Za-z]{2,24}=")
_LINE: Final = expression(r"[^\r\n\0'\"]{1,4096}")
_TOKEN: Final = expression(
    r"[ \t]{1,3}(?:b?['\"])?((?:[0-9a-fA-F]{2}[ :]){5,1024}[0-9a-fA-F]{2}(?![0-9a-zA-Z])|(?:&\#[0-9xXa-fA-F]{1,8};|[^\s\0,;'\"]){4,4096})"
)
_PARAMETER: Final = expression(
    r"(?:,[ \t]{0,3}|[ \t]{1,3})(?:[A-Za-z_][\w-]{0,40}=(?:\\{0,3}\"[^\"\r\n\0]{0,2048}\"|[^\s,;'\"\0]{1,2048})|((?:[^\s\0,;'\"\\)\]}>]|\\{1,2}(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})){16,2048}))"
)
_FIRST: Final = expression(r"\\{0,3}\"[^\"\r\n\0]{0,2048}\"")
_PHRASE: Final = expression(r"[a-z]{3,8}(?:[ ,+]{1,2}[a-z]{3,8}){11,23}\b")
_PHC: Final = expression(
    r"\$[a-z0-9-]{2,16}\$(?:v=[0-9]{1,4}\$)?[a-z]{1,4}=[0-9]{1,12}(?:,[a-z]{1,4}=[0-9]{1,12}){1,4}\$[A-Za-z0-9+/=.$_-]{16,512}"
)
"""A hash of a password that tells its parameters, with commas between: `$argon2id$v=19$m=65536,t=3,p=4$…`."""
_PASSPHRASE: Final = expression(r"[A-Za-z]{3,16}(?:[-_.][A-Za-z]{3,16}){1,5}[-_.]?[0-9]{2,8}")
_CALL: Final = expression(r"[A-Za-z_][\w.]*[(\[][^\s]*[)\]]|[A-Za-z_.]+[(\[]\S*")
"""`os.environ["KEY"]`, `settings.get(…)`, `SQLSTATE[08006]`: says where a value comes from, not what it is."""
ASSIGNMENT: Final = expression(r"[A-Za-z_]{2,24}=[^=/]")
"""The next name, not a value."""
_MORE: Final = re.compile(
    r"(?:[=\\]?\r?\n|\\r?\\?n|\\n)[ \t]{0,8}((?!HTTP/[0-9])[A-Za-z0-9+/_=.~%-]{8,}+)(?![^\x00-\x7f]|\s?:)"
)
_NAME: Final = expression(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+=")
"""The next name, with nothing behind it."""
_FOLDS: Final = frozenset("=\r\n\\")
"""What a line end begins with, in a text or as it is escaped, where a token goes on behind it."""
_BYTE: Final = 2
_MOST_PARAMETERS: Final = 20
_LONGEST_SCHEME: Final = 16
_SCHEME_WORDS = "bearer basic token apikey api-key key negotiate ntlm jwt bot sso-key splunk oauth ssws geniekey deepl-auth-key xoauth2"
SCHEMES: Final = frozenset(_SCHEME_WORDS.split())
"""Words before a token."""
_LONE: Final = ("bearer ", "basic ")
_LONGEST_LONE: Final = 7
"""Schemes with a token and no parameters."""
_LONG_SCHEMES: Final = ("aws4-", "digest", "hmac", "signature", "oauth ", "sharedkey", "gcs-", "tc3-", "acs3-")
_NOTHING_WORDS = """
    none null nil true false undefined empty missing required invalid expired unknown n/a na yes no on off is was not the a
    an and or of in for to must should optional string str int bytes default unset redacted masked hidden filtered
    option options argument flag parameter await async yield lambda function new convertto-securestring
    read write list get create delete update manage
    via raise return throw pass break continue enabled disabled absent present allowed forbidden unchanged unused
    accept authorization cookie set-cookie content-type content-length user-agent x-api-key x-auth-token x-csrf-token x-xsrf-token
    x-request-id x-requested-with x-amz-date x-amz-security-token accept-encoding accept-language cache-control if-none-match
    instead are arguments parameters keyword when with from if but here
    edit chauthtok scrubbed removed signature mismatch malformed basic include omit same-origin rejected failed denied revoked expected unexpected minlength maxlength
"""
_LONG: Final = 20
_LONGEST_NUMBER: Final = 40
"""Nothing that is counted has so many digits; bytes in hex may."""
DIGITS: Final = frozenset("0123456789")
_VARIABLE_WORDS = "expected stored hashed current api key access token auth refresh header headers client secret private id bearer csrf invalid expired missing session db user password new old signing hmac"
_VARIABLES: Final = frozenset(_VARIABLE_WORDS.split())
"""Variables that hold a secret are called so, by two of these words or more."""
_LONGEST_NOTHING: Final = 24
_SHORTEST: Final = 3
_FILE: Final = expression(
    r"[\w-]{1,120}(?:\.[\w-]{1,40}){0,3}\.(?:avro|bin|bz2|csv|gz|html?|jpe?g|jsonl?|log|orc|parquet|pdf|png|sql|tar|tgz|txt|xlsx?|xml|ya?ml|zip|zst)"
)
"""The last part of a path that names a file."""
_REFERENCE: Final = expression(
    r"(?:jar|aar|pom|war|bundle|test-jar):[\w.:-]{1,80}|[\w./-]{1,80}\.(?:c|cc|cpp|cs|go|h|java|js|kt|mjs|php|py|rb|rs|ts|tsx)(?::[0-9]{1,6}){1,2}\)?|(?:self|settings|config|cfg|env|environ|args|opts|options|params|app|request|credentials?|secrets?|var|local|data|ctx|kwargs"
    r"|process\.env)\.[A-Za-z_][A-Za-z_.]*+(?:[(\[].*)?|(?:var|local|data|module|each)\.[a-z][a-z_]{1,40}(?:[._][a-z0-9]{1,16}){1,8}\[?|(?:[A-Za-z_]+\.)+[A-Za-z_]+[(\[].*|[a-z]+(?:_[a-z]+)+\(.*|[A-Za-z_.]{2,40}\([a-z_]{2,24}=(?:[0-9.]{1,6}|True|False|None)[,)]?|[A-Za-z_.]{2,40}\([^0-9'\"]*"
)
"""Source code: `settings.API_KEY`, `os.environ[…]`, `getpass.getpass()`, `token.go:16:2`, and Maven: `java-jwt:jar:4.4.0`."""
_PLACEHOLDER: Final = expression(
    r"(?:[A-Za-z]{3,12} )?(?:<[a-zA-Z_ -]*>|\$\{?[a-zA-Z_]*\}?|\$\{[A-Za-z_][\w.]{1,80}\}?|\$\{[A-Za-z_]\w{1,60}:\?[^}]{0,80}\}?|\$\{\{|\$\{(?:file|env|secret|vault|ssm)\w{0,12}:[\w./:-]{1,160}\}?|\{\{resolve:[\w./:-]{1,160}\}\}|\$\{[a-z]{2,12}:[A-Za-z_.]{2,40}\}?|\$\([a-z]\S*|\{\{? ?[a-zA-Z_.]* ?\}?\}|%\(\w*\)s|%s|:[A-Za-z_]{1,24}[0-9]{0,2}|\{\})"
)
_PLACEHOLDS: Final = frozenset("<${%:")
_FIRSTS: Final = frozenset("${[yYmMiV")
_TO_FILL_IN: Final = expression(
    r"(?i:your(?:[-_ ][a-z]{2,16}){0,4}[-_ ](?:token|key|secret|password|pass|id|username|host|value|here|code)"
    r"|my[-_](?:api[-_]|access[-_])?(?:token|key)|isi[-_]di[-_]sini)|VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
)
"""What stands in examples, and what Ansible prints instead."""
_MARKS: Final = (MASK[:-1], QUERY_MASK)
_NOTHING: Final = frozenset(_NOTHING_WORDS.split())


def opening(text: str, at: int) -> tuple[int, str]:
    """Step over brackets and an opening quote; give the place behind them and the quote."""
    first = text[at : at + 1]
    if first.isalnum() and first not in _PREFIXES and "(" not in text[at : at + _LONGEST_CALL]:
        return at, ""
    found = _OPEN.match(text, at)
    if found is None:
        return at, ""
    inner = found.end()
    if text.startswith(("b'", 'b"'), inner):  # bytes, printed into a quoted text
        return inner + 2, text[inner + 1]
    quote = found[1] or ""
    if len(quote) == 1 and text.startswith(quote * 2, inner) and text[inner + 2 : inner + 3] not in _CLOSES:
        inner += 2  # three quotes, as of Python
    return inner, found[1] or ""


def quoted(text: str, at: int, quote: str) -> int:
    """Give the end of a quoted value: the same quote, or in an excerpt the end of the text."""
    limit = _limit(text, at)
    end = text.find(quote, at, limit)
    while end > at and text[end - 1] == "\\":
        end = text.find(quote, end + 1, limit)
    return end if end >= 0 else limit


def phrase(text: str, at: int) -> int:
    """Give the end of the words of a recovery phrase, or -1."""
    found = _PHRASE.match(text, at)
    return found.end() if found is not None else -1


def has_digit(text: str, at: int) -> bool:
    """Say whether a digit is in the word that stands there, not too far behind its beginning."""
    found = _UP_TO_DIGIT.match(text, at)
    end = found.end() if found is not None else at
    if end - at == _FURTHEST_DIGIT or text[end : end + 1] in DIGITS:
        return end - at < _FURTHEST_DIGIT
    return not DIGITS.isdisjoint(text[at : bare(text, at)])


def has_both_cases(value: str) -> bool:
    """Say whether letters of both cases are in a value."""
    return value.lower() != value and value.upper() != value


def is_passphrase(value: str) -> bool:
    """Say whether a value looks like words and a number that a person has chosen: `maple-harbor-2041`, also the name of a thing."""
    return _PASSPHRASE.fullmatch(value) is not None


def bracketed(text: str, at: int, end: int) -> int:
    """Follow a value over its words to the bracket that closes it: `token=[SSWS …]`, `map[name:[…]]`."""
    found = _BRACKETED.match(text, at)
    return max(end, found.end()) if found is not None else end


def until_tag(text: str, at: int) -> int:
    """Give the end of a value that stands in XML, or -1 where no tag follows in its line."""
    end = text.find("<", at, _limit(text, at))
    return end if end > at and "\n" not in text[at:end] else -1


def bare(text: str, at: int, *, cookie: bool = False) -> int:
    """Give the end of a value without quotes; a scheme such as `Bearer` takes the token behind it along."""
    if cookie:
        found = _COOKIES.match(text, at)
        if found is not None:
            return found.end()
    end = _end(text, at)
    word = text[at:end]
    if word[:1] == "$" and (hashed := _PHC.match(text, at)) is not None:
        return hashed.end()
    if end - at == _BYTE:
        found = _SPACED_HEX.match(text, at)
        if found is not None:
            return found.end()
    elif end - at > _LONGEST_SCHEME and word.isalnum():
        return end
    word = (word if word.isalnum() else canonical(word)).lower().rstrip(":")
    if word in SCHEMES:
        token = _TOKEN.match(text, end)
        if token is not None:
            end = token.end()
    elif word.startswith(_LONG_SCHEMES) and (word != "signature" or _FIRST_PARAMETER.match(text, end) is not None):
        line = _LINE.match(text, end)
        if line is not None:
            end = line.end()
    while end > at and text[end - 1] in ".)]}:?!":
        end -= 1
    return end


def _end(text: str, at: int) -> int:
    """Give the end of what has no blanks, quotes and brackets in it, and no name of the next value."""
    found = _WORD.match(text, at)
    end = found.end() if found is not None else at
    if text[end : end + 1] not in _MAY_GO_ON or (end > at and _NEXT_PARAMETER.match(text, end) is not None):
        return end
    found = _BARE.match(text, at)
    return found.end() if found is not None else at


def begins_in_hex(text: str, at: int) -> bool:
    """Say whether bytes in hex with gaps between stand there, whatever follows."""
    return _SPACED_HEX.match(text, at) is not None


def is_spaced_hex(value: str) -> bool:
    """Say whether a value is nothing but bytes in hex with gaps between."""
    return _SPACED_HEX.fullmatch(value) is not None


def parameters(text: str, start: int, end: int) -> int:
    """Follow a header's value over what stands behind its scheme: parameters, or a token of a scheme that is not known."""
    if not is_something(text[start:end]):
        return end
    if text[end - 1] == "=" and (first := _FIRST.match(text, end)) is not None:
        end = first.end()
    alone = text[start : start + _LONGEST_LONE].lower().startswith(_LONE) or (
        " " not in text[start:end] and looks_secret(text[start:end])
    )
    for _ in range(_MOST_PARAMETERS):
        more = _PARAMETER.match(text, end)
        if more is None or (more[1] is not None and not looks_secret(more[1])):
            break
        if alone and more[1] is None and text[end] != "," and not looks_secret(_said_in(more[0])):
            break  # `Authorization: Bearer … status=401`
        end = more.end()
    return end


def _said_in(parameter: str) -> str:
    return parameter.partition("=")[2].strip('\\"')


def wrapped(text: str, end: int) -> int:
    """Follow a token over the line ends at which something folded it."""
    while text[end : end + 1] in _FOLDS:
        more = _MORE.match(text, end)
        if (
            more is None
            or (is_plain(more[1]) and (text[end] != "=" or more[1].isalpha()))
            or _NAME.fullmatch(more[1]) is not None
            or "=" in more[1].replace("=3D", "").rstrip("=")
        ):
            return end
        end = more.end()
    return end


def is_something(value: str) -> bool:
    """Say whether there is a value at all, not a word that stands for none, a placeholder, a piece of code or a mark of ours."""
    if len(value) <= _LONGEST_NOTHING:
        if len(value) < _SHORTEST or value.lower() in _NOTHING or not value.strip("*•xX.-_ "):
            return False
        if value.startswith(_MARKS):
            return False
        if not _PLACEHOLDS.isdisjoint(value) and _PLACEHOLDER.fullmatch(value) is not None:
            return False
    elif value.startswith(MASK):
        return False
    if value[0] in _FIRSTS and _stands_for_another(value):
        return False
    if is_variable(value):
        return False  # `{"X-API-Key": api_key}`
    if " " in value and (value[:-1].lower() in SCHEMES or is_complaint(value)):
        return False
    return ("." not in value and "(" not in value) or _REFERENCE.fullmatch(value) is None


def _stands_for_another(value: str) -> bool:
    """Say whether a value is a longer placeholder, one that is to be filled in, or the mask of another tool: `[FILTERED]`."""
    return (
        _PLACEHOLDER.fullmatch(value) is not None
        or _TO_FILL_IN.fullmatch(value) is not None
        or (value[0] == "[" and value[1:-1].lower() in _NOTHING)
    )


def is_variable(value: str) -> bool:
    """Say whether a value is called as variables are that hold a secret; in quotes, or in JSON, it is none."""
    joint = "_" if "_" in value else "-" if value.count("-") == 1 else ""
    return joint != "" and value.islower() and _VARIABLES.issuperset(value.split(joint))


def looks_secret(value: str) -> bool:
    """Say whether a value looks like a credential: long enough, mixed, and no path, number or plain word.

    Of several words one must.
    """
    if " " in value:
        return any(map(looks_secret, value.split()))
    if (
        len(value) < 8
        or (value.isdigit() and len(value) < _LONGEST_NUMBER)
        or not is_something(value)
        or is_plain(value)
    ):
        return False
    if ("(" in value or "[" in value) and _CALL.fullmatch(value) is not None:
        return False
    if "/" in value:
        if "/.ssh/" in value or lookalikes.is_path(value):
            return False  # where a key is, not which
        *folders, last = value.replace(":", "/").split("/")
        if all(map(is_plain, folders)) and (is_plain(last) or (len(folders) > 1 and _FILE.fullmatch(last) is not None)):
            return False
    if DIGITS.isdisjoint(value):
        return len(value) >= _LONG and not lookalikes.is_name(value)
    return not lookalikes.is_id(value)


def _limit(text: str, at: int) -> int:
    end = text.find("\0", at, at + LONGEST)
    return end if end >= 0 else min(len(text), at + LONGEST)
