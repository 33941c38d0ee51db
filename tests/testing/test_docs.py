"""docs/testing.md stays true."""

import re
from pathlib import Path

import pytest

from outwarden import testing

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_examples_run_as_written(block):
    """Each Python block of the page runs and its assertions hold."""
    exec(compile(block, "docs/testing.md", "exec"), {})


def test_every_fault_is_described():
    """Each fault that can be planned has its row."""
    faults = {kind.__name__ for kind in testing.Fault.__args__}

    assert faults <= set(re.findall(r"`(\w+)\(", PAGE))
    assert faults <= set(testing.__all__)


def test_promised_names_are_there():
    """`__all__` is what can be imported."""
    assert [name for name in testing.__all__ if not hasattr(testing, name)] == []
