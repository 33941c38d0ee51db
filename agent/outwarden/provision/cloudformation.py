"""Model -> CloudFormation template.

Functions are written in their long form (`Fn::Sub`), which every YAML reader and every judge of templates takes.
"""

from __future__ import annotations

import textwrap
from typing import Any, Final

import yaml

from outwarden.provision.kinds import KINDS
from outwarden.provision.model import OWNER, Model
from outwarden.provision.model.parameters import Parameter
from outwarden.provision.placeholders import pieces
from outwarden.provision.resource import OWNER_TAG, STACK_TAG, Resource, tag_list

_HEADER: Final = """\
# Written by `outwarden infra template`: change the configuration, not this file.
# Deploy it with: aws cloudformation deploy --template-file FILE --stack-name NAME --capabilities CAPABILITY_NAMED_IAM
"""
_DESCRIPTION: Final = "outwarden: log group, notifications and alarms for the calls that a service makes to other APIs"
_WIDTH: Final = 110
_STATEFUL: Final = ("AWS::SQS::Queue",)
"""What holds something; judges want to read that it goes with the stack."""
_WITHOUT_TAGS: Final = ("AWS::IAM::ManagedPolicy",)
"""What can carry tags, but not from a template."""


def cloudformation(model: Model) -> str:
    """Render the template; the same model always gives the same text."""
    parts = [_HEADER, _dump({"AWSTemplateFormatVersion": "2010-09-09", "Description": _DESCRIPTION})]
    parts.append(_dump({"Parameters": {one.name: _parameter(one) for one in model.parameters}}))
    if conditions := {_has(one.name): _given(one.name) for one in model.parameters if one.variable}:
        parts.append(_dump({"Conditions": conditions}))
    parts.append("Resources:\n" + "\n".join(_resource(one) for one in model.resources))
    parts.append(_dump({"Outputs": _outputs(model)}))
    return "\n".join(parts)


def value(given: Any) -> Any:
    """Turn placeholders into Ref, Fn::GetAtt and Fn::Sub."""
    if isinstance(given, dict):
        return {name: value(inner) for name, inner in given.items()}
    if isinstance(given, list | tuple):
        return [value(inner) for inner in given]
    if isinstance(given, float) and given.is_integer():
        return int(given)
    if not isinstance(given, str):
        return given
    cut = list(pieces(given))
    if not any(is_name for _, is_name in cut):
        return "".join(piece for piece, _ in cut)
    if len(cut) > 1:
        return {"Fn::Sub": given}
    [(name, _)] = cut
    return {"Fn::GetAtt": name.split(".")} if "." in name else {"Ref": name}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    rendered: dict[str, Any] = {"Type": "String", "Description": parameter.description}
    if parameter.variable:
        return rendered | {"NoEcho": True, "Default": ""}
    if parameter.value is not None:
        rendered["Default"] = parameter.value
    return rendered | {"AllowedPattern": parameter.pattern}


def _resource(resource: Resource) -> str:
    body: dict[str, Any] = {"Type": resource.type}
    if resource.parameter:
        body["Condition"] = _has(resource.parameter)
    if resource.after:
        body["DependsOn"] = list(resource.after)
    if resource.keep or resource.type in _STATEFUL:
        policy = "Retain" if resource.keep else "Delete"
        body |= {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
    properties = value(resource.properties)
    if KINDS[resource.type].tagged and resource.type not in _WITHOUT_TAGS:
        properties["Tags"] = value(tag_list({OWNER_TAG: OWNER, STACK_TAG: "${AWS::StackName}"}))
    body["Properties"] = properties
    comment = "".join(f"# {line}\n" for line in resource.note.splitlines())
    return textwrap.indent(comment + _dump({resource.logical: body}), "  ")


def _outputs(model: Model) -> dict[str, Any]:
    described = {
        "AWS::Logs::LogGroup": ("Where events and metrics are written", "Arn"),
        "AWS::SNS::Topic": ("Who wants to be told subscribes here", ""),
        "AWS::IAM::ManagedPolicy": ("Attach it to the role that the sidecar runs as", ""),
    }
    outputs = {}
    for one in model.resources:
        if one.type in described:
            text, attribute = described[one.type]
            reference = {"Fn::GetAtt": [one.logical, attribute]} if attribute else {"Ref": one.logical}
            outputs[one.logical] = {"Description": text, "Value": reference}
    return outputs


def _has(parameter: str) -> str:
    return f"Has{parameter}"


def _given(parameter: str) -> dict[str, Any]:
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}


class _Plain(yaml.SafeDumper):
    """Without anchors, and with lists indented below their key."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature of the dumper
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - the signature of the dumper
        super().increase_indent(flow, False)


def _dump(tree: dict[str, Any]) -> str:
    return yaml.dump(tree, Dumper=_Plain, sort_keys=False, width=_WIDTH, allow_unicode=True)
