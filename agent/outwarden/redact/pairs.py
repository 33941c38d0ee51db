"""How the two halves of a pair are called that hold a name and its value, and what stands between the two."""

from __future__ import annotations

from typing import Any, Final

from outwarden.redact.names import MAYBE, PLAIN, SECRET, USER, Kind

DOCUMENTS: Final = frozenset(
    ("docType", "doc_type", "documentType", "document_type", "idType", "id_type", "identityType", "identity_type")
)
TYPES: Final = DOCUMENTS | {"type", "system", "column", "env"}
TITLES: Final = TYPES | {
    *("title", "question", "property", "prop", "parameter", "argument", "arg", "setting", "claim"),
    *("displayName", "display_name", "propertyName", "property_name", "attributeName", "AttributeName", "columnName"),
}
"""Names that are as often those of something else: only what is called a value then is one, and behind a type only what looks like a secret."""
PAIR_NAMES: Final = (
    frozenset(
        (
            *("key", "name", "header", "field", "param", "attribute", "label", "id", "option", "variable", "k", "0"),
            *(
                "path",
                "instancePath",
                "dataPath",
                "Key",
                "Name",
                "ParameterKey",
                "loc",
                "fieldName",
                "field_name",
                "headerName",
                "paramName",
                "parameterName",
                "parameter_name",
            ),
        )
    )
    | TITLES
)
PAIR_VALUES: Final = frozenset(
    (
        *("value", "val", "values", "content", "data", "text", "v", "1", "input", "rejected_value"),
        *("old", "new", "before", "after", "from", "to", "previous", "current", "fromString", "toString", "was", "now"),
        *("old_value", "new_value", "oldValue", "newValue"),
        *(
            "Value",
            "Val",
            "Values",
            "ParameterValue",
            "fieldValue",
            "field_value",
            "headerValue",
            "paramValue",
            "parameterValue",
        ),
        *("answer", "propertyValue", "property_value", "attributeValue", "AttributeValue", "columnValue"),
    )
)
ANSWERS: Final = frozenset(
    (
        *(
            "value",
            "val",
            "Value",
            "Val",
            "answer",
            "propertyValue",
            "property_value",
            "attributeValue",
            "AttributeValue",
        ),
        *("columnValue", "number", "docNumber", "doc_number", "documentNumber", "document_number", "documentNo"),
    )
)
"""What is called a value, or a number of which kind another field tells."""
WAY: Final = "path"
REFUSED: Final = PAIR_VALUES | {"received", "actual"}
"""What validators call the value that they refuse, beside the way to its field."""
PARAMETERS: Final = ("parameters", "params", "args", "arguments", "binds", "bindings", "vars")
"""How the name of a field ends that holds the parameters of an SQL statement in another field."""
_WRAP_NAMES = """
    stringValue intValue doubleValue bytesValue arrayValue string_value value values old new before after from to previous
    current S N B SS string bytes StringValue BinaryValue
"""
WRAPS: Final = frozenset(_WRAP_NAMES.split())
"""What stands between a name and its value in OTLP, in records of changes, in DynamoDB, in messages of SQS and SNS, beside where it comes from."""
KVLIST: Final = "values"
"""Below this name OTLP writes a mapping as a list: `{"kvlistValue": {"values": [{"key": "name", "value": {"stringValue": "…"}}, …]}}`."""
OTHER_NAMES: Final = frozenset(("name", "key", "Name", "Key"))
"""What says in such a mapping that it has a name of its own."""
_PASSWORDS: Final = ("password", "passwd", "pin", "otp")


def titled(field: str, name: Any, meaning: Kind) -> Kind:
    """Say what a name stands before that is itself called a title or a type: `{"type": "user"}` is no user's name."""
    if meaning is USER:
        return PLAIN
    if meaning is SECRET and field in TYPES and not str(name).lower().endswith(_PASSWORDS):
        return MAYBE  # `{"type": "token", "value": "IDENTIFIER"}`
    return meaning
