"""Act as soon as a module has been imported, without importing it ourselves.

This runs at the start of every Python process of the program, so it imports nothing but `sys`: `typing` alone would
cost more than all the rest.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

    Action = Callable[[], None]


def when_imported(name: str, action: Action) -> Action:
    """Do something right after a module's import has succeeded, or now when that has happened already.

    What goes wrong in the action is swallowed and counted when it runs within an import of the program. A module that
    is just being imported (requests, while it imports urllib3) counts as one that will be.

    Returns:
        A function that calls the wait off.
    """
    module = sys.modules.get(name)
    if module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False):
        action()
        return lambda: None
    _finder.wait(name, action)
    return lambda: _finder.forget(name, action)


class _Finder:
    """Finds what the others find, and learns when it has been loaded. It is on the path only while somebody waits."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Action]] = {}

    def wait(self, name: str, action: Action) -> None:
        self._waiting.setdefault(name, []).append(action)
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def forget(self, name: str, action: Action) -> None:
        actions = self._waiting.get(name, [])
        if action in actions:
            actions.remove(action)
        if not actions:
            self._waiting.pop(name, None)
        if not self._waiting and self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._waiting:
            return None
        for finder in sys.meta_path:
            find_spec = getattr(finder, "find_spec", None)
            if finder is self or find_spec is None:
                continue
            spec: ModuleSpec | None = find_spec(name, path, target)
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, name)  # type: ignore[assignment]  # it answers like the loader
                return spec
        return None

    def imported(self, name: str) -> None:
        """Do all that waits for this module, also what comes to wait for it meanwhile."""
        while actions := self._waiting.get(name):
            action = actions[0]
            self.forget(name, action)
            try:
                action()
            except Exception as fault:
                _swallow(fault)


_finder = _Finder()


class _Loader:
    """Stands in for the module's loader until the module has been executed."""

    def __init__(self, loader: Loader | None, name: str) -> None:
        self._loader: Any = loader
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        create = getattr(self._loader, "create_module", None)
        module: ModuleType | None = create(spec) if create is not None else None
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        try:
            _finder.imported(self._name)
        except Exception as fault:
            _swallow(fault)


def _swallow(fault: Exception) -> None:
    from outwarden.polite import swallow  # noqa: PLC0415 - too heavy for the start of every process

    swallow("capture.late", fault)
