"""Strings made to take long, one kind for every expression in the package: what nearly matches it, again and again.

Nothing is listed by hand. The expressions are collected from the modules, so one that is added is tried as well.

    python tests/redact/near_misses.py [--slow] [--show 15]

prints the longest times in milliseconds of CPU; with `--untried` the expressions, if any, that it would not try.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import pkgutil
import re
import secrets
import sys
import time
import warnings
from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

import outwarden
from outwarden import redact
from outwarden.redact import Redactor, rules
from outwarden.redact.expression import _Expression
from outwarden.redact.shapes import SHAPES

SIZE = 16_384
_QUICK = settings(
    max_examples=300, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def expressions() -> dict[str, re.Pattern]:
    """Give every expression of the package: those of its modules and of their tables, and those of the shapes of credentials.

    One that several modules import is tried once.
    """
    found = {}
    for module in pkgutil.iter_modules(redact.__path__, "outwarden.redact."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if value is not SHAPES:
                found |= _inside(f"{module.name.rpartition('.')[2]}.{name}", value)
    found = dict({(one.pattern, one.flags): (name, one) for name, one in found.items()}.values())
    found |= {f"{shape.rule} {shape.literal}": shape.body for shape in SHAPES}
    return {name: re.compile(one.pattern, one.flags) for name, one in found.items()}


def _inside(name: str, value: object) -> dict[str, re.Pattern]:
    """Give the expression that a value is, or those that a table holds."""
    if isinstance(value, (re.Pattern, _Expression)):
        return {name: value}
    if isinstance(value, dict):
        value = tuple(value.values())
    if not isinstance(value, (tuple, list)):
        return {}
    return {key: one for at, item in enumerate(value) for key, one in _inside(f"{name} {at}", item).items()}


def untried() -> set[str]:
    """Give the expressions of the package that `expressions` does not find, whichever module makes them, wherever they are kept.

    This process must have made none itself: another test's would count as well.
    """
    for module in pkgutil.walk_packages(outwarden.__path__, "outwarden."):
        if module.name not in {"outwarden.auto", "outwarden.__main__"}:  # these two act when they are imported
            importlib.import_module(module.name)
    tried = {one.pattern for one in expressions().values()}
    return {one.pattern for one in gc.get_objects() if isinstance(one, _Expression)} - tried


def match_of(expression: re.Pattern) -> str:
    """Give a text that an expression matches."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = find(st.from_regex(expression), lambda text: len(text) > 1, settings=_QUICK)
    return found if isinstance(found, str) else found.decode("latin-1")


def seeds(part: int = 0, parts: int = 1) -> Iterator[tuple[str, str]]:
    """Give what nearly matches, by the name of what it nearly matches: each expression, each literal of a rule.

    Of so many parts, in which each of them comes once, one is given: to make up a match takes as long as to look at it.
    """
    literals = {shape.rule + " " + shape.literal: shape.literal for shape in SHAPES}
    for name, expression in list(expressions().items())[part::parts]:
        try:
            whole = literals.get(name, "") + match_of(expression)
        except Exception as error:
            raise AssertionError(f"no match could be made for {name}: {error}") from error
        yield name, whole[:-1]
        yield name, whole[:-1] + "\x01"
    told: dict[str, str] = {}
    for literal, found in sorted(rules.RULES.items()):
        for rule in found:
            told.setdefault(repr(rule), f"{literal}a1b2C3d4")
    yield from list(told.items())[part::parts]


_AROUND = (
    *(
        "{0}a1b2C3d4",
        "{0}{0}",
        "{0} {0}",
        '"{0}": "\\"',
        "{0}'\"`{0}",
        "{0}=[({{",
        "{0}=\uff41\u200b1",
        ",;{0}||\t\t",
        "{0}\n",
    ),
    *("{0} a1b2C3d4 ", "{0}:\t'a1\\u0041", "/{0}/a1b2-", "{0}\\n{0}\\\\n", "{0}1=1", "-{0} {0}", "x:{0}5.5.5.5"),
)
"""What a literal is put into: values, quotes in quotes, brackets, look-alikes, separators, line ends, and itself."""


def adversaries(literal: str) -> Iterator[str]:
    """Give pieces that bring the rules of a literal to look, and to look in vain."""
    for around in _AROUND:
        yield around.format(literal)


def texts(seed: str) -> Iterator[str]:
    """Give texts of 16 kB made of one piece."""
    yield (seed * SIZE)[:SIZE]
    yield (("x" * 79 + seed) * SIZE)[:SIZE]


def cpu_s(redactor: Redactor, text: str, enough_s: float) -> float:
    """Give the least time of three that a text takes, or of fewer if it is small."""
    best = 9.0
    for _ in range(3):
        begun = time.process_time()
        redactor.text(text)
        best = min(best, time.process_time() - begun)
        if best < enough_s:
            break
    return best


def main() -> None:
    """Print the longest."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--slow", action="store_true", help="without the accelerator")
    options.add_argument("--show", type=int, default=15)
    options.add_argument("--untried", action="store_true", help="only say which expressions are not tried")
    chosen = options.parse_args()
    if chosen.untried:
        for pattern in sorted(untried()):
            print(pattern)
        return
    redactor = Redactor(secrets=[secrets.token_hex(32)], fast=not chosen.slow)
    redactor.text("token=abc")
    took = [
        (cpu_s(redactor, text, 0.004) * 1e3, name, seed[:40], number)
        for name, seed in seeds()
        for number, text in enumerate(texts(seed))
    ]
    took.sort(reverse=True)
    print(f"{len(took)} texts, {sum(one[0] > 5 for one in took)} over 5 ms")
    for ms, name, seed, number in took[: chosen.show]:
        print(f"{ms:7.2f} ms  {name[:60]:60} {seed!r} {number}")


if __name__ == "__main__":
    sys.exit(main())
