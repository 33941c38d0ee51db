"""The program's own name is a valid name of a service."""

from __future__ import annotations

import pytest

from outwarden.wiring.service_name import service_name


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
