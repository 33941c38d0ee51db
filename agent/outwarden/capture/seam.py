"""Seam: the functions by which an official instrumentor reaches its surroundings, stood in for by ours.

All of them call `inject` of their own module right after their span has become the current one. Taking that place
over keeps our own spans out of requests to third parties, and shows us spans that begin below our hook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from opentelemetry.trace import INVALID_SPAN

from outwarden.capture.around import SPAN_KEY, get_current
from outwarden.capture.call import Call, current, under_way
from outwarden.capture.clean_span import OURS
from outwarden.capture.stand_ins import STAND_INS
from outwarden.polite import swallow

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from outwarden.capture.otel import Tracing
    from outwarden.rawcall import RawCall

PLACE: Final = "capture.seam"

_open: Final[dict[str, Seam]] = {}


def open_seam(module: ModuleType, tracing: Tracing) -> Seam:
    """Open the seam of an instrumentor, or give the one that is open already; close it as often as it was opened.

    Raises:
        AttributeError: this version has no `inject`.
    """
    seam = _open.get(module.__name__)
    if seam is None:
        seam = _open[module.__name__] = Seam(module, tracing)
    seam.users += 1
    return seam


class Seam:
    """Stand in for the functions of one instrumentor.

    Args:
        module: the instrumentor's.
        tracing: asked before headers go out.

    Raises:
        AttributeError: this version has no `inject`.
    """

    def __init__(self, module: ModuleType, tracing: Tracing) -> None:
        self.users = 0
        self._module: Any = module
        self._swapped: list[tuple[str, Any, Any]] = []
        self._swap("inject", _withholding(vars(module)["inject"], tracing))
        for name, made in STAND_INS.items():
            if hasattr(module, name):
                self._swap(name, made(vars(module)[name]))

    def close(self) -> None:
        """Put the originals back, unless somebody else stands there by now, or a hook still needs us."""
        self.users -= 1
        if self.users:
            return
        _open.pop(self._module.__name__, None)
        for name, original, ours in self._swapped:
            if getattr(self._module, name) is ours:
                setattr(self._module, name, original)

    def _swap(self, name: str, ours: Any) -> None:
        self._swapped.append((name, getattr(self._module, name), ours))
        setattr(self._module, name, ours)


def _withholding(original: Callable[..., None], tracing: Tracing) -> Callable[..., None]:
    def inject(carrier: Any, *args: Any, **kwargs: Any) -> None:
        span = get_current().get(SPAN_KEY, INVALID_SPAN)
        if type(span) in OURS:
            return  # third parties learn nothing of our traces
        raw: RawCall | None = None
        goes = True
        try:
            call = under_way(current.get())
            raw = call.pending if isinstance(call, Call) else None
            if raw is not None:  # else our hook comes later, and sees for itself
                goes = tracing.injects(raw, span)
        except Exception as fault:
            swallow(PLACE, fault)
        carrier = carrier if goes else {}
        original(carrier, *args, **kwargs)
        try:
            if raw is not None:
                tracing.injected(raw, carrier, went=goes)
        except Exception as fault:
            swallow(PLACE, fault)

    return inject
