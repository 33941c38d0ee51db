"""Acting after an import, without importing."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import pytest

from outwarden import tally
from outwarden.capture.late import when_imported


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A package that can be imported, and is forgotten afterwards."""
    package = tmp_path / "late_example"
    package.mkdir()
    (package / "__init__.py").write_text("ready = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(sys.meta_path)
    yield "late_example"
    sys.modules.pop("late_example", None)
    assert sys.meta_path == before


def test_acts_once_after_the_import(module):
    """The action sees the module executed; finder and loader are gone then."""
    seen = []
    when_imported(module, lambda: seen.append(sys.modules[module].ready))
    assert seen == []
    imported = importlib.import_module(module)
    importlib.reload(imported)

    assert seen == [True]
    assert type(imported.__spec__.loader).__module__ == type(imported.__loader__).__module__ != "outwarden.capture.late"


def test_looking_for_a_module_is_no_import(module):
    """`find_spec` alone triggers nothing and gives a loader that answers as usual."""
    seen = []
    call_off = when_imported(module, lambda: seen.append(1))
    spec = importlib.util.find_spec(module)

    assert spec.loader.is_package(module)
    assert seen == []
    call_off()
    call_off()
    importlib.import_module(module)
    assert seen == []


def test_at_once_when_it_is_there():
    """A module that is loaded already is acted upon now."""
    seen = []
    when_imported("sys", lambda: seen.append(1))

    assert seen == [1]


def test_an_import_that_fails_may_be_tried_again(module, tmp_path):
    """The action waits for the import that succeeds."""
    seen = []
    when_imported(module, lambda: seen.append(1))
    source = tmp_path / module / "__init__.py"
    source.write_text("raise ImportError('not today')\n")
    with pytest.raises(ImportError, match="not today"):
        importlib.import_module(module)
    source.write_text("ready = 'at last'\n")
    importlib.import_module(module)

    assert seen == [1]


def test_a_module_that_does_not_exist():
    """It stays missing, with Python's own error."""
    call_off = when_imported("late_example_missing", lambda: None)
    with pytest.raises(ModuleNotFoundError, match="late_example_missing"):
        importlib.import_module("late_example_missing")
    call_off()


def test_a_fault_in_the_action_does_not_break_the_import(module):
    """It is counted and swallowed."""
    before = tally.snapshot()["internal_error"]
    when_imported(module, lambda: 1 / 0)

    assert importlib.import_module(module).ready
    assert tally.snapshot()["internal_error"] == before + 1


def test_in_the_middle_of_an_import(module, tmp_path):
    """What waits for a module that is half imported acts once it is whole."""
    seen = []
    (tmp_path / module / "__init__.py").write_text(f"import {module}.inner\nready = True\n")
    (tmp_path / module / "inner.py").write_text("")

    def half_way():
        assert not hasattr(sys.modules[module], "ready")
        when_imported(module, lambda: seen.append(sys.modules[module].ready))

    when_imported(module, lambda: seen.append("first"))
    when_imported(f"{module}.inner", half_way)
    importlib.import_module(module)
    sys.modules.pop(f"{module}.inner")

    assert seen == ["first", True]


def test_several_wait_for_one_module(module):
    """Each acts, also when the one before fails; one that has called it off does not."""
    seen = []
    when_imported(module, lambda: 1 / 0)
    call_off = when_imported(module, lambda: seen.append("called off"))
    when_imported(module, lambda: seen.append("second"))
    call_off()
    importlib.import_module(module)

    assert seen == ["second"]
