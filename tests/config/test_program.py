"""A watched program loads the part of the configuration that it reads; a mistake anywhere is told as ever."""

from __future__ import annotations

import msgspec
import pytest

from outwarden.config import Config, ProgramConfig
from outwarden.config.load import load, load_for_program
from outwarden.config.program import differences
from outwarden.config.root import whole
from outwarden.errors import ConfigError

OF_A_PROGRAM = """
service: portfolio
redact: {query_allow: [a], extra_rules: [{name: badge, pattern: 'badge-[0-9]{4}'}]}
journal: {dir: state, max_bytes: 64MiB}
sinks: {cloudwatch: {region: eu-west-1}, file: {path: events.jsonl}}
sidecar: {mode: thread}
"""
WRONG = (
    "servce: x",
    "redact: {quary_allow: [a]}",
    "capture: {region: x}",
    "journal: {max_bytes: much}",
    "sinks: {cloudwatch: {retention_days: 2}}",
    "redact: {extra_rules: [{name: a, pattern: '(a+)+b'}]}",
    "apis: {sectors: {hosts: ['https://x']}}",
    "sidecar: [1]",
    "alarms: [{name: A}]",
    "alarm_notify: [nobody]",
    "notify: {me: {kind: pigeon}}",
    "links: {runbook: 'https://x/{nothing}'}",
    "default_alarms: perhaps",
)
"""Mistakes in the sections that a program reads, and in those that it does not."""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "outwarden.yaml"


def test_a_program_has_what_it_reads(file):
    """The same values that the whole configuration has."""
    file.write_text(OF_A_PROGRAM)
    config = load_for_program(file, {"OUTWARDEN_ENV": "prod"})

    assert type(config) is ProgramConfig
    assert config.env == "prod"
    assert differences(config) == differences(load(file, {"OUTWARDEN_ENV": "prod"}))
    assert differences(config).keys() == {"service", "env", "redact", "journal", "sinks", "sidecar"}
    assert whole(config) == load(file, {"OUTWARDEN_ENV": "prod"})


@pytest.mark.parametrize(
    ("text", "environ"),
    [("notify: {here: {kind: terminal}}", {}), ("", {"OUTWARDEN_DEFAULT_ALARMS": "false"}), ("metrics: {}", {})],
)
def test_what_says_more_is_loaded_whole(file, text, environ):
    """A companion that the program starts is handed all of it."""
    file.write_text(text)

    assert load_for_program(file, environ) == load(file, environ)


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_anywhere_is_told_in_the_same_words(file, text):
    """`install()` refuses what `outwarden config check` refuses."""
    file.write_text(text)
    with pytest.raises(ConfigError) as expected:
        load(file, {})
    with pytest.raises(ConfigError) as told:
        load_for_program(file, {})

    assert str(told.value) == str(expected.value)


@pytest.mark.parametrize("name", ["OUTWARDEN_SERVCE", "OUTWARDEN_JOURNAL_MAX_BYTES", "OUTWARDEN_METRICS_EVERY_S"])
def test_so_is_one_in_the_environment(name):
    """Whether or not the program reads that key."""
    with pytest.raises(ConfigError) as expected:
        load(None, {name: "much", "HOME": "/nowhere"})
    with pytest.raises(ConfigError) as told:
        load_for_program(None, {name: "much", "HOME": "/nowhere"})

    assert str(told.value) == str(expected.value)


@pytest.mark.parametrize(
    ("raw", "asked"),
    [
        ({}, False),
        ({"metrics": {}}, False),
        ({"sinks": {"file": {"path": "x"}}}, True),
        ({"sinks": {"cloudwatch": {}}}, True),
        ({"notify": {"here": {"kind": "terminal"}}}, True),
        ({"notify": {"here": {"kind": "terminal"}}, "sidecar": {"mode": "thread"}}, True),
        ({"notify": {"here": {"kind": "terminal"}}, "sidecar": {"mode": "none"}}, False),
        ({"sinks": {"cloudwatch": {}}, "journal": {"to": "stdout"}}, False),
    ],
)
def test_who_asks_for_company(raw, asked):
    """A companion is started where events go somewhere or people are told, unless others see to that."""
    assert msgspec.convert(raw, Config).asks_for_company() is asked
