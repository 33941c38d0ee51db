"""`outwarden infra`: what the configuration asks for in AWS, as a template, as commands, by plan and apply."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from outwarden.config import Config
    from outwarden.provision import Change, Plan

_config = click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="The config file.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object per change.")

FORMATS = ("cloudformation", "awscli", "sidecar-policy", "provisioner-policy")


@click.group()
def infra() -> None:
    """Make what the configuration asks for in AWS, compare it, or take it away again."""


@infra.command()
@_config
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True, help="What to print."
)
def template(*, file: Path | None, form: str) -> None:
    """Print a CloudFormation template, AWS CLI commands, or one of two IAM policies. AWS is not asked."""
    config = _with_cloud(file)
    from outwarden.provision import permissions
    from outwarden.provision.cloudformation import cloudformation
    from outwarden.provision.commands import awscli
    from outwarden.provision.model import model

    if form == "cloudformation":
        text = cloudformation(model(config))
    elif form == "awscli":
        text = awscli(model(config), config)
    elif form == "sidecar-policy":
        text = permissions.sidecar_json(config)
    else:
        text = permissions.provisioner_json(config)
    click.echo(text, nl=False)


@infra.command()
@_config
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def plan(context: click.Context, *, file: Path | None, as_json: bool) -> None:
    """Say what `apply` would do, what every alarm means, and what a month costs. Nothing is written."""
    config = _with_cloud(file)
    from outwarden import provision

    made = provision.plan(config)
    click.echo(_plan_json(config, made) if as_json else "\n".join(_plan_lines(config, made)))
    context.exit(2 if made.refused else 1 if made.changes else 0)


@infra.command()
@_config
@_json
def apply(*, file: Path | None, as_json: bool) -> None:
    """Make it; what is there already and right stays as it is."""
    config = _with_cloud(file)
    from outwarden import provision

    _tell(provision.apply(config), as_json=as_json)


@infra.command()
@_config
@_json
@click.pass_context
def drift(context: click.Context, *, file: Path | None, as_json: bool) -> None:
    """Say how what is there differs from the configuration, be it made by `apply` or by a stack."""
    config = _with_cloud(file)
    from outwarden import provision

    changes = provision.drift(config)
    _tell(changes, as_json=as_json, nothing="No drift.")
    context.exit(1 if changes else 0)


@infra.command()
@_config
@_json
@click.option("--with-log-group", is_flag=True, help="Remove the log group too, with everything in it.")
@click.option("--with-key", is_flag=True, help="Let AWS delete the key too, in 30 days; only with the log group.")
def destroy(*, file: Path | None, as_json: bool, with_log_group: bool, with_key: bool) -> None:
    """Remove what carries our tag. The log group stays, with everything in it, unless asked for."""
    from outwarden.errors import UsageError

    if with_key and not with_log_group:
        raise UsageError("--with-key needs --with-log-group: without its key nobody can read what the log group holds.")
    config = _with_cloud(file)
    from outwarden import provision

    _tell(provision.destroy(config, with_log_group=with_log_group, with_key=with_key), as_json=as_json)


@infra.command()
@_config
@click.argument("template", type=click.Path(path_type=Path), required=False, metavar="[FILE]")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave a rule out; can be given several times.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per finding.")
@click.pass_context
def lint(
    context: click.Context, *, file: Path | None, template: Path | None, ignore: tuple[str, ...], as_json: bool
) -> None:
    """Find the mistakes in a CloudFormation template that leave an alarm silent. Exit status 1: there are some.

    Without FILE it looks at the template of the configuration.
    """
    import msgspec

    from outwarden.errors import UsageError
    from outwarden.provision.lint import RULES, lint
    from outwarden.provision.lint.template import parse, read

    for name in sorted(set(ignore) - set(RULES)):
        raise UsageError(f"infra lint: {name} is no rule. The rules are: {', '.join(RULES)}.")
    if template is not None:
        found = lint(read(template), ignore=ignore)
    else:
        from outwarden.provision.cloudformation import cloudformation
        from outwarden.provision.model import model

        text = cloudformation(model(_with_cloud(file)))
        found = lint(parse(text, "the template of the configuration"), ignore=ignore)
    for finding in found:
        click.echo(msgspec.json.encode(finding) if as_json else f"{template or 'template'}:{finding}")
    if not found and not as_json:
        click.echo("Nothing found.")
    context.exit(1 if found else 0)


def _with_cloud(file: Path | None) -> Config:
    from outwarden.config.load import load
    from outwarden.errors import ConfigError

    config = load(file)
    if config.sinks.cloudwatch is None:
        raise ConfigError(
            "infra: sinks.cloudwatch is not set, so there is nothing to do in AWS. Add it to the config file."
        )
    return config


def _tell(changes: Sequence[Change], *, as_json: bool, nothing: str = "Nothing to change.") -> None:
    import msgspec

    for change in changes:
        click.echo(msgspec.json.encode(change) if as_json else str(change))
    if not changes and not as_json:
        click.echo(nothing)


def _plan_json(config: Config, made: Plan) -> bytes:
    import msgspec

    whole: dict[str, Any] = {"changes": made.changes, "refused": made.refused, "alarms": _readings(config)}
    return msgspec.json.encode(whole | {"cost": _cost(config)})


def _plan_lines(config: Config, made: Plan) -> list[str]:
    lines = [line for change in made.changes for line in _in_full(change)] or ["Nothing to change."]
    lines += [f"refused  {line}" for line in made.refused]
    lines += ["", "Alarms", *(f"  {name}: {text}" for name, text in _readings(config).items())]
    bill = _cost(config)
    lines += [
        "",
        f"Cost: about ${bill.monthly:.2f} a month, and ${bill.per_gb:.2f} for each GB of events ({bill.prices})",
    ]
    return lines + [f"  {item.count:3} {item.what:20} ${item.dollars:.2f}" for item in bill.items]


def _in_full(change: Change) -> list[str]:
    return [f"{change.action}  {change.kind} {change.name}", *(f"    {one.whole}" for one in change.differences)]


def _readings(config: Config) -> dict[str, str]:
    from outwarden.config.alarm_set import alarm_set
    from outwarden.config.alarm_text import composite_reading, reading

    found = alarm_set(config)
    read = {spec.name: reading(spec) for spec in found.alarms}
    return read | {spec.name: composite_reading(spec) for spec in found.composites}


def _cost(config: Config) -> Any:
    from outwarden.provision.cost import cost
    from outwarden.provision.model import model

    return cost(model(config), config)
