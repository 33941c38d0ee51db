"""What a program loads to be watched: time and memory are measured by `tests/bench`; here is what they go by."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ROOMS = {
    "": "apis capture config errors event geo journal labels polite process rawcall redact tally wiring",
    "apis": "builtin catalogue profile routes shapes",
    "capture": "asked body call hook instrumentors interruption late lengths otel outcome patch reading recorder requests tls trace_headers wire"
    " requests_ends urllib urllib3 urllib3_ends verdicts",
    "config": "apis capture journal origin program redact section sidecar sinks units",
    "journal": "cap livefile names notices opening places stdout writer",
    "redact": "addresses call_names calls checks credentials encodings finder harmless_names last_gate marks matcher mentions"
    " names needles personal_names pseudonyms redactor registry responses secret_names skeleton spans targets template urls"
    " vocabulary",
    "wiring": "aws_sessions early inside own_log recording redactor secrets_env service_name settings told",
}
"""All modules of ours after `install()` in a program that uses requests. Each takes about a tenth of a millisecond."""
TO_READ_A_FILE = {
    f"outwarden.config.{name}"
    for name in ("check", "document", "environment", "keys", "load", "references", "rules", "wording")
}
FOREIGN = {
    "_contextvars",
    "ahocorasick_rs",
    "ahocorasick_rs.ahocorasick_rs",
    "contextvars",
    "fcntl",
    "mmap",
    "resource",
}
"""What that loads of others, beside msgspec."""


def allowed() -> set[str]:
    ours = {f"outwarden.{room}.{name}".replace("..", ".") for room, names in ROOMS.items() for name in names.split()}
    return ours | {"outwarden"}


@pytest.fixture
def loaded(tmp_path):
    """Say which modules a piece of program loads in a Python that has requests and msgspec."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("OUTWARDEN_", "OTEL_"))}
    environ |= {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}

    def run(program: str, before: str = "requests", **more: str) -> set[str]:
        code = f"import sys, {before}, msgspec; before = set(sys.modules); {program}; print(*set(sys.modules) - before)"
        done = subprocess.run(
            [sys.executable, "-c", code], env=environ | more, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return set(done.stdout.split())

    return run


def test_install_loads_no_more_than_it_needs(loaded):
    """Whoever needs another module at `install()` writes it down here, and asks whether it can wait."""
    found = loaded("import outwarden; outwarden.install()")

    assert {name for name in found if name.startswith("outwarden")} == allowed()
    assert found - allowed() <= FOREIGN


def test_variables_need_no_yaml_and_nothing_of_alarms(loaded):
    """A plain value of a section that programs read is checked with what they have."""
    found = loaded("import outwarden; outwarden.install()", OUTWARDEN_ENV="prod", OUTWARDEN_JOURNAL_MAX_BYTES="1GiB")

    assert {name for name in found if name.startswith("outwarden")} - allowed() < TO_READ_A_FILE
    assert "yaml" not in found


def test_a_file_needs_what_is_written_in_it(loaded, tmp_path):
    """Sections that are not there cost nothing; with a channel the model is loaded whole."""
    file = tmp_path / "outwarden.yaml"
    file.write_text("service: portfolio\nsinks: {file: {path: events.jsonl}}\nsidecar: {mode: none}\n")
    found = loaded("import outwarden; outwarden.install()")
    file.write_text("notify: {here: {kind: terminal}}\nsidecar: {mode: none}\n")
    more = loaded("import outwarden; outwarden.install()")

    assert {name for name in found if name.startswith("outwarden")} == allowed() | TO_READ_A_FILE
    assert "outwarden.config.root" in more
    assert "outwarden.config.alarm_checks" not in more


@pytest.mark.parametrize("client", ["urllib.request", "httpx"])
def test_nothing_heavy_comes_along(loaded, client):
    """Whatever the program calls with; OpenTelemetry is looked at only where the program has it."""
    heavy = {"yaml", "ipaddress", "dataclasses", "difflib", "zoneinfo", "sqlite3", "asyncio", "subprocess", "inspect"}
    heavy |= {"importlib.metadata", "importlib.resources", "signal", "tempfile", "opentelemetry"}
    assert not heavy & loaded("import outwarden; outwarden.install()", before=client)
