"""Only one sidecar ships a journal."""

import os

import pytest

from outwarden.errors import UsageError
from outwarden.sidecar.lock import only_one


def test_the_second_one_is_told_who_the_first_one_is(tmp_path):
    """One line: what, where, and what to do."""
    path = tmp_path / "history" / "sidecar.lock"
    with only_one(path), pytest.raises(UsageError, match=rf"process {os.getpid()} holds {path}\. Stop that one"):
        only_one(path).__enter__()

    with only_one(path):
        pass
