"""Kind: how one kind of thing is found, made, altered and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Protocol

from botocore.exceptions import ClientError

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.policy import canonical
from outwarden.provision.resource import OWNER_TAG, STACK_TAG, Found, Resource

CFN_TAG: Final = "aws:cloudformation:stack-name"

_ABSENT: Final = frozenset(
    {
        "NotFound",
        "NotFoundException",
        "NoSuchEntity",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
        "DashboardNotFoundError",
        "InvalidAction",  # a local AWS that has no such things
    }
)


class Kind(Protocol):
    """One kind of thing. What it is asked about has its placeholders filled in as far as they are known."""

    word: ClassVar[str]
    """What people call it."""
    tagged: ClassVar[bool]
    """Whether it carries our tag; what does not belongs to what it is part of."""

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look at the thing of this name; None: it is not there."""

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Say what makes it."""

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Say what makes these fields of it as wanted."""

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Say what removes it."""


def here(call: Any, **parameters: Any) -> Any:
    """Ask about something that may not be there; None: it is not."""
    try:
        return call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise


def found(tags: Mapping[str, str], properties: dict[str, Any], learned: dict[str, str] | None = None) -> Found:
    """Put together what was found."""
    stack = tags.get(STACK_TAG) or tags.get(CFN_TAG)
    return Found(owner=tags.get(OWNER_TAG), stack=stack, properties=properties, learned=learned or {})


def pairs(tags: Sequence[Mapping[str, str]], key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Give a list of tags as a mapping."""
    return {tag[key]: tag[value] for tag in tags}


def comparable(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give properties a form in which equal things are equal: policies in one order, lists of names sorted."""
    return {name: canonical(value) if isinstance(value, dict | list) else value for name, value in properties.items()}
