"""Totals and health -> the text that Prometheus reads. Pure.

The format: https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from outwarden.config import exposed
from outwarden.config.exposed import BOUNDS_S, CLASSES, FAMILIES, LOST_REASONS, Family
from outwarden.meter.totals import SUM_US, Key, Snapshot
from outwarden.sidecar.health import Row

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_Sample = tuple[str, tuple[tuple[str, str], ...], float]
_NAMED: Final = {exposed.ERRORS.name: "reason", exposed.ROUTES.name: "route", exposed.COUNTRIES.name: "country"}
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def exposition(totals: Snapshot, rows: Sequence[Row], *, alive: bool, version: str) -> str:
    """Render everything; every class and every reason of a loss is there from the start, with 0.

    Args:
        totals: what was counted.
        rows: how each consumer is doing.
        alive: whether alarms are being evaluated.
        version: of outwarden.
    """
    lines: list[str] = []
    for family in FAMILIES:
        lines += [f"# HELP {family.name} {family.text}", f"# TYPE {family.name} {family.kind}"]
        lines += [_line(*sample) for sample in _samples(family, totals, rows, alive=alive, version=version)]
    return "\n".join(lines) + "\n"


def _samples(family: Family, totals: Snapshot, rows: Sequence[Row], *, alive: bool, version: str) -> Iterator[_Sample]:
    counts = totals.counts
    if family is exposed.BUILD:
        yield family.name, (("version", version),), 1
    elif family.labels == ("consumer",):
        yield from _consumers(family, rows)
    elif family is exposed.UP:
        for service, env in _services(totals):
            yield family.name, (("service", service), ("env", env)), float(alive)
    elif family is exposed.LOST:
        for service, env in _services(totals):
            for reason in LOST_REASONS:
                where = (("service", service), ("env", env), ("reason", reason))
                yield family.name, where, counts.get(Key(family.name, service, env, "", reason), 0)
    elif family.name in _NAMED:
        for key, number in sorted(counts.items()):
            if key.family == family.name:
                labels = (*_who(key[1:4]), (_NAMED[family.name], key.name))
                yield family.name, (*labels, ("class", key.class_)) if key.class_ else labels, number
    else:
        for who, at in sorted(totals.created.items()):
            if who[2]:
                yield from _of(family, who, totals, at)


def _of(family: Family, who: tuple[str, str, str], totals: Snapshot, at: float) -> Iterator[_Sample]:
    """Give the series of one service and API."""
    labels = _who(who)
    if family is exposed.CREATED:
        yield family.name, labels, at
    elif family is exposed.CALLS:
        for class_ in CLASSES:
            yield family.name, (*labels, ("class", class_)), totals.counts.get(Key(family.name, *who, "", class_), 0)
    elif family is exposed.DURATION:
        buckets = [totals.counts.get(Key(family.name, *who, str(number)), 0) for number in range(len(BOUNDS_S) + 1)]
        *below, everything = accumulate(buckets)
        for bound, number in zip(BOUNDS_S, below, strict=True):
            yield f"{family.name}_bucket", (*labels, ("le", str(bound))), number
        yield f"{family.name}_bucket", (*labels, ("le", "+Inf")), everything
        yield f"{family.name}_sum", labels, totals.counts.get(Key(family.name, *who, SUM_US), 0) / 1e6
        yield f"{family.name}_count", labels, everything
    else:
        yield family.name, labels, totals.counts.get(Key(family.name, *who), 0)


def _consumers(family: Family, rows: Iterable[Row]) -> Iterator[_Sample]:
    for row in rows:
        values = {
            exposed.BACKLOG: row.backlog_bytes,
            exposed.HEALTHY: row.state == "ok",
            exposed.SHIPPED: row.shipped,
            exposed.REJECTED: row.rejected,
        }
        yield family.name, (("consumer", row.consumer),), float(values[family])


def _services(totals: Snapshot) -> list[tuple[str, str]]:
    return sorted({(service, env) for service, env, _ in totals.created})


def _who(who: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(("service", "env", "api"), who, strict=True))


def _line(name: str, labels: Iterable[tuple[str, str]], value: float) -> str:
    inner = ",".join(f'{label}="{text.translate(_ESCAPES)}"' for label, text in labels)
    return f"{name}{{{inner}}} {value:.17g}"
