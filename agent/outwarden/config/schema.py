"""The JSON Schema of config.yaml: editors complete and check with it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from outwarden.config import units
from outwarden.config.keys import Key, keys_of
from outwarden.config.root import Config

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Give the schema of the whole file.

    msgspec describes the single values; it cannot render the defaults of our own number types, so the sections are
    put together here.
    """
    return {"$schema": DIALECT, "title": "outwarden configuration", **_section(Config)}


def _section(struct: type[msgspec.Struct]) -> dict[str, Any]:
    keys = keys_of(struct)
    found: dict[str, Any] = {
        "type": "object",
        "properties": {name: _key(key) for name, key in keys.items()},
        "additionalProperties": False,
    }
    if required := [name for name, key in keys.items() if key.default is msgspec.NODEFAULT]:
        found["required"] = required
    return found


def _key(key: Key) -> dict[str, Any]:
    if key.shape == "value":
        found = msgspec.json.schema(key.hint, schema_hook=units.schema)
    else:
        choices = [_section(struct) for struct in key.structs]
        inner = choices[0] if len(choices) == 1 else {"oneOf": choices}
        if key.shape == "section":
            # YAML reads a section whose keys are all commented out as null; where null would mean "off" it is refused.
            found = inner if key.optional else inner | {"type": ["object", "null"]}
        elif key.shape == "list":
            found = {"type": "array", "items": inner}
        else:
            found = {"type": ["object", "null"], "additionalProperties": inner}
    found["description"] = key.text
    if key.default is not msgspec.NODEFAULT and key.shape != "section":
        found["default"] = msgspec.to_builtins(key.default, enc_hook=units.encode)
    return found
