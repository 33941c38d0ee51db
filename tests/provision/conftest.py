"""A configuration with everything, an AWS that is only played, and an eye on what is asked of it."""

from __future__ import annotations

from contextlib import contextmanager

import msgspec
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from outwarden.config import Config
from outwarden.provision import infra
from outwarden.provision.resource import Account


@pytest.fixture
def configure():
    """Make a configuration; keys given replace whole sections."""

    def make(**changes):
        raw = {
            "service": "portfolio-api",
            "env": "prod",
            "sinks": {"cloudwatch": {"region": "ap-southeast-3"}},
            "notify": {"oncall": {"kind": "sns", "topic": "NotifyTeam", "email": ["team@example.org"]}},
            "alarms": [{"name": "High4XXErrors", "metric": "4XXError", "notify": ["oncall"]}],
        }
        return msgspec.convert(raw | changes, Config)

    return make


@pytest.fixture
def account():
    """The account that moto plays."""
    return Account("aws", "ap-southeast-3", "123456789012")


@pytest.fixture
def moto_aws():
    """An AWS in this process; it stores, and evaluates nothing."""
    with mock_aws():
        yield


@pytest.fixture
def writes(monkeypatch):
    """The names of all calls to AWS that change something, in order."""
    seen = []

    def watched(config):
        clients = connect(config)
        for client in clients:
            client.meta.events.register("before-call", lambda model, **_: seen.append(model.name))
        return clients

    connect = infra.connect
    monkeypatch.setattr(infra, "connect", watched)
    return lambda: [name for name in seen if not name.startswith(("Describe", "List", "Get"))]


@pytest.fixture
def deny(monkeypatch):
    """Play credentials that lack the permission for one operation, inside `with`."""

    @contextmanager
    def lacking(operation):
        def refuse(model, **_):
            if model.name == operation:
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, operation)

        def watched(config):
            clients = connect(config)
            for client in clients:
                client.meta.events.register("before-call", refuse)
            return clients

        connect = infra.connect
        with monkeypatch.context() as patch:
            patch.setattr(infra, "connect", watched)
            yield

    return lacking
