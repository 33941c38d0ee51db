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
    jars,
    label_literals,
    labels,
    links,
    neighbours,
    nested,
    paths,
    personal,
    persons,
    programs,
    refused,
    sentences,
    shapes,
    split_tables,
    stores,
    typed,
)
from outwarden.redact.foreign_names import FOREIGN, NUMBERS
from outwarden.redact.grammars import GRAMMARS
from outwarden.redact.spans import Find

PAIRED: Final = ("akia", "asia")
"""What begins a key whose other half stands beside it."""
_BLOCKS: Final = (
    *("2001", "2003", "2620", "2630", "2a10", "2a11", "2a12", "2a13", "2a14", "2c0f"),
    *(f"{block}{digit:x}" for block in ("240", "260", "280", "2a0") for digit in range(16)),
)
"""How the addresses begin that are given out of IPv6."""
_SCHEMES: Final = (
    "bearer |basic |negotiate |ntlm |apikey |jwt |splunk |oauth |sso-key |bot |ssws |geniekey |deepl-auth-key |xoauth2 "
)
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_MAILED: Final = "reset invite invitation verify confirm activate activation confirmation magic unsubscribe"
"""Words in the path of a link that was mailed."""
_REFUSED: Final = (
    "parameter|field|option|argument|header|property|variable|column|setting|attribute|config|configuration|key"
    "|environment variable|env var"
)
"""What is said to be invalid: `for parameter 'api_key'`."""
_LOGINS: Final = "creds|credentials|login|logged in with|log in with|signed in with|connecting as|connected as"
_WRONG: Final = (
    "is an expired |is an invalid |is a wrong |is not a valid |is no valid |is an old |as the |as your |as my |as its "
)
_KEY_LOGS: Final = (
    "client_random ",
    "client_handshake_traffic_secret ",
    "server_handshake_traffic_secret ",
    "client_traffic_secret_0 ",
    "server_traffic_secret_0 ",
    "exporter_secret ",
)


class Rule(NamedTuple):
    """One way to look at the places of a literal."""

    find: Find
    label: int = 0
    """The length of a label: behind it must be what may part it from its value."""


RULES: Final[dict[str, list[Rule]]] = {}
"""Each literal, in lower case, with the rules that look at the places where it stands."""


def literals() -> frozenset[str]:
    """Give all literals that a text is searched for, in lower case."""
    return clues.LITERALS.union(RULES, dumps.LITERALS)


def _add(find: Find, *found_by: str) -> None:
    for literal in found_by:
        RULES.setdefault(literal.lower(), []).append(Rule(find))


def _fill_labels() -> None:
    """Add what stands before a value and is its name."""
    for label, length in label_literals.literals():
        RULES.setdefault(label, []).append(Rule(labels.find, length))
    for literal, shift in label_literals.inside():
        _add(partial(labels.inside, shift), literal)
    for pair in label_literals.spoken():
        _add(partial(labels.spoken, pair), f"{pair} ")
    for word in FOREIGN:
        _add(partial(labels.foreign, word), word)
        if " " in word:
            for joint in "_-":  # in names of fields, variables and options
                _add(partial(labels.foreign, word), word.replace(" ", joint))
    for word in NUMBERS:
        for one in dict.fromkeys((word, word.replace(" ", "_"))):
            _add(partial(labels.foreign_number, one), one)
    _add(labels.option, "--")
    _add(nested.data, "stringdata:")
    _add(typed.find, *typed.CALLS)


def _fill_commands() -> None:
    """Add what leads to a password on a command line, in a statement, in a call or in a protocol."""
    for program in programs.OPTIONS:
        _add(partial(commands.option, program), program)
    for literal in programs.OTHERS:
        _add(partial(commands.password, literal), literal)
    for letter in "apwxktn":
        _add(commands.short, f"-{letter} ")
    for letter in "apw":
        _add(commands.short, f"-{letter}'", f'-{letter}"')
    _add(commands.substituted, "<(echo ", "<(printf ")
    _add(commands.sent, 'send "', 'send \\"', "send -- ")
    _add(commands.here, "<<< ")
    _add(commands.mask, "add-mask::")
    _add(commands.ftp, "pass ")
    _add(commands.mail_login, "auth plain", "auth login", "334 ")
    _add(commands.option_value, "--value", "--body", "--secret-")
    _add(commands.cookies, "-b '", '-b "', "--cookie ", "--cookie=")
    _add(commands.redis, "auth\r\n", "auth\\r\\n")


def _fill_shapes() -> None:
    """Add what is the beginning of a credential, or a part of one."""
    for shape in shapes.SHAPES:
        _add(partial(shapes.find, shape), shape.literal)
    for grammar in GRAMMARS:
        _add(grammar.find, grammar.literal)


def _fill_headers() -> None:
    """Add what stands before a credential in a header, around a key, or behind a user."""
    _add(headers.scheme, *_SCHEMES.split("|"))
    _add(headers.aws, "aws4-")
    _add(headers.refused, "header value", "nonnumeric port", "header part")
    _add(headers.pem, "-----begin")
    _add(headers.putty, "private-lines:")
    _add(headers.mailchimp, "-us")
    _add(headers.jwt, "eyj")
    _add(headers.user, "-u ", "-user ", "-user=", "-u'", '-u"', "-a ", "-cert ")
    _add(headers.identified, "identified by", "identified with")
    _add(headers.digest, "response=")
    _add(headers.hawk, "hawk ")
    _add(headers.jwk, '"kty', "'kty")
    _add(jars.cookie, "<cookie ")
    _add(jars.jar, "<simplecookie: ")
    _add(jars.line, "\ttrue\t/", "\tfalse\t/")
    _add(jars.fields, "cookie(version=", "cookie(name=")


def _fill_urls() -> None:
    """Add what stands in URLs: before a password, or in a path."""
    _add(links.at_sign, "@")
    _add(links.hook, "/services/t")
    _add(links.bot, ":aa")
    _add(links.no_port, "://")
    _add(links.oracle, "jdbc:oracle:")
    _add(links.wifi, "wifi:")
    _add(links.subprotocol, "bearer.")
    for word in _MAILED.split():
        _add(paths.link, f"{word}/", f"{word}-")
    _add(paths.private_link, "/private-")
    _add(paths.hook, "hook/", "hooks/")
    _add(paths.hook_host, "//hook.", "//hc-ping")
    _add(paths.key_step, "/key/", "/apikey/", "/api_key/", "/token/", "/secret/")
    _add(paths.integration, "integration/")
    _add(paths.keyed_host, *(f".{host}/" for host in paths.KEYED_HOSTS))


def _fill_personal() -> None:
    """Add what leads to numbers and addresses of persons."""
    for spoken in ("client", "from", "peer", "remote"):
        for separator in " :='\"\\":
            _add(personal.spoken_address, spoken + separator)
    for digit in "123456789(":
        _add(personal.phone, f"+{digit}")
    _add(personal.link, "wa.me/")
    for way in ("to", "ke", "from", "dari", "di"):
        _add(personal.called, f"{way} 0", f"{way}: 0")
    _add(persons.in_brackets, "name (")
    for sign in "\\'\"":
        _add(persons.account, f"account{sign}")
    _add(persons.machine_readable, "<<")
    _add(personal.forwarded, "for=")
    _add(personal.global_address, "::ffff:")
    for block in _BLOCKS:
        _add(personal.global_address, f"{block}:")
    for month in _MONTHS.split():
        _add(personal.logged, f"/{month}/20")
    for method in ("get", "head", "post", "put", "options", "delete"):
        _add(personal.tabulated, f"\t{method}\t")
    _add(personal.balanced, " app/")
    _add(personal.started, '" for ')


def _fill_places() -> None:
    """Add what gives a secret away whose name stands elsewhere: in errors, statements, sentences and stores."""
    _add(inserts.rows, "values", "value (")
    for name in ("columns", "fields", "header", "headers", "column_names", "columnNames"):
        _add(split_tables.find, f'"{name}"', f'"{name}\\"')
    _add(refused.input_value, "input_value=")
    _add(refused.input_in_json, '"input"', '"received"')
    _add(refused.variable, "got invalid value")
    _add(refused.duplicate, "uplicate entry '")
    for word in _REFUSED.split("|"):
        _add(refused.value_for, f"for {word} ")
    _add(sentences.sent_code, "is your ", "adalah kode")
    _add(sentences.answered, "&code=", 'code"', "code'", "code\\")
    _add(sentences.named_behind, *_WRONG.split("|"))
    for word in _LOGINS.split("|"):
        _add(sentences.user_and_password, f"{word} ")
    _add(sentences.code_for, " as your ", " sebagai ")
    _add(stores.vault, "$ansible_vault;")
    _add(stores.pgpass, ":5432:", ":*:")
    _add(stores.stored, "securestring", "/secrets/")
    _add(stores.netrc, "machine ")
    _add(stores.samba, ":[u")


def _fill_neighbours() -> None:
    """Add what only stands near a secret."""
    _add(neighbours.actual, "actual value was ")
    _add(neighbours.called, '"params":["', '"params": ["')
    _add(neighbours.refused_parameter, "(parameter '")
    for digit in "123456789":
        _add(neighbours.bound, f"binding parameter ({digit}", f"binding parameter [{digit}")
    _add(neighbours.aws_pair, *PAIRED)
    for word in ("parameters", "params", "bindings", "binds", "bind", "args"):
        for sign in ":=\"'":
            _add(neighbours.parameters, word + sign)
    _add(neighbours.rejected, "rejected value [")
    _add(neighbours.chained, "through reference chain")
    for quote in "'\"`":
        for behind in ("as", "in", "to", "into", "at path", "(type"):
            _add(neighbours.cast, f"{quote} {behind} ")
    _add(neighbours.invalid, "failed validating")
    _add(neighbours.asserted, "where '")
    for sign in ("=", " =", "= ", " = "):
        _add(neighbours.setting, f"value{sign}'")
    _add(neighbours.unencodable, "unicodeencodeerror(")
    _add(neighbours.go_dsn, "@tcp(", "@unix(")
    _add(neighbours.oracle_login, ":1521")
    for port in ("25", "465", "587", "2525"):
        _add(neighbours.mapped, f"]:{port}")
    for label in _KEY_LOGS:
        _add(partial(neighbours.key_log, label), label)
    _add(neighbours.from_literal, "--from-literal")
    _add(neighbours.user_list, '" "')
    _add(neighbours.new_value, "new value: ")
    _add(neighbours.raw_key, "keyspec")
    _add(neighbours.state, "state=")
    for mark in ("\x01", "^a", "|"):
        _add(neighbours.fix, f"{mark}554=", f"{mark}925=")
    _add(neighbours.radius, "] (from client")
    _add(nested.accounts, "chpasswd:")


_fill_labels()
_fill_commands()
_fill_shapes()
_fill_headers()
_fill_urls()
_fill_personal()
_fill_places()
_fill_neighbours()
