"""A configuration with everything, an AWS that is only played, and an eye on what is asked of it."""

from __future__ import annotations

from contextlib import contextmanager

import msgspec
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from outwarden.config import Config
from outwarden.sinks import aws


@pytest.fixture
def configure():
    """Make a configuration; keys given replace whole sections."""

    def make(**changes):
        raw = {
            "service": "portfolio-api",
            "env": "prod",
            "sinks": {"cloudwatch": {"region": "ap-southeast-3"}},
            "infra": {"data_protection": "disabled"},  # moto has none
            "notify": {"oncall": {"kind": "sns", "topic": "NotifyTeam", "email": ["team@example.org"]}},
            "default_alarms": False,
            "alarms": [{"name": "High4XXErrors", "metric": "4XXError", "notify": ["oncall"]}],
        }
        return msgspec.convert(raw | changes, Config)

    return make


@pytest.fixture
def moto_aws():
    """An AWS in this process; it stores, and evaluates nothing."""
    with mock_aws():
        yield


@pytest.fixture
def writes(monkeypatch):
    """The names of all calls to AWS that change something, in order."""
    seen = []
    _watch_clients(monkeypatch, lambda model, **_: seen.append(model.name))
    return lambda: [name for name in seen if not name.startswith(("Describe", "List", "Get"))]


@pytest.fixture
def operations(monkeypatch):
    """All calls to AWS, as IAM names them."""
    seen = set()
    _watch_clients(monkeypatch, lambda model, **_: seen.add(f"{_iam_name(model.service_model)}:{model.name}"))
    return seen


@pytest.fixture
def deny(monkeypatch):
    """Play credentials that lack the permission for one operation, or an AWS that lacks the operation, inside `with`."""

    @contextmanager
    def lacking(operation, code="AccessDenied"):
        def refuse(model, **_):
            if model.name == operation:
                raise ClientError({"Error": {"Code": code, "Message": ""}}, operation)

        with monkeypatch.context() as patch:
            _watch_clients(patch, refuse)
            yield

    return lacking


def _watch_clients(monkeypatch, see):
    make = aws.patient_client

    def watched(*where):
        client = make(*where)
        client.meta.events.register("before-call", see)
        return client

    monkeypatch.setattr(aws, "patient_client", watched)


def _iam_name(service):
    return {"monitoring": "cloudwatch", "tagging": "tag"}.get(service.endpoint_prefix, service.endpoint_prefix)
