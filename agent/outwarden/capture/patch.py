"""Patch: one method of somebody else's class, wrapped, and put back again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


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
