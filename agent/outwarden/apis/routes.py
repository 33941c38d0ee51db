"""Find the route template of a path: a tree of segments, in which a literal always beats a parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from outwarden.apis.shapes import is_id

REST = "{...}"
"""As a template's last segment: any rest, also an empty one."""

_DEEPEST = 12


class Node:
    """One place in the tree."""

    __slots__ = ("literals", "parameter", "rest", "template")

    def __init__(self) -> None:
        self.literals: dict[str, Node] = {}
        self.parameter: Node | None = None
        self.rest: str | None = None
        self.template: str | None = None


def tree(templates: Iterable[str]) -> Node:
    """Build the tree of many templates such as `/v2/company/report/{symbol}/`."""
    root = Node()
    for template in templates:
        node = root
        for segment in segments(template):
            if segment == REST:
                node.rest = template
                break
            if segment.startswith("{"):
                node.parameter = node.parameter or Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, Node())
        else:
            node.template = template
    return root


def find(node: Node, parts: Sequence[str], at: int = 0) -> str | None:
    """Give the template that fits best, or None. A wrong turn into a literal is taken back."""
    if at == len(parts):
        return node.template or node.rest
    literal = node.literals.get(parts[at])
    if literal is not None:
        found = find(literal, parts, at + 1)
        if found is not None:
            return found
    if node.parameter is not None:
        found = find(node.parameter, parts, at + 1)
        if found is not None:
            return found
    return node.rest


def fold(parts: Sequence[str]) -> str:
    """Make a route of low cardinality for an API that we know nothing of: `/users/8731/posts` is `/users/{id}/posts`."""
    folded = ["{id}" if is_id(part) else part for part in parts[:_DEEPEST]]
    if len(parts) > _DEEPEST:
        folded.append(REST)
    return "/" + "/".join(folded)


@lru_cache(maxsize=1024)
def literals(template: str) -> tuple[bool, ...]:
    """Say for each segment of a template whether it is a literal."""
    return tuple([not segment.startswith("{") for segment in segments(template)])


def segments(path: str) -> list[str]:
    """Split a path; empty segments (doubled slashes, the slash at the end) do not count."""
    return [segment for segment in path.split("/") if segment]
