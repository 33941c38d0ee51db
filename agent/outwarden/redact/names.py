"""Which names stand before a secret: header names, parameter names, keys of mappings, labels in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum, auto
from functools import lru_cache
from typing import Final

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LONGEST_NAME: Final = 200
_LONG_WORD: Final = 8
_SHORT_WORD: Final = 4
_PLURAL: Final = 2


class Kind(Enum):
    """What a name says about the value that follows."""

    PLAIN = auto()
    SECRET = auto()
    """A credential, whatever it looks like."""
    MAYBE = auto()
    """A credential if it looks like one: `stripe_key` is, `cache_key` is not."""
    USER = auto()
    """Names a user: becomes a pseudonym."""
    NUMBER = auto()
    """A personal number: card, phone, identity, tax, account."""
    ADDRESS = auto()
    """An IP address of a person's machine."""
    PERSONAL = auto()
    """Something else about a person: e-mail, birth date, passport."""

    __hash__ = object.__hash__  # that of an `Enum` is a function in Python


PLAIN: Final = Kind.PLAIN
SECRET: Final = Kind.SECRET
MAYBE: Final = Kind.MAYBE
USER: Final = Kind.USER
NUMBER: Final = Kind.NUMBER
ADDRESS: Final = Kind.ADDRESS
PERSONAL: Final = Kind.PERSONAL
"""The same by themselves, for where they are asked for often: it takes ten times as long to ask the `Enum` for one."""


def _set(text: str) -> frozenset[str]:
    return frozenset(" ".join(item.split()) for item in text.split(","))


SECRET_WORDS = _set("""
    password, passwd, passphrase, passcode, passwort, pwd, pswd, secret, secrets, token, apikey, authorization, authentication,
    credential, credentials, cookie, cookies, signature, sig, jwt, bearer, otp, totp, cvv, cvc, cvv2, pin, privatekey,
    accesskey, secretkey, clientsecret, accesstoken, refreshtoken, idtoken, sessionid, sessiontoken, sessid, sessionkey,
    jsessionid, phpsessid, aspsessionid, authtoken, authkey, xsrf, csrf, accountkey, sharedkey, masterkey, storagekey,
    connectionstring, kata sandi, sandi, samlresponse, mfa, sid, webhooksecret, signingkey, encryptionkey,
    appsecret, consumersecret, userpass, dbpass, pgpassword, authcode, verifier, psk, keypass, storepass, requirepass,
    adminpass, bindpass, authpass, mailpass, rootpass, becomepass, katasandi, rahasia, mnemonic, secretkeybase, pw, masterauth,
    viewstate, eventvalidation, senha, wachtwoord, contrasena, motdepasse, haslo, kennwort, passkey, heslo, geslo, lozinka, salasana, adgangskode, parool, passord, parola, sifre,
    pgpass, kodeord, losenord, loesenord, jelszo, slaptazodis, contrasenya, katalaluan, matkhau, zugangscode,
    authtok, stringdata, bindpw, geheimschluessel, zugriffstoken, zugangsdaten
""")
"""As the last word of a name (or the last two, written as one)."""
SECRET_PAIRS: Final = _set("""
    api key, access key, secret key, private key, signing key, encryption key, master key, account key, shared key,
    auth key, subscription key, storage key, license key, session id, session key, session token, set cookie, ssh key,
    security code, connection string, pass word, pass phrase, api secret, basic auth, proxy auth, server key, ssl key,
    client key, consumer key, deploy key, tls key, app key, function key, functions key, webhook key, service key,
    auth code, authorization code, verification code, recovery code, backup code, access code, one time, mother maiden,
    time code, factor code, device code, product key, activation key, token akses, kunci api, kunci akses, key base,
    password confirmation, token confirmation, saml response, client assertion, saml assertion, jwt assertion, ansible pass, become pass, sudo pass, root pass,
    smtp pass, ftp pass, mail pass, admin pass, ldap pass, redis pass, mysql pass, bind pass, app pass, proxy pass, ssh pass, secret word,
    mfa code, otp code, totp code, pin code, sms code, fa code, login code, seed phrase, recovery phrase, seed phrases, recovery phrases, backup phrases, mnemonic phrase, token hint, account secret, x auth, db pass, user pass, kata sandi, connect sid,
    hmac key, jwt key, aes key, cipher key, crypto key, decryption key, admin key, application key, sas key, ingest key, integration key, write key,
    security answer, backup codes, recovery codes, unseal key, user code, time password, root token, clave api, chave api,
    chiave api, klucz api, api sleutel, api nyckel, api schluessel, kode verifikasi, kode akses, snmp community, default pass, postgres pass, login pass, client pass, server pass, key pass, imap pass,
    huaweicloud sk, cloud sk, hw sk, obs sk,
    master pass, rpc pass, vnc pass, wifi pass, service pass, new pass, old pass, jdbc pass, oracle pass, vpn pass, cert pass, api pass, hash salt, cookie key, session keys, totp seed, otp seed, door code, gate code, alarm code, lock code, safe code, authentication string,
    clave secreta, clave privada, chave secreta, chave privada, chiave segreta, chiave privata, llave secreta, tajny klucz, kunci rahasia, kunci privat, kunci enkripsi, kata laluan,
    mat khau, palavra passe, geheime sleutel, salainen avain,
    global key, pg pass, seed words, backup phrase, secret phrase, private seed, wallet seed, wallet phrase, key material, exchange code
""")
SECRET_WORDS |= {pair.replace(" ", "") for pair in SECRET_PAIRS if len(pair) > 6}
_NUMBER_THREES: Final = _set("resident registration number, tax file number")
_SECRET_THREES: Final = _set("""
    mot de passe, clave de api, clave de acceso, clave de cifrado, llave de api, token de acceso, token de acesso, token di accesso, chave de api, chave de acesso,
    chiave di accesso, palavra de passe, code de verification, codigo de verificacion, codigo de verificacao, codice di verifica
""")
_QUIET_SECRETS: Final = _set("key data, hmac sha, oidc data")
_QUIET_NUMBERS: Final = _set("virtual account, va number, nomor va, no va, va no")
"""Their last words are too common for a text to be searched for them: `rules` has literals of its own for these."""
_TRAILING: Final = _set("value, val, str, plain, plaintext, raw, nya, lama, baru, ulang")
"""Says nothing: `clientSecretValue` is a client secret, `password_baru` a new password."""
_HARMLESS_LAST: Final = _set("""
    count, counts, length, len, size, policy, scheme, type, types, expiry, expires, ttl, age, limit, limits, url, uri,
    endpoint, status, valid, enabled, disabled, required, present, version, format, algorithm, alg, at, in, for, on, max,
    min, total, usage, used, budget, cost, name, names, prefix, header, field, hint, rotation, phase, method, provider,
    source, mode, lifetime, ms, seconds, s, state, reset, manager, service, minutes, index, position, error, arn, path, file, subnet
""")
_HARMLESS_FIRST: Final = _set(
    "has, is, no, max, min, num, count, total, require, requires, required, allow, with, use, n"
)
_HARMLESS_PAIRS: Final = _set("""
    page token, next token, continuation token, pagination token, starting token, sort token, max token, cancel token,
    stop token, sync token, primary key, foreign key, sort key, partition key, cache key, object key, s3 key,
    row key, hash key, range key, group key, lookup key, kafka key, idempotency key, dedupe key, public key, message key, metric key,
    index key, unique key, composite key, shard key, config key, join key, natural key, surrogate key, rate key, map key,
    error code, status code, exit code, response code, reason code, return code, http code, event code, country code,
    currency code, language code, index code, market code, stock code, sector code, postal code, zip code, area code,
    source code, page code, region code, city code, province code, bank code, branch code, issuer code, product code,
    query hash, plan hash, content hash, file hash, commit hash, tree hash, block hash, git hash, image hash, tx hash,
    transaction hash, build hash, config hash, schema hash, template hash, cert hash, layer hash, dedup key, item key, storage class, column key, event key, translation key, resource key, file key, document key,
    pod uid, node uid, s uid, cluster uid, namespace uid, deployment uid, replicaset uid, statefulset uid, daemonset uid, job uid, cronjob uid, container uid, dashboard uid, datasource uid
""")
_HASHED: Final = _set("""
    password, passwd, passphrase, passcode, pass, pwd, pw, pin, secret, token, user, auth, login, api, app, key, ntlm, nt, lm, net, session, credential, credentials, otp, mfa, salted, salt,
    shadow, admin, root, account, hmac, recovery, backup, code, sandi, crypt, bcrypt, digest, cookie, email, mail, phone, card, nik, server, client
""")
"""What a hash may be of that must go; those of files, rows, requests and all else may stay."""
_MAYBE_WORDS: Final = _set(
    "clave, chave, klucz, kunci, key, keys, auth, session, hash, salt, creds, cred, pass, hmac, crumb, nonce, ticket, code, sign, tokens, passwords, apikeys, pat, license, licence, pepper, wif"
)
_NUMBERS: Final = _set("""
    card, pan, ccnum, creditcard, cardnumber, debitcard, phone, telephone, msisdn, mobile, whatsapp, wa, tel, telp, telepon,
    handphone, hp, fax, nik, ktp, npwp, ssn, bpjs, iban, rekening, norek, nohp, noktp, imei, imsi, iccid, passport,
    paspor, kk, tin, vat, sim, cell, cellphone, phonenumber, mobilenumber, passportno, passportnumber, nopaspor, accountnumber, cc, kartu,
    ccnumber, cardno, cardnum, kreditkarte, kontonummer, aadhaar, aadhar, nric, mykad, hkid, cnic, cccd, cpf, cnpj, curp, cuit, cuil, dni, nif, bsn, nino, nir, rrn, steuerid,
    pesel, jmbg, oib, tckn, iqama, personnummer, kennitala, steuernummer, ausweisnummer, identifikationsnummer, versicherungsnummer, kartennummer, telefonnummer,
    nisn, nip, nrp, philsys, tfn
""")
_NUMBER_PAIRS: Final = _set("""
    card number, credit card, debit card, card no, cc number, phone number, mobile number, phone no, mobile no, mobile phone,
    identity number, id number, national id, tax id, account number, account no, bank account, no hp, no ktp, no rekening,
    no telp, no wa, no kk, no paspor, security number, induk kependudukan, nomor induk, nomor paspor, nomor npwp, nomor hp, nomor ktp, nomor rekening, nomor telepon, nomor kartu, no kartu, routing number, social security,
    ktp number, npwp number, nik number, sim number, sim no, no sim, nomor sim, bpjs number, no bpjs, nomor bpjs, kk number, nomor kk, passport number, passport no, family card, kartu keluarga, contact number, no rek,
    kartu kredit, kartu debit, card num, account num, acct no, acct number, aadhaar number, aadhaar no, nric number, nric no, fin number, fin no, ic number, ic no, no ic, nhs number,
    medicare number, insurance number, national insurance, driver license, drivers license, driving license, driving licence, license number, licence number, voter id,
    civil id, citizen id, resident id, emirates id, tax number, vat number, vat id, pan number, pan no, pan card, codice fiscale, health card, identity card, identity no, identification number,
    securite sociale, steuer id, national number, resident number, registration no, beneficiary account, destination account, settlement account, savings account, rdn account,
    thai id, sss number, philsys number, rdn number, no rdn, nomor rdn, gopay number, ovo number, ovo id, dana number, sid ksei, nomor sid, no sid
""")
_PERSONAL_PAIRS: Final = _set("""
    birth date, date birth, of birth, tanggal lahir, first name, last name, full name, given name, family name,
    maiden name, home address, street address, nama lengkap, nama ibu, ibu kandung
""")
_PERSONAL: Final = _set("email, mail, lahir, birth, emails, dob, birthdate, birthday, surname, surel, emailaddress")
_USERS: Final = _set("userid, username, user, uid, login, enduser, usr, loginname")
_USER_PAIRS: Final = _set(
    "user id, user name, enduser id, end user, user login, login name, usr id, customer id, member id"
)
_ADDRESSES: Final = _set("ip, peer, ipaddr, ipaddress, remoteaddr, clientip, ipv4, ipv6")
_ADDRESS_PAIRS: Final = _set("""
    client ip, remote ip, remote addr, remote address, source ip, src ip, user ip, peer ip, peer addr, peer address, real ip, forwarded for,
    client address, client addr, source address, ip address, ip addr, connecting ip, x forwarded, remote host, client host,
    origin ip, caller ip, visitor ip, sender ip, login ip, true ip, host forwarded
""")
_OUR_SIDE: Final = _set(
    "server, destination, dest, dst, host, local, bind, listen, node, pod, upstream, container, public"
)
_IN_QUERY: Final = frozenset(
    ("key", "k", "code", "sign", "hash", "auth", "pw", "hmac", "assertion", "ticket", "u", "p", "appid")
)

LABELS: Final = (
    frozenset(
        label.replace(" ", "")
        for words in (SECRET_WORDS, _MAYBE_WORDS, _NUMBERS, _PERSONAL, _USERS, _ADDRESSES)
        for label in words
    )
    | _TRAILING
    | frozenset(
        pair.split()[1]
        for pairs in (SECRET_PAIRS, _NUMBER_PAIRS, _PERSONAL_PAIRS, _USER_PAIRS, _ADDRESS_PAIRS)
        for pair in pairs
    )
)
"""The last word of every name that is not plain: what a text is searched for."""

SECONDS: Final = frozenset(
    pair.split()[1]
    for pairs in (SECRET_PAIRS, _NUMBER_PAIRS, _PERSONAL_PAIRS, _ADDRESS_PAIRS, _QUIET_NUMBERS)
    for pair in pairs
)
"""The second words of names of two words, which may stand apart: `Recovery codes: …`."""

SPOKEN: Final = SECRET_PAIRS | _NUMBER_PAIRS | _ADDRESS_PAIRS
"""Names of two words as they stand in a sentence: `the account number is …`."""

CREDENTIAL_HEADERS: Final = _set("""
    authorization, proxy-authorization, x-api-key, api-key, apikey, x-apikey, x-auth-token, x-access-token, x-auth-key,
    x-rapidapi-key, x-goog-api-key, ocp-apim-subscription-key, x-amz-security-token, x-vault-token, x-gitlab-token,
    private-token, x-functions-key, x-shopify-access-token, dd-api-key
""")
"""Request headers whose values are credentials."""


@lru_cache(maxsize=8192)
def kind(name: str) -> Kind:
    """Say what a name such as `x-api-key`, `clientSecret`, `DB_PASSWORD` or `enduser.id` stands before."""
    if not name.isascii() and (said := _as_others_say_it(name)) is not None:
        return said
    words = [word.lower() for word in _WORDS.findall(name[-_LONGEST_NAME:])]
    while words and (words[-1].isdigit() or (len(words) > 1 and words[-1] in _TRAILING)):
        words.pop()
    if not words:
        return Kind.PLAIN
    if len(words[-1]) > _LONG_WORD:
        words[-1] = words[-1].removesuffix("value")  # `CLIENTSECRETVALUE`
    if len(words[-1]) > _SHORT_WORD and words[-1] not in SECRET_WORDS:
        words[-1] = words[-1].removesuffix("nya")  # `tokennya`: its token
    last = words[-1]
    if words == ["hash"]:
        return Kind.PLAIN  # of a file, a block, a commit; those of passwords show what they are
    if last == "cc" and len(words) > 1 and words[-2].isdigit():
        return Kind.PLAIN  # the end of a number in hex
    if words[-3:] in (["private", "key", "id"], ["public", "key", "token"]):
        return Kind.PLAIN  # the latter names an assembly of .NET
    two = " ".join(words[-2:])
    joined = "".join(words[-2:])
    if (
        two in _NUMBER_PAIRS
        or two in _QUIET_NUMBERS
        or last in _NUMBERS
        or joined in _NUMBERS
        or last.endswith(_NUMBER_SUFFIXES)
        or " ".join(words[-3:]) in _NUMBER_THREES
    ):
        return Kind.NUMBER
    if last == "hash" and len(words) > 1 and words[-2] not in _HASHED:
        return Kind.PLAIN
    if two in _HARMLESS_PAIRS or (len(words) > 1 and words[0] in _HARMLESS_FIRST):
        return Kind.PLAIN
    if (
        last in SECRET_WORDS
        or two in SECRET_PAIRS
        or two in _QUIET_SECRETS
        or joined in SECRET_WORDS
        or (len(words) > _PLURAL and " ".join(words[-3:]) in _SECRET_THREES)
        or joined.endswith(_SUFFIXES)
    ):
        return Kind.SECRET
    if last == "id" and words[-3:-1] == ["access", "key"]:
        return Kind.SECRET
    if two in _ADDRESS_PAIRS or last in _ADDRESSES or joined in _ADDRESSES:
        return Kind.PLAIN if words[0] in _OUR_SIDE else Kind.ADDRESS
    if two in _PERSONAL_PAIRS or last in _PERSONAL:
        return Kind.PERSONAL
    if two in _USER_PAIRS or last in _USERS or joined in _USERS:
        return Kind.USER
    if last in _MAYBE_WORDS or (last[-1] == "s" and len(last) > _PLURAL and _is_one(words)):
        return Kind.MAYBE
    return _inner(words)


def _is_one(words: list[str]) -> bool:
    """Say whether a name in the plural is that of several secrets, such as `auth_codes` or `session_ids`."""
    return kind("_".join([*words[:-1], words[-1][:-1]])) is Kind.SECRET


def _as_others_say_it(name: str) -> Kind | None:
    from outwarden.redact.foreign_names import FOREIGN, NUMBERS  # noqa: PLC0415 - 2 ms that few programs need

    low = name.lower()
    apart = low.replace("_", " ").replace("-", " ")
    if low.endswith(FOREIGN) or apart.endswith(FOREIGN):
        return Kind.SECRET
    return Kind.NUMBER if apart.endswith(NUMBERS) else None


def _inner(words: list[str]) -> Kind:
    """A strong word in front counts as well, as in `password_hash`, unless what follows makes it harmless."""
    if words[-1] in _HARMLESS_LAST:
        return Kind.PLAIN
    if words[0] in FIRST_NUMBERS:
        return Kind.NUMBER  # `nik_pemohon`, of whoever it is
    strong = any(word in _STRONG for word in words[:-1])
    return Kind.MAYBE if strong else Kind.PLAIN


_SUFFIXES: Final = (
    *(
        "bindpw",
        *("userpwd", "dbpwd", "loginpwd", "adminpwd", "rootpwd", "sqlpwd", "smtppwd", "mailpwd", "ldappwd", "ftppwd"),
        "rootpw",
        "userpw",
        "adminpw",
        "dbpw",
        "smtppw",
        "mailpw",
        "ldappw",
        "authpw",
        "sqlpw",
        "certpw",
        "ftppw",
    ),
    *(
        "passwort",
        "kennwort",
        "wachtwoord",
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "accesskey",
        "secretkey",
        "privatekey",
    ),
    *(
        "sharedkey",
        "signingkey",
        "encryptionkey",
        "masterkey",
        "accountkey",
        "authkey",
        "authorization",
        "cookie",
        "credential",
        "credentials",
        "signature",
        "authcode",
    ),
)
"""Written as one with what stands before, as in SECRETACCESSKEY."""

_NUMBER_SUFFIXES: Final = ("identifikationsnummer", "versicherungsnummer", "kartennummer", "telefonnummer")
FIRST_NUMBERS: Final = _set("nik, ktp, npwp, iban, ssn, msisdn, aadhaar, nric, cpf")
_STRONG: Final = _set("password, passwd, sandi, secret, token, apikey, credential, credentials, private, authorization")


_CODES: Final = _set("otp, totp, cvv, cvc, cvv2, pin, mfa, passcode")
_CODE_PAIRS: Final = _set(
    "time, factor, mfa, otp, totp, pin, sms, fa, login, security, verification, recovery, backup, access"
)


@lru_cache(maxsize=1024)
def is_short_code(name: str) -> bool:
    """Say whether a name stands before a code of a few digits, such as `otp` or `verification_code`."""
    words = [word.lower() for word in _WORDS.findall(name[-_LONGEST_NAME:])]
    return bool(words) and (
        words[-1] in _CODES
        or words[:1] == ["kode"]
        or (words[-1] == "code" and words[-2:-1] != [] and words[-2] in _CODE_PAIRS)
    )


def is_harmless_pair(first: str, second: str) -> bool:
    """Say whether two words that a blank parts name something harmless: `cache key`."""
    return f"{first} {second}".lower() in _HARMLESS_PAIRS


Judge = Callable[[str], Kind]
"""Says what a name stands before."""


def is_credential_parameter(name: str, judge: Judge = kind) -> bool:
    """Say the same of a query parameter, where short names such as `key` and `sig` are credentials as well."""
    return name.lower() in _IN_QUERY or judge(name) is Kind.SECRET


def written_as_one(name: str) -> str:
    """Give a name's words without what stands between them: `X-Employee-No` and `employeeNo` end in `employeeno`."""
    return "".join(word.lower() for word in _WORDS.findall(name[-_LONGEST_NAME:]) if not word.isdigit())


def judge_with(names: Iterable[str]) -> Judge:
    """Give a judge that takes more names than ours for those of secrets, also where they end a longer name."""
    more = tuple(filter(None, map(written_as_one, names)))
    if not more:
        return kind

    @lru_cache(maxsize=8192)
    def judge(name: str) -> Kind:
        return Kind.SECRET if written_as_one(name).endswith(more) and _ends_with(name, more) else kind(name)

    return judge


def _ends_with(name: str, more: tuple[str, ...]) -> bool:
    """Say whether a name ends in whole words that are one of these: `pin` is no end of `shipping`."""
    words = [word.lower() for word in _WORDS.findall(name[-_LONGEST_NAME:]) if not word.isdigit()]
    return any("".join(words[at:]) in more for at in range(len(words)))
