"""Bodies of real APIs inside what a program tells: tokens that are issued, answers of stores, and what stands beside them."""

from __future__ import annotations

import base64
import json
import secrets

import pytest

from outwarden.redact import Redactor

KEY = "q7" + secrets.token_urlsafe(18).replace("-", "x").replace("_", "y") + "Z"
HEX = secrets.token_hex(32)
BASE64 = base64.b64encode(bytes(range(1, 33))).decode()
CODE = "417902"
QUALIFIERS = ["PROD", "old", "previous", "live", "staging", "part1", "backup_2", "b64", "v2"]

FOUND = [
    ('{"value":"ek_%s","expires_at":1778035358}', HEX[:32]),
    ("<SignatureProvided>%s</SignatureProvided><RequestId>8IG1</RequestId>", HEX),
    ('{"id":"https://kv.vault.azure.net/secrets/db/c6a46cb3","contentType":"text/plain","value":"%s"}', KEY),
    ('{"name":"projects/8/secrets/db/versions/14","payload":{"data":"%s","dataCrc32c":"78"}}', BASE64),
    ('{"KeyId":"arn:aws:kms:us-east-1:5:key/f5","Plaintext":"%s"}', BASE64),
    ('[{"key":"SECRET_KEY_BASE","scope":"RUN_TIME","value":"%s"}]', HEX),
    ('{\n        "name": "ADMIN_PASSWORD",\n                        "value": "%s"\n}', KEY),
    ('{\n "recovery_codes": [\n  "%s"\n ]\n}', "T1DPM6TINR8SS6SJE7H5SBUE"),
    ('{"keys_base64": ["b3JjaGlkLXZlbHZldC00Mi1tYXJibGU=", "%s"]}', BASE64),
    ("unexpected answer (HTTP 200): id,name,api_key,at\nk_1,batch,%s,2026\n", KEY),
    ('{"body": "id,name,api_key,at\\nk_1,batch,x,2026\\nk_2,batch,%s,20', KEY),
    ("b'id,name,api_key,at\\nk_1,batch,%s,2026\\n'", KEY),
    ("We have detected your API key as %s and our limit is 25 requests", "MTBWNSMYZN2NOD2J"),
    ('{"object":"magic_auth","email":"x","code":"%s"}', CODE),
    ("To=%%2B62812&Code=%s&VerificationSid=VE1", CODE),
    ('{"type":"text","parameter_name":"otp","text":"%s"}', CODE),
    ('{"account":"%s","account_id":"kmTi","routing":"011401533"}', "497409060760"),
    ('{"BankAccountDetails":"%s"}', "1756961034"),
    ("https://us02web.example.us/s/812?zak=%s", KEY),
    ('{"client_p12_base64": "%s"}', "MII" + BASE64),
    ("passport: %s06", "L898902C36UTO7408122F1204159ZE184226B<<<<<1"),
    ("sqlplus -S app/%s@db-1.internal:1521/PROD", KEY),
    ('{"rijksregisternummer": "%s"}', "83.11.15-894.80"),
    ('{"nric_fin": "%s"}', "543130313832313446"),
    ('{"keyId":"856f","secretText":"%s…', "KXB8Q~pp1f-7z3GP3T7XV"),
    ('{"jwk": {"kty": "EC", "crv": "P-256", "x": "f83O", "d": "%s"}}', "-" + KEY),
    ('1794329407.340239 [0 lua] "AUTH" "default" "%s" "GET" "eod:BBCA.JK"', "nyc_Pkth03cN-77"),
    ("paspor nomor %s diverifikasi oleh sistem", "E4113723"),
    ("API key yang baru adalah %s ya", "rki8oen530q78wp4vpwn"),
    ("Mohon ganti API key menjadi %s sebelum rilis", KEY),
    ('{"upstream_body": {"ip": "%s"}}', "203.0.113.114"),
    (r'{"body": "{\"keys_base64\":[\"b3JjaGlkLXZlbHZldC00Mi1tYXJibGU=\",\"%s\"],\"root\":1}"}', BASE64),
]

KEPT = [
    '{"factorType":"token:software:totp","provider":"OKTA"}',
    '{"dependencies":{"jsonwebtoken":"^9.0.2"}}',
    '{"Sid": "AllowSecretsRead", "Action": ["secretsmanager:GetSecretValue", "kms:Decrypt"]}',
    '{"Resource": "arn:aws:secretsmanager:*:564507921766:secret:prod/*"}',
    f'{{"sid":"VE{HEX[:32]}","account_sid":"AC{HEX[32:]}"}}',
    "'grant_types': ['client_credentials', 'refresh_token'], 'token_endpoint_auth_method': 'client_secret_post'",
    "https://graph.example.com/v1.0/users?$top=1&$skiptoken=RFNwdAIAAQAAABmaTtULld",
    "https://kv.vault.azure.net/secrets/db-password/" + HEX[:32],
    '{"repositories":[{"id":58,"full_name":"example/screener"}]}',
    "{'extensions': {'code': 'AUTHENTICATION_ERROR', 'type': 'authentication error'}}",
    "<GetPasswordDataResponse><requestId>1b01454f-0519-4f3b-aa82-b01d7a2812b3</requestId>",
    '{"code":"400123","message":"SMS verification failed"}',
    '{"account":"123456789012","region":"us-east-1"}',
    '{"npm_integrity":"sha512-dsfsYsmZHUyeOKLXHYwMDa6sLp1Rj1SbtWJRF1mkZJZL8C2rwyjIk/5Cvq2dKzPw/EfsB6ISY1IIZ0qzfAf5d3=="}',
    "token_last: lazy, token_first: quick",
    '{"cookie_v2": "accepted"}',
    "user.password.old: changed",
    "page_token_next=abc123def456",
    '{"git":{"account":"417902417902","branch":"main"}}',
    '{"verified":true,"postal":{"code":"482913"}}',
    '{"name":"GET /secrets/{id}","value":"12ms"}',
    "worker@00beb9c6.service: started, dbus-org@1.socket too",
    "Message-ID: <6059b26788ecd3a1@mail.example.com>",
    "<Credentials><Expiration>2026-11-23T04:31:24.567Z</Expiration></Credentials>",
    "std::cout << x << y; <<<<<<< HEAD",
]


@pytest.mark.parametrize(("text", "secret"), FOUND, ids=[text[:40] for text, _ in FOUND])
def test_secrets_in_bodies_go(text, secret):
    """As text, and where it is one also as JSON in JSON and as what was parsed of it."""
    redactor = Redactor()
    body = text % secret

    assert secret not in redactor.text(body)
    assert secret not in redactor.text(f"upstream answered 200: {body} (attempt 2)")
    if "parameter_name" in text or "payload" in text or "account" in text or '"code"' in text:
        return  # what is parsed is not told from what stands beside it
    try:
        parsed = json.loads(body)
    except ValueError:
        return
    assert secret not in json.dumps(redactor.event({"body": parsed}))


@pytest.mark.parametrize("text", KEPT, ids=range(len(KEPT)))
def test_what_stands_beside_them_stays(text):
    """Versions, ids, policies, links to the next page, names of repositories."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize("qualifier", QUALIFIERS)
@pytest.mark.parametrize("name", ["api_key", "DB_PASSWORD", "clientSecret", "refresh-token", "session_pwd"])
def test_a_name_may_say_which_one_of_several_it_is(name, qualifier):
    """In a mapping, an assignment, and JSON."""
    redactor = Redactor()
    named = f"{name}_{qualifier}"

    assert redactor.event({named: KEY}) == {named: "[REDACTED]"}
    assert KEY not in redactor.text(f"{named}={KEY}")
    assert KEY not in redactor.text(json.dumps({named: KEY}))


def test_a_moment_below_the_name_of_a_secret_stays():
    """It is no secret, and other fields may hold the same one."""
    event = {"api_token": {"value": KEY, "rotated": "2026-08-09T21:41:31.510Z"}, "seen": "2026-08-09T21:41:31.510Z"}

    shown = Redactor().event(event)

    assert KEY not in str(shown)
    assert shown["api_token"]["rotated"] == shown["seen"] == event["seen"]


def test_the_id_of_a_payment_stays_whose_secret_goes():
    """The one begins with the other."""
    number = "pi_" + secrets.token_hex(12)

    shown = Redactor().event({"id": number, "client_secret": f"{number}_secret_{KEY}"})

    assert shown == {"id": number, "client_secret": "[REDACTED]"}


PASSED = [
    ('{"password": "%s"}', "redis:Harbor"),
    ("basic_auth=%s", "admin:Secret"),
    ('{"connect.sid": "%s"}', "OrchidHarborMoonRiver"),
    ("token=%s", "hardware:abc12345"),
    ("verification token: %s", "483.920.117"),
    ('{"token_response": "%s"}', KEY),
    ('{"ssn_result": "%s"}', "123456789"),
    ("key_base64=%s", "aHVudGVyMg=="),
    ("prod,db_password,%s\nprod,,x\n", "noCru0ftOsgH"),
    ("smtp,password,%s\nsmtp,null,x\n", "DNxrilRavGDMfvJNScUykTCUBkk"),
    ("row 1: smtp,password,%s\nsmtp,,off", KEY),
    ("tokens,a9tRk2LmVx7WnB4c,%s\n", KEY),
    ("recovery codes,48291830,%s", "92812910"),
    ("password,%s,x", "550e8400-e29b-41d4-a716-446655440000"),
    ('{"permissions": ["password", "%s"]}', "SummerRain"),
    ("https://api.example.com/v1/acct7f3k2m9q1zx8/oauth2token/%s", KEY),
    ("GET /v1/secrets/password/%s", HEX[:32]),
    ("arn:aws:iam::1:role/x 10.0.0.5:5432:app:app:%s", "hunter2moon"),
    ('{"customer": {"full_name": "%s"}}', "Lindqvist/Anna"),
    ('{"credentials": {"birth_date": "%s"}}', "1987-03-04T00:00:00"),
]


@pytest.mark.parametrize(("text", "secret"), PASSED, ids=[text[:40] for text, _ in PASSED])
def test_what_only_looks_like_what_stands_beside_them_goes(text, secret):
    """Found by somebody who looked for what the lines above let through."""
    redactor = Redactor()

    assert secret not in redactor.text(text % secret)
    if text.startswith("{"):
        assert secret not in str(redactor.event(json.loads(text % secret)))
