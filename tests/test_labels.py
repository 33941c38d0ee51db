"""Users and logical calls: who a call is made for, in all the ways in which Python runs code side by side."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

import outwarden
from outwarden import labels
from outwarden.labels import LogicalCall, Naming, Who, logical_call, whose


@pytest.fixture(autouse=True)
def named():
    """Names that can be read, and countries by the address's first number."""
    labels.bind(Naming(user=lambda name: f"u_{name}", country={"8": "US", "103": "ID"}.get))
    yield
    labels.bind(None)
    assert whose() is None
    assert logical_call() is None


def user() -> str | None:
    who = whose()
    return who.read()[0] if who is not None else None


def country() -> str | None:
    who = whose()
    return who.read()[1] if who is not None else None


def test_a_block_names_the_user_and_ends():
    """Inside it is that user, afterwards nobody."""
    with outwarden.user("ann", client_ip="8"):
        assert whose().read() == ("u_ann", "US")

    assert whose() is None


def test_blocks_within_blocks():
    """The inner one counts, and keeps the country of the request around it."""
    with outwarden.user("ann", client_ip="103"):
        with outwarden.user(7):
            assert whose().read() == ("u_7", "ID")
        with outwarden.user(None):
            assert whose().read() == (None, None)
        assert whose().read() == ("u_ann", "ID")


def test_the_id_and_the_address_are_not_kept():
    """Neither the block nor what calls see holds them once they are named."""
    block = outwarden.user("ann-the-user", client_ip="8")
    with block:
        held = [getattr(block, name) for name in type(block).__slots__]
        held += [getattr(whose(), name) for name in Who.__slots__]
        assert "ann-the-user" not in held
        assert "8" not in held


def test_a_block_that_began_before_install():
    """It names nobody until there is a key, then it does; when it ends, what it was told is gone."""
    labels.bind(None)
    with outwarden.user("ann", client_ip="8"):
        who = whose()
        assert who.read() == (None, None)
        labels.bind(Naming(user=lambda name: f"u_{name}", country={"8": "US"}.get))
        assert who.read() == ("u_ann", "US")

    labels.bind(None)
    with outwarden.user("bob", client_ip="8"):
        who = whose()
    labels.bind(Naming(user=lambda name: f"u_{name}", country={"8": "US"}.get))
    assert who.read() == (None, None)


def test_a_failing_name_is_nobody():
    """A fault of ours does not reach the program, and the block of another user around it does not show through."""

    def broken(name):
        raise ValueError(name)

    with outwarden.user("ann"):
        labels.bind(Naming(user=broken, country=broken))
        with outwarden.user("bob"):
            assert user() is None


def test_a_decorated_function():
    """Each call of it is that user's, also when the decorator ran before install()."""
    labels.bind(None)

    @outwarden.user("nightly")
    def work(n):
        """Work."""
        return n, user()

    labels.bind(Naming(user=lambda name: f"u_{name}", country=lambda _: None))
    assert work(3) == (3, "u_nightly")
    assert (work.__name__, work.__doc__) == ("work", "Work.")
    assert whose() is None


def test_a_decorated_coroutine_function():
    """It is that user until the coroutine has ended."""

    @outwarden.user("nightly")
    async def work():
        await asyncio.sleep(0)
        return user()

    assert asyncio.run(work()) == "u_nightly"


def test_a_generator_cannot_be_decorated():
    """Its body runs later: that is said at once."""

    def steps():
        yield 1

    with pytest.raises(TypeError, match=r"steps is a generator.*Use a `with` block"):
        outwarden.user("ann")(steps)


def test_tasks_have_users_of_their_own():
    """Tasks that run side by side do not see each other's user; a task begun inside a block keeps it."""

    async def one(name, together):
        with outwarden.user(name):
            inherited = asyncio.create_task(later())
            await together.wait()
            assert user() == f"u_{name}"
        return await inherited

    async def later():
        await asyncio.sleep(0)
        return user()

    async def main():
        together = asyncio.Barrier(50)
        return await asyncio.gather(*(one(str(n), together) for n in range(50)))

    assert asyncio.run(main()) == [f"u_{n}" for n in range(50)]


def test_to_thread_keeps_the_user():
    """asyncio.to_thread carries labels by itself."""

    async def main():
        with outwarden.user("ann"):
            return await asyncio.to_thread(user)

    assert asyncio.run(main()) == "u_ann"


def test_a_bare_thread_begins_without_unless_it_is_carried():
    """Python before 3.14 gives a thread an empty context; `carry` gives it the labels of now."""
    found = {}
    with outwarden.user("ann"):
        bare = threading.Thread(target=lambda: found.update(bare=user()))
        carried = threading.Thread(target=outwarden.carry(lambda: found.update(carried=user())))
    for thread in (bare, carried):
        thread.start()
        thread.join()

    assert found["carried"] == "u_ann"
    assert found["bare"] is None


def test_an_executor_runs_carried_functions_side_by_side():
    """One carried function can run in many workers at once."""
    together = threading.Barrier(4)

    def work(n):
        together.wait(10)
        return n, user()

    with ThreadPoolExecutor(4) as pool, outwarden.user("ann"):
        assert list(pool.map(outwarden.carry(work), range(4))) == [(n, "u_ann") for n in range(4)]


def test_a_block_left_out_of_turn():
    """Blocks need not end in the order in which they began."""
    first, second = outwarden.user("ann"), outwarden.user("bob")
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert user() == "u_bob"
    second.__exit__(None, None, None)

    assert whose() is None


def test_a_block_left_in_another_context():
    """A block that a framework enters in one context and leaves in another does no harm."""
    import contextvars

    block = outwarden.user("ann")
    inside = contextvars.copy_context()
    inside.run(block.__enter__)
    block.__exit__(None, None, None)

    assert inside.run(user) == "u_ann"
    assert whose() is None


def test_a_block_used_twice_at_once():
    """The same object may be entered within itself and by several threads."""
    block = outwarden.user("ann")
    with ExitStack() as stack:
        stack.enter_context(block)
        stack.enter_context(block)
    assert whose() is None

    together = threading.Barrier(8)
    left = []

    def work():
        with block:
            together.wait(10)
            assert user() == "u_ann"
        left.append(user())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert left == [None] * 8


def test_who_is_asked_late_until_it_is_known_and_never_after_the_end():
    """A look-up is made when a call asks, again until it names somebody, not from within itself, and not afterwards."""
    asked = []
    answers = iter([None, "u_ann"])

    def identify():
        asked.append(who.read())
        return next(answers)

    who = Who(identify, lambda: "ID")
    assert asked == []
    assert [who.read(), who.read(), who.read()] == [(None, "ID"), ("u_ann", "ID"), ("u_ann", "ID")]
    assert asked == [(None, "ID")] * 2

    over = Who(lambda: "u_bob", lambda: "US")
    over.close()
    assert over.read() == (None, None)


def test_a_block_within_a_request_asks_for_the_country_only():
    """Who names the user by itself does not pay for the request's own look-up."""
    request = Who(lambda: pytest.fail("asked"), lambda: "ID")
    labels.cover(request, request)
    with outwarden.user("bob"):
        assert whose().read() == ("u_bob", "ID")
    labels.uncover(request)


def test_threads_that_ask_at_once_all_learn_who():
    """Nobody is left without an answer because another thread is just asking."""
    together = threading.Barrier(4)

    def identify():
        together.wait(10)
        return "u_ann"

    who = Who(identify)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: who.read()[0], range(4)))
    assert found == ["u_ann"] * 4


def test_attempts_of_a_logical_call_count_on():
    """Within the block one id, numbers without gaps or doubles, also from many threads."""
    with outwarden.call(name="report") as logical, ThreadPoolExecutor(8) as pool:
        assert logical_call() is logical
        numbers = sorted(
            n for some in pool.map(lambda _: [logical.next_attempt() for _ in range(500)], range(8)) for n in some
        )

    assert numbers == list(range(1, 4001))
    assert logical.name == "report"


def test_logical_calls_within_each_other():
    """The inner one has an id of its own; the outer one goes on afterwards."""
    with outwarden.call("outer") as outer:
        with outwarden.call() as inner:
            assert logical_call() is inner
            assert inner.name is None
        assert logical_call() is outer

    assert inner.call_id != outer.call_id


def test_each_call_of_a_decorated_function_is_one_logical_call():
    """The decorator makes a new one each time, for coroutine functions too."""

    @outwarden.call(name="load")
    def load():
        return logical_call()

    @outwarden.call(name="load")
    async def load_async():
        await asyncio.sleep(0)
        return logical_call()

    async def both():
        return await asyncio.gather(load_async(), load_async())

    found = [load(), load(), *asyncio.run(both())]
    assert all(isinstance(one, LogicalCall) and one.name == "load" for one in found)
    assert len({one.call_id for one in found}) == 4


def test_importing_outwarden_loads_no_labels():
    """The names are there, and load when they are used."""
    program = (
        "import sys, outwarden; assert 'outwarden.labels' not in sys.modules; print(outwarden.user, outwarden.call)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).returncode == 0
