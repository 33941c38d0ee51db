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


def when_imported(name: str, action: Callable[[], None]) -> Callable[[], None]:
    """Do something right after a module's import has succeeded, or now when that has happened already.

    What goes wrong in the action is swallowed and counted when it runs within an import of the program.

    Returns:
        A function that calls the wait off.
    """
    if name in sys.modules:
        action()
        return lambda: None
    watcher = _Watcher(name, action)
    sys.meta_path.insert(0, watcher)
    return watcher.forget


class _Watcher:
    """A finder that finds what the others find, and learns when it has been loaded."""

    def __init__(self, name: str, action: Callable[[], None]) -> None:
        self._name = name
        self._action = action

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self._name:
            return None
        for finder in sys.meta_path:
            find_spec = getattr(finder, "find_spec", None)
            if finder is self or find_spec is None:
                continue
            spec: ModuleSpec | None = find_spec(name, path, target)
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, self)  # type: ignore[assignment]  # it answers like the loader
                return spec
        return None

    def forget(self) -> None:
        """Stop waiting."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def imported(self) -> None:
        self.forget()
        try:
            self._action()
        except Exception as fault:
            from outwarden.polite import swallow  # noqa: PLC0415 - too heavy for the start of every process

            swallow("capture.late", fault)


class _Loader:
    """Stands in for the module's loader until the module has been executed."""

    def __init__(self, loader: Loader | None, watcher: _Watcher) -> None:
        self._loader: Any = loader
        self._watcher = watcher

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
        self._watcher.imported()
