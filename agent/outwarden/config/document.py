"""A YAML file as a plain mapping: read strictly, and refused in one line that echoes no value."""

from __future__ import annotations

import codecs
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from outwarden.config.wording import kind_of, shown, shown_path
from outwarden.errors import ConfigError

if TYPE_CHECKING:
    _Base = yaml.SafeLoader
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_BYTES: Final = 1 << 20
"""No configuration is longer; a log file that was named by mistake is."""

_SIGN: Final = r"'([\[\]{},:?>|-]|<[a-z ]+>)'"
"""YAML's own signs, as libyaml names them."""
_QUOTED: Final = r"(?s)(['\"]).{3,}\1"


class _Loader(_Base):
    """YAML 1.1 as PyYAML reads it, but a key may stand only once and a date stays text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a plain name", key.start_mark)
            if (key.tag, key.value) in seen:
                problem = f"the key {shown(key.value)} stands twice in one mapping"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


def read(path: Path) -> dict[Any, Any]:
    """Read a YAML file that holds one mapping; an empty file is an empty mapping.

    Raises:
        ConfigError: the file is missing, unreadable, no YAML or no mapping; the message names line and column.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _missing(path) from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: this is a directory, not a file. Name the file inside it.") from None
    except OSError as error:
        if shown_path(path) is None and not os.path.lexists(path):  # such as a name that is too long for one
            raise _missing(path) from None
        raise ConfigError(
            f"{path}: it cannot be read ({error.strerror}). Check the permissions of the file and its directories."
        ) from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: it is longer than 1 MiB, which no configuration is. Check the name.")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}, line {line}: this is not UTF-8 text. Save the file as UTF-8.") from None
    found = parse(text, str(path))
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ConfigError(f"{path}: it must hold `key: value` lines, but holds {kind_of(found)}.")
    return found


def parse(text: str, source: str) -> Any:
    """Read one YAML value.

    Raises:
        ConfigError: it is no YAML, with the line and column where reading stopped.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader: it makes plain values only
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigError(f"{source}{where}: {_problem(text, error)}.") from None
    except yaml.reader.ReaderError as error:
        raise ConfigError(f"{source}, character {error.position + 1}: {error.reason}.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ConfigError(f"{source}: it cannot be read as YAML. Put unusual values in quotes.") from None


def _problem(text: str, error: yaml.MarkedYAMLError) -> str:
    """Say what is wrong: in our words for what is met most, else in PyYAML's."""
    [line] = text.splitlines()[error.problem_mark.line :][:1] or [""] if error.problem_mark else [""]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab stands before the text, where YAML takes spaces only. Put some in its place"
    if "another document" in (error.problem or ""):
        return "a second document begins here (`---`). Keep one"
    return _without_values(error.problem or error.context)


def _missing(path: Path) -> ConfigError:
    if (name := shown_path(path)) is not None:
        return ConfigError(f"{name}: there is no such file. Name another with --config, or leave it out.")
    return ConfigError(
        "--config or OUTWARDEN_CONFIG names a file that is not there, and the name looks like a secret: it is not shown. "
        "Put the path of the file there."
    )


def _without_values(problem: str | None) -> str:
    """PyYAML quotes what it stumbled over: an alias or a tag may be a password that lacks its quotes."""
    return re.sub(_QUOTED, "(not shown here)", re.sub(_SIGN, r"\1", problem or "it cannot be read as YAML"))
