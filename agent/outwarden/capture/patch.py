"""Patch: one method of somebody else's class, wrapped, and put back again."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any, Final

_VARIADIC: Final = 0x04 | 0x08
"""Flags of code that takes `*args` and `**kwargs`: inspect knows them, but takes 5 ms to load."""


class Patch:
    """Wrap one method of a class.

    Args:
        owner: the class; subclasses and instances that exist already are covered.
        name: the method.
        wrap: makes the wrapper from the original.
    """

    def __init__(self, owner: type, name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._owner = owner
        self._name = name
        self._wrap = wrap
        self._original: object = None
        self._wrapper: Callable[..., Any] | None = None

    def apply(self) -> None:
        """Put the wrapper in place. Twice is as good as once."""
        current = self._owner.__dict__[self._name]
        if self._wrapper is not None and current is not self._original:
            return  # it is there, or lies under somebody else's wrapper
        self._original = current
        # By getattr, not from __dict__: wrappers of other tools are descriptors and must be bound to the class.
        self._wrapper = self._wrap(getattr(self._owner, self._name))
        setattr(self._owner, self._name, self._wrapper)

    def remove(self) -> None:
        """Put the original back, unless somebody wrapped us since: then the wrapper stays and must do nothing."""
        if self._wrapper is not None and self._owner.__dict__[self._name] is self._wrapper:
            setattr(self._owner, self._name, self._original)
            self._wrapper = None


def takes_the_same(wrapper: Callable[..., Any], original: Callable[..., Any]) -> bool:
    """Let a wrapper pass its arguments on by position, if the original is a plain function with the same parameters.

    The wrapper gets the defaults of the original. False where the client's method is another one than we know, or is
    wrapped by somebody else already.
    """
    if type(wrapper) is not FunctionType or type(original) is not FunctionType:
        return False
    if _parameters(wrapper.__code__) != _parameters(original.__code__):
        return False
    wrapper.__defaults__, wrapper.__kwdefaults__ = original.__defaults__, original.__kwdefaults__
    return True


def _parameters(code: CodeType) -> tuple[object, ...]:
    kinds = code.co_flags & _VARIADIC
    named = code.co_argcount + code.co_kwonlyargcount
    names = code.co_varnames[: named + kinds.bit_count()]
    return code.co_posonlyargcount, code.co_argcount, kinds, names
