"""Engine: all that cleans what comes in free form; built when the first text comes, and anew when the known secrets change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from outwarden.redact.additions import NONE, Additions
from outwarden.redact.findings import Findings
from outwarden.redact.pseudonyms import Pseudonyms
from outwarden.redact.registry import Registry
from outwarden.redact.scan import Scanner
from outwarden.redact.walk import Walk


class Engine:
    """Cleans texts and events of any shape.

    Args:
        registry: the known secrets.
        pseudonyms: names users.
        additions: what the configuration adds to the rules.
        fast: use the accelerator if it is there; the results are the same.
    """

    def __init__(
        self, registry: Registry, pseudonyms: Pseudonyms, additions: Additions = NONE, *, fast: bool = True
    ) -> None:
        self._registry: Final = registry
        self._pseudonyms: Final = pseudonyms
        self._additions: Final = additions
        self._fast: Final = fast
        self._scanner = Scanner(registry.needles, additions, fast=fast)

    def text(self, text: str) -> str:
        """Clean one text."""
        return self._current().clean(text, Findings())

    def event(self, event: Mapping[Any, Any]) -> tuple[dict[Any, Any], dict[str, int]]:
        """Give a clean copy of an event, and the rules that fired with their counts.

        Raises:
            walk.TooMuch: it is larger or deeper than any event may be.
        """
        scanner = self._scanner
        if scanner.needles is not self._registry.needles:
            scanner = self._current()
        walk = Walk(scanner, self._pseudonyms)
        return walk.run(event), walk.findings.counts

    def _current(self) -> Scanner:
        scanner = self._scanner
        if scanner.needles is not self._registry.needles:
            self._scanner = scanner = Scanner(self._registry.needles, self._additions, fast=self._fast)
        return scanner
