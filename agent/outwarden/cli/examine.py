"""Whether a configuration can work on this machine: directories, secrets, AWS."""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from outwarden.config import Config, references, units
from outwarden.config.alarm_set import NOBODY, TERMINAL, alarm_set
from outwarden.config.notify import WebhookChannel
from outwarden.config.sinks import CloudWatchSink
from outwarden.errors import CloudError, ConfigError
from outwarden.journal import places
from outwarden.redact import Registry
from outwarden.wiring import redactor
from outwarden.wiring.channels import untold
from outwarden.wiring.secrets_env import ConfiguredSecrets, passing_disk

DEFAULT_REFERENCES = references.names(Config())


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it should be."""

    text: str
    exit_status: Literal[1, 2]
    """1: something is missing; 2: it cannot work."""


class Examined(msgspec.Struct, frozen=True):
    """What `outwarden config check` says."""

    facts: dict[str, str]
    findings: list[Finding]


def examine(config: Config, file: Path | None, environ: Mapping[str, str] = os.environ) -> Examined:
    """Look at everything that can be looked at without sending anything."""
    findings: list[Finding] = []
    facts = {
        "file": str(file) if file is not None else "none was found; the defaults hold",
        "service": f"{config.service or 'the name of the program'}, environment {config.env}",
    }
    found = places(config, environ)
    for name, path in (("journal", found.journal), ("history", found.history)):
        if name == "journal" and config.journal.to == "stdout":
            facts[name] = "standard output of the program"
            continue
        trouble = cannot_write(path)
        facts[name] = str(path) if trouble is None else f"{path} cannot be used"
        if trouble is not None:
            findings.append(Finding(f"{name}.dir: {path}: {trouble}", 2))
    facts["secrets"] = ", ".join(_secrets(config, environ, findings)) or "none"
    facts["redaction"] = _redaction(config)
    facts["pseudonyms"] = _pseudonyms(config, found.pseudonym_key)
    facts["sinks"] = ", ".join(_sinks(config, findings)) or "none: nothing leaves this machine"
    facts["metrics"] = f"{config.metrics.namespace}, via {config.metrics.via}" if config.sinks.cloudwatch else "off"
    facts["alarms"] = _alarms(config)
    findings += [Finding(text, 1) for text in untold(config)]
    return Examined(facts, findings)


def cannot_write(path: Path) -> str | None:
    """Say who cannot write here and why; None: this user can, or can make the directory."""
    place = path.expanduser()
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    try:
        found = place.stat()
    except OSError as error:
        return f"{place}: {error.strerror}."
    if not stat.S_ISDIR(found.st_mode):
        return f"{place} is a file, not a directory. Name another directory."
    if os.access(place, os.W_OK | os.X_OK):
        return _cannot_make(place)
    owner, me = _user(found.st_uid), _user(os.geteuid())
    return f"user {me} cannot write to {place}, which belongs to {owner} (mode {stat.S_IMODE(found.st_mode):04o})."


def _cannot_make(place: Path) -> str | None:
    """Say why no directory can be made where one may write: the disk is full, or of a kind that holds nothing of ours."""
    try:
        Path(tempfile.mkdtemp(prefix=".outwarden-", dir=place)).rmdir()
    except OSError as error:
        why = "nobody can make one there" if isinstance(error, FileNotFoundError) else error.strerror
        return f"no directory can be made in {place} ({why}). Name another directory."
    return None


def shown(config: Config) -> dict[str, Any]:
    """Give a configuration as plain values without what may be secret: an address keeps its host only."""
    registry = Registry()
    with contextlib.suppress(ConfigError):  # a reference that cannot be followed is for `config check` to say
        ConfiguredSecrets(config, registry)
    plain: dict[str, Any] = msgspec.to_builtins(config, enc_hook=units.encode)
    for name, channel in config.notify.items():
        if isinstance(channel, WebhookChannel) and not channel.url.startswith("env:"):
            parts = urlsplit(channel.url)
            plain["notify"][name]["url"] = f"{parts.scheme}://{parts.hostname}/..."
    scrubbed: dict[str, Any] = _scrubbed(plain, registry)
    return scrubbed


def _scrubbed(value: Any, registry: Registry) -> Any:
    """Mask what the configuration's own references say is secret, wherever somebody wrote it into a text as well."""
    if isinstance(value, str):
        return registry.scrub(value)
    if isinstance(value, dict):
        return {name: _scrubbed(item, registry) for name, item in value.items()}
    return [_scrubbed(item, registry) for item in value] if isinstance(value, list | tuple) else value


def _alarms(config: Config) -> str:
    known = alarm_set(config, fallback=(TERMINAL,))
    notify = [*(alarm.notify or () for alarm in known.alarms), *(one.notify or () for one in known.composites)]
    told = dict.fromkeys(name for names in notify for name in names)
    return f"{len(notify)} -> {', '.join(told) or NOBODY} (see: outwarden alarms list)" if notify else "none"


def _secrets(config: Config, environ: Mapping[str, str], findings: list[Finding]) -> Iterator[str]:
    for name in sorted(references.names(config)):
        is_set = bool(environ.get(name))
        yield f"env:{name} is {'set' if is_set else 'not set'}"
        if not is_set and name not in DEFAULT_REFERENCES:
            findings.append(Finding(f"env:{name} is not set. Set this environment variable, or take it out.", 1))


def _pseudonyms(config: Config, file: Path) -> str:
    """Say where their key is: names of users change with it."""
    if config.redact.pseudonym_key is not None:
        return "key from redact.pseudonym_key"
    kind = passing_disk(file)
    if kind is None:
        return f"key in {file}"
    return f"key in {file}, a disk ({kind}) that may not outlive this machine: set redact.pseudonym_key"


def _redaction(config: Config) -> str:
    """Say what the configuration adds to the rules and switches off; what cannot be used is refused here."""
    redactor.check(config)
    chosen = config.redact
    names, rules = len(chosen.extra_names), len(chosen.extra_rules)
    off = f"; switched off: {', '.join(sorted(chosen.unsafe_switch_off))}" if chosen.unsafe_switch_off else ""
    return f"built-in rules, {names} more names, {rules} more rules{off}"


def _sinks(config: Config, findings: list[Finding]) -> Iterator[str]:
    cloudwatch, file = config.sinks.cloudwatch, config.sinks.file
    if cloudwatch is not None:
        trouble = _cannot_reach(cloudwatch)
        yield f"cloudwatch {cloudwatch.log_group}/{cloudwatch.log_stream} in {cloudwatch.region or 'the default region'}"
        if trouble is not None:
            findings.append(Finding(f"sinks.cloudwatch: {trouble}", 2))
    if file is not None:
        trouble = cannot_write(Path(file.path).parent)
        yield f"file {file.path}"
        if trouble is not None:
            findings.append(Finding(f"sinks.file.path: {trouble}", 2))


def _cannot_reach(cloudwatch: CloudWatchSink) -> str | None:
    from outwarden.sinks import aws  # boto3 takes its time

    try:
        aws.client("logs", cloudwatch.region, cloudwatch.endpoint_url)
    except CloudError as error:
        return str(error)
    return None


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
