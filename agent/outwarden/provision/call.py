"""Call: one call of AWS as data. boto3 makes it; `--format awscli` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from botocore import xform_name

from outwarden.errors import CloudError
from outwarden.provision.cloud import Cloud
from outwarden.provision.placeholders import fill


class Call(NamedTuple):
    """One call; texts in it may hold placeholders."""

    service: str
    operation: str
    """In AWS's own spelling: PutMetricAlarm."""
    parameters: dict[str, Any]
    learns: Mapping[str, str] = {}
    """Placeholder -> where in the answer its value stands, such as KeyMetadata.Arn."""
    again: bool = False
    """Whether AWS was told the same by the call before: only a local AWS needs it."""


def make(call: Call, cloud: Cloud, known: dict[str, str]) -> None:
    """Make the call with what is known, and add what its answer teaches."""
    method = getattr(cloud.client(call.service), xform_name(call.operation), None)
    if method is None:
        raise CloudError(f"infra: the boto3 that is installed does not know {call.operation} yet. Install a newer one.")
    answer = method(**fill(call.parameters, known))
    for name, path in call.learns.items():
        value = answer
        for part in path.split("."):
            value = value[part]
        known[name] = value
