"""Model -> AWS CLI commands: the calls that `apply` makes in an empty account, in the same order."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any, Final

from botocore import xform_name

from outwarden.config import Config
from outwarden.provision.call import Call
from outwarden.provision.model import OWNER, Model
from outwarden.provision.model.parameters import Parameter
from outwarden.provision.placeholders import pieces
from outwarden.provision.resource import OWNER_TAG, Resource
from outwarden.provision.steps import towards
from outwarden.provision.survey import Seen

_HEADER: Final = """\
#!/bin/sh
# Written by `outwarden infra template --format awscli`: what `outwarden infra apply` does in an account where nothing
# of it is there yet, in the order in which things need each other. It stops at the first command that fails.
set -eu
"""
_SPELLED: Final = {("sns", "Subscribe", "Endpoint"): "notification-endpoint"}
"""Where the AWS CLI has a word of its own."""

_ASKED: Final = {
    "AWS::AccountId": "$(aws sts get-caller-identity --query Account --output text)",
    "AWS::Partition": "$(aws sts get-caller-identity --query Arn --output text | cut -d: -f2)",
}


def awscli(model: Model, config: Config) -> str:
    """Render the commands for a shell; secrets are variables that whoever runs it has set."""
    steps = towards([Seen(one, one, None) for one in model.resources], OWNER, {OWNER_TAG: OWNER})
    known = _addresses(model)
    at = config.sinks.cloudwatch
    region = shlex.quote(at.region) if at and at.region else '"${AWS_REGION:?say in which region}"'
    lines = [_HEADER, f"export AWS_DEFAULT_REGION={region}", "REGION=$AWS_DEFAULT_REGION"]
    lines += [f'{_variable(name)}="{command}"' for name, command in _ASKED.items()]
    lines += [_setting(one) for one in model.parameters]
    by_title = {f"{step.change.kind} {step.change.name}": step.calls for step in steps}
    for title, calls in by_title.items():
        lines += ["", f"# {_plain(title, known)}", *(_command(call, known) for call in calls if not call.again)]
    return "\n".join(lines) + "\n"


def _setting(parameter: Parameter) -> str:
    name = _variable(parameter.name)
    if parameter.variable:
        return f'{name}="${{{parameter.variable}:?is not set: the address that is told}}"'
    if parameter.value is None:
        return f'{name}="${{{name}:?{_words(parameter.description)}}}"'
    return f"{name}={shlex.quote(parameter.value)}"


def _words(text: str) -> str:
    """Keep to what a shell reads as nothing but words inside quotes and braces."""
    return "".join(letter for letter in text if letter not in "'\"`$\\{}")


def _command(call: Call, known: dict[str, str]) -> str:
    words = [f"aws {call.service} {xform_name(call.operation, '-')}"]
    for name, given in call.parameters.items():
        option = _SPELLED.get((call.service, call.operation, name), xform_name(name, "-"))
        words.append(" ".join([f"--{'no-' if given is False else ''}{option}", *_values(given, known)]))
    learned = list(call.learns.items())
    if not learned:
        return " \\\n  ".join(words)
    [(first, path), *others] = learned
    words.append(f"--query {path} --output text")
    lines = [f"{_variable(first)}=$({' '.join(words)})"]
    # Of a key the CLI tells one thing at a time; its id is the end of its ARN.
    lines += [f"{_variable(other)}=${{{_variable(first)}##*/}}" for other, _ in others]
    return "\n".join(lines)


def _values(given: Any, known: dict[str, str]) -> Iterator[str]:
    if isinstance(given, bool):
        return
    if isinstance(given, list) and given and all(isinstance(one, str) for one in given):
        yield from (_quoted(one, known) for one in given)
    elif isinstance(given, dict | list):
        yield _quoted(json.dumps(given, ensure_ascii=False), known)
    elif isinstance(given, float):
        yield f"{given:g}"
    else:
        yield _quoted(str(given), known)


def _quoted(text: str, known: dict[str, str]) -> str:
    """Quote everything but the variables; those stand in double quotes."""
    parts = []
    for piece, is_name in pieces(text):
        if not is_name:
            parts.append(shlex.quote(piece))
        elif piece in known:
            parts.append(_quoted(known[piece], known))
        else:
            parts.append(f'"${_variable(piece)}"')
    return "".join(parts) or "''"


def _plain(text: str, known: dict[str, str]) -> str:
    shown = (known.get(piece, f"${_variable(piece)}") if is_name else piece for piece, is_name in pieces(text))
    return " ".join("".join(shown).split())


def _addresses(model: Model) -> dict[str, str]:
    """Give what can be said of things in variables of the shell; the rest is learned from answers."""
    known = {}
    for one in model.resources:
        if one.arn:
            known[f"{one.logical}.Arn"] = one.arn
            known[one.logical] = _reference(one)
    known.pop("DeadLetters", None)  # the address of a queue is told by AWS only
    return known


def _reference(resource: Resource) -> str:
    return resource.name if resource.type == "AWS::Logs::LogGroup" else resource.arn


def _variable(name: str) -> str:
    words = {"AWS::AccountId": "ACCOUNT", "AWS::Partition": "PARTITION", "AWS::Region": "REGION"}
    if name in words:
        return words[name]
    letters = "".join(f"_{letter}" if letter.isupper() else letter for letter in name.replace(".", ""))
    return letters.strip("_").upper()
