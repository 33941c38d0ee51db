"""The program's own name is a valid name of a service."""

from __future__ import annotations

import pytest

from outwarden.wiring.service_name import service_name, told_name


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("python app.py --x", "app"),
        ("python /srv/my app/run.py", "my"),
        ("python -u -W ignore -X dev jobs/nightly.py", "nightly"),
        ("python -m pkg.tool --flag", "pkg.tool"),
        ("python -mtool", "tool"),
        ("python -c print(1)", "python"),
        ("python /srv/portfolio/__main__.py", "portfolio"),
        ("/venv/bin/python /venv/bin/gunicorn app:app", "gunicorn"),
        ("python -m ipykernel_launcher -f kernel.json", "notebook"),
        ("python", "python"),
        ("python -", "python"),
        ("python ünï.py", "n"),
        ("python " + "x" * 300 + ".py", "x" * 100),
    ],
)
def test_service_name(command, name):
    """Script, module, or python."""
    assert service_name(command.split(" ")) == name


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, ""),
        ({"OTEL_SERVICE_NAME": "portfolio"}, "portfolio"),
        ({"OTEL_SERVICE_NAME": "a b/c"}, "a-b-c"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "team=x, service.name = my%20app ,k=v"}, "my-app"),
        ({"OTEL_SERVICE_NAME": "one", "OTEL_RESOURCE_ATTRIBUTES": "service.name=other"}, "one"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "nonsense"}, ""),
    ],
)
def test_the_name_that_opentelemetry_was_told(environ, name):
    """OTEL_SERVICE_NAME, else the resource's attribute."""
    assert told_name(environ) == name
