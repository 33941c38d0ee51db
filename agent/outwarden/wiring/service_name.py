"""The program's own name, for services that were given none."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final
from urllib.parse import unquote

_WITH_VALUE: Final = ("-W", "-X", "--check-hash-based-pycs")
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_UNKNOWN: Final = "python"
_NOTEBOOKS: Final = frozenset({"ipykernel_launcher", "ipykernel", "colab_kernel_launcher"})


def told_name(environ: Mapping[str, str] = os.environ) -> str:
    """Give the name that OpenTelemetry's variables give the service; empty if they give none."""
    name = environ.get("OTEL_SERVICE_NAME", "")
    for pair in () if name else environ.get("OTEL_RESOURCE_ATTRIBUTES", "").split(","):
        key, _, value = pair.partition("=")
        if key.strip() == "service.name":
            name = unquote(value.strip())
    return _FOREIGN.sub("-", name).strip("-._")[:100]


def service_name(argv: Sequence[str] = sys.orig_argv) -> str:
    """Give the script, module, or `python`, from the interpreter's own command line, as a valid name of a service."""
    arguments = iter(argv[1:])
    name = ""
    for argument in arguments:
        if argument.startswith("-m"):
            name = argument[2:] or next(arguments, "")
        elif argument.startswith("-c"):
            break
        elif argument in _WITH_VALUE:
            next(arguments, None)
            continue
        elif not argument.startswith("-"):
            path = PurePath(argument)
            name = path.stem if path.stem != "__main__" else path.parent.name
        else:
            continue
        break
    if name in _NOTEBOOKS:
        return "notebook"
    return _FOREIGN.sub("-", name).strip("-._")[:100] or _UNKNOWN
