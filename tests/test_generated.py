"""The files that are made of the model are as the generators print them; `make regen` writes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from outwarden.apis import sources
from outwarden.cli import outwarden

ROOT = Path(__file__).parent.parent

INFRA = ("--config", str(ROOT / "infra" / "outwarden.yaml"))
GENERATED = {
    "infra/cloudformation/outwarden.yaml": ("infra", "template", *INFRA),
    "infra/iam/sidecar.json": ("infra", "template", "--format", "sidecar-policy", *INFRA),
    "infra/iam/provisioner.json": ("infra", "template", "--format", "provisioner-policy", *INFRA),
}
"""File -> the command that prints it."""


DASHBOARDS = ROOT / "dashboards"
"""What `outwarden dashboards` writes."""


def test_the_dashboards_are_what_their_generator_writes(tmp_path):
    """Byte for byte, with no file too many or too few."""
    done = CliRunner().invoke(outwarden, ("dashboards", "--out", str(tmp_path), *INFRA))

    assert done.exit_code == 0, done.output
    texts = [{path.relative_to(top): path.read_text() for path in top.rglob("*.*")} for top in (tmp_path, DASHBOARDS)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("path", GENERATED)
def test_the_file_is_what_its_generator_prints(path):
    """Byte for byte; whoever changes a generator runs `make regen`."""
    printed = CliRunner().invoke(outwarden, GENERATED[path])

    assert printed.exit_code == 0, printed.output
    assert printed.stdout == (ROOT / path).read_text(encoding="utf-8")


def test_the_profiles_that_programs_read_are_those_that_people_write():
    """profiles.json says what the YAML files beside it say; `make regen` sees to that."""
    assert (ROOT / "agent" / "outwarden" / "apis" / "profiles.json").read_bytes() == sources.render()
