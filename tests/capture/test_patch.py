"""Wrappers that pass their arguments on by position do so only to the method that they know."""

from __future__ import annotations

import functools

from outwarden.capture.patch import takes_the_same


def wrapper(self, url, body, **options): ...


def test_the_defaults_come_from_the_original():
    """A version of the client with other defaults is called with its own."""

    def original(self, url, body="default", **options):
        return body

    def by_position(self, url, body, **options):
        return original(self, url, body, **options)

    assert takes_the_same(by_position, original)
    assert by_position(None, "/") == "default"


def test_other_parameters_are_not_the_same():
    """Neither another order, nor one more, nor another kind; and nothing but a plain function will do."""

    def reordered(self, body, url, **options): ...

    def one_more(self, url, body, timeout=None, **options): ...

    def by_name(self, url, *, body=None, **options): ...

    def positional(self, url, body, /, **options): ...

    def strict(self, url, body): ...

    def listed(self, url, body, *options): ...

    @functools.wraps(wrapper)
    def wrapped(*args, **kwargs): ...

    others = (reordered, one_more, by_name, positional, strict, listed, wrapped, functools.partial(wrapper), print)
    assert not any(takes_the_same(wrapper, other) for other in others)
    assert wrapper.__defaults__ is None
