"""Labelled values in every notation that a program prints, and look-alikes of labels."""

from __future__ import annotations

import base64
import secrets

import pytest

from outwarden.redact import Redactor

SECRET = "q7" + secrets.token_hex(15)


@pytest.mark.parametrize("label", ["api_key", "token", "DB_PASSWORD", "clientSecret"])
def test_a_labelled_value_is_found_in_every_notation(corpus, label):
    """Whoever prints a name and a value makes it clear which belongs to which."""
    texts = {name: text.replace("%L", label).replace("%V", SECRET) for name, text in corpus.NOTATIONS.items()}

    assert [name for name, text in texts.items() if SECRET[4:20] in Redactor().text(text)] == []
    assert len(texts) > 30


@pytest.mark.parametrize(
    "name",
    [
        *(
            "psk",
            "keypass",
            "storepass",
            "bind_pw",
            "kata_sandi",
            "katasandi",
            "rahasia",
            "token_akses",
            "kunci_rahasia",
        ),
        *("secret_key_base", "password_confirmation", "license_key", "product_key", "device_code", "saml_response"),
        *("x-rapidapi-key", "presharedKey", "aes_signingkey"),
    ],
)
def test_more_names_of_secrets(name):
    """As a field and in a text."""
    assert Redactor().event({name: SECRET}) == {name: "[REDACTED]"}
    assert Redactor().text(f"{name}={SECRET}") == f"{name}=[REDACTED]"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("your otp is 482913 now", "your otp is [REDACTED] now"),
        ("verification code 482913", "verification code [REDACTED]"),
        ("verification_code 482913", "verification_code [REDACTED]"),
        ("retrying with cvc 482 now", "retrying with cvc 482 now"),
        ("bank account 417927554556545 now", "bank account [REDACTED] now"),
        ("nomor induk kependudukan anda adalah 3578041104985480", "nomor induk kependudukan anda adalah [REDACTED]"),
        ("| old_password | Dragon_71704S |", "| old_password | [REDACTED] |"),
        ("| password | The new one |", "| password | The new one |"),
        ("set -x REMOTE_IP 103.20.30.40", "set -x REMOTE_IP [REDACTED]"),
        ('{"key": "V2EncryptionKey", "value": "q7c0ffee00"}', '{"key": "V2EncryptionKey", "value": "[REDACTED]"}'),
        ("ssn: 855-16-4052", "ssn: [REDACTED]"),
        ("the remote ip is 36.180.243.53 today", "the remote ip is [REDACTED] today"),
    ],
)
def test_short_codes_and_numbers_in_sentences(text, clean):
    """Digits alone are believed behind a name that stands for digits only."""
    assert Redactor().text(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        *("lösenord: %V", "heslo: %V", "salasana: %V", "лозинка: %V", "كلمة المرور: %V", "סיסמה: %V", "รหัสผ่าน: %V"),
        *(
            "পাসওয়ার্ড: %V",
            "密钥: %V",
            "API キー: %V",
            "访问令牌\uff1a%V",
            "비밀 키: %V",
            "секретный ключ: %V",
            "khóa API: %V",
        ),
        *(
            "clé API : %V",
            "clave de API: %V",
            "API-Schlüssel: %V",
            "chiave segreta = %V",
            "klucz API: %V",
            "Kunci API: %V",
        ),
        *("la contraseña es %V", "a senha é %V", "het wachtwoord is %V", "пароль пользователя: %V"),
        "Mot de passe incorrect : %V",
    ],
)
def test_secrets_in_other_languages(text):
    """Passwords, keys and tokens by their names there, in a text and where it stands in an event."""
    shown = text.replace("%V", SECRET)

    assert SECRET[4:20] not in Redactor().text(shown)
    assert SECRET[4:20] not in str(Redactor().event({"a": "x", "message": shown, "z": "y"}))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('{"tokens": ["%V", "z9%V"]}', '{"tokens": ["[REDACTED]"]}'),
        ("api_keys:\n- %V\n- z9%V\nname: x", "api_keys:\n- [REDACTED]\nname: x"),
        ("apiKeys: [%V, z9%V]", "apiKeys: [[REDACTED]]"),
        ("passwords:\n  admin: %V\n  ops: z9%V\nx: 1", "passwords:\n  admin: [REDACTED]\n  ops: [REDACTED]\nx: 1"),
        ("stringData:\n  a: %V\n  b: 'z9%V'", "stringData:\n  a: [REDACTED]\n  b: '[REDACTED]'"),
        ("expected signature %V but got z9%V", "expected signature [REDACTED]"),
        (
            "A temporary password is generated for root@localhost: %V",
            "A temporary password is generated for root@localhost: [REDACTED]",
        ),
        ("password to proceed to installation:\n\n%V\n", "password to proceed to installation:\n\n[REDACTED]\n"),
        ("password:\n  secure: %V\nx: 1", "password:\n  secure: [REDACTED]\nx: 1"),
        ("Backup code iw4ev-9x27e used", "Backup code [REDACTED] used"),
        ("app\ufffd--api-key\ufffd%V\ufffd--verbose", "app\ufffd--api-key\ufffd[REDACTED]"),
        ('<b class="k">api_key</b>: <i class="v">%V</i>', '<b class="k">api_key</b>: <i class="v">[REDACTED]</i>'),
        ("smtp.pass=kucing-putih-20417", "smtp.pass=[REDACTED]"),
        ("login: user[app] password[%V] ok", "login: user[app] password[[REDACTED]] ok"),
        ("tokens[0]=%V", "tokens[0]=[REDACTED]"),
        ("password: <%V> refused", "password: <[REDACTED]> refused"),
        ("api_key('%V')", "api_key('[REDACTED]')"),
        ("TOTP_SEED=%V", "TOTP_SEED=[REDACTED]"),
        ("routing_key: %V", "routing_key: [REDACTED]"),
        ("bindpw %V", "bindpw [REDACTED]"),
        ("the secret was rejected: %V", "the secret was rejected: [REDACTED]"),
        ("args: [--user, app, --password, %V]", "args: [--user, app, --password, [REDACTED]]"),
        ("neighbor 10.1.1.1 password maple-harbor-2041", "neighbor 10.1.1.1 password [REDACTED]"),
        ("password for db.example has been reset to %V", "password for db.example has been reset to [REDACTED]"),
    ],
)
def test_several_values_and_words_in_between(text, clean):
    """Lists and mappings below a name; a value that stands behind a few words."""
    assert Redactor().text(text.replace("%V", SECRET)) == clean


@pytest.mark.parametrize(
    "text",
    [
        "kms key id: 0a65e838-5000-459e-9b2e-b296a9f1ecc7",
        "passwd: authentication token manipulation error",
        "lib/jsonwebtoken/verify.js:392",
        "routing_key: orders.created",
        "<b>Token usage</b>: 20417 <b>Total</b>: 3",
        "<tr><th>Token</th><th>Price2026</th></tr>",
        "process.env.PORT || '5432'",
        'output "vpc_id" {\n  value = "vpc-0a65e8385000459e"\n}',
        '"tokens": [4512, 4513]',
        "tokens:\n  - maple\n  - harbor",
        "keys:\n  - id\n  - ticker",
        "secrets:\n  db_password:\n    file: ./db2.txt",
        "the token was issued at: 2026-11-27T14:00:00Z",
        "token lookup failed: 0a65e838-5000-459e-9b2e-b296a9f1ecc7",
        "Das Passwort ist abgelaufen seit 2026",
        "密码不能为空 2026",
        "la clave del éxito 2026",
        "token page-harbor-2026 expired",
        "const token = await getToken(2);",
        "export API_KEY=$(cat key.txt)",
        "password: str = Field(..., min_length=8)",
        "kata sandi salah 0a65e838-5000-459e-9b2e-b296a9f1ecc7",
        "key=quote:ASII.JK:2026-10-16",
        "    at login (auth.js:20417:5)",
        "license: LGPL-2.1-or-later",
        "tokens[index2] = read(tokens[0])",
        "password: <your-password-2>",
        "secret('prod/db/main-2')",
        "keys[db_main_2]",
    ],
)
def test_look_alikes_of_several_values_stay(text):
    """Ids, numbers, defaults that are no secrets, sentences."""
    assert Redactor().text(text) == text


def test_a_recovery_phrase_goes_as_a_whole():
    """Twelve plain words are no plain words behind such a name."""
    words = "legal winner thank year wave sausage worth useful title void letter advice"

    for text in (f"MNEMONIC={words}", f"seed_phrase: {words}", f"<recovery_phrase>{words}</recovery_phrase>"):
        assert "winner" not in Redactor().text(text)
        assert "advice" not in Redactor().text(text)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:secretsmanager:ap-southeast-3:265922493544:secret:prod/sectors-aZ3kQ9",
        "35:7B:B1:1A:0D:6C:CC:1B:F9:F4:E8:92:2C:25:02:04:C4:E6:DD:2B",
        "cert_fp=CC:AA:F2:67:82:C7:7B:76:16:CB:BB:68:29:9A:74:DC:76:52:B4:B3",
        "error_code: ERR_TLS_CERT_ALTNAME_INVALID",
        "error_code=0x80070005",
        "code: print(os.environ['HOME'])",
        "error_code: SQLSTATE[08006]",
        "idempotency key 0a65e838-5000-459e-9b2e-b296a9f1ecc7",
        "api_key = settings.SECTORS_API_KEY",
        "client = Sectors(api_key=os.environ['SECTORS_API_KEY'])",
        "password = getpass.getpass()",
        "Authorization: Bearer $TOKEN",
        "postgresql://{user}:{password}@{host}/db",
        "secrets:read,tokens:list",
        "token_type=bearer expires_in=3600",
        "a package is identified by name, a library is identified by 'libc'",
        "AssertionError [ERR_ASSERTION]: whoops",
        "the --password option cannot be used here",
        "connect(proxy_auth=proxy_auth, password=password)",
        "<code>'TLS_CHACHA20_POLY1305_SHA256'</code>",
        "signature = get_fragment_signature('GreetingFields')",
        "http://localhost:{port}/iceberg",
        "token bucket refilled to 40 | password policy | pin the version",
        "the account number is unknown, the api key is missing",
    ],
)
def test_look_alikes_of_labels_stay(text):
    """A word of a longer name, a pair of hex digits, a call and a plain sentence are no labelled secrets."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "event",
    [
        {"Parameters": [{"Key": "api_key", "Value": SECRET}]},
        {"fields": [{"label": "API key", "text": SECRET}]},
        {"inputs": [{"id": "api_key", "value": SECRET}]},
        {"cookies": [{"name": "sid", "value": SECRET, "path": "/", "domain": "x", "expires": "", "httpOnly": True}]},
        {"changed": {"pass_code": {"old": None, "new": SECRET}}},
        {"errors": [{"loc": ["body", "api_key"], "input": SECRET}, {"field": "api_key", "rejected_value": SECRET}]},
        {"Parameters": [{"ParameterKey": "ApiKey", "ParameterValue": SECRET}], "tags": [{"k": "api_key", "v": SECRET}]},
        {"argv": ["sync", "--presharedkey", SECRET]},
    ],
)
def test_names_and_values_in_other_shapes(event):
    """Parameters of clouds, fields of forms, cookies of a HAR file, records of changes."""
    assert SECRET not in str(Redactor().event(event))


def test_a_name_reaches_through_what_wraps_its_value():
    """DynamoDB and records of changes put a layer between the name and its number."""
    for wrapped in (
        {"S": "3578041104985480"},
        {"old": None, "new": "3578041104985480"},
        {"values": ["3578041104985480"]},
    ):
        assert "3578041104985480" not in str(Redactor().event({"nik": wrapped}))


def test_passwords_of_commands(corpus):
    """Options of one letter mean a password only behind the name of their command."""
    texts = [Redactor().text(command.replace("%V", SECRET)) for command in corpus.COMMANDS]

    assert [text for text in texts if SECRET in text or "[REDACTED]" not in text] == []
    assert len(texts) > 10


@pytest.mark.parametrize("option", ["-p", "-a"])
def test_a_password_with_an_equals_sign_is_no_variable(option):
    """Only behind `-e` it would be one."""
    password = "Zk3" + "=9dKw02Lq"

    text = Redactor().text(f"tool -u app {option} {password}")
    event = Redactor().event({"argv": ["tool", "-u", "app", option, password]})

    assert text == f"tool -u app {option} [REDACTED]"
    assert event["argv"][-1] == "[REDACTED]"


@pytest.mark.parametrize(
    "command", ["mkdir -p data/prices", "mysql -P 3306 eod", "cp -a daily weekly", "unzip prices.zip"]
)
def test_other_options_of_one_letter_stay(command):
    """`-p` is a port, a path or a flag nearly everywhere."""
    assert Redactor().text(command) == command


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO clients (name, api_key) VALUES ('eod', '%V')",
        "insert into t (`id`, `api_key`, n) values (1, '%V', NULL), (2, 'b', 3)",
        "1 validation error for S\napi_key\n  Too short [type=string_too_short, input_value='%V', input_type=str]",
        "open https://x.example/password/reset/%V to go on",
        "https://x.example/invite/%V?x=1",
        '<saml:Attribute Name="token"><saml:AttributeValue>%V</saml:AttributeValue></saml:Attribute>',
        "smtplib: send: 'LOGIN app %V'",
        "PDO('mysql:host=h', 'app', '%V')",
        'DriverManager.getConnection("jdbc:x", "app", "%V")',
        "echo '%V' | sudo -S systemctl restart eod",
        'redis: 1732590000.1 [0 10.0.0.5:51] "AUTH" "default" "%V"',
        "openssl rsa -passin pass:%V -in key.pem",
    ],
)
def test_the_name_may_stand_elsewhere(text):
    """In a list of columns, on the line before, in the path of a link, or nowhere but in the order of arguments."""
    shown = Redactor().text(text.replace("%V", SECRET))

    assert SECRET not in shown
    assert "[REDACTED]" in shown
    assert shown != "[REDACTED]"


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO prices (symbol, close) VALUES ('BBCA', 9875)",
        "INSERT INTO users (name, api_key) VALUES (",
        "values (1, 2)",
        "reset/all-of-the-things",
        "1 validation error for S\nsymbol\n  Too short [type=string_too_short, input_value='BBCA', input_type=str]",
        "LOGIN failed for user",
        "echo done | tee log",
        "fix: token bucket\nchatcmpl-NxGe1dIPB9VaUvZJJzdIouTQcT66f tokens: prompt=512",
        "secret/data/prod/sectors version 12",
    ],
)
def test_the_same_without_a_secret_stays(text):
    """Nothing is masked for the order of its arguments alone."""
    assert Redactor().text(text) == text


PASSWORD = "Mel4ti" + secrets.token_hex(5)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("USER app\r\n331 go on\r\nPASS orchid\r\n230 in", "USER app\r\n331 go on\r\nPASS [REDACTED]\r\n230 in"),
        ("C: AUTH PLAIN AGFwcABvcmNoaWQ=", "C: AUTH PLAIN [REDACTED]"),
        ("tool -p %V go", "tool -p [REDACTED] go"),
        ("Recovery codes: a7k2-m9x4, b8z1-q3w5 for Me", "Recovery codes: [REDACTED] for Me"),
        ("G-482913 is your ACME verification code.", "G-[REDACTED] is your ACME verification code."),
        ("482913 adalah kode verifikasi Anda", "[REDACTED] adalah kode verifikasi Anda"),
        ("Your one-time code is 482913.", "Your one-time code is [REDACTED]."),
        ("tanggal lahir: 17-08-1990 ok", "tanggal lahir: [REDACTED] ok"),
        ("wa.me/6281234567890", "wa.me/[REDACTED]"),
        ("virtual account 8808123456789012 ok", "virtual account [REDACTED] ok"),
        ("api key changed from q7c0ffee0011 to z9deadbeef22", "api key changed from [REDACTED]"),
        ("charged 4111 - 1111 - 1111 - 1111 now", "charged [REDACTED] now"),
        ("ENV DB_PASSWORD %V", "ENV DB_PASSWORD [REDACTED]"),
        ("X-Hub-Signature-256: sha256=0f0f0f0f0f0f0f0f", "X-Hub-Signature-256: [REDACTED]"),
    ],
)
def test_secrets_in_words_and_lines_of_programs(text, clean):
    """Protocols, messages to people, options of any program."""
    assert Redactor().text(text.replace("%V", PASSWORD)) == clean


@pytest.mark.parametrize(
    "text",
    [
        "--- PASS TestFoo1 (0.00s)",
        "PASS tests/test_a.py 12 passed",
        "pytest -p no:cacheprovider -k test_Token1 -n 4",
        "docker build -t Acme2App:v1 . && ssh -t Host9x",
        "mkdir -p Build9/Release2 && tail -n 100 File9Name",
        "pip install --hash=sha256:d8f28bde712bf5f8c2e1af5f7314a570aa75def60e2377b6074612140b32fd30",
        "s3 key=exports/2026/part-00001-2033fdb5-14a8-4088-bc5b-5772e0d34d33.snappy.parquet",
        "query_hash=883ded38e47a7d7f",
        "sk_learn_pipeline_with_scaler_v2 ak_some_name_of_a_metric_2",
        'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300"',
        "jdbc:sqlserver://db.example:1433;databaseName=ledger;encrypt=true",
        '{"token": {"count": 12}}',
    ],
)
def test_look_alikes_of_lines_of_programs_stay(text):
    """Results of tests, tags, paths, digests and names of things."""
    assert Redactor().text(text) == text


def test_a_value_that_ends_its_text_is_not_lost_to_the_next_text():
    """All texts of an event are looked at together: an attribute at the end of one has no inner text in the other."""
    tag = f'<property name="app.password" value="{PASSWORD}"/>'

    assert PASSWORD not in str(Redactor().event({"first": tag, "second": "ok"}))


def test_a_key_that_begins_with_a_number_goes_to_its_end():
    """What stands behind the label of a number is no number where letters follow at once."""
    key = "4834734941414141" + secrets.token_hex(3).upper() + "A4B636A317A584C4B69"

    assert Redactor().text(f"user: {key} did") == "user: [REDACTED] did"


UUID = "-".join(secrets.token_hex(size) for size in (4, 2, 2, 2, 6))


@pytest.mark.parametrize(
    "link",
    [
        *("https://hooks.example.com/hooks/catch/1234567/%1", "https://n8n.example.com/webhook/%2"),
        *("https://open.example.cn/open-apis/bot/v2/hook/%2", "https://chat.example.com/hooks/%1"),
        *("https://hook.eu1.example.com/%1", "https://hc-ping.com/%2", "https://maker.example.com/with/key/%1"),
        "https://app.example.com/accounts/reset/MTI/%1/",
    ],
)
def test_whoever_knows_such_a_link_may_use_it(link):
    """Addresses that take messages, and keys in paths."""
    clean = Redactor().text(f"posting to {link.replace('%1', SECRET).replace('%2', UUID)} failed")

    assert SECRET[4:20] not in clean
    assert UUID[4:20] not in clean


@pytest.mark.parametrize(
    "text",
    [
        *("see https://docs.example.com/guides/webhooks/getting-started", "POST https://api.example.com/hooks/new"),
        *("/usr/lib/hooks/pre-commit", "GET https://api.example.com/companies/%2", "/etc/key/readme-first"),
        *("wait for=5 by=2", "at 12:2001:07", "sha1 2001:db", "max-age=240;for=all", '{"response=": 1}'),
        '{"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}',
    ],
)
def test_look_alikes_of_such_links_stay(text):
    """Documentation, paths of files, ids, public keys."""
    text = text.replace("%2", UUID)

    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("for=203.0.113.9;proto=https;by=198.51.100.7", "for=[REDACTED];proto=https;by=198.51.100.7"),
        ('Forwarded: for="[2001:db8:cafe::17]:4711"', 'Forwarded: for="[[REDACTED]]:4711"'),
        ("got ::ffff:203.0.113.9 instead", "got [REDACTED] instead"),
        ("see 2404:8000:114a:de20:c17e:1c7e:cff9:acff, ok", "see [REDACTED], ok"),
        ("peer [2001:db8::17]:443 left", "peer [[REDACTED]:443 left"),
        ("remote_ip=::ffff:203.0.113.9 ok", "remote_ip=[REDACTED] ok"),
    ],
)
def test_addresses_of_ipv6_go(text, clean):
    """With and without a label, also those that hold one of IPv4."""
    assert Redactor().text(text) == clean


def test_the_private_half_of_a_json_web_key_goes():
    """Its other half may stay."""
    text = f'{{"kty":"EC","crv":"P-256","x":"{"f8" * 20}","d":"{SECRET}"}}'

    assert Redactor().text(f"loaded {text} now") == f"loaded {text.replace(SECRET, '[REDACTED]')} now"


def test_the_answer_of_digest_authentication_goes():
    """Also where the header's name stands in quotes that the header has as well."""
    answer = secrets.token_hex(16)
    text = f'(:authorization "Digest username="budi", nonce="{secrets.token_hex(8)}", response="{answer}"")'

    assert answer[4:] not in Redactor().text(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('set_password("ember-bamboo-85")', 'set_password("[REDACTED]")'),
        ("the password for the admin account is Ember2292x", "the password for the admin account is [REDACTED]"),
        ("the token for budi was refused: 5a84Ea36d7370635f", "the token for budi was refused: [REDACTED]"),
        ("sandi untuk akun budi adalah Ember2292x", "sandi untuk akun budi adalah [REDACTED]"),
        ("npwpnya 132260126168523", "npwpnya [REDACTED]"),
        ("password-nya: Ember2292x", "password-nya: [REDACTED]"),
        ("token salah: 5a84ea36d7370635", "token salah: [REDACTED]"),
        ("-> npwp: Str(285712100065947)", "-> npwp: Str([REDACTED])"),
        ('{"app_secret": {"S": "ember-85"}}', '{"app_secret": {"S": "[REDACTED]"}}'),
        ('{"npwp": {"S": "123349074643553"}}', '{"npwp": {"S": "[REDACTED]"}}'),
        ("Cookie: a=b; authorization=Basic RW1iZXI6MjI5Mg==; lang=id", "Cookie: [REDACTED]"),
        ("5a84Ea36d7370635f= is an expired signing key", "[REDACTED] is an expired signing key"),
        ("use Ember2292x as the password", "use [REDACTED] as the password"),
        ("creds bot / Ember2292x", "creds bot / [REDACTED]"),
        ("access_key_id 5a84ea36d7370635 was", "access_key_id [REDACTED] was"),
        ("client_ip: 33 36 2e 38 31 2e 33 2e 34 left", "client_ip: [REDACTED] left"),
    ],
)
def test_names_and_values_in_sentences_and_dumps(text, clean):
    """In English, in Indonesian, as OpenTelemetry's debug exporter and DynamoDB write them, and the value first."""
    assert Redactor().text(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        *("get_secret('database')", 'set_token_type("bearer")', "invalid token: signature mismatch after 5 tries"),
        *("credentials: include", "authentication: basic", "harganya 1234567890123 dan biasanya 20 ribu"),
        *("use it as the password", "3f2504e0 is an expired lease", "login budi / siti", "key_id seventeen"),
        *(
            "the password for the admin account is missing",
            "The session for BBCA.JK closed at 9278; the token for it stays",
        ),
    ],
)
def test_look_alikes_in_sentences_stay(text):
    """They speak of secrets and show none."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "event",
    [
        {"fields": [{"fieldName": "api_key", "fieldValue": SECRET}]},
        {"Parameter": {"Name": "/prod/api/client_secret", "Type": "SecureString", "Value": SECRET}},
    ],
)
def test_more_ways_to_write_a_name_and_a_value_apart(event):
    """Fields of forms, and names that are paths."""
    assert SECRET[4:20] not in str(Redactor().event(event))


_HASH = "$argon2id$v=19$m=65536,t=3,p=4$" + secrets.token_hex(11) + "$" + secrets.token_hex(21)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"feed:\n  password_hash: {_HASH}\n  retries: 3\n", _HASH),
        (f"[password_hash={_HASH}] [symbol=BBCA]", _HASH),
        ('{"id_token_hint": "%V"}', "q7" + secrets.token_hex(18)),
        ("https://api.example.com/v1/DATA_APPLICATION_KEY/%V/quotes", "q7" + secrets.token_hex(18)),
        ("https://api.example.com/v1/auth_code/%V/quotes", "4%2F0" + secrets.token_hex(18)),
        ("symbol,client-ip,price\nBBCA,%V,9100\n", "103.39.144.254"),
        ("symbol,kk,price\nBBCA,%V,9100\n", "3174097608633344"),
        ("Invalid date of birth '%V'. See the manual.", "1994-02-06"),
        ("KeyError: '%V'", "EAA" + "Zq7" * 40),
    ],
    ids=["hash in YAML", "hash in brackets", "hint", "step", "code", "column", "family card", "birth", "Facebook"],
)  # fmt: skip
def test_values_are_found_to_their_end(text, value):
    """Behind names that are short, spoken, or end otherwise than most."""
    text = text.replace("%V", value)

    assert Redactor().text(text).rstrip() == text.replace(value, "[REDACTED]").rstrip()


@pytest.mark.parametrize("name", ["auth_codes", "session_ids", "sids", "api_signatures"])
def test_several_secrets_below_a_name_in_the_plural_are_found(name):
    """Each that looks like one."""
    shown = Redactor().event({"seen": {name: ["q7" + secrets.token_hex(12), "short"]}})

    assert shown == {"seen": {name: ["[REDACTED]", "short"]}}


def test_a_step_of_a_path_is_not_looked_for_in_base64():
    """`/pw/` is chance there."""
    text = "sha512-Pp2gGsjTYxL8nDgRMgMItDn08YEev6qSt/pw/Yp5qQmmiOMGJNoukg/VtGYfZz3TILJgUwtTx91eVzQEb+VXGw=="

    assert Redactor().text(text) == text


@pytest.mark.parametrize("name", ["market_cap_idr", "sharesOutstanding", "turnover"])
def test_an_amount_that_could_be_the_number_of_a_card_stays(name):
    """Its field says what it is."""
    amount = "4111111111111111"

    assert Redactor().event({name: amount, "note": amount}) == {name: amount, "note": "[REDACTED]"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("MOVE '%V' TO WS-PASSWORD", "Kucing-Hitam9"),
        ('std::string token{"%V"};', "q7Zk29sLpQw8xYt3"),
        ("Invalid No. KK '%V'. See the manual.", "3273082748618784"),
        ('{"client": "%V", "symbol": "BBCA"}', "36.77.185.21"),
        ("nomor SIM: %V", "824837522370"),
        ("GET /x -> 502 with MAIL_PASSWORD %V (attempt 2)", "xsuaktedgsstdtpm"),
        ("INSERT INTO t (id, fred_key, symbol) VALUES (7, '%V', 'BBCA')", "q7" + secrets.token_hex(15)),
        (r'{"error": "saml_response %V is not valid"}', r"PHNhbWxwOlJlc3BvbnNlIElE\r\nPSJfOWYxMDI0ZTU0MjIyYTYy\r\nc3BvbnNlPg=="),
    ],
    ids=["COBOL", "C++", "family card", "client", "licence", "small letters", "column", "folded"],
)  # fmt: skip
def test_values_are_found_where_few_look(text, value):
    """Before their name, in braces, behind short names, behind names that only may be those of secrets."""
    text = text.replace("%V", value)

    assert Redactor().text(text) == text.replace(value, "[REDACTED]")


@pytest.mark.parametrize(
    "text",
    [
        'http_requests_token{code="200"} 17',
        "Redirected from '/login' to password",
        "client = Client() # 'read' to read",
        "with password orchidharborgate (attempt 2)",
    ],
)
def test_what_only_looks_like_them_stays(text):
    """Metrics, sentences, words."""
    assert Redactor().text(text) == text


def test_a_table_is_read_although_the_text_before_it_looks_like_one():
    """Each text has lines of its own."""
    value = "virdfqcjjnlfmfro3tpw"
    event = {"a": "symbol,note,close\nADRO.JK,x,9100", "b": f"symbol,token,close\nBBCA.JK,{value},9100"}

    assert Redactor().event(event)["b"] == "symbol,token,close\nBBCA.JK,[REDACTED],9100"


_TOKEN = "q7" + secrets.token_hex(15)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("127.0.0.1:6379> AUTH %V", "Kucing-Hitam9"),
        ("AUTH default %V", "Kucing-Hitam9"),
        ("budi:1001:%V:[U          ]:LCT-5F1A2B3C:", "AAD3B435B51404EE" * 2 + ":" + "8846F7EAEE8FB117" * 2),
        ("user~svc password~%V host~x", _TOKEN),
        ('received "symbol,client_secret\\nBBCA,%V\\n"', "1f79d7b0-4f05-0ab4-faba-d05adeb04a9c"),
        ("remote address: %V (attempt 1)", "36.71.155.74"),
        ("resolved %V from cache", "IT06 L315 2584 1353 3413=\r\n 7535 022"),
    ],
    ids=["Redis", "Redis with a user", "Samba", "tilde", "table in JSON", "address", "folded IBAN"],
)  # fmt: skip
def test_more_notations_are_read(text, value):
    """Commands, files of users, odd separators."""
    shown = Redactor().text(text.replace("%V", value))

    assert value[:-4] not in shown
    assert shown.startswith(text[:4])


def test_blanks_that_a_form_writes_as_plus_part_names_from_values():
    """`%3A+` is a colon and a blank."""
    shown = Redactor().text(f"data=%5B%5B%22signing_key%22%2C+%22{_TOKEN}%22%5D%5D")

    assert shown == 'data=[["signing_key", "[REDACTED]"]]'


def test_a_phrase_called_pass_goes_and_others_stay():
    """Of keys such a value is more often the name of a thing."""
    event = {"pass": "maple-harbor-2041", "key": "daily-report-2041"}

    assert Redactor().event(event) == {"pass": "[REDACTED]", "key": "daily-report-2041"}


@pytest.mark.parametrize("host", ["feed-1.internal", "db.example.com:5432", "localhost", "unknown"])
def test_the_name_of_a_host_stays(host):
    """It is no address of a person's machine."""
    assert Redactor().event({"peer": host, "client_ip": "36.71.155.74"}) == {"peer": host, "client_ip": "[REDACTED]"}


@pytest.mark.parametrize(
    "text", ['if not settings.API_KEY: raise RuntimeError("no")', "pin: enabled, otp: required", "SET password = :p1"]
)
def test_words_and_places_are_no_values(text):
    """Code, states, and what a statement leaves open."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize("password", ["Marble_w0585", "Harbor-J0Ja53", "Fjord.5sP98", "AiNqenIU!xkdZ", "Copper_PLU135"])
@pytest.mark.parametrize(
    "text", ["with password %V (attempt 2)", "Invalid passwd '%V'. See the manual.", "wrong passphrase %V for app"]
)
def test_passwords_that_people_make_up_are_found_in_sentences(text, password):
    """A word, a joint, and something that is no word."""
    assert Redactor().text(text.replace("%V", password)) == text.replace("%V", "[REDACTED]")


@pytest.mark.parametrize(
    "text",
    [
        "password Policy-v2 applies",
        "with password utf8 encoding",
        "password SHA-256 digest",
        "password PasswordEncoder.matches failed",
    ],
)
def test_names_of_things_stay_behind_password(text):
    """They are made of words and numbers, too."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        '  ~ master_password = (sensitive value) -> "%V"',
        "*:*:eod:app:%V",
        "connect('db.internal', 'app', '%V')",
        "jwt.decode(t, '%V', algorithms=['HS256'])",
        '{"jsonrpc":"2.0","method":"login","params":["app","%V"],"id":1}',
        "Value cannot be used. (Parameter 'apiKey') Actual value was %V.",
        "NickServ IDENTIFY %V",
    ],
)
def test_more_calls_and_messages_are_known(text):
    """Of Terraform, PostgreSQL, libraries, JSON-RPC, .NET and IRC."""
    value = "aB3" + secrets.token_hex(7)

    assert Redactor().text(text.replace("%V", value)) == text.replace("%V", "[REDACTED]")


def test_a_code_in_indonesian_goes():
    """`Kode verifikasi Anda adalah …`"""
    assert Redactor().text("Kode verifikasi Anda adalah 326495") == "Kode verifikasi Anda adalah [REDACTED]"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"<x><heroku_key>{_TOKEN.encode().hex(' ')}</heroku_key></x>", "<x><heroku_key>[REDACTED]</heroku_key></x>"),
        ("received gagal+masuk%2C+kunci+api+%V+ditolak", "received gagal masuk, kunci api [REDACTED] ditolak"),
        ("INSERT+INTO+t+%28id%2C+passwd%29+VALUES+%287%2C+%27%V%27%29", "INSERT INTO t (id, passwd) VALUES (7, '[REDACTED]')"),
        ("got " + base64.b64encode(f'[a]\nb\ntoken = "{_TOKEN}"'.encode()).decode(), "got [REDACTED]"),
        ("using No. KK 3273859698722155, twice", "using No. KK [REDACTED], twice"),
    ],
    ids=["spaced hex", "sentence in a form", "statement in a form", "lines in base64", "family card"],
)  # fmt: skip
def test_encoded_wholes_are_read(text, clean):
    """What stands around a value is encoded with it."""
    assert Redactor().text(text.replace("%V", _TOKEN)) == clean


@pytest.mark.parametrize("text", ["a+b%20c+d", "application/vnd.api+json", "x=1%2C2+3"])
def test_plus_signs_of_other_texts_stay(text):
    """They are no blanks."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<p>API key: <code>%</code></p>", "<p>API key: <code>[REDACTED]</code></p>"),
        ('Token: <span class="x">%</span>', 'Token: <span class="x">[REDACTED]</span>'),
        ("<api_key>\n  %\n</api_key>", "<api_key>\n  [REDACTED]\n</api_key>"),
        ("https://h/x?api_key[]=%&page=2", "https://h/x?api_key[]=[REDACTED]&page=2"),
        ("https://h/x?api_key%5B%5D=%&page=2", "https://h/x?api_key[]=[REDACTED]&page=2"),
        ('{"session": {"value": "%"}}', '{"session": {"value": "[REDACTED]"}}'),
        ('Config { merchant_key: Some("%") }', 'Config { merchant_key: Some("[REDACTED]") }'),
        ('~ password = "" -> "%"', '~ password = "" -> "[REDACTED]"'),
        ("curl --user app:'%' https://h", "curl --user app:'[REDACTED]' https://h"),
        ("https://h/hooks/%.%", "https://h/hooks/[REDACTED]"),
    ],
)
def test_values_in_tags_brackets_and_wraps(text, clean):
    """HTML around the value, parameters that are lists, a value that has a line or an object of its own."""
    value = "q7" + secrets.token_hex(15)

    assert Redactor().text(text.replace("%5B%5D", "\0").replace("%", value).replace("\0", "%5B%5D")) == clean


@pytest.mark.parametrize(
    "text",
    [
        "<p>Key: <code>market_cap</code></p>",
        "<password>\n  <rule>none</rule>\n</password>",
        "https://h/x?sort_key[]=close&keys[]=eps",
        '{"session": {"value": "pre-opening", "page": 2}}',
        'token_count = "" -> "4170"',
        "<p>Password: <b>required</b></p>",
    ],
)
def test_look_alikes_in_tags_brackets_and_wraps_stay(text):
    """No value in them is one of a secret."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("ApiKey{value=%V}", "Token(value='%V')", "AccessToken {value: '%V'}", "ApiKey [value=%V, id=3]"),
        *("AccessToken(scope=read, value='%V')", "Token{id=3, secret_value=%V}", "BearerToken(token=%V)"),
    ],
)
def test_an_object_whose_type_is_called_like_a_secret(text):
    """Programs print what they hold."""
    shown = Redactor().text(f"got {text.replace('%V', SECRET)}, going on")

    assert shown == f"got {text.replace('%V', '[REDACTED]')}, going on"


@pytest.mark.parametrize(
    "text",
    ["Token(type='ID', value='portfolio', lineno=1)", "Token [value=BBCA.JK]", "Secret [name=db, version=12345678]"],
)
def test_tokens_of_a_parser_stay(text):
    """They are words of a language."""
    assert Redactor().text(text) == text
