# ruff: noqa: INP001, UP036, PTH100, PTH120 - no package; old interpreters read this file too
"""Python imports this file at its start when `outwarden run` has put our directory first on PYTHONPATH.

Every Python of the program gets here, also one that is too old for us or cannot import us: nothing may fail, and the
syntax is one that all of them read. At its end it makes room for the sitecustomize that it shadows.
"""

import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
_ours = sys.modules.get(__name__)

if sys.version_info >= (3, 11):
    try:
        from outwarden.wiring import early

        early.begin()
    except Exception:  # noqa: S110 - a program that cannot be watched runs on, and `outwarden run` says so
        pass

sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != _here]
sys.path_importer_cache.pop(_here, None)

# What the shadowed file raises is its own affair: Python tells about it as it would have done without us.
sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize  # type: ignore[import-not-found]  # noqa: F401 - the next one on the path
except ImportError as _error:
    if getattr(_error, "name", None) != "sitecustomize":
        raise
    if _ours is not None:
        sys.modules["sitecustomize"] = _ours
