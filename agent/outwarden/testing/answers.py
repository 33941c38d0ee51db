"""From a call to its answer: the API without the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from outwarden.apis import builtin
from outwarden.testing import prices, refusals
from outwarden.testing.ask import Ask
from outwarden.testing.bodies import BODIES
from outwarden.testing.limits import Limits
from outwarden.testing.refusals import Refused
from outwarden.testing.routes import Found, Routes
from outwarden.testing.small_bodies import small_body


class Call(NamedTuple):
    """A call as it came in."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """By name in lower case."""
    base_url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    credits: int = 0


class Answers:
    """The API: it knows one key, and counts what this key spends. The caller keeps it to one thread at a time.

    Attributes:
        limits: what is left to the key.
    """

    def __init__(self, key: str, limits: Limits) -> None:
        self.limits = limits
        self._key = key
        sectors = next(profile for profile in builtin() if profile.name == "sectors")
        self._routes = Routes(sectors.routes)

    def answer(self, call: Call) -> Answer:
        """Answer as the API would."""
        try:
            answer = self._answer(call)
        except Refused as refused:
            answer = refusal(refused)
        self.limits.bill(answer.credits)
        return answer

    def _answer(self, call: Call) -> Answer:
        if call.headers.get("user-agent", "").startswith("Python-urllib"):
            raise refusals.at_the_edge()
        if call.path.startswith("/v1/"):
            raise refusals.retired(call.base_url + self._successor(call.path))
        found = self._routes.find(call.path)
        if found is None or found.route.deprecated:
            raise refusals.unrouted(call.path)
        if call.method == "OPTIONS":
            return Answer(200, b"", {"Allow": "GET, OPTIONS"}, credits=1)
        self._admit(call.headers.get("authorization"))
        if call.method != "GET":
            raise refusals.wrong_method(call.method)
        if not found.route.callable:
            raise refusals.bad_request("A symbol or a subsector is required, such as .../report/BBCA/.")
        return self._body(found, call)

    def _admit(self, authorization: str | None) -> None:
        if not authorization:
            raise refusals.no_key()
        if authorization != self._key:
            raise refusals.bad_key()
        if self.limits.window_is_full():
            raise refusals.too_fast()
        if self.limits.quota_is_spent():
            raise refusals.quota_spent()

    def _body(self, found: Found, call: Call) -> Answer:
        route = found.route.path
        values = {name: unquote(value) for name, value in found.values.items()}
        query = dict(parse_qsl(call.query, keep_blank_values=True))
        ask = Ask(route=route, values=values, query=query, today=datetime.now(UTC).date())
        body = BODIES.get(route, small_body)(ask)
        cost = prices.price(route, query, body)
        headers = {"limit-consumption": str(cost)} if route in prices.TELLS_ITS_PRICE else {}
        return Answer(200, _json(body), JSON | headers, credits=cost)

    def _successor(self, path: str) -> str:
        found = self._routes.find(path)
        if found is None or found.route.replacement is None:
            return "/v2/"
        successor = found.route.replacement.split(" ", 1)[0]
        for value in found.values.values():
            head, brace, tail = successor.partition("{")
            successor = head + value + tail.partition("}")[2] if brace else successor
        return successor


JSON = {"Content-Type": "application/json"}


def refusal(refused: Refused) -> Answer:
    """Turn a refusal into the answer that goes back."""
    if isinstance(refused.body, str):
        return Answer(refused.status, refused.body.encode(), dict(refused.headers), refused.cost)
    return Answer(refused.status, _json(refused.body), JSON | dict(refused.headers), refused.cost)


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
