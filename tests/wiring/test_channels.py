"""Channels made from a configuration, and the secrets that they use."""

from __future__ import annotations

import os

import pytest

from outwarden.alert import Alert
from outwarden.config.load import build as configuration
from outwarden.errors import CloudError, ConfigError
from outwarden.redact import Registry
from outwarden.wiring.beside import check_aws
from outwarden.wiring.channels import channels, told_here

HOOK = f"https://hooks.example.invalid/services/T{os.urandom(4).hex()}/{os.urandom(12).hex()}"
KEY = os.urandom(16).hex()
ENVIRON = {"HOOK": HOOK, "KEY": KEY}
EVERY_KIND = {
    "slack": {"kind": "slack", "url": "env:HOOK"},
    "hook": {"kind": "webhook", "url": "env:HOOK", "secret": "env:KEY"},
    "pager": {"kind": "pagerduty", "routing_key": "env:KEY"},
    "mail": {
        "kind": "email",
        "host": "smtp.example.invalid",
        "sender": "a@example.com",
        "to": ["b@example.com"],
        "username": "me",
        "password": "env:KEY",
    },
    "topic": {"kind": "sns", "publisher": "sidecar"},
    "screen": {"kind": "terminal"},
}


def configured(notify, **more):
    return configuration({"notify": notify, **more}, "config.yaml")


def alert(**fields):
    usual = {"name": "A", "state": "ALARM", "previous": "OK", "ts": "t", "reason": "r", "service": "s", "env": "e"}
    return Alert(**usual | fields)


def test_every_secret_is_known_before_anything_is_sent():
    """Also the part of an address that is not its host, by itself."""
    registry = Registry()
    made = channels(configured(EVERY_KIND), registry, terminal=True, environ=ENVIRON)

    assert set(made) == {*EVERY_KIND, "terminal"}
    tail = HOOK.partition("invalid/")[2]
    for text in (HOOK, tail, KEY):
        assert text not in registry.scrub(f"refused: {text}, says the other side")


@pytest.mark.parametrize(
    ("name", "path"),
    [("slack", "url"), ("hook", "url"), ("pager", "routing_key"), ("mail", "password")],
)
def test_a_reference_that_is_not_set_is_told_at_start(name, path):
    """One line: which, and what to do."""
    with pytest.raises(ConfigError) as caught:
        channels(configured({name: EVERY_KIND[name]}), Registry(), terminal=False, environ={})

    assert str(caught.value) == f"notify.{name}.{path}: the environment variable it refers to is not set. Set it."


def test_a_topic_is_told_by_one_of_both():
    """By CloudWatch or from here, never by both; anomalies only from here, because CloudWatch knows nothing of them."""
    config = configured({"aws": {"kind": "sns"}, "here": {"kind": "sns", "publisher": "sidecar"}})

    assert [told_here(config, name, alert()) for name in ("aws", "here")] == [False, True]
    assert [told_here(config, name, alert(kind="anomaly")) for name in ("aws", "here")] == [True, True]


def test_a_topic_that_the_sidecar_tells_needs_a_region_at_start(monkeypatch):
    """Whoever looks before anything runs is told, and nothing else is held up; a topic that CloudWatch tells needs none."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    check_aws(configured({"aws": {"kind": "sns"}}))
    by_us = configured({"topic": EVERY_KIND["topic"]})
    channels(by_us, Registry(), terminal=False, environ={})

    with pytest.raises(CloudError, match="region"):
        check_aws(by_us)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"notify": {"a": {"kind": "slack", "url": "https://hooks.slack.com/services/SECRET"}}},
            (
                "notify.a.url must be a reference such as env:SLACK_WEBHOOK_URL: whoever knows such an address can write there. "
                "Put it into an environment variable and name that here."
            ),
        ),
        (
            {"notify": {"a": {"kind": "pagerduty", "routing_key": "SECRET"}}},
            (
                "notify.a.routing_key must be a reference such as env:ROUTING_KEY, not the secret itself. Put the secret into an "
                "environment variable and name that here."
            ),
        ),
        *(
            (
                {"notify": {"a": {"kind": "webhook", "url": url}}},
                f"notify.a.url {problem}. Mend it there.",
            )
            for url, problem in (
                ("https://h.example/SECRET x", "is no http or https address"),
                ("https://h.example:99999/SECRET", "is no http or https address, or has no such port"),
                ("https://h.example:SECRET/", "is no http or https address, or has no such port"),
                ("https://h.example:0/SECRET", "has no such port"),
                ("https://me:SECRET@h.example/", "has a user before its host, who would not be sent"),
            )
        ),
        (
            {"notify": {"a": {"kind": "pagerduty", "routing_key": "env:KEY", "url": "http://h.example/SECRET"}}},
            "notify.a.url must begin with https://: what goes there is secret. Mend it there.",
        ),
        (
            {"notify": {"a": {"kind": "email", "host": "h.example", "sender": "a@b.c", "to": ["x\r\nBcc: y@z"]}}},
            "notify.a.to: expected plain addresses such as team@example.com.",
        ),
        (
            {
                "notify": {
                    "a": {"kind": "email", "host": "h.example", "sender": "a@b.c", "to": ["d@e.f"], "tls": "none"}
                }
            },
            (
                "notify.a.tls: none is for a mail server on this machine: alerts would cross the network in the open. Use "
                "starttls or ssl."
            ),
        ),
        (
            {"notify": {"a": {"kind": "email", "host": "h", "sender": "a@b.c", "to": ["d@e.f"], "username": "me"}}},
            "notify.a: username and password belong together. Give both, or none.",
        ),
        (
            {"notify": {"a": {"kind": "desktop", "quiet": {"timezone": "Asia/SECRET"}}}},
            "notify.a.quiet.timezone: no such time zone here. Write one such as Asia/Jakarta or UTC.",
        ),
        (
            {"notify": {"a": {"kind": "desktop", "quiet": {"start": "25:00"}}}},
            "notify.a.quiet.start: expected text of the form ^([01][0-9]|2[0-3]):[0-5][0-9]$.",
        ),
        (
            {"notify": {}, "links": {"runbook": "https://w.example/{name}"}},
            "links.runbook: between braces there may be alarm, service, env, trace_id, metric.",
        ),
        (
            {"notify": {}, "links": {"runbook": "javascript:alert(1)"}},
            "links.runbook: expected an address such as https://grafana.example.com/d/outwarden?var-service={service}.",
        ),
    ],
)
def test_what_cannot_work_is_said_in_one_line(wrong, message):
    """With the key's path, and without the value: it may be a secret."""
    with pytest.raises(ConfigError) as caught:
        configured(**wrong)

    assert str(caught.value) == f"config.yaml: {message}"
