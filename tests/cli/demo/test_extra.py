"""A demo without its parts says so before it begins."""

from __future__ import annotations

import subprocess
import sys

import pytest

from outwarden.cli.demo import NEEDED


@pytest.mark.parametrize("name", NEEDED)
def test_a_part_that_is_missing_is_named_at_once(name):
    """One line, no step, exit status 2."""
    program = (
        f"import sys; sys.modules[{name!r}] = None; from outwarden.cli import main; sys.argv[1:] = ['demo']; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    line = f"outwarden: The demo ({name}) needs an optional part. Install it with: pip install 'outwarden[demo]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)
