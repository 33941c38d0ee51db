"""Template: a CloudFormation template with the lines on which things stand.

Intrinsic functions come in CloudFormation's long form (`{"Ref": …}`, `{"Fn::Sub": …}`); a value is only judged where it
can be known: written out, or a parameter's default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from outwarden.errors import ConfigError

MAX_BYTES: Final = 1 << 20
"""CloudFormation itself takes 1 MB."""
_PLACE: Final = re.compile(r"\$\{(!?)([^}]*)\}")


class Located(dict[Any, Any]):
    """A mapping that knows on which line each of its keys stands."""

    lines: dict[Any, int]


class Part(NamedTuple):
    """One resource of a template."""

    id: str
    type: str
    properties: dict[str, Any]
    line: int

    def line_of(self, name: str) -> int:
        """Give the line of a property, or of the resource where the property is absent."""
        lines: dict[str, int] = getattr(self.properties, "lines", {})
        return lines.get(name, self.line)


class Template:
    """The resources and parameters of one template."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._parameters = _mapping(document.get("Parameters"))
        self._resources = _mapping(document.get("Resources"))

    def parts(self, *kinds: str) -> Iterator[Part]:
        """Give the resources of these types in the template's order; of all types where none is named."""
        for name, body in self._resources.items():
            kind = body.get("Type") if isinstance(body, dict) else None
            if isinstance(kind, str) and (not kinds or kind in kinds):
                line = getattr(self._resources, "lines", {}).get(name, 0)
                yield Part(str(name), kind, _mapping(body.get("Properties")), line)

    def plain(self, value: Any) -> Any:
        """Give what a value is known to be: itself, a parameter's default; None where only AWS can tell."""
        if isinstance(value, dict):
            if set(value) == {"Ref"}:
                parameter = _mapping(self._parameters.get(value["Ref"]))
                return parameter.get("Default")
            if any(str(key).startswith(("Fn::", "Condition")) for key in value):
                return self.text(value)
        return value

    def text(self, value: Any) -> str | None:
        """Give a text with what only AWS knows as `${…}`; None where it is no text or cannot be known at all."""
        if isinstance(value, dict):
            if set(value) == {"Fn::Sub"}:
                return self._substituted(value["Fn::Sub"])
            if set(value) == {"Fn::Join"} and isinstance(value["Fn::Join"], list) and len(value["Fn::Join"]) == 2:
                glue, pieces = value["Fn::Join"]
                if isinstance(pieces, list):
                    return str(glue).join(self.text(piece) or "${piece}" for piece in pieces)
            if set(value) == {"Ref"}:
                found = self.plain(value)
                return str(found) if isinstance(found, (str, int, float)) else "${" + str(value["Ref"]) + "}"
            return None
        return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None

    def refers_to(self, value: Any) -> str | None:
        """Give the logical id that a value is a reference to: `Ref` or `Fn::GetAtt`."""
        if isinstance(value, dict) and len(value) == 1:
            [(how, what)] = value.items()
            if how == "Ref":
                return str(what)
            if how == "Fn::GetAtt":
                return str(what[0]) if isinstance(what, list) and what else str(what).partition(".")[0]
        return None

    def _substituted(self, body: Any) -> str | None:
        text, names = (body[0], _mapping(body[1])) if isinstance(body, list) and len(body) == 2 else (body, {})
        if not isinstance(text, str):
            return None

        def known(match: re.Match[str]) -> str:
            if match[1]:
                return "${" + match[2] + "}"
            name = match[2]
            value = self.text(names[name]) if name in names else self.plain({"Ref": name})
            return str(value) if isinstance(value, (str, int, float)) else match[0]

        return _PLACE.sub(known, text)


def read(path: Path) -> Template:
    """Read a template, YAML or JSON.

    Raises:
        ConfigError: the file cannot be read, or holds no template.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: the template cannot be read ({error.strerror}). Name another file.") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: it is longer than 1 MiB, which CloudFormation does not take. Check the name.")
    try:
        return parse(data.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: this is not UTF-8 text. Save the file as UTF-8.") from None


def parse(text: str, source: str) -> Template:
    """Read a template from its text.

    Raises:
        ConfigError: it is no YAML and no JSON, or has no resources.
    """
    try:
        document = yaml.load(text.replace("\t", " "), _Loader)  # noqa: S506 - plain values only; JSON may hold tabs
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{source}{where}: this cannot be read as YAML or JSON. Mend it there.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ConfigError(f"{source}: this cannot be read as YAML or JSON. Is it a template?") from None
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise ConfigError(f"{source}: it has no Resources, so it is no CloudFormation template. Name another file.")
    return Template(document)


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, and with lines."""


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> Located:
    found = Located()
    found.lines = {}
    for key, value in node.value:
        name = loader.construct_object(key, deep=True)
        if isinstance(name, (str, int, float)):
            found[name] = loader.construct_object(value, deep=True)
            found.lines[name] = key.start_mark.line + 1
    return found


def _construct_short(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_object(yaml.MappingNode("tag:yaml.org,2002:map", node.value), deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_Loader.add_multi_constructor("!", _construct_short)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
