"""The table of all rules that are found by a literal: which literal leads to which rule."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from outwarden.redact import (
    clues,
    commands,
    dumps,
    headers,
    inserts,
    labels,
    links,
    neighbours,
    nested,
    paths,
    personal,
    programs,
    quotes,
    refused,
    sentences,
    stores,
    typed,
    values,
)
from outwarden.redact.expression import expression
from outwarden.redact.foreign_names import FOREIGN, NUMBERS
from outwarden.redact.grammars import BOT, GRAMMARS
from outwarden.redact.names import FIRST_NUMBERS, LABELS, SPOKEN
from outwarden.redact.shapes import SHAPES, Shape
from outwarden.redact.spans import Find, Span

_QUOTES: Final = ("'", '"')
_GENERIC: Final = frozenset(
    (
        "id",
        "name",
        "number",
        "no",
        "value",
        "val",
        "str",
        "plain",
        "plaintext",
        "raw",
        "nya",
        "date",
        "address",
        "addr",
        "for",
        "phrase",
        "time",
        "host",
        "code",
        "user",
        "lama",
        "baru",
        "ulang",
    )
)
"""Labels that are ordinary words as well: only with a strict separator behind them."""
_WORDLESS: Final = frozenset(
    (
        "id",
        "name",
        "date",
        "time",
        "for",
        "host",
        "user",
        "str",
        "plain",
        "plaintext",
        "raw",
        "nya",
        "lama",
        "baru",
        "ulang",
    )
)
_ALWAYS: Final = "=:\"'>\\)]*`<\n"
_LOOSE: Final = (*_ALWAYS, "/", " ", "\t", "|", ",", ";", "\r", "(", "[", "{", "~")
_STRICT: Final = (*_ALWAYS, " =", " :", " |", " -", " ?", "\t=")
BEHIND: Final = frozenset(_LOOSE)
"""What may part a label from its value."""
NUMBERING: Final = frozenset("_-0123456789")
NUMBERED: Final = expression(r"[_-]?[0-9]{1,4}[=:\"'>\\)\]*`<\n \t|,]")
"""A number between the two: `password_1=`, `X-Hub-Signature-256:`."""
PAIRED: Final = ("akia", "asia")
"""What begins a key whose other half stands beside it."""
_LONG_LABEL: Final = 4
_BLOCKS: Final = (
    *("2001", "2003", "2620", "2630", "2a10", "2a11", "2a12", "2a13", "2a14", "2c0f"),
    *(f"{block}{digit:x}" for block in ("240", "260", "280", "2a0") for digit in range(16)),
)
"""How the addresses begin that are given out of IPv6."""
_SPOKEN: Final = expression(r"[A-Za-z]{4,6}[ :='\"(\[\\]{1,12}(?=[0-9a-fA-F]{0,4}[.:])")
_HEADS: Final = (
    "bearer |basic |negotiate |ntlm |apikey |jwt |splunk |oauth |sso-key |bot |ssws |geniekey |deepl-auth-key |xoauth2 "
)


NAMES: Final = frozenset(
    (
        *(shape.rule for shape in SHAPES),
        *(grammar.rule for grammar in (*GRAMMARS, BOT)),
        *(
            "aws.signature",
            "aws.secret",
            "ansible.vault",
            "jwt",
            "pem",
            "mailchimp.key",
            "telegram.token",
            "slack.webhook",
        ),
        *(
            "text.secret",
            "text.webhook",
            "text.scheme",
            "text.header",
            "text.argument",
            "text.userinfo",
            "text.personal",
        ),
        *("text.number", "text.phone", "text.email", "text.ip", "text.card", "text.iban", "text.npwp"),
        *("key.secret", "key.maybe", "key.user", "key.number", "key.address", "key.personal"),
    )
)
"""Names of all rules that can be switched off. Known secrets and the structure of our own events are no rules."""


def literals() -> frozenset[str]:
    """Give all literals that a text is searched for, in lower case."""
    return clues.LITERALS.union(RULES, dumps.LITERALS)


def _shape(shape: Shape, text: str, at: int) -> Span | None:
    if not text.startswith(shape.literal, at):
        return None  # the search ignores case, a credential does not
    end = shape.end(text, at)
    if end < 0:
        return None
    end = quotes.joined(text, end) if text[end : end + 1] in _QUOTES else values.wrapped(text, end)
    return Span(shape.begin(text, at), end, shape.rule)


class Rule(NamedTuple):
    """One way to look at the places of a literal."""

    find: Find
    label: int = 0
    """The length of a label: behind it must be what may part it from its value."""


RULES: Final[dict[str, list[Rule]]] = {}
"""Each literal, in lower case, with the rules that look at the places where it stands."""


def _add(literal: str, find: Find, label: int = 0) -> None:
    RULES.setdefault(literal.lower(), []).append(Rule(find, label))


def _fill() -> None:
    for label in sorted(LABELS):
        if label not in _GENERIC and len(label) >= _LONG_LABEL:
            _add(label, labels.find, len(label))  # fewer literals are found sooner than many
            continue
        if label in ("key", "pwd", "pin", "otp", "mfa", "psk", "sig"):
            for number in ("1", "2", "3", "_1", "_2", "_3"):
                _add(label + number, labels.find, len(label))
        for separator in _STRICT if label in _GENERIC or (len(label) < 3 and label != "pw") else _LOOSE:
            _add(label + separator, labels.find)
    for label in ("secretvalue", "tokenvalue", "passwordvalue", "keyvalue"):
        _add(label, labels.find, len(label))
    for label in sorted(label for label in LABELS - _WORDLESS if label in _GENERIC or len(label) < 3):
        for separator in (" ", "\t", ","):
            _add(f"_{label}{separator}", partial(_inside, 1))
        for joint in "-.,":
            _add(f"{joint}{label},", partial(_inside, 1))  # a column of a table
    for pair in sorted(SPOKEN):
        _add(f"{pair} ", partial(labels.spoken, pair))
        first, second = pair.split()
        if second in _WORDLESS:
            for joint in "_-":
                for separator in (" ", "\t", ","):
                    _add(first + joint + second + separator, partial(_inside, len(first) + 1))
    for word in FIRST_NUMBERS:
        _add(f"{word}_", labels.find)
    for word in FOREIGN:
        _add(word, partial(labels.foreign, word))
        if " " in word:
            for joint in "_-":  # in names of fields, variables and options
                _add(word.replace(" ", joint), partial(labels.foreign, word))
    for word in NUMBERS:
        for one in dict.fromkeys((word, word.replace(" ", "_"))):
            _add(one, partial(labels.foreign_number, one))
    _add("values", inserts.rows)
    _add("value (", inserts.rows)
    _add("input_value=", refused.input_value)
    for word in (
        "reset",
        "invite",
        "invitation",
        "verify",
        "confirm",
        "activate",
        "activation",
        "confirmation",
        "magic",
        "unsubscribe",
    ):
        for joint in "/-":
            _add(word + joint, paths.link)


def _fill_commands() -> None:
    """Add what leads to a password on a command line, in a statement or in a call."""
    for program in programs.OPTIONS:
        _add(program, partial(commands.option, program))
    for literal in programs.OTHERS:
        _add(literal, partial(commands.password, literal))
    for letter in "apwxktn":
        _add(f"-{letter} ", commands.short)
    for letter in "apw":
        for quote in "'\"":
            _add(f"-{letter}{quote}", commands.short)
    for shell in ("<(echo ", "<(printf "):
        _add(shell, commands.substituted)
    _add('send "', commands.sent)
    _add('send \\"', commands.sent)
    _add("send -- ", commands.sent)
    _add("<<< ", commands.here)


def _fill_signs() -> None:
    """Add what stands before or in a secret and is no name of one."""
    for spoken in ("client", "from", "peer", "remote"):
        for separator in " :='\"\\":
            _add(spoken + separator, _spoken_address)
    for shape in SHAPES:
        _add(shape.literal, partial(_shape, shape))
    for head in _HEADS.split("|"):
        _add(head, headers.scheme)
    for digit in "123456789(":
        _add(f"+{digit}", personal.phone)
    _add("@", links.at_sign)
    _add("/services/t", links.hook)
    _add(":aa", links.bot)
    _add("aws4-", headers.aws)
    _add("://", links.no_port)
    _add("header value", headers.refused)
    _add("nonnumeric port", headers.refused)
    _add("header part", headers.refused)
    _add("-----begin", headers.pem)
    _add("private-lines:", headers.putty)
    _add("-us", headers.mailchimp)
    _add("jdbc:oracle:", links.oracle)
    _add("eyj", headers.jwt)
    _add("--", labels.option)
    _add("-u ", headers.user)
    _add("-user ", headers.user)
    _add("-user=", headers.user)
    for quote in "'\"":
        _add(f"-u{quote}", headers.user)
    _add("-a ", headers.user)
    _add("-cert ", headers.user)
    _add("identified by", headers.identified)
    _add("identified with", headers.identified)
    for name in ("key-data:", "hmac-sha256:", "oidc-data", "appid="):
        _add(name, labels.find)
    for pair in ("virtual account", "va number"):
        _add(f"{pair} ", partial(labels.spoken, pair))
    for label in ("hp", "wa"):
        for first in "0+":
            _add(f"{label} {first}", labels.find)
    for label in ("hp", "wa", "kk", "cc"):
        for quote in "'\"":
            _add(f"{label} {quote}", labels.find)
    _add("wa.me/", personal.link)
    _add("add-mask::", commands.mask)
    _add("pass ", commands.ftp)
    _add("auth plain", commands.mail_login)
    _add("auth login", commands.mail_login)
    _add("334 ", commands.mail_login)
    _add("$ansible_vault;", stores.vault)
    _add("got invalid value", refused.variable)
    _add('"input"', refused.input_in_json)
    _add(":5432:", stores.pgpass)
    _add(":*:", stores.pgpass)
    _add("actual value was ", neighbours.actual)
    for blank in ("", " "):
        _add(f'"params":{blank}["', neighbours.called)
    _add("/private-", paths.private_link)
    _add("is your ", sentences.sent_code)
    _add("adalah kode", sentences.sent_code)
    _add("securestring", stores.stored)
    _add("/secrets/", stores.stored)
    for grammar in GRAMMARS:
        _add(grammar.literal, grammar.find)


def _fill_places() -> None:
    """Add what stands in addresses and in objects."""
    for word in ("hook/", "hooks/"):
        _add(word, paths.hook)
    for host in ("//hook.", "//hc-ping"):
        _add(host, paths.hook_host)
    for step in ("/key/", "/apikey/", "/api_key/", "/token/", "/secret/"):
        _add(step, paths.key_step)
    _add("wifi:", links.wifi)
    _add("bearer.", links.subprotocol)
    for digit in "123456789":
        _add(f"kk {digit}", labels.find)
    for number in ("nomor", "no"):
        for joint in "_-":
            _add(f"{number}{joint}va", partial(_inside, len(number) + 1))
    _add("for=", personal.forwarded)
    _add("::ffff:", personal.global_address)
    for block in _BLOCKS:
        _add(f"{block}:", personal.global_address)
    for word in ("is an expired ", "is an invalid ", "is a wrong ", "is not a valid ", "is no valid ", "is an old "):
        _add(word, sentences.named_behind)
    for word in ("as the ", "as your ", "as my ", "as its "):
        _add(word, sentences.named_behind)
    _add("nya ", labels.find)
    for joint in "_-":
        _add(f"{joint}code/", partial(_inside, 1))
    for word in ("key_id", "key-id", "keyid"):
        _add(f"{word} ", partial(_inside, len(word) - 2))
    for word in (
        "creds",
        "credentials",
        "login",
        "logged in with",
        "log in with",
        "signed in with",
        "connecting as",
        "connected as",
    ):
        _add(f"{word} ", sentences.user_and_password)
    _add("response=", headers.digest)
    _add("hawk ", headers.hawk)
    _add("integration/", paths.integration)
    _add("uplicate entry '", refused.duplicate)
    _add("machine ", stores.netrc)
    _add(":[u", stores.samba)
    for word in (
        "parameter",
        "field",
        "option",
        "argument",
        "header",
        "property",
        "variable",
        "column",
        "setting",
        "attribute",
        "config",
        "configuration",
        "key",
        "environment variable",
        "env var",
    ):
        _add(f"for {word} ", refused.value_for)
    for word in ("--value", "--body", "--secret-"):
        _add(word, commands.option_value)
    _add("stringdata:", nested.data)
    _add("auth\r\n", commands.redis)
    _add("auth\\r\\n", commands.redis)
    _add(" - - [", personal.logged)
    for quote in "\"'":
        _add(f"{quote}kty", headers.jwk)


def _fill_neighbours() -> None:
    """Add what only stands near a secret."""
    _add('"received"', refused.input_in_json)
    _add("(parameter '", neighbours.refused_parameter)
    for digit in "123456789":
        for opening in "([":
            _add(f"binding parameter {opening}{digit}", neighbours.bound)
    for head in PAIRED:
        _add(head, neighbours.aws_pair)
    for word in ("parameters", "params", "bindings", "binds", "bind", "args"):
        for sign in (":", "=", '"', "'"):
            _add(word + sign, neighbours.parameters)
    _add("rejected value [", neighbours.rejected)
    _add("through reference chain", neighbours.chained)
    for quote in "'\"`":
        _add(f"{quote} as ", neighbours.cast)
        _add(f"{quote} in ", neighbours.cast)
        _add(f"{quote} to ", neighbours.cast)
        _add(f"{quote} into ", neighbours.cast)
        _add(f"{quote} at path ", neighbours.cast)
        _add(f"{quote} (type ", neighbours.cast)
    _add("failed validating", neighbours.invalid)
    _add("where '", neighbours.asserted)
    for sign in ("=", " =", "= ", " = "):
        _add(f"value{sign}'", neighbours.setting)
    _add("unicodeencodeerror(", neighbours.unencodable)
    for protocol in ("tcp", "unix"):
        _add(f"@{protocol}(", neighbours.go_dsn)
    _add(":1521", neighbours.oracle_login)
    for port in ("25", "465", "587", "2525"):
        _add(f"]:{port}", neighbours.mapped)
    for label in (
        "client_random ",
        "client_handshake_traffic_secret ",
        "server_handshake_traffic_secret ",
        "client_traffic_secret_0 ",
        "server_traffic_secret_0 ",
        "exporter_secret ",
    ):
        _add(label, partial(neighbours.key_log, label))
    _add("--from-literal", neighbours.from_literal)
    _add('" "', neighbours.user_list)
    _add("new value: ", neighbours.new_value)
    _add("keyspec", neighbours.raw_key)
    _add("state=", neighbours.state)
    _add(" as your ", sentences.code_for)
    for call in typed.CALLS:
        _add(call, typed.find)


def _inside(shift: int, text: str, at: int) -> Span | None:
    """Look at a label whose last word begins `shift` characters behind `at`."""
    return labels.find(text, at + shift)


def _spoken_address(text: str, at: int) -> Span | None:
    """`client '203.0.113.9'`, `from 203.0.113.9`: an address behind a word that says whose it is."""
    if at and text[at - 1].isalnum():
        return None
    found = _SPOKEN.match(text, at)
    return personal.plain_address(text, found.end()) if found is not None else None


_fill()
_fill_commands()
_fill_signs()
_fill_places()
_fill_neighbours()
