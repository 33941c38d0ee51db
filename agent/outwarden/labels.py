"""Labels: what the program says about its calls: on whose behalf they are made, and which logical call they belong to.

They live in context variables: asyncio tasks, `asyncio.to_thread` and what a middleware calls inherit them. A bare
`threading.Thread` (but on free-threaded Python 3.14) and an executor's workers begin without: see `carry`.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from threading import get_ident
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import msgspec

from outwarden.event import ids
from outwarden.polite import swallow

if TYPE_CHECKING:
    from types import TracebackType

_LONGEST_NAME: Final = 1024

P = ParamSpec("P")
R = TypeVar("R")


class Naming(msgspec.Struct, frozen=True):
    """How an id and an address are made harmless."""

    user: Callable[[str], str]
    """The pseudonym of an id."""
    country: Callable[[str], str | None]
    """The country of an address."""


class Who:
    """On whose behalf calls are made: a pseudonym and a country, found out when the first call asks.

    Args:
        identify: gives the pseudonym; asked again by the next call as long as it knows nobody.
        locate: gives the country; asked once.
        user: the pseudonym, where it is known.
        country: the country, where it is known.
    """

    __slots__ = ("_asking", "_identify", "_locate", "country", "user")

    def __init__(
        self,
        identify: Callable[[], str | None] | None = None,
        locate: Callable[[], str | None] | None = None,
        *,
        user: str | None = None,
        country: str | None = None,
    ) -> None:
        self._identify = identify
        self._locate = locate
        self._asking: int | None = None
        self.user = user
        self.country = country

    def read(self) -> tuple[str | None, str | None]:
        """Give the user's pseudonym and the country of the user's address."""
        if self._locate is not None or self._identify is not None:
            self._ask()
        return self.user, self.country

    def where(self) -> str | None:
        """Give the country alone."""
        locate = self._locate
        if locate is not None and _naming is not None:
            try:
                self.country, self._locate = locate(), None
            except Exception as fault:
                swallow("labels.user", fault)
        return self.country

    def close(self) -> None:
        """Ask no more: the request is over, and nothing of it is kept."""
        self._identify = self._locate = None

    def _ask(self) -> None:
        self.where()
        identify, thread = self._identify, get_ident()
        if identify is None or _naming is None or self._asking == thread:
            return  # nothing may be taken down; or the program's own look-up makes a call
        self._asking = thread
        try:
            if (user := identify()) is not None:
                self.user, self._identify = user, None
        except Exception as fault:
            swallow("labels.user", fault)
        finally:
            self._asking = None


class LogicalCall:
    """One logical call: the attempts made inside it share an id, count on, and carry its name."""

    __slots__ = ("_attempts", "call_id", "name")

    def __init__(self, name: str | None) -> None:
        self.call_id = ids.new()
        self.name = name
        self._attempts = itertools.count(1)

    def next_attempt(self) -> int:
        """Count one more attempt on the wire; safe in threads."""
        return next(self._attempts)


class _Layer:
    """A label and what it covers. No tokens: a block may be left in another context than it was entered in."""

    __slots__ = ("label", "outer", "owner")

    def __init__(self, owner: object, label: Any, outer: _Layer | None) -> None:
        self.owner = owner
        self.label = label
        self.outer = outer


_user: Final[ContextVar[_Layer | None]] = ContextVar("outwarden_user", default=None)
_call: Final[ContextVar[_Layer | None]] = ContextVar("outwarden_logical_call", default=None)
_naming: Naming | None = None

user_layer: Final = _user.get
call_layer: Final = _call.get
"""The innermost label of each kind, or None. Each call asks: this way it costs no frame."""


def bind(naming: Naming | None) -> None:
    """Say how ids and addresses are made harmless; without it none are taken."""
    global _naming  # noqa: PLW0603 - a process is watched once
    _naming = naming


def naming() -> Naming | None:
    """Give what `bind` was told."""
    return _naming


def whose() -> Who | None:
    """Say on whose behalf a call is made that is just beginning; None if the program has not said."""
    layer = _user.get()
    return None if layer is None else layer.label


def logical_call() -> LogicalCall | None:
    """Give the logical call that surrounds a call that is just beginning; None if the program has named none."""
    layer = _call.get()
    return None if layer is None else layer.label


def cover(owner: object, who: Who | None) -> None:
    """Make all calls in this context those of `who`, until `uncover`."""
    _user.set(_Layer(owner, who, _user.get()))


def uncover(owner: object) -> None:
    """End what `cover` began, if it is the latest."""
    _pop(_user, owner)


def _pop(variable: ContextVar[_Layer | None], owner: object) -> None:
    layer = variable.get()
    if layer is not None:
        variable.set(layer.outer if layer.owner is owner else _without(layer, owner))


def _without(layer: _Layer, owner: object) -> _Layer:
    """Give the layers without those of a block that is left out of turn. Contexts share layers: none is changed."""
    if layer.outer is None:
        return layer
    outer = layer.outer.outer if layer.outer.owner is owner else _without(layer.outer, owner)
    return layer if outer is layer.outer else _Layer(layer.owner, layer.label, outer)


class user:  # noqa: N801 - used as a verb: `with outwarden.user(42):`
    """Say on whose behalf the calls inside are made: a `with` block, or a decorator.

    The id becomes a keyed pseudonym and the address a country when the block is entered; neither is kept. In a block that
    began before `outwarden.install()` that happens at the first call after it.

    Args:
        id: the application's id of the user; None for nobody.
        client_ip: the user's address; without it that of the surrounding request, if a middleware gave one.
    """

    __slots__ = ("_client_ip", "_id", "_who")

    def __init__(self, id: object, *, client_ip: str | None = None) -> None:  # noqa: A002 - the word for it
        self._id = id
        self._client_ip = client_ip
        self._who: Who | None = None

    def __enter__(self) -> None:
        who = self._who
        if who is None:
            try:
                who = self._named()
            except Exception as fault:
                swallow("labels.user", fault)
            if _naming is not None:
                self._id = self._client_ip = None
                self._who = who
        cover(self, who)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._who is None and (layer := _user.get()) is not None and layer.owner is self and layer.label is not None:
            layer.label.close()  # it began before `install()`: what it was told is dropped now
        uncover(self)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate a function or a coroutine function: the id is named afresh at each of its calls."""
        id_, client_ip = self._id, self._client_ip
        return _decorated(function, lambda: user(id_, client_ip=client_ip))

    def _named(self) -> Who:
        """Give who this is: at once, or when there is a naming."""
        if self._id is None or self._id == "":
            return Who()
        name, client_ip, outer = str(self._id), self._client_ip, whose()

        def identify() -> str | None:
            return _naming.user(name) if _naming is not None else None

        def locate() -> str | None:
            if client_ip:
                return _naming.country(str(client_ip)) if _naming is not None else None
            return outer.where() if outer is not None else None

        if _naming is None:
            return Who(identify, locate)
        return Who(user=identify(), country=locate())


class call:  # noqa: N801 - used as a verb: `with outwarden.call(name="monthly report"):`
    """Make all attempts inside one logical call: a `with` block around a retry loop, or a decorator.

    Args:
        name: what the program calls it: a few fixed words, no ids. It is cleaned, and cut at 64 characters.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str | None = None) -> None:
        self._name = None if name is None else str(name)[:_LONGEST_NAME]

    def __enter__(self) -> LogicalCall:
        logical = LogicalCall(self._name)
        _call.set(_Layer(self, logical, _call.get()))
        return logical

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        _pop(_call, self)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate a function or a coroutine function: each of its calls is one logical call."""
        return _decorated(function, lambda: call(self._name))


def carry(function: Callable[P, R]) -> Callable[P, R]:
    """Bind a function to the labels of this moment: for `Thread(target=…)`, `executor.submit(…)`, `executor.map(…)`."""
    context = copy_context()

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        # A copy for each run: one context cannot be entered by two threads at once.
        return context.copy().run(function, *args, **kwargs)

    return run


def _decorated(function: Callable[P, R], block: Callable[[], Any]) -> Callable[P, R]:
    import inspect  # noqa: PLC0415 - 5 ms that only decorators need

    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(f"{function.__qualname__} is a generator: its body runs later. Use a `with` block inside it.")
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def run_async(*args: P.args, **kwargs: P.kwargs) -> Any:
            with block():
                return await function(*args, **kwargs)

        return run_async  # type: ignore[return-value]  # R is the coroutine

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with block():
            return function(*args, **kwargs)

    return run
