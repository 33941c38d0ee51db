"""Type-checked, never run: the public hints are what we promise."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import assert_type

import outwarden

assert_type(outwarden.__version__, str)
assert_type(outwarden.secret("sesame"), str)


def blocks() -> None:
    with outwarden.user("ann", client_ip="192.0.2.1"), outwarden.call(name="report") as logical:
        assert_type(logical.call_id, str)


@outwarden.user(42)
@outwarden.call(name="add")
def add(one: int, other: int) -> int:
    return one + other


assert_type(add(1, other=2), int)


@outwarden.call(name="fetch")
async def fetch(path: str) -> bytes:
    return path.encode()


async def use() -> None:
    assert_type(await fetch("/"), bytes)


def hand_over(executor: Executor) -> None:
    assert_type(outwarden.carry(add)(1, 2), int)
    assert_type(executor.submit(outwarden.carry(add), 1, 2).result(), int)
