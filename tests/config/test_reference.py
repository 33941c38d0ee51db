"""config.yaml, docs/configuration.md, the schema and the model tell the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from outwarden.config import Config, units
from outwarden.config.environment import variables
from outwarden.config.keys import walk
from outwarden.config.load import load
from outwarden.config.schema import schema

ROOT = Path(__file__).parent.parent.parent
UNCOMMENT = re.compile(r"^(\s*)#(?=[a-z-])", re.MULTILINE)


@pytest.fixture
def everything(tmp_path):
    """config.yaml with all its examples uncommented."""
    path = tmp_path / "config.yaml"
    path.write_text(UNCOMMENT.sub(r"\1", (ROOT / "config.yaml").read_text()))
    return path


def test_the_default_configuration_is_the_default():
    """config.yaml says what holds without it."""
    assert load(ROOT / "config.yaml", {}) == Config()


def test_the_examples_in_it_load(everything):
    """Uncommenting all examples gives a configuration that works."""
    config = load(everything, {})

    assert config.sinks.cloudwatch.region == "ap-southeast-3"
    assert sorted(config.notify) == ["chat", "desk", "mail", "oncall", "pager", "screen", "slack"]


def test_every_key_stands_in_it(everything):
    """No key of the model is missing from config.yaml."""
    raw = msgspec.to_builtins(load(everything, {}), enc_hook=units.encode)
    named = set(re.findall(r"^[\s-]*([a-z0-9_]+):", everything.read_text(), re.MULTILINE))

    assert {key.name for key in walk()} <= named
    assert raw.keys() <= named


def test_every_line_of_it_has_its_comment():
    """Each key of config.yaml follows a comment, or a neighbour that has one."""
    lines = (ROOT / "config.yaml").read_text().splitlines()
    comments = [line for line in lines if line.strip().startswith(("# ", "- #"))]

    assert len(comments) >= 45


def test_every_key_has_its_row_in_the_docs():
    """docs/configuration.md lists each key with its default, its variable and the model's own sentence."""
    text = (ROOT / "docs" / "configuration.md").read_text()
    names = {key.path: name for name, key in variables().items()}
    for key in walk():
        if key.shape == "value":
            assert f"| `{key.path}` |" in text, key.path
            assert key.text.replace("|", "\\|") in text, key.path
        if key.path in names:
            assert f"`{names[key.path]}`" in text, names[key.path]


def test_the_schema_describes_every_key():
    """Each key has a description in the JSON Schema, unknown keys are closed out, and it is plain JSON."""
    found = json.loads(json.dumps(schema()))

    def described(node):
        for name, inner in node.get("properties", {}).items():
            assert inner["description"], name
            described(inner)
            described(inner.get("items", {}))
        if "properties" in node:
            assert node["additionalProperties"] is False

    described(found)
    assert found["properties"]["journal"]["properties"]["max_bytes"]["default"] == 1 << 30
    kinds = found["properties"]["notify"]["additionalProperties"]["oneOf"]
    for kind in kinds:
        described(kind)
    assert [kind["properties"]["kind"]["enum"][0] for kind in kinds] == [
        *("sns", "pagerduty", "webhook", "slack", "email", "desktop", "terminal")
    ]
