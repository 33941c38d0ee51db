"""The map in docs/architecture.md and the house itself agree."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "agent" / "outwarden"
LIGHT = (
    "capture",
    "middleware",
    "redact",
    "journal",
    "event",
    "geo",
    "labels",
    "rawcall",
    "polite",
    "tally",
    "apis",
    "config",
    "errors",
)


def layers() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if contract["type"] == "layers")


def test_the_arrows_in_the_docs_are_those_that_are_checked():
    """The list of layers in docs/architecture.md is the contract in pyproject.toml."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    drawn = text.split("## The arrows")[1].split("```text")[1].split("```")[0]

    assert [line.strip() for line in drawn.strip().splitlines()] == layers()


def test_every_room_is_on_the_map():
    """Each module and folder of the package has its line in the table of rooms."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    named = {name.rstrip("/").removesuffix(".py") for name in re.findall(r"^\| `([\w./]+)` \|", text, re.MULTILINE)}
    rooms = {
        path.name.removesuffix(".py")
        for path in PACKAGE.iterdir()
        if not path.name.startswith("_") and path.suffix in {"", ".py"} and path.name != "auto.py"
    }

    assert named == rooms


def test_importing_outwarden_stays_within_the_standard_library():
    """`import outwarden` alone loads no third-party module."""
    program = (
        "import sys; before = set(sys.modules); import outwarden; "
        "print(*sorted({n.split('.')[0] for n in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.split() == ["outwarden"]


def test_the_rooms_inside_the_program_load_nothing_heavy():
    """Importing all that runs inside a program loads msgspec, and none of boto3, click, yaml or OpenTelemetry."""
    program = (
        f"import sys, importlib; [importlib.import_module('outwarden.' + n) for n in {LIGHT!r}]; print(*sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in found.stdout.split()}

    assert "msgspec" in loaded
    assert not loaded & {"boto3", "botocore", "watchtower", "click", "yaml", "opentelemetry", "requests", "rich"}


def test_the_public_face_keeps_its_promise():
    """Each name in `__all__` is there."""
    import outwarden

    assert all(hasattr(outwarden, name) for name in outwarden.__all__)
