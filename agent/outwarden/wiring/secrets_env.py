"""Secrets of the configuration: found by reference, registered with the redactor, kept nowhere else."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from outwarden.config.program import ProgramConfig
from outwarden.errors import ConfigError
from outwarden.journal.places import file_system, make_dir
from outwarden.redact import Registry
from outwarden.redact.registry import SHORTEST

logger = logging.getLogger(__name__)

_SCHEME: Final = "env:"
_KEY_BYTES: Final = 32
_AWS: Final = frozenset(("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"))
_PASSING: Final = frozenset(("aufs", "overlay", "ramfs", "tmpfs"))
"""What containers, and memory, are made of."""


def resolve(reference: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """Give the value behind a reference; None when it is not set.

    Raises:
        ConfigError: this is no reference that we can follow. The message does not repeat it: it may be a secret itself.
    """
    if not reference.startswith(_SCHEME):
        raise ConfigError(
            "a secret is referred to in a way that is not supported. Supported: env:NAME, an environment variable."
        )
    return environ.get(reference.removeprefix(_SCHEME)) or None


class ConfiguredSecrets:
    """Register what the configuration refers to, also what the program puts into its environment later (dotenv).

    Raises:
        ConfigError: a reference that we cannot follow.
    """

    def __init__(self, config: ProgramConfig, registry: Registry, environ: Mapping[str, str] = os.environ) -> None:
        self._registry = registry
        self._environ = environ
        self._references = tuple(dict.fromkeys(_references(config)))
        self.looked: list[tuple[Any, Any]] = []
        """The variables of secrets with what stood in them at the last look, as `plain` has them: the very objects."""
        self.plain: Any = getattr(environ, "_data", environ)
        """The dictionary within `os.environ`: looking there is ten times as fast."""
        self.size = 0
        """How many variables there were at the last look."""
        self.missing: tuple[str, ...] = self._references
        """References that are not set, or not yet."""
        self._known: dict[str, str] = {}
        self.refresh()

    def refresh(self) -> None:
        """Look again: for what is missing, has changed, or has come into the environment by itself."""
        before = dict(self.plain)  # what changes from here on is seen by the next look
        self.size = len(before)
        found: dict[str, str] = dict(standing(dict(self._environ)))
        missing = []
        for reference in self._references:
            value = resolve(reference, self._environ)
            if value is None:
                missing.append(reference)
            else:
                found[reference] = value
        for name, secret in found.items():
            self._know(name, secret)
        self.missing = tuple(missing)
        encode = getattr(self._environ, "encodekey", str)
        keys = dict.fromkeys(encode(name.removeprefix(_SCHEME)) for name in (*found, *missing))
        self.looked = [(key, before.get(key)) for key in keys]

    def _know(self, name: str, secret: str) -> None:
        """Register a secret. Of those that take each other's place, as with a program of many tenants, the latest are known."""
        known = self._known.setdefault(name, secret)
        if known is secret:
            self._registry.register(secret, name)
        elif known != secret:
            self._registry.observe(secret.strip())


def standing(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give the secrets that stand in an environment by convention: AWS sessions, and the passwords in addresses.

    An address is such as DATABASE_URL and REDIS_URL hold it: `scheme://user:password@host`.
    """
    for name, value in environ.items():
        if name in _AWS:
            secret = value
        elif "://" in value and "@" in value:
            secret = unquote(_password(value))
        else:
            continue
        if len(secret) >= SHORTEST:
            yield name, secret


def _password(address: str) -> str:
    """Give the password of an address, as it is written there; empty where there is none."""
    authority = address.partition("://")[2].partition("/")[0]
    return authority.rpartition("@")[0].partition(":")[2]


def pseudonym_key(config: ProgramConfig, file: Path, environ: Mapping[str, str] = os.environ) -> bytes:
    """Give the key of all pseudonyms: as configured, else from a file that is made at first use, else a random one.

    Raises:
        ConfigError: a reference that we cannot follow.
    """
    reference = config.redact.pseudonym_key
    value = resolve(reference, environ) if reference is not None else None
    if value is not None:
        return value.encode()
    try:
        return _read(file) or _make(file)
    except OSError:
        return os.urandom(_KEY_BYTES)  # pseudonyms then hold for this process only


def _read(file: Path) -> bytes | None:
    try:
        fd = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        if os.fstat(fd).st_uid != os.geteuid():
            raise PermissionError(file)
        key = os.read(fd, _KEY_BYTES)
    finally:
        os.close(fd)
    if len(key) != _KEY_BYTES:
        raise OSError(f"{file}: not a key")
    return key


def _make(file: Path) -> bytes:
    """Write a new key beside its place and link it there whole: of two processes one wins, and both use its key."""
    make_dir(file.parent)
    key = os.urandom(_KEY_BYTES)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(fd, key)
        os.link(draft, file)
    except FileExistsError:
        return _read(file) or key
    finally:
        os.close(fd)
        os.unlink(draft)  # noqa: PTH108 - as the calls around it
    if (kind := passing_disk(file)) is not None:
        logger.warning(
            "The key of all pseudonyms is new, on a disk that may not outlive this machine: set redact.pseudonym_key.",
            extra={"file_system": kind},
        )
    return key


def passing_disk(file: Path) -> str | None:
    """Name the kind of file system that holds a file, if it goes with its container or its machine; else None."""
    kind = file_system(file)
    return kind if kind in _PASSING else None


def _references(config: ProgramConfig) -> Iterator[str]:
    if config.apis.sectors.key is not None:
        yield config.apis.sectors.key
    yield from config.redact.secrets
