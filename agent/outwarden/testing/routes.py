"""Which documented route a path belongs to; written apart from `apis.Catalogue`, so that each can be held against the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from outwarden.apis import Route


class Found(NamedTuple):
    """A route, and what the path says for the names in its template."""

    route: Route
    values: dict[str, str]


class Routes:
    """The routes of one API, those with the most literal segments first."""

    def __init__(self, routes: Iterable[Route]) -> None:
        literal_first = sorted(routes, key=lambda route: [part[:1] == "{" for part in _parts(route.path)])
        self._routes = [(route, _parts(route.path)) for route in literal_first]

    def find(self, path: str) -> Found | None:
        """Find the route of a path, with or without its slash at the end."""
        parts = _parts(path)
        for route, template in self._routes:
            if len(template) == len(parts) and all(
                want == got or (want[0] == "{" and got) for want, got in zip(template, parts, strict=True)
            ):
                pairs = zip(template, parts, strict=True)
                return Found(route, {want[1:-1]: got for want, got in pairs if want[0] == "{"})
        return None


def _parts(path: str) -> list[str]:
    return path.strip("/").split("/")
