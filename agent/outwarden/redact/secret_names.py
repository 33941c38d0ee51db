"""Words that name a secret: passwords, tokens, keys, codes; `names` says how they are combined."""

from __future__ import annotations

from typing import Final

from outwarden.redact.vocabulary import vocabulary

SECRET_PAIRS: Final = vocabulary("""
    api key, access key, secret key, private key, signing key, encryption key, master key, account key, shared key,
    auth key, subscription key, storage key, license key, session id, session key, session token, set cookie, ssh key,
    security code, connection string, pass word, pass phrase, api secret, basic auth, proxy auth, server key, ssl key,
    client key, consumer key, deploy key, tls key, app key, function key, functions key, webhook key, service key,
    auth code, authorization code, verification code, recovery code, backup code, access code, one time, mother maiden,
    time code, factor code, device code, product key, activation key, token akses, kunci api, kunci akses, key base,
    password confirmation, token confirmation, saml response, client assertion, saml assertion, jwt assertion, ansible pass, become pass, sudo pass, root pass,
    smtp pass, ftp pass, mail pass, admin pass, ldap pass, redis pass, mysql pass, bind pass, app pass, proxy pass, ssh pass, secret word,
    mfa code, otp code, totp code, pin code, sms code, fa code, login code, seed phrase, recovery phrase, seed phrases, recovery phrases, backup phrases, mnemonic phrase, token hint, account secret, x auth, db pass, user pass, kata sandi, connect sid, twofa code, gh sess,
    hmac key, jwt key, aes key, cipher key, crypto key, decryption key, admin key, application key, sas key, ingest key, integration key, write key,
    security answer, backup codes, recovery codes, unseal key, user code, time password, root token, clave api, chave api,
    chiave api, klucz api, api sleutel, api nyckel, api schluessel, kode verifikasi, kode akses, snmp community, default pass, postgres pass, login pass, client pass, server pass, key pass, imap pass,
    huaweicloud sk, stripe sk, api sk, live sk, test sk, secret sk, cloud sk, hw sk, obs sk,
    master pass, rpc pass, vnc pass, wifi pass, service pass, new pass, old pass, jdbc pass, oracle pass, vpn pass, cert pass, api pass, hash salt, cookie key, session keys, totp seed, otp seed, door code, gate code, alarm code, lock code, safe code, authentication string,
    clave secreta, clave privada, chave secreta, chave privada, chiave segreta, chiave privata, llave secreta, tajny klucz, kunci rahasia, kunci privat, kunci enkripsi, kata laluan,
    mat khau, palavra passe, geheime sleutel, salainen avain,
    global key, pg pass, seed words, backup phrase, secret phrase, private seed, wallet seed, wallet phrase, key material, exchange code, fernet key, signature provided
""")
"""The last two words of a name."""
SECRET_WORDS: Final = frozenset(pair.replace(" ", "") for pair in SECRET_PAIRS if len(pair) > 6) | vocabulary("""
    password, passwd, passphrase, passcode, passwort, pwd, pswd, secret, secrets, token, apikey, authorization, authentication,
    credential, credentials, cookie, cookies, signature, sig, jwt, bearer, otp, totp, cvv, cvc, cvv2, pin, privatekey,
    accesskey, secretkey, clientsecret, accesstoken, refreshtoken, idtoken, sessionid, sessiontoken, sessid, sessionkey,
    jsessionid, phpsessid, aspsessionid, authtoken, authkey, xsrf, csrf, accountkey, sharedkey, masterkey, storagekey,
    connectionstring, kata sandi, sandi, samlresponse, mfa, sid, webhooksecret, signingkey, encryptionkey,
    appsecret, consumersecret, userpass, dbpass, pgpassword, authcode, verifier, psk, keypass, storepass, requirepass,
    adminpass, bindpass, authpass, mailpass, rootpass, becomepass, katasandi, rahasia, mnemonic, secretkeybase, pw, masterauth,
    viewstate, eventvalidation, senha, wachtwoord, contrasena, motdepasse, haslo, kennwort, passkey, heslo, geslo, lozinka, salasana, adgangskode, parool, passord, parola, sifre,
    pgpass, kodeord, losenord, loesenord, jelszo, slaptazodis, contrasenya, katalaluan, matkhau, zugangscode,
    tradingpin, authtok, stringdata, bindpw, rememberme, jsessionidsso, geheimschluessel, zugriffstoken, zugangsdaten
""")
"""As the last word of a name (or the last two, written as one)."""
SECRET_THREES: Final = vocabulary("""
    mot de passe, clave de api, clave de acceso, clave de cifrado, llave de api, token de acceso, token de acesso, token di accesso, chave de api, chave de acesso,
    chiave di accesso, palavra de passe, code de verification, codigo de verificacion, codigo de verificacao, codice di verifica, recovery question answer, security question answer
""")
"""The last three."""
QUIET_SECRETS: Final = vocabulary("pin transaksi, key data, hmac sha, oidc data, honeycomb team, secret text")
"""Two words of which the last is too common for a text to be searched for it: `label_literals` has literals for these."""
SECRET_SUFFIXES: Final = (
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
        *("storepass", "keypass"),
    ),
)
"""Written as one with what stands before, as in SECRETACCESSKEY."""
MAYBE_WORDS: Final = vocabulary(
    "clave, chave, klucz, kunci, key, keys, auth, session, hash, salt, creds, cred, pass, hmac, crumb, nonce, ticket, code, sign, tokens, passwords, apikeys, pat, license, licence, pepper, wif, assertion, sess, kek, dek, ltk, irk, csrk, pkcs, pfx, keystore, jks, plaintext, sessiondata, zak"
)
"""As the last word, of what is a secret only if it looks like one."""
STRONG_WORDS: Final = vocabulary(
    "password, passwd, sandi, secret, token, apikey, credential, credentials, private, authorization"
)
"""In front of other words: `password_hash`, unless these are harmless."""
HASHED: Final = vocabulary("""
    password, passwd, passphrase, passcode, pass, pwd, pw, pin, secret, token, user, auth, login, api, app, key, ntlm, nt, lm, net, session, credential, credentials, otp, mfa, salted, salt,
    shadow, admin, root, account, hmac, recovery, backup, code, sandi, crypt, bcrypt, digest, cookie, email, mail, phone, card, nik, server, client
""")
"""What a hash may be of that must go; those of files, rows, requests and all else may stay."""
CODE_WORDS: Final = vocabulary("otp, totp, cvv, cvc, cvv2, pin, mfa, passcode")
"""As the last word, of a code of a few digits."""
CODE_PAIRS: Final = vocabulary(
    "time, factor, twofa, mfa, otp, totp, pin, sms, fa, login, security, verification, recovery, backup, access"
)
"""What stands before `code` where it is such a one."""
QUERY_NAMES: Final = frozenset(
    ("key", "k", "code", "sign", "hash", "auth", "pw", "hmac", "assertion", "ticket", "u", "p", "appid")
)
"""Whole names of parameters of a query."""
