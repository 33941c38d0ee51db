"""Events of any shape."""

from __future__ import annotations

import secrets
from types import MappingProxyType

import pytest

from outwarden import tally
from outwarden.redact import Redactor


@pytest.fixture
def redactor() -> Redactor:
    """A redactor without any knowledge."""
    return Redactor(pseudonym_key=b"k" * 32)


def test_the_structure_stays(redactor):
    """Names, order, numbers and harmless texts are what they were."""
    event = {"b": 1, "a": [1, 2.5, None, True, {"x": "text"}], "at": "2026-11-23T14:23:45Z", "": ""}

    assert redactor.event(event) == event
    assert list(redactor.event(event)) == list(event)


def test_the_given_event_is_not_changed(redactor):
    """The program's own object stays as it is."""
    event = {"password": "Tr0ub4dor&3", "deep": [{"token": "abc12345"}]}

    redactor.event(event)

    assert event == {"password": "Tr0ub4dor&3", "deep": [{"token": "abc12345"}]}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "password",
            "DB_PASSWORD",
            "clientSecret",
            "client-secret",
            "x-api-key",
            "X_API_KEY",
            "apikey",
            "Authorization",
        ),
        *(
            "http.request.header.authorization",
            "Set-Cookie",
            "accessToken",
            "SECRETACCESSKEY",
            "aws_access_key_id",
            "otp",
        ),
        *("private_key", "csrf_token", "session_id", "mfaCode", "connectionString", "signature"),
    ],
)
def test_a_telling_name_hides_its_value(redactor, name):
    """However it is written; whatever the value looks like; None and booleans say nothing and stay."""
    assert redactor.event({name: "plainword"}) == {name: "[REDACTED]"}
    assert redactor.event({name: 123456}) == {name: "[REDACTED]"}
    assert redactor.event({name: None}) == {name: None}
    assert redactor.event({name: True}) == {name: True}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "max_tokens",
            "token_count",
            "author",
            "sort_key",
            "primary_key",
            "s3_key",
            "key_metrics",
            "has_authorization",
        ),
        *(
            "auth_scheme",
            "session_phase",
            "page_token",
            "monkeypatch",
            "password_policy",
            "keyboard",
            "idempotency_key",
        ),
        *("pinned", "ship", "description", "card_type", "email_verified", "token_type", "secretary", "tokenizer"),
    ],
)
def test_a_harmless_name_hides_nothing(redactor, name):
    """Names that only sound like a secret keep their values."""
    assert redactor.event({name: "market-cap"}) == {name: "market-cap"}
    assert redactor.event({name: 4096}) == {name: 4096}


def test_a_whole_subtree_goes_with_its_name(redactor):
    """Its shape stays, its values do not, and they are not seen elsewhere either."""
    token = secrets.token_urlsafe(24)

    out = redactor.event({"credentials": {"one": [token, None, 7], "two": {"x": "y"}}, "message": f"sent {token}"})

    assert out == {
        "credentials": {"one": ["[REDACTED]", None, "[REDACTED]"], "two": {"x": "[REDACTED]"}},
        "message": "sent [REDACTED]",
    }


def test_users_become_pseudonyms(redactor):
    """The same user is the same pseudonym, in this event and the next, at the top or inside `user`."""
    out = redactor.event({"user_id": "jane", "user": {"id": "jane", "name": "other"}, "enduser.id": 17})

    assert out["user_id"] == out["user"]["id"] != out["user"]["name"]
    assert out["user_id"].startswith(f"u_{redactor.pseudonyms.key_id}_")
    assert out["enduser.id"].startswith("u_")
    assert redactor.event({"userId": "jane"})["userId"] == out["user_id"]


def test_vague_names_mean_what_they_stand_in(redactor):
    """`ip` of a client is a person's, `ip` of a server is not; an `id` is only an id."""
    event = {"client": {"ip": "203.0.113.9"}, "server": {"ip": "203.0.113.10"}, "order": {"id": "A-17"}}

    assert redactor.event(event) == {
        "client": {"ip": "[REDACTED]"},
        "server": {"ip": "203.0.113.10"},
        "order": {"id": "A-17"},
    }


def test_a_secret_in_a_name_goes(key):
    """Keys of mappings are texts, too."""
    out = Redactor(secrets=[key]).event({f"seen {key}": {key: 1}})

    assert out == {"seen [REDACTED]": {"[REDACTED]": 1}}


def test_strange_objects_become_the_name_of_their_type(redactor):
    """Nothing of a foreign object is printed, for nobody knows what its text holds."""

    class Session:
        def __str__(self) -> str:
            return "secret"

    out = redactor.event({"a": Session(), "b": [Session()], 7: object, "m": MappingProxyType({"x": 1}), "s": {1}})

    assert out == {"a": "<Session>", "b": ["<Session>"], 7: "<type>", "m": {"x": 1}, "s": [1]}


def test_bytes_and_exceptions_are_texts(redactor):
    """Header pairs as bytes, and exceptions with a key in their text."""
    token = secrets.token_hex(20)

    out = redactor.event({"raw": [(b"x-api-key", token.encode())], "error": ValueError(f"token={token}")})

    assert out == {"raw": [["x-api-key", "[REDACTED]"]], "error": "ValueError: token=[REDACTED]"}


def _endless():
    event: dict = {"token": "abc12345"}
    event["self"] = event
    return event


def _deep():
    event: dict = {"token": "abc12345"}
    for _ in range(50):
        event = {"inner": event}
    return event


class Broken(dict):
    """A mapping that breaks while it is read."""

    def items(self):
        raise RuntimeError("token=abc12345")


@pytest.mark.parametrize(
    "event",
    [
        _endless(),
        _deep(),
        {str(number): number for number in range(6000)},
        {"x": ["y" * 16_000] * 80},
        Broken(a=1),
        None,
        7,
    ],
    ids=["endless", "deep", "wide", "long", "broken", "none", "number"],
)
def test_what_cannot_be_cleaned_is_given_up(redactor, event):
    """Fail closed: nothing of the event is left but the class of the error, and it is counted."""
    before = tally.snapshot()["redaction_failed"]

    out = redactor.event(event)

    assert list(out) == ["redaction_error"]
    assert "abc12345" not in str(out)
    assert tally.snapshot()["redaction_failed"] == before + 1


def test_a_secret_registered_later_is_found_in_texts_known_as_harmless():
    """What was remembered as harmless is forgotten when the known secrets change."""
    redactor = Redactor()
    event = {"message": "the correct-horse-battery is charged", "correct-horse-battery": 1}
    assert redactor.event(event) == redactor.event(event) == event

    redactor.registry.register("correct-horse-battery")

    assert redactor.event(event) == {"message": "the [REDACTED] is charged", "[REDACTED]": 1}


def test_a_mark_never_echoes_what_it_hides(redactor):
    """Two different secrets leave the same mark."""
    outs = [redactor.event({"m": f"password={secrets.token_hex(size)} x"}) for size in (8, 30)]

    assert outs[0] == outs[1] == {"m": "password=[REDACTED] x"}


@pytest.mark.parametrize("more", [0, 40])
def test_values_that_begin_alike_are_all_found_elsewhere(redactor, more):
    """Whichever is looked for first, and whether there are few or many: nothing of the others is left."""
    begins = secrets.token_hex(8)
    ends = [secrets.token_hex(9) for _ in range(3)]
    others = {f"token_{at}": secrets.token_hex(12) for at in range(more)}
    event = {"token": [begins + end for end in ends], **others, "note": [f"was {begins}{end}x" for end in ends]}

    assert redactor.event(event)["note"] == ["was [REDACTED]x"] * 3


@pytest.mark.parametrize("name", ["token", "sid", "NIK", "api_key", "Authorization"])
def test_the_value_behind_a_name_in_a_list_goes_however_short_the_name_is(name):
    """Pairs of headers and of a form, and the words of a command."""
    value = "3174015411828565"
    event = {"pairs": [["accept", "*/*"], [name, value]], "words": ["run", name, value, "now"]}

    clean = Redactor().event(event)

    assert clean == {"pairs": [["accept", "*/*"], [name, "[REDACTED]"]], "words": ["run", name, "[REDACTED]", "now"]}


def test_records_of_changes_say_was_and_now():
    """As auditing libraries of web frameworks write them."""
    key = "q7" + secrets.token_hex(15)

    shown = Redactor().event({"changes": [{"attribute": "api_token", "was": key, "now": "z" + key}]})

    assert shown == {"changes": [{"attribute": "api_token", "was": "[REDACTED]", "now": "[REDACTED]"}]}


def test_the_rest_of_an_argument_is_cleaned_too():
    """One password of a command is found by the program, others of the same argument by their names or values."""
    key, token, password = (f"q7{secrets.token_hex(15)}" for _ in range(3))
    line = f"mysql -u app -p{password} feed; curl -H 'Authorization: Bearer {token}' https://h/?x={key}"

    clean = Redactor(secrets=[key]).event({"argv": ["sh", "-c", line]})

    assert clean == {
        "argv": [
            "sh",
            "-c",
            "mysql -u app -p[REDACTED] feed; curl -H 'Authorization: [REDACTED]' https://h/?x=[REDACTED]",
        ]
    }


def test_a_key_in_an_argument_that_sets_a_variable_goes_as_a_whole():
    """`docker run -e ID_KEY1=…`: what stands behind the sign is no password of an option of one letter."""
    body = "\n".join(secrets.token_urlsafe(36) for _ in range(3))
    key = f"-----BEGIN {'OPENSSH'} PRIVATE KEY-----\n{body}\n-----END {'OPENSSH'} PRIVATE KEY-----"

    clean = Redactor().event({"argv": ["docker", "run", "-e", f"ID_ED25519={key}", "-e", "TZ=Asia/Jakarta", "feed"]})

    assert not any(line in str(clean) for line in body.split("\n"))
    assert clean["argv"][4:] == ["-e", "TZ=Asia/Jakarta", "feed"]


@pytest.mark.parametrize("name", ["nik", "api_key", "email", "session_id", "auth", "client_ip"])
def test_attributes_of_messages_are_named_values(name):
    """As queues and topics of AWS carry them."""
    value = {"nik": "3174015411828565", "client_ip": "125.178.166.251"}.get(name, "q7" + secrets.token_hex(15))

    clean = Redactor().event({"MessageAttributes": {name: {"DataType": "String", "StringValue": value}}})

    assert value not in str(clean)


def test_types_of_values_that_are_nothing_stay():
    """Only the value is one."""
    event = {"email": {"DataType": "String", "StringValue": "sari@kantor.example"}}

    assert Redactor().event(event) == {"email": {"DataType": "String", "StringValue": "[REDACTED]"}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("title", "value"),
            ("property", "val"),
            ("parameter", "value"),
            ("setting", "value"),
            ("question", "answer"),
        ),
        *(
            ("system", "value"),
            ("type", "value"),
            ("propertyName", "propertyValue"),
            ("attributeName", "attributeValue"),
        ),
    ],
)
def test_pairs_are_known_by_many_names(redactor, name, value):
    """Facts of cards, answers of forms, claims, contacts; what the name says nothing of stays."""
    assert redactor.event({"of": [{name: "phone", value: "5550 1234"}]}) == {
        "of": [{name: "phone", value: "[REDACTED]"}]
    }
    assert redactor.event({"of": [{name: "volume", value: "5550 1234"}]}) == {
        "of": [{name: "volume", value: "5550 1234"}]
    }


def test_a_personal_value_may_tell_where_it_comes_from(redactor):
    """A name, the value below it, and beside that its source; the source stays, and so does a pair with a name of its own."""
    event = {"passport_no": {"value": "X8105174", "source": "form", "checked": True}}

    assert redactor.event(event) == {"passport_no": {"value": "[REDACTED]", "source": "form", "checked": True}}
    assert redactor.event({"mobile": {"name": "os", "value": "Android 14.1.2 10"}}) == {
        "mobile": {"name": "os", "value": "Android 14.1.2 10"}
    }


@pytest.mark.parametrize("name", ["value", "val", "answer"])
def test_pairs_in_a_text_are_known_by_many_names(redactor, name):
    """The same where JSON stands in a text."""
    secret = "Willow!60" + secrets.token_hex(4)

    assert secret not in redactor.text(f'got [{{"label": "password", "{name}": "{secret}"}}]')


@pytest.mark.parametrize(
    "pair",
    [
        *({"type": "user", "content": "hello there"}, {"type": "email", "text": "Dear all, see the figures"}),
        *({"type": "token", "value": "IDENTIFIER"}, {"title": "Login", "text": "3 users logged in"}),
        *(
            {"type": "card", "text": "Visa 4242, until 12/2027"},
            {"system": "login", "from": "service-a", "to": "service-b"},
        ),
        *(
            {"title": "Session", "value": "pre-opening"},
            {"column": "token", "value": "NOT NULL"},
            {"env": "key", "value": "5"},
        ),
    ],
)
def test_titles_and_types_are_rarely_names(redactor, pair):
    """Messages, tokens of a parser, headings: what they are called says nothing of their text."""
    assert redactor.event({"of": [pair]}) == {"of": [pair]}
