"""What logs of real programs taught: lines of servers, tools and libraries, with a secret in them and without."""

from __future__ import annotations

import base64
import json
import secrets

import pytest

from outwarden.redact import Redactor

MASKED = "[REDACTED]"
KEY = "q7" + secrets.token_urlsafe(18).replace("-", "x").replace("_", "y") + "Z"
HEX = secrets.token_hex(20)
PASSWORD = "Kw" + secrets.token_hex(3) + "!" + secrets.token_hex(3)


@pytest.mark.parametrize(
    "text",
    [
        "      ADMIN_PASSWORD:    %\n      STAGE:             prod",
        "statement: CREATE ROLE reporting LOGIN PASSWORD 'ab%cd_ef' VALID UNTIL '2027-01-01';",
        "simple_bind_s('CN=svc,OU=Service,DC=example,DC=net', '%')",
        "ldap_bind($link, 'cn=app,dc=example', '%')",
        "Login incorrect (pap: Cleartext password does not match): [bob/%] (from client vpn port 0)",
        "#cloud-config\nchpasswd:\n  list: |\n    root:%\nruncmd: []",
        "transport: { host: 'smtp.example.com', auth: { user: 'noreply', pass: 'Quartz?%' } }",
        "curl https://api.example.com/v2 -b 'sid_a1b2=%' --compressed",
        ".example.com\tTRUE\t/\tTRUE\t1790000000\tidentity\t%",
        "::debug::csrfmiddlewaretoken resolved to % at 09:12",
        "https://api.example.com/private-key-wif/%/v2",
        "set -gx SEED_PHRASE velvet quartz saddle harbor tulip cedar marble orchid ember willow cobalt anchor",
        "Server=db.example.net;Database=app;User ID=app;Password=%;Max Pool Size=100;",
        "HASHED_PASSWORD=$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ_qlpQ$%",
    ],
)
def test_secrets_in_lines_of_real_programs_go(text):
    """Aligned tables, statements, binds, files of cookies, connection strings."""
    shown = Redactor().text(text.replace("%", PASSWORD))

    assert PASSWORD not in shown
    assert "velvet quartz" not in shown


@pytest.mark.parametrize(
    "text",
    [
        '% - andi [16/Feb/2026:02:49:41 +0700] "POST /login HTTP/1.1" 403 512',
        "haproxy[592]: %:55500 [27/Jun/2025:23:17:23 +0700] fe_https~ be_api/api-2",
        "https 2025-09-02T11:00:41Z app/prod-alb/8ff34eb2c0b2d1ec %:50511 10.0.2.4:8080 0.001",
        "2025-10-28\t08:11:20\tCGK50-P1\t1045\t%\tGET\td111.cloudfront.net\t/ep1.m3u8",
        'Started GET "/users" for % at 2024-07-12 09:43:06 +0700',
    ],
)
def test_clients_in_logs_of_servers_and_balancers_go(text):
    """Apache with a user, haproxy, load balancers of AWS, CloudFront, Rails."""
    assert Redactor().text(text.replace("%", "203.0.113.77")) == text.replace("%", MASKED)


def test_phone_numbers_behind_an_equals_sign_go():
    """As loggers print fields."""
    number = "+62821952" + "44638"
    text = f"sms queued to={number} status=SENT"

    assert Redactor().text(text) == f"sms queued to={MASKED} status=SENT"
    assert Redactor().text("profit=+628219524463 of 2025") == "profit=+628219524463 of 2025"


@pytest.mark.parametrize(
    "key",
    [
        "bkpi_" + HEX,
        "ck_" + HEX,
        f"{HEX[:10]}msh{HEX[:15]}p1{HEX[:6]}jsn{HEX[:12]}",
        f"token-{HEX[:5]}:{(HEX + HEX)[:54]}",
        "inline:" + base64.b64encode(secrets.token_bytes(30)).decode(),
    ],
    ids=["buildkite", "woocommerce", "rapidapi", "rancher", "srtp"],
)
def test_more_shapes_are_known(key):
    """Of Buildkite, WooCommerce, RapidAPI, Rancher and SRTP."""
    assert key[8:] not in Redactor().text(f"tried {key} twice")


def test_an_attribute_of_otlp_may_hold_mappings_in_mappings():
    """Requests as HAR tells them are twenty levels deep, and each mapping is a list of its fields."""
    pair = [
        {"key": "name", "value": {"stringValue": "DD-API-KEY"}},
        {"key": "value", "value": {"stringValue": HEX}},
    ]
    headers = {"arrayValue": {"values": [{"kvlistValue": {"values": pair}}]}}
    har = {"kvlistValue": {"values": [{"key": "headers", "value": headers}]}}
    record = {"body": {"stringValue": "sent"}, "attributes": [{"key": "har", "value": har}]}
    event = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}

    shown = Redactor().event(event)

    assert HEX not in json.dumps(shown)
    assert json.dumps(shown) == json.dumps(event).replace(HEX, MASKED)


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        (
            {"credentials": {"type": "service_account", "private_key": KEY, "token_uri": "https://oauth2.example.com/token"}},
            {"credentials": {"type": "service_account", "private_key": MASKED, "token_uri": "https://oauth2.example.com/token"}},
        ),
        (
            {"credentials": {"sessionToken": KEY, "expiration": "2026-03-11T12:17:39.284Z", "other": "velvet"}},
            {"credentials": {"sessionToken": MASKED, "expiration": "2026-03-11T12:17:39.284Z", "other": MASKED}},
        ),
        ({"credentials": {"type": KEY}}, {"credentials": {"type": MASKED}}),
        (
            {"password": {"type": "string", "description": "at least 12 characters", "minLength": 12}},
            {"password": {"type": "string", "description": "at least 12 characters", "minLength": 12}},
        ),
        ({"session_tokens": {"primary": KEY, "count": 4}}, {"session_tokens": {"primary": MASKED, "count": 4}}),
        ({"tokens": {"prompt": 12, "model": "small-4"}}, {"tokens": {"prompt": 12, "model": "small-4"}}),
        ({"md": [["b'x-seed-phrase'", f"b'{KEY}'"]]}, {"md": [["b'x-seed-phrase'", MASKED]]}),
        (
            {"db.connection_string": f"postgresql://app:{KEY}@db.example.com:5432/app"},
            {"db.connection_string": f"postgresql://app:{MASKED}@db.example.com:5432/app"},
        ),
        ({"connection_string": f"mongodb://app:a/{KEY}@db.example.com"}, {"connection_string": MASKED}),
        (
            {"type": "InvalidTokenException", "value": "the token of 2026-03-11 is no longer valid, see example.com/e17"},
            {"type": "InvalidTokenException", "value": "the token of 2026-03-11 is no longer valid, see example.com/e17"},
        ),
        ({"accessKey": {"status": "Active", "id": KEY}}, {"accessKey": {"status": "Active", "id": MASKED}}),
        ({"authentication": "multi-factor"}, {"authentication": "multi-factor"}),
        ({"authentication": f"Bearer {KEY}"}, {"authentication": MASKED}),
        ({"metadata": {"uid": "0c42e5f1-3f5d-4a1b-9c3e-0a1b2c3d4e5f"}}, {"metadata": {"uid": "0c42e5f1-3f5d-4a1b-9c3e-0a1b2c3d4e5f"}}),
        ({"authorization": "[Redacted]", "pad_token": "[PAD]"}, {"authorization": "[Redacted]", "pad_token": "[PAD]"}),
    ],
)  # fmt: skip
def test_of_a_structure_only_what_is_secret_goes(event, shown):
    """What describes a secret stays beside it; exceptions are called after secrets, and are none."""
    assert Redactor().event(event) == shown


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://hooks.slack.com/services/T0AAAAAA1/B0BBBBBB2/% 404", f"https://hooks.slack.com/{MASKED} 404"),
        ("URL('https://api.telegram.org/bot5166733062:AA%/getMe')", f"URL('https://api.telegram.org/{MASKED}/getMe')"),
        ("Authorization:lin_api_%\nHTTP/1.1 400 Bad Request", f"Authorization:{MASKED}\nHTTP/1.1 400 Bad Request"),
        ("graphql Authorization: % query=issues(first: 10)", f"graphql Authorization: {MASKED} query=issues(first: 10)"),
        ("Authorization: Bearer % uid=ab-cd version=58", f"Authorization: {MASKED} uid=ab-cd version=58"),
        ("<AccessKeyId>%</AccessKeyId><RequestId>Z2NYIDRG5PQ16SSR</RequestId>", f"<AccessKeyId>{MASKED}</AccessKeyId><RequestId>Z2NYIDRG5PQ16SSR</RequestId>"),
        ("<wsse:UsernameToken><wsse:Username>shop</wsse:Username><wsse:Password>%</wsse:Password>", f"<wsse:UsernameToken><wsse:Username>shop</wsse:Username><wsse:Password>{MASKED}</wsse:Password>"),
        ("ConnectionString: Server=db.example.net;Initial Catalog=Pay;Password=%;Max Pool Size=9;", f"ConnectionString: Server=db.example.net;Initial Catalog=Pay;Password={MASKED};Max Pool Size=9;"),
        ("+ docker login -u ci -p % reg.example.net\nUsing --password via the CLI is insecure.", f"+ docker login -u ci -p {MASKED} reg.example.net\nUsing --password via the CLI is insecure."),
    ],
)  # fmt: skip
def test_of_a_line_only_the_secret_goes(text, clean):
    """Hosts of webhooks, the next line, the next field, the next element."""
    key = base64.b32encode(secrets.token_bytes(20)).decode() + secrets.token_hex(4)

    assert Redactor().text(text.replace("%", key)) == clean


@pytest.mark.parametrize(
    "text",
    [
        "535-5.7.8 Username and Password not accepted",
        "Provided username and/or password are incorrect",
        "mirror: Login failed: 530 Login incorrect.",
        'curl -H "Authorization: Bearer <YOUR_TOKEN>" https://api.example.com/v1/ (got 401)',
        'curl -H "Authorization: Bearer $ACCESS_TOKEN" https://api.example.com/v1/companies',
        'curl -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials',
        'violates foreign key constraint "fk_api_tokens_user" SQLSTATE=23503 relation=api_tokens',
        "Could not resolve com.auth0:java-jwt:jar:4.4.0: checksum failed",
        "gpg: using RSA key 880A01BC961BBBB8D6859B41C766DDE43711A838",
        "serialVersionUID = -4309393670208833296",
        "POST /openapi/v1.0/access-token/b2b\nX-TIMESTAMP: 2025-09-13T19:14:15+07:00",
        "credentials {\n  mfa: MFA_TOTP\n}",
        "kex: server->client cipher: chacha20-poly1305@openssh.com MAC: <implicit>",
        "GET /img/logo@2x.ae1186b043.webp 200",
        'password = getpass.getpass("Password: ")\ntoken = reply.json()["access_token"]',
        "JWT_SECRET: ${JWT_SECRET:?must be set}",
        "password: ${vault.database.password}",
        "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}",
        "api_key: !Sub '{{resolve:secretsmanager:prod/app:SecretString:api_key}}'",
        "at Object.module.exports [as verify] (/app/node_modules/jsonwebtoken/verify.js:70:17)",
        "auth.c: In function 'check_password':\nauth.c:367:8: warning: implicit declaration",
        "internal/token/token.go:160:10: undefined: signingKey",
        "Task accounts.tasks.purge_expired_tokens[74d6bf71-73b2-46da-aeee-eb16843d6a30] raised",
        "token:     343 bytes",
        'level=error msg="failed to get token: oauth2: invalid_client"',
        "oauth2: cannot fetch token: 400 Bad Request",
        "FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets",
        "Failed to watch *v1.Secret: secrets is forbidden: cannot list resource",
        "repository may require authorization: server message: insufficient_scope",
        "request has invalid signature: TSIG ddns-key: tsig verify failure (BADKEY)",
        "Jwt expired: failed to decode the Jwt: Jwt expired at 2026-08-16T15:27:45Z",
        "('invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes)',)",
        "ssl_key: Can't open file /etc/dovecot/private/key.pem",
        "ssl-key = /etc/mysql/tls/client-key.pem",
        "debug1: Trying private key: /root/.ssh/id_ed25519",
        "GOOGLE_APPLICATION_CREDENTIALS=/var/secrets/google/key.json",
        "peer certificate: 2048 bits RSA, signature: RSA-SHA256",
        'password = data.vault_kv_secret_v2.db.data["password"]',
        "  -p, --password TEXT      Password (prompted if omitted)",
        " -u, --user <user:password>   Server user and password",
        "OmniAuth::Strategies::OAuth2::CallbackError, csrf_detected",
        "(Session::open()+23) (BuildId: 82ad2ce50bda36d81640ddb7e862da544cc10bfd)",
        'Error loading session: cookie "_oauth2_proxy" not present',
        "User password validation failed: PasswordTooShort;PasswordRequiresUpper.",
        "No XML encryptor configured. Key {8ff4aa92-6e2c-4f2e-a31d-75f5e38c33d2} may be persisted",
        "X-API-Key: YOUR_API_KEY",
        "SECRET_KEY=<your-secret-key>\nAPI_TOKEN=\nAUTH_COOKIE_SECURE=true",
        "HashAggregate(keys=[auth_method#765], functions=[count(1)])",
        'secret_name="ingress-tls",secret_key="tls.crt"} 1779884401',
        "references non-existent secret key: client-secret",
        "certificate and private key www.example.com:443:0 from /etc/ssl/site.crt do not match",
        "IDX10223: Lifetime validation failed: SecurityTokenExpiredException: IDX10223: Lifetime is over",
        "gid://shopify/Order/4157175466618",
        "POST /Account/Login 443 401 1 1326 263",
        "token request to https://idp.example.org/oauth2/token: scope=fhir.read was refused",
        "Failed SCRAM-SHA-512 authentication: Incorrect encoding",
        "Session cookie: SameSite=Lax by default",
        "Task kyc.tasks.verify_card[b336ec6d-15cd-4425-b6e9-9f40edbdb686] raised unexpected: ValueError()",
        "Task tasks.rotate_keys[b08163e5-fee7-4c1b-b303-21f9ed86ab33] retry: in 137s",
        "Booting worker with pid: 4232 (key_file=/etc/tls/tls.key cert_file=/etc/tls/tls.crt)",
        "401 Unauthorized: Missing Authorization Header path=/v2/portfolio/ICBP method=GET",
        "login succeeded session_age=69538s mfa=totp",
        "main -> main (author key SHA256:F5rmIuTpZpOj9R6s4dodaPP5QAIwDodTqTkpKDYJGhU)",
        "AAA user authentication Rejected : reason = Invalid password : local database : hits=5",
    ],
)  # fmt: skip
def test_lines_without_a_secret_stay(text):
    """Words of the subject, in messages, configuration with references, source code, usage texts."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Password: %", "token: % was refused by server", "secret: %\nnext: line", "password: %, retrying now",
        "-H 'X-Api-Token: velvet %'", "auth: admin:%", "JWT_SECRET: ${JWT_SECRET:-%}", "password = '/%'",
        "api_key: !Sub '%'", 'secret_key="%.key"', '$password = "%"', "signature: RSA-%", "key {%}",
        "Password for app: %", "login: failed, token: %",
    ],
)  # fmt: skip
def test_what_only_looks_like_those_lines_goes(text):
    """The same words, with a secret behind them."""
    assert PASSWORD not in Redactor().text(text.replace("%", PASSWORD))


PASSED = [
    ("password=xK9;%s host=db1", "mQ2vL8"),
    ("https://api.example.com/v1/token: %s", KEY),
    ('{"/run/secrets/db.password": "%s"}', "Orchid-velvet-42"),
    ("Password for user postgres: %s", "hunter2"),
    ("[sudo] password for bob: %s has expired", "hunter2"),
    ("/msg NickServ identify %s", "hunter2x"),
    ("a001 login bob %s", "hunter2x"),
    ("Invalid token [%s]", "550e8400-e29b-41d4-a716-446655440000"),
    ("cvv: %s Exp: 12/27", "482"),
    ("otp: %s bytes", "3921"),
    ("password: %s  role: admin", "DRAGONFIRE"),
    ("password=%s", "my-dog-fluffy"),
    ("host: db1   login: root   password: %s in 3s", "velvet"),
    ("Passwort: %s ist falsch", "Bismillah"),
    ("password: %s: access denied", "hunter2"),
    ("token=/hook-%s", "550e8400-e29b-41d4-a716-446655440000"),
    ("password=%s", "/hunter2"),
    ('Invalid cookie "%s"', "k8Xv2QpL9wRt5yZn"),
    ("Authentication: Bearer %s", "Orchid-velvet-42"),
    ("<PASSWORD>'%s'</PASSWORD>", "Orchid-velvet-42"),
    ('["$TOKEN", "%s"]', KEY),
    ("userPassword::%s", "aHVudGVyMg=="),
    ("session %s", "4DE42795E66117AE"),
    ('connectionString: "Server=h;Uid=sa;Pwd=%s"', "my little pony"),
    ("curl -u bob:%s https://x.example", "$uperman"),
    ("Cookie: remember=%s; theme=dark; password=x1", KEY),
    ("x-signature=t=1,v1=%s", HEX),
    ("token: %s for user bob", "GSYEBANN"),
    ("totp_secret:\n%s", "GEZDGNBVGY3TQOJQ===="),
    ("key=%s", "qwmzkfhvbtrcplsdgjnxyqwertzuiopasdf"),
    ("failed_password=%s", "hunter2"),
]


@pytest.mark.parametrize(("text", "secret"), PASSED, ids=[text for text, _ in PASSED])
def test_secrets_that_look_like_words_of_those_lines_go(text, secret):
    """Found by somebody who looked for what the lines above let through."""
    assert secret not in Redactor().text(text % secret)


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("Orchid-velvet-42", "Orchi\nd-velvet-42@example.com"),
        ("Orchid-velvet-42", "x Orchi\\nd-velvet-42@example.com y"),
        ("hunter2hunter2", "https://u:hunt\n  er2hunter2@host"),
        ("hunter2hunter2", "https://hunter2hu\n  nter2@h/x"),
    ],
)
def test_a_registered_secret_that_is_folded_goes_whole_where_a_rule_finds_half_of_it(secret, text):
    """An address, the userinfo of a link."""
    shown = Redactor(secrets=[secret]).text(text)

    assert not any(piece in shown for piece in ("Orchi", "hunt", "nter2"))
