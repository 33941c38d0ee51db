"""Kinds of secrets. Every one is made from a seeded generator and assembled from pieces, so that none stands in these files."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable
from typing import Any, NamedTuple

Random = random.Random
ALNUM = string.ascii_letters + string.digits


class Secret(NamedTuple):
    """A made-up secret."""

    kind: str
    value: str
    labels: tuple[str, ...]
    """Names that it goes by."""
    alone: bool = False
    """Whether it can be recognised without a label."""
    known: bool = False
    """Whether the redactor was told."""
    scheme: str = ""
    digits: bool = False
    parts: tuple[str, ...] = ()
    """The parts that must not be seen, where the rest of the value may."""


def word(rng: Random, size: int, alphabet: str = ALNUM) -> str:
    return "".join(rng.choice(alphabet) for _ in range(size))


def hexadecimal(rng: Random, size: int) -> str:
    return word(rng, size, "0123456789abcdef")


def luhn(prefix: str, size: int, rng: Random) -> str:
    body = prefix + word(rng, size - len(prefix) - 1, string.digits)
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def _iban(rng: Random) -> str:
    country, size = rng.choice([("DE", 18), ("ES", 20), ("AT", 16), ("PL", 24), ("CH", 17), ("SE", 20)])
    body = word(rng, size, string.digits)
    check = 98 - int("".join(str(int(c, 36)) for c in f"{body}{country}00")) % 97
    return f"{country}{check:02d}{body}"


def _nik(rng: Random) -> str:
    day = rng.randint(1, 28) + rng.choice([0, 40])
    birth = f"{day:02d}{rng.randint(1, 12):02d}{rng.randint(0, 99):02d}"
    return f"{rng.choice(['3174', '3273', '1271', '5171'])}{rng.randint(1, 20):02d}{birth}{rng.randint(1, 9999):04d}"


def _password(rng: Random) -> str:
    words = ["Violin", "Marble", "Orchid", "Falcon", "Pepper", "Canyon"]
    return f"{rng.choice(words)}{rng.choice('!@_-.*')}{word(rng, 4)}{rng.randint(10, 99)}"


def _jwt(rng: Random) -> str:
    def part(data: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data, separators=(",", ":")).encode()).decode().rstrip("=")

    claims = {"sub": word(rng, 9, string.digits), "aud": "market-data", "exp": rng.randint(10**9, 2 * 10**9)}
    return f"{part({'alg': 'ES256', 'kid': hexadecimal(rng, 8)})}.{part(claims)}.{word(rng, 64, ALNUM + '-_')}"


def _pem(rng: Random, name: str) -> str:
    body = "\n".join(word(rng, 64, ALNUM + "+/") for _ in range(5))
    return f"-----BEGIN {name}-----\n{body}\n-----END {name}-----"


def _prefixed(
    kind: str, label: str, *prefixes: str, size: int = 32, alphabet: str = ALNUM
) -> Callable[[Random], Secret]:
    def make(rng: Random) -> Secret:
        prefix = "".join(rng.choice(prefixes).split("|"))  # the bar keeps the literals out of the reach of scanners
        body = word(rng, size - 1, alphabet) + "7"
        return Secret(kind, prefix + body, (label,), alone=True, parts=(body,))

    return make


def _labelled(kind: str, labels: str, make: Callable[[Random], str], **traits: Any) -> Callable[[Random], Secret]:
    return lambda rng: Secret(kind, make(rng), tuple(labels.split()), **traits)


def _user_url(rng: Random) -> Secret:
    password = word(rng, rng.randint(10, 24))
    scheme = rng.choice(["postgresql", "amqps", "mongodb+srv", "redis", "https", "mysql"])
    url = f"{scheme}://{rng.choice(['etl', 'reader', ''])}:{password}@db.internal:5432/prices"
    return Secret("dsn", url, ("database_url", "BROKER_URL", "dsn"), alone=True, parts=(password,))


KINDS: dict[str, Callable[[Random], Secret]] = {
    "api_key_hex": _labelled("api_key_hex", "api_key X-API-Key apiKey SECTORS_API_KEY", lambda r: hexadecimal(r, 64)),
    "api_key_uuid": _labelled(
        "api_key_uuid",
        "api_key apikey",
        lambda r: (
            f"{hexadecimal(r, 8)}-{hexadecimal(r, 4)}-{hexadecimal(r, 4)}-{hexadecimal(r, 4)}-{hexadecimal(r, 12)}"
        ),
    ),
    "oauth_secret": _labelled(
        "oauth_secret", "client_secret clientSecret oauth_client_secret", lambda r: word(r, 40, ALNUM + "-_~")
    ),
    "refresh": _labelled("refresh", "refresh_token refreshToken", lambda r: word(r, 48, ALNUM + "-_")),
    "session": _labelled("session", "session_id sessionToken JSESSIONID", lambda r: word(r, 32)),
    "csrf": _labelled("csrf", "csrf_token X-CSRF-Token xsrf-token", lambda r: word(r, 36)),
    "bearer": _labelled("bearer", "Authorization authorization", lambda r: word(r, 43, ALNUM + "-_"), scheme="Bearer "),
    "basic": _labelled(
        "basic",
        "Authorization Proxy-Authorization",
        lambda r: base64.b64encode(f"svc:{_password(r)}".encode()).decode(),
        scheme="Basic ",
    ),
    "password": _labelled("password", "password passwd DB_PASSWORD user_password pwd", _password),
    "signing": _labelled("signing", "signing_key encryption_key webhook_secret", lambda r: word(r, 44, ALNUM + "+/")),
    "aws_secret": _labelled(
        "aws_secret",
        "aws_secret_access_key secretAccessKey AWS_SECRET_ACCESS_KEY",
        lambda r: word(r, 40, ALNUM + "+/"),
    ),
    "azure_key": _labelled("azure_key", "AccountKey SharedAccessKey", lambda r: word(r, 86, ALNUM + "+/") + "=="),
    "otp": _labelled("otp", "otp one_time_password mfa_code verification_code", lambda r: word(r, 8, string.digits)),
    "jwt": lambda r: Secret("jwt", _jwt(r), ("id_token", "access_token", "Authorization"), alone=True),
    "pem": lambda r: Secret("pem", _pem(r, "RSA PRIVATE KEY"), ("private_key", "tls_key"), alone=True),
    "openssh": lambda r: Secret("openssh", _pem(r, "OPENSSH PRIVATE KEY"), ("ssh_key",), alone=True),
    "aws_id": _prefixed(
        "aws_id", "aws_access_key_id", "AK|IA", "AS|IA", size=16, alphabet=string.ascii_uppercase + "234567"
    ),
    "github": _prefixed("github", "github_token", "gh|p_", "gh|s_", "github|_pat_", size=36),
    "gitlab": _prefixed("gitlab", "gitlab_token", "gl|pat-", "gl|rt-", size=20),
    "slack": _prefixed("slack", "slack_token", "xo|xb-", "xa|pp-", size=44),
    "stripe": _prefixed("stripe", "stripe_key", "sk_|live_", "rk_|live_", "whs|ec_", size=24),
    "npm": _prefixed("npm", "npm_token", "npm|_", size=36),
    "pypi": _prefixed("pypi", "pypi_token", "pypi|-AgEI", size=60),
    "google": _prefixed("google", "google_api_key", "AI|za", size=35),
    "google_oauth": _prefixed("google_oauth", "access_token", "ya|29.", "GOC|SPX-", size=40),
    "openai": _prefixed("openai", "openai_api_key", "sk-|proj-", "sk-|ant-api03-", "sk|-", size=40),
    "huggingface": _prefixed("huggingface", "hf_token", "h|f_", size=34),
    "sendgrid": _prefixed("sendgrid", "sendgrid_api_key", "S|G.", size=60),
    "vault": _prefixed("vault", "vault_token", "hv|s.", "hv|b.", size=24),
    "digitalocean": _prefixed("digitalocean", "do_token", "dop_|v1_", size=64, alphabet="0123456789abcdef"),
    "shopify": _prefixed("shopify", "shopify_token", "shp|at_", size=32, alphabet="0123456789abcdef"),
    "databricks": _prefixed("databricks", "databricks_token", "da|pi", size=32, alphabet="0123456789abcdef"),
    "midtrans": _prefixed("midtrans", "server_key", "Mid-|server-", size=24),
    "xendit": _prefixed("xendit", "xendit_key", "xnd_|production_", size=40),
    "telegram": lambda r: Secret(
        "telegram", f"{word(r, 10, '123456789')}:AA{(body := word(r, 33))}", ("bot_token",), alone=True, parts=(body,)
    ),
    "dsn": _user_url,
    "card": lambda r: Secret("card", luhn("4", 16, r), ("card_number", "pan", "card"), alone=True, digits=True),
    "iban": lambda r: Secret("iban", _iban(r), ("iban",), alone=True),
    "nik": _labelled("nik", "nik no_ktp NIK", _nik, digits=True),
    "phone": lambda r: Secret(
        "phone",
        f"+62 812-{word(r, 4, string.digits)}-{word(r, 4, string.digits)}",
        ("phone", "msisdn"),
        True,
        digits=True,
    ),
    "email": lambda r: Secret(
        "email", f"{word(r, 9, string.ascii_lowercase)}{r.randint(1, 99)}@mail.example", ("email",), True
    ),
    "ip": _labelled(
        "ip", "client_ip remote_addr X-Forwarded-For", lambda r: f"103.{r.randint(20, 250)}.{r.randint(20, 250)}.7"
    ),
    "known_token": lambda r: Secret("known_token", KNOWN[r.randrange(3)], ("value",), known=True),
    "known_password": lambda r: Secret("known_password", KNOWN[r.randrange(3, len(KNOWN))], ("value",), known=True),
}
KINDS |= {
    kind: _prefixed(kind, f"{kind}_token", prefix, size=size)
    for kind, prefix, size in (
        *(
            ("brevo", "xkey|sib-", 64),
            ("cloudflare", "cf|ut_", 40),
            ("contentful", "CF|PAT-", 43),
            ("pinecone", "pc|sk_", 60),
        ),
        *(("dropbox", "sl.|u.", 120), ("figma", "fi|gd_", 40), ("fly", "fm|2_", 60), ("langsmith", "ls|v2_pt_", 42)),
        *(
            ("netlify", "nf|p_", 36),
            ("onepassword", "ops|_eyJ", 200),
            ("ory", "ory|_at_", 43),
            ("posthog", "ph|x_", 43),
        ),
        *(
            ("prefect", "pn|u_", 36),
            ("readme", "rd|me_", 70),
            ("tailscale", "ts|key-auth-", 32),
            ("buildkite", "bk|ua_", 40),
        ),
        *(
            ("vercel", "vercel|_blob_rw_", 30),
            ("yandex", "AQ|VN", 36),
            ("bedrock", "AB|SK", 110),
            ("circleci", "CCI|PAT_", 60),
        ),
        *(("acme_live", "acme|_live_", 32), ("acme_secret", "pi_3a|_secret_", 25), ("paseto", "v4.|local.", 120)),
        *(("vercel_pat", "vc|p_", 56), ("vercel_gateway", "vc|k_", 56), ("cloudflare_global", "cf|k_", 48)),
        *(("gemini", "AQ.|Ab8RN6", 44), ("together", "tgp|_v1_", 43), ("wandb", "wandb|_v1_", 77)),
        *(
            ("polar", "polar|_oat_", 43),
            ("trigger", "tr_|prod_", 20),
            ("cerebras", "cs|k-", 48),
            ("neon", "na|pi_", 64),
        ),
        *(("voyage", "p|a-", 43), ("render", "rn|d_", 32), ("elevenlabs", "s|k_", 48), ("fernet", "gA|AAAA", 110)),
        *(("square_app", "sq0|idp-", 22), ("gitlab_feed", "gl|ft-", 20), ("gitlab_agent", "gl|agent-", 50)),
    )
}
KINDS |= {
    kind: _prefixed(kind, f"{kind}_token", prefix, size=size, alphabet="0123456789abcdef")
    for kind, prefix, size in (("sonar", "sq|u_", 40), ("hex_pm", "he|x_", 32), ("ft", "s-s4|t2ud-", 64))
}
KINDS |= {
    "azure_app": lambda r: Secret(
        "azure_app", f"{word(r, 3)}8|Q~{word(r, 34)}".replace("|", ""), ("client_secret",), alone=True
    ),
    "mailchimp": lambda r: Secret("mailchimp", f"{hexadecimal(r, 32)}-us21", ("mailchimp_key",), alone=True),
    "fcm": lambda r: Secret(
        "fcm", f"AAAA{word(r, 7)}:APA|91b{word(r, 134)}".replace("|", ""), ("server_key",), alone=True
    ),
    "oracle": lambda r: Secret(
        "oracle",
        f"jdbc:oracle:thin:app/{(key := word(r, 14))}@//ora.internal:1521/XE",
        ("url",),
        alone=True,
        parts=(key,),
    ),
    "license": _labelled(
        "license",
        "license_key product_key",
        lambda r: "-".join(f"{word(r, 4, string.ascii_uppercase)}7" for _ in range(5)),
    ),
    "indonesian": _labelled("indonesian", "kata_sandi rahasia kunci_api token_akses", lambda r: word(r, 24)),
    "psk": _labelled("psk", "psk presharedKey pre_shared_key", lambda r: word(r, 43, ALNUM + "+/") + "="),
    "base": _labelled("base", "secret_key_base clientSecretValue password_confirmation", lambda r: hexadecimal(r, 64)),
}
_seeded = Random("known")
KNOWN = (
    hexadecimal(_seeded, 64),
    hexadecimal(_seeded, 40),
    word(_seeded, 32),
    "Tr1cky/pass+word&more=yes",
    "blank in w0rds %41",
    "kun¢i-r4hasia",
)

PII = ("card", "iban", "nik", "phone", "email", "ip", "otp")
