"""Resource: one thing in AWS as it should be; Found: as it is."""

from __future__ import annotations

from typing import Any, Final

import msgspec

OWNER_TAG: Final = "outwarden:owner"
"""The tag that says whose a thing is; its value is `<service>/<env>`."""
STACK_TAG: Final = "outwarden:stack"
"""The tag that says which CloudFormation stack made a thing; `apply` keeps its hands off it."""


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in AWS, in CloudFormation's words; texts may hold placeholders."""

    logical: str
    """Its name in the template."""
    type: str
    """CloudFormation's name for what it is."""
    name: str
    """Its name in AWS; of something without one: what it belongs to."""
    properties: dict[str, Any] = {}
    arn: str = ""
    """Its full name in AWS, where that can be known before it is there."""
    keep: bool = False
    """Whether it outlives a stack, and a destroy that does not ask for it."""
    note: str = ""
    """Why it is there: a comment in the template."""
    after: tuple[str, ...] = ()
    """Logical names of what must be there before, where no placeholder says so."""
    parameter: str = ""
    """The parameter without whose value it is not made."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One thing as it is in AWS."""

    owner: str | None = None
    """What OWNER_TAG says; None: it does not carry the tag."""
    stack: str | None = None
    """The CloudFormation stack that made it."""
    properties: dict[str, Any] = {}
    """In CloudFormation's words, placeholders filled in."""
    learned: dict[str, str] = {}
    """What a placeholder stands for, known since it was found."""


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Give tags in the form that most services take."""
    return [{"Key": name, "Value": value} for name, value in tags.items()]
