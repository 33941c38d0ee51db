"""Environment variables override single keys."""

from __future__ import annotations

import os

import pytest

from outwarden.config import Config
from outwarden.config.environment import key_of, variables
from outwarden.config.keys import walk
from outwarden.config.load import load
from outwarden.config.origin import CONTROL
from outwarden.errors import ConfigError


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty place without any config file, as environment."""
    monkeypatch.chdir(tmp_path)
    return {"XDG_CONFIG_HOME": str(tmp_path)}


def test_each_kind_of_value_is_read(place, tmp_path):
    """Text, sizes, durations, numbers and comma lists take their type from the key."""
    config = load(
        None,
        place
        | {
            "OUTWARDEN_ENV": "prod",
            "OUTWARDEN_SERVICE": "1",
            "OUTWARDEN_JOURNAL_DIR": "journal",
            "OUTWARDEN_JOURNAL_MAX_BYTES": "2GiB",
            "OUTWARDEN_SIDECAR_DRAIN": "5",
            "OUTWARDEN_METRICS_EVERY_S": "10",
            "OUTWARDEN_APIS_SECTORS_HOSTS": "127.0.0.1:8443, proxy",
            "OUTWARDEN_ALARMS": "[]",
            "OUTWARDEN_NOTIFY": "{screen: {kind: terminal}}",
        },
    )

    assert (config.env, config.service, config.sidecar.drain, config.metrics.every_s) == ("prod", "1", 5, 10)
    assert config.journal.dir == str(tmp_path / "journal")
    assert config.journal.max_bytes == 2 << 30
    assert config.apis.sectors.hosts == ("127.0.0.1:8443", "proxy")
    assert config.alarms == ()
    assert list(config.notify) == ["screen"]


def test_the_environment_wins_over_the_file(place, tmp_path):
    """A key in a section is replaced, its neighbours stay."""
    (tmp_path / "outwarden.yaml").write_text("sinks: {cloudwatch: {log_group: Mine, region: eu-west-1}}")

    cloudwatch = load(None, place | {"OUTWARDEN_SINKS_CLOUDWATCH_REGION": "ap-southeast-3"}).sinks.cloudwatch

    assert (cloudwatch.log_group, cloudwatch.region) == ("Mine", "ap-southeast-3")


def test_a_sink_can_be_switched_on_by_the_environment_alone(place):
    """Containers often have no file at all."""
    assert load(None, place | {"OUTWARDEN_SINKS_CLOUDWATCH_REGION": "ap-southeast-3"}).sinks.cloudwatch is not None


def test_an_empty_variable_sets_nothing(place):
    """`OUTWARDEN_ENV=` is as good as unset."""
    assert load(None, place | {"OUTWARDEN_ENV": "", "OUTWARDEN_JOURNAL_DIR": ""}) == Config()


def test_unknown_variables_are_refused_with_the_nearest_name(place):
    """A typo does not pass in silence."""
    with pytest.raises(
        ConfigError, match=r"OUTWARDEN_JOURNAL_DIRR sets no key .* Did you mean OUTWARDEN_JOURNAL_DIR\?"
    ):
        load(None, place | {"OUTWARDEN_JOURNAL_DIRR": "x"})


def test_control_variables_and_references_are_no_keys(place, tmp_path):
    """The off switch and what `run` tells its program pass; so do names that the file itself refers to."""
    (tmp_path / "outwarden.yaml").write_text("redact: {pseudonym_key: env:OUTWARDEN_PSEUDONYM_KEY}")
    environ = place | dict.fromkeys(CONTROL - {"OUTWARDEN_CONFIG"}, "1") | {"OUTWARDEN_PSEUDONYM_KEY": "x"}

    assert load(None, environ).redact.pseudonym_key == "env:OUTWARDEN_PSEUDONYM_KEY"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "OUTWARDEN_METRICS_EVERY_S",
            "often",
            "OUTWARDEN_METRICS_EVERY_S: metrics.every_s: expected a whole number from 1 to 60.",
        ),
        (  # with more, CloudWatch would miss the heartbeat between two publications, and most errors
            "OUTWARDEN_METRICS_EVERY_S",
            "300",
            "OUTWARDEN_METRICS_EVERY_S: metrics.every_s: expected a whole number from 1 to 60.",
        ),
        (
            "OUTWARDEN_JOURNAL_SYNC",
            "off",
            "OUTWARDEN_JOURNAL_SYNC: journal.sync: expected one of: never, interval, always.",
        ),
        ("OUTWARDEN_ALARMS", "[", "OUTWARDEN_ALARMS, line 2, column 1: did not find expected node content."),
    ],
)
def test_a_wrong_value_names_variable_and_key(place, name, value, message):
    """The message says where the value came from."""
    with pytest.raises(ConfigError) as caught:
        load(None, place | {name: value})

    assert str(caught.value) == message


def test_a_secret_in_the_environment_is_not_echoed(place):
    """OUTWARDEN_APIS_SECTORS_KEY wants a reference; pasting the key itself does not print it."""
    secret = os.urandom(32).hex()

    with pytest.raises(ConfigError) as caught:
        load(None, place | {"OUTWARDEN_APIS_SECTORS_KEY": secret})

    assert secret not in str(caught.value)


def test_each_variable_sets_one_key():
    """No two keys share a variable, and every plain key outside lists has one."""
    plain = [key.path for key in walk() if key.shape == "value" and not set(key.path) & set("[<")]

    assert sorted(key.path for key in variables().values()) == sorted(
        [*plain, "alarms", "composites", "slos", "mutes", "notify", "redact.extra_rules"]
    )


def test_a_variable_finds_its_key_without_a_look_at_all_of_them():
    """Each variable leads to the key that the whole list has for it."""
    assert {name: key_of(name, Config).path for name in variables()} == {n: key.path for n, key in variables().items()}
    assert key_of("OUTWARDEN_JOURNAL", Config) is None
    assert key_of("OUTWARDEN_JOURNAL_DIRT", Config) is None
