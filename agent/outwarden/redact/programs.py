"""Programs, statements and functions that take a password at a known place, which no name tells: `mysql -p…`, `login("app", "…")`.

To add a program: a line in the table. The first word is what leads to it (`~` is a blank), the second says where the value
stands: `apart` from the option, `joined` with it, `either`, or behind a `colon`; the rest are the options.
"""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact.expression import expression

_TABLE: Final = """
    redis-cli           apart  -a --pass
    mysql               joined -p
    mariadb             joined -p
    xtrabackup          joined -p
    sshpass             either -p
    mongo               either -p
    docker~login        apart  -p
    podman~login        apart  -p
    nerdctl~login       apart  -p
    buildah~login       apart  -p
    skopeo~login        apart  -p
    registry~login      apart  -p
    cf~login            apart  -p
    oc~login            apart  -p
    twine~upload        apart  -p
    az~login            apart  -p
    az~acr              apart  -p
    az~sql              apart  -p
    az~webapp           apart  -p
    rabbitmqadmin       apart  -p
    cqlsh               apart  -p
    cypher-shell        apart  -p
    couchbase-cli       apart  -p
    cbq~                apart  -p
    hydra               apart  -p
    medusa              apart  -p
    evil-winrm          apart  -p
    crackmapexec        apart  -p
    netexec             apart  -p
    smbmap              apart  -p
    certutil            apart  -p
    psexec              apart  -p
    ncftp               apart  -p
    rdesktop            apart  -p
    useradd             apart  -p
    usermod             apart  -p
    unlock-keychain     apart  -p
    add-generic-password  apart -w
    add-internet-password apart -w
    import-pfx          apart  -p
    unzip               either -P
    zip~                either -P
    7z~                 joined -p
    7za~                joined -p
    7zr~                joined -p
    rar~                joined -hp -p
    unrar               joined -p
    arj~                joined -g
    ldapsearch          either -w
    ldapmodify          either -w
    ldapadd             either -w
    ldapdelete          either -w
    ldapwhoami          either -w
    ldapmodrdn          either -w
    ldapcompare         either -w
    ldappasswd          apart  -s -a -w
    sqlcmd              either -P
    osql~               either -P
    isql                either -P
    tsql                either -P
    bcp~                either -P
    fisql               either -P
    mosquitto_          either -P
    ipmitool            apart  -P
    plink               apart  -pw
    pscp                apart  -pw
    psftp               apart  -pw
    swaks               apart  -ap
    sendemail           apart  -xp
    pdf                 apart  -upw -opw
    ssh-keygen          apart  -N -P
    snmp                apart  -A -X -c
    curl~               apart  --pass --proxy-pass --tlspassword
    doctl~auth          apart  -t
    signtool            apart  /p
    schtasks            apart  /rp /p
    xfreerdp            colon  /p
    wfreerdp            colon  /p
    winrs               colon  -p -password /p
    cmdkey              colon  /pass
    lftp                either -u~USER,
    smbclient           either -U~USER%
    rpcclient           either -U~USER%
"""

_SECOND: Final = r"b?['\"][^'\"\0]{1,64}['\"], ?[bN]?(?=['\"])"
"""Of two texts in brackets the second: `("app", "…")`."""
_ORACLE: Final = r"(?<!\S)(?:userid=)?[^\s/@=]{1,64}/(?=[^\s/@]{3,64}(?:@|\s+[a-z]{3,16}=))"
_LEVEL: Final = r" (?:[05789] )?"
"""Devices of networks tell before a password how it is written."""

_PIPED: Final = (
    r"sudo -S|cryptsetup|kinit|smbpasswd|vncpasswd|ecryptfs|pass insert|[^\r\n\0|]{0,80}(?:--password-stdin|--with-token|secrets? (?:put|create|set)|chpasswd"
    r"|passwd|--passphrase-fd|luks(?:Open|Format|AddKey)|--data-file=-|--stdin|-pass stdin)"
)
"""What reads a password from a pipe."""
_FILED: Final = (
    r"['\"]?[^\s\0'\"0-9]{0,255}[0-9][^\s\0'\"]{0,255}['\"]? ?>{1,2} ?['\"]?[\w./~$-]{0,120}?"
    r"(?:/secrets?/|password|passwd|passphrase|token|api_?key|credential|\.(?:key|pass)\b)"
)
"""A file whose name says what is written into it."""
_ECHOED: Final = (
    rf"(?:-n |-e |['\"]?%s(?:\\n)?['\"]? ){{0,2}}(?=['\"]?[^\s\0'\"]{{3,256}}['\"]? ?\| ?(?:{_PIPED})|{_FILED})"
)

AMONG: Final = {
    "net use ": r"(?:/user:\S{1,80} |\\\\[^\s\0]{3,100} )(?!/)",
    "net user": r" \S{1,64} (?=[^\s/*]{3,128} /(?:add|domain|active))",
    "SETUSER ": r"(?<!\S)>(?=\S)",
    "user default ": r"(?<!\S)>(?=\S)",
    "config set ": r"--secret [\w.:-]{1,80} ",
    "reg add": r"/v ['\"]?\w{0,40}(?i:password|passwd|pass|pwd|secret|token|key)\w{0,20}['\"]? [^\r\n\0]{0,60}?/d ",
    "PRAGMA key": r" ?= ?",
    "db.auth(": r"['\"][^'\"\0]{1,64}['\"], ?",
    "htpasswd": r"(?<!\S)-(?:(?:[a-zA-Z]{0,4}n[a-zA-Z]{0,4}b|[a-zA-Z]{0,4}b[a-zA-Z]{0,4}n)[a-zA-Z]{0,4} \S{1,64}|[a-zA-Z]{0,4}b[a-zA-Z]{0,4} \S{1,200} \S{1,64}) ",
    "sqlplus": r"(?<!\S)[^\s/@]{1,64}/(?=[^\s@]{1,64}@)",
    "sqlldr": _ORACLE,
    "expdp": _ORACLE,
    "impdp": _ORACLE,
    "set password for": r" = (?:N|PASSWORD\()?",
    "openssl": r"(?:-pass(?:in|out|word)? ['\"]?pass:|(?<!\S)-(?:k|K|hmac|macopt) (?:hexkey:|key:)?)",
    "snmp-server community": r" ",
    "pdftk": r"(?<!\S)(?:input|user|owner)_pw ",
    "ConvertTo-SecureString": r" (?:-String )?",
    "password-command": r"[ =]['\"]?(?:echo|printf) (?:-n )?",
    "password_cmd": r"[ =]['\"]?(?:echo|printf) (?:-n )?",
    "password_command": r"[ =:]{1,3}['\"]?(?:echo|printf) (?:-n )?",
    "passwordeval": r"[ =:]{1,3}['\"]?(?:echo|printf) (?:-n )?",
    "PDO(": r"'[^'\0]{0,200}', ?'[^'\0]{0,64}', ?",
    "PDO->__construct(": r"'[^'\0]{0,200}', ?'[^'\0]{0,64}', ?",
    "mysqli": r"\('[^'\0]{0,200}', ?'[^'\0]{0,64}', ?",
    "rabbitmqctl": r" (?:add_user|change_password|authenticate_user) \S{1,64} ",
    "nmcli": r" (?:password|wifi-sec\.psk|802-11-wireless-security\.psk) ",
    "db2 ": r"(?i: user) \S{1,64} (?i:using) ",
    "mysqladmin": r" password ",
    "tacacs-server": rf" key{_LEVEL}",
    "radius-server": rf" key{_LEVEL}",
    "curl ": r"(?<!\S)-u(?=[^\s:'\"]{1,64}:)[^\s:'\"]{1,64}:",
    "git credential": r" password=",
}
"""What stands before the password somewhere among the arguments."""

NEXT: Final = {
    "> AUTH ": r"(?:default )?",
    '"AUTH"': r" (?:\"[^\"\0]{1,64}\" (?=\"(?![A-Z]{2,16}\")))?(?=\")",
    "-cli AUTH ": r"(?:default )?",
    "AUTH default ": "",
    "connect(": r"(?:b?['\"][^'\"\0]{1,64}['\"], ?){2}(?=['\"])",
    "password for ": r"(?:[^\s:]{1,64} ){0,4}[^\s:]{1,64}: (?!(?:Use|use|click|Click|enter|Enter|please|Please|The|the) [a-z])",
    "IDENTIFY ": r"(?:(?-i:(?<=IDENTIFY ))|(?<=erv identify )|(?<= ns identify )|(?<=/ns identify )|(?<=erv :identify ))(?=\S{0,64}[0-9]\S{0,64}\s{0,2}(?:\Z|\0))",
    "http-basic.": r"\S{1,64} \S{1,64} ",
    "BasicAuth(": r"b?['\"][^'\"\0]{1,64}['\"], ?b?",
    "auth=(": r"b?['\"][^'\"\0]{1,64}['\"], ?b?",
    "LOGIN ": r"(?:(?-i:(?<=LOGIN ))|(?<=[0-9] login ))['\"]?[^\s\0'\"]{1,64}(?<![:.])['\"]? (?=['\"]?\S{0,64}[0-9])(?![\w.-]{1,64}=)",
    "echo ": _ECHOED,
    "printf ": _ECHOED,
    "wpa_passphrase ": r"(?:\"[^\"\0]{1,64}\"|'[^'\0]{1,64}'|\S{1,64}) ",
    "pypi-token.": r"[\w-]{1,40} ",
    "bundle config ": r"(?:set )?(?:--\w{1,8} )?\S{3,120} [^\s:/]{1,64}:",
    "addauth digest ": r"[^\s:]{1,64}:",
    "sp_password ": r"(?:NULL|N?'[^'\0]{1,64}'), ?N?(?=')",
    "sp_addlogin ": r"N?'[^'\0]{1,64}', ?N?(?=')",
    "pgp_sym_": r"(?:en|de)crypt\((?:[^()'\0]{0,100}|'[^'\0]{0,300}'), ?(?=')",
    "aes_encrypt(": r"(?:[^()'\0]{0,100}|'[^'\0]{0,300}'), ?(?=')",
    "aes_decrypt(": r"(?:[^()'\0]{0,100}|'[^'\0]{0,300}'), ?(?=')",
    "crypt('": r"(?=[^'\0]{3,128}', ?(?:gen_salt|\w{1,40}\b))",
    "isakmp key ": r"(?:[06] )?",
    "username ": rf"(?!and\b|or\b|is\b)\S{{1,40}} (?:privilege [0-9]{{1,2}} )?(?:password|secret){_LEVEL}",
    "key-string ": r"(?:[067] )?",
    "authentication-key ": r"(?:[067] )?",
    "ascii-text ": "",
    "pkcs12 terminal ": "",
    "rpcauth=": r"[^\s:]{1,64}:",
    "sp_setapprole ": r"N?'[^'\0]{1,64}', ?N?(?=')",
    "enable secret": _LEVEL,
    "enable password": _LEVEL,
    "rocommunity": r"6? ",
    "rwcommunity": r"6? ",
    "impacket-": r"\w{2,24} (?:-\S{1,20} ){0,2}[\w.-]{1,40}/[^\s:/]{1,64}:",
    "getConnection(": r"(?:\"[^\"\0]{0,300}\"|[\w.]{1,40}), ?\"[^\"\0]{0,64}\", ?",
    "jwt.sign(": r"[^()'\"\0]{0,80}, ?b?(?=['\"])",
    "jwt.decode(": r"[^()'\"\0]{0,80}, ?b?(?=['\"])",
    "jwt.verify(": r"[^()'\"\0]{0,80}, ?b?(?=['\"])",
    "jwt.encode(": r"[^()'\"\0]{0,80}, ?b?(?=['\"])",
    "hmac.new(": r"b?(?=['\"])",
    "createhmac(": r"['\"][\w-]{2,12}['\"], ?(?=['\"])",
    "createcipheriv(": r"['\"][\w-]{2,24}['\"], ?(?:Buffer\.from\()?(?=['\"])",
    "createdecipheriv(": r"['\"][\w-]{2,24}['\"], ?(?:Buffer\.from\()?(?=['\"])",
    "fernet(": r"b?(?=['\"])",
    "new stripe(": r"(?=['\"])",
    "new sequelize(": r"(?:['\"][^'\"\0]{1,64}['\"], ?){2}(?=['\"])",
    "credentials(": r"(?:['\"][^'\"\0]{1,64}['\"], ?){1,3}(?=['\"][^'\"\0]{3,128}['\"]\s?\))",
    "curlopt_userpwd": r"(?:,|\s?=>) ?['\"][^'\":\0]{1,64}:",
    "community string ": r"(?=['\"]?\S{0,64}[0-9])",
    "exp ": _ORACLE,
    "imp ": _ORACLE,
    **dict.fromkeys(
        (
            "create_user(",
            "add_user(",
            "createuser(",
            "change_password(",
            "set_password(",
            "reset_password(",
            "check_password(",
            "verify_password(",
            "login(",
            "logon(",
            "signin(",
            "authenticate(",
            "setbasicauth(",
            "passwordauthentication(",
            "networkcredential(",
            "pscredential(",
        ),
        _SECOND,
    ),
    **dict.fromkeys(
        ("simple_bind", "ldap_bind("), r"(?:_s)?\(?(?:\$\w{1,24}, ?)?b?['\"][^'\"\0]{1,160}['\"], ?b?(?=['\"])"
    ),
}
"""What stands before it right behind the literal."""

SEVERAL: Final = {
    "mc alias set ": r"\S{1,64} \S{4,200} ([^\s\0]{3,128} [^\s\0]{3,128})",
    "qpdf": r"--encrypt (['\"]?[^\s\0]{3,128} [^\s\0]{3,128})(?= (?:40|128|256))",
    "snmp-server user": r" \S{1,64} [^\r\n\0]{0,40}?auth \S{2,8} ([^\s\0]{3,64}(?: priv [a-z0-9]{2,6}(?: [0-9]{2,3})? [^\s\0]{3,64})?)",
    "createUser": r" \S{1,40} (?:MD5|SHA\S{0,4}) ([^\s\0]{3,64}(?: (?:AES|DES)\S{0,4} [^\s\0]{3,64})?)",
}
"""Two passwords in a row."""

_BLANK: Final = r"(?:[ \t]{1,2}|=|['\"],[ ]?(?=['\"]))"
"""What parts an option from its value: also in a list of arguments, `"-p", "…"`."""
_BEGIN: Final = r"(?<![^\s\0'\"\[,])"
_ARGUMENTS: Final = r"[^\r\n\0|;]{0,200}?"
_VALUE: Final = r"['\"]?([^\s\0'\"]{3,1024})"
_WHERE: Final = {"apart": _BLANK, "joined": r"(?=[^\s'\",=]|'[^\s',]|\"[^\s\",])", "either": f"{_BLANK}?", "colon": ":"}


SECONDS: Final[dict[str, re.Pattern[str]]] = {}
"""The same from the end of the first password on, of programs that take two."""


def _options() -> dict[str, re.Pattern[str]]:
    found = {}
    for line in _TABLE.strip().splitlines():
        program, where, *options = line.replace("USER", r"[^\s,%]{1,64}").split()
        given = "|".join(option.replace("~", f"{_BLANK}?" if where == "either" else " ") for option in options)
        program = program.replace("~", " ")
        behind = "" if options[0][-1] in ",%" else _WHERE[where]
        found[program] = _within(f"{re.escape(program)}{_ARGUMENTS}{_BEGIN}(?:{given}){behind}{_VALUE}", _case(program))
        if len(options) > 1:
            SECONDS[program] = _within(f"{_ARGUMENTS}{_BEGIN}(?:{given}){behind}{_VALUE}", _case(program))
    return found


def _within(pattern: str, flags: int) -> re.Pattern[str]:
    """Give an expression that never goes beyond its text: a NUL stands between the texts of an event."""
    return expression(pattern.replace(r"\S", r"[^\s\0]").replace(r"[^\s\0", r"[^\s").replace(r"[^\s", r"[^\s\0"), flags)


def _case(literal: str) -> int:
    return re.IGNORECASE if " " in literal or literal.endswith(("(", "pwd")) else 0


def _others() -> dict[str, re.Pattern[str]]:
    among = {one: _within(f"{re.escape(one)}{_ARGUMENTS}{before}{_VALUE}", _case(one)) for one, before in AMONG.items()}
    behind = {one: _within(f"{re.escape(one)}{before}{_VALUE}", _case(one)) for one, before in NEXT.items()}
    several = {one: _within(f"{re.escape(one)}{_ARGUMENTS}{whole}", 0) for one, whole in SEVERAL.items()}
    return among | behind | several


OPTIONS: Final = _options()
"""Programs with options, by their name: a word of its own."""
OTHERS: Final = _others()
"""Everything else that leads to a password, by its literal; a program may be in both."""
