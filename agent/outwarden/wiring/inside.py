"""The program's side: capture -> redact -> journal, put together from the settings."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from outwarden.capture.late import when_imported
from outwarden.errors import UsageError
from outwarden.polite import swallow
from outwarden.wiring import early

if TYPE_CHECKING:
    from outwarden.capture.otel import Cleaner, Described
    from outwarden.redact import Redactor
    from outwarden.wiring.settings import Settings
    from outwarden.wiring.shipping import Shipping

logger = logging.getLogger(__name__)

WAIT_S: Final = 1.0
"""So long a second `install` waits for the first one in another thread."""

_REMEMBERED: Final = 64
_SHORT: Final = 200
_PORTS: Final = {"http": 80, "https": 443}

_lock = threading.RLock()
_inside: Inside | None = None


def install(config: str | Path | None = None) -> None:
    """Watch every outbound call of this process from now on.

    A second call changes nothing, and OUTWARDEN_DISABLED=1 makes the first one do nothing. Below `outwarden run` its
    settings are used unless a file is named here.

    Args:
        config: the configuration file; default: $OUTWARDEN_CONFIG, ./outwarden.yaml, or the user's own.

    Raises:
        ConfigError: the configuration cannot be used.
        JournalError: it wants standard output, and there is none.
    """
    try:
        if early.is_disabled():
            return
        if _inside is not None:
            _inside.wait()
            return
        from outwarden.wiring import settings

        if config is None and os.path.exists(os.environ.get(early.SETTINGS, "")):  # noqa: PTH110 - gone with its `run`
            start(settings.load(os.environ[early.SETTINGS]))
        else:
            start(settings.found(config), ships=True)
    except UsageError:
        raise
    except Exception as fault:
        swallow("wiring.install", fault)


def try_to_install() -> None:
    """Watch if that is possible; a mistake in the configuration is logged as a warning."""
    try:
        install()
    except UsageError as error:
        logger.warning("Calls are not watched: %s", error)


def start(settings: Settings, *, slot: int | None = None, ships: bool = False) -> None:
    """Watch every outbound call of this process, as these settings say.

    Args:
        settings: what to do.
        slot: the slot of the board that this process has claimed already.
        ships: see to it that somebody ships; below `outwarden run` that is `run` itself.

    Raises:
        ConfigError: a secret is referred to in a way that is not supported.
        JournalError: the journal is to be standard output, and there is none.
    """
    global _inside  # noqa: PLW0603 - a process is watched once
    if early.is_disabled():
        return
    with _lock:
        other, _inside = _inside, _inside or Inside()
        inside = _inside
    if other is not None:
        other.wait()
        return
    try:  # without the lock: another thread may be importing what we are about to, and come here from there
        inside.open(settings, slot, ships=ships)
    except BaseException:
        with _lock:
            _inside = None if _inside is inside else _inside
        inside.close()
        raise


def start_early(data: bytes, slot: int | None) -> None:
    """Watch the process that `early` has prepared.

    Raises:
        ConfigError: the settings are not of this version.
    """
    from outwarden.wiring import own_log, settings

    own_log.attach(str)  # a program that does not log must not find our warnings on its standard error
    start(settings.parse(data), slot=slot)


def uninstall() -> None:
    """Watch no longer, and leave everything as it was. Twice is as good as once."""
    global _inside
    try:
        early.forget()
        with _lock:
            inside, _inside = _inside, None
        if inside is not None:
            inside.close()
    except Exception as fault:
        swallow("wiring.uninstall", fault)


def _after_fork_in_child() -> None:
    global _lock  # noqa: PLW0603 - the parent's may be held by a thread that does not exist here
    _lock = threading.RLock()
    if _inside is not None:
        try:
            _inside.forked()
        except Exception as fault:
            swallow("wiring.fork", fault)


os.register_at_fork(after_in_child=_after_fork_in_child)


class Hook(Protocol):
    """One HTTP client under watch; made from what records a finished attempt, and from what makes its spans."""

    def install(self) -> None:
        """Watch from now on."""

    def uninstall(self) -> None:
        """Put everything back."""


class Inside:
    """Everything of ours that lives in a watched process."""

    def __init__(self) -> None:
        self._closing: list[Callable[[], None]] = []
        self._closed = False
        self._ready = threading.Event()
        self._opener = threading.get_ident()
        self._shipping: Shipping | None = None

    def forked(self) -> None:
        """Begin anew in a forked child."""
        if self._shipping is not None:
            self._shipping.forked()

    def wait(self) -> None:
        """Wait until the thread that began it has put everything together; not for ever, it may be waiting for us."""
        if self._opener != threading.get_ident():
            self._ready.wait(WAIT_S)

    def open(self, settings: Settings, slot: int | None, *, ships: bool) -> None:
        """Put everything together; what has been done is undone by `close`, also after a failure in the middle."""
        try:
            self._open(settings, slot, ships=ships)
        finally:
            self._ready.set()
            if self._closed:  # another thread was quicker
                self.close()

    def _open(self, settings: Settings, slot: int | None, *, ships: bool) -> None:
        from outwarden import tally
        from outwarden.apis import Catalogue
        from outwarden.capture.trace_headers import TraceHeaders
        from outwarden.journal import places
        from outwarden.redact import Registry
        from outwarden.wiring import aws_sessions, own_log, told
        from outwarden.wiring.recording import journal, recorder
        from outwarden.wiring.redactor import redactor
        from outwarden.wiring.secrets_env import ConfiguredSecrets
        from outwarden.wiring.service_name import service_name, told_name

        config = settings.config
        registry = Registry()
        self._closing.append(own_log.detach)
        own_log.attach(registry.scrub)
        if settings.board is not None:
            self._closing.append(tally.leave_board)
            try:
                tally.join_board(Path(settings.board), slot)
            except OSError:
                pass  # `outwarden run` has ended; the counters in memory go on
        self._secrets = ConfiguredSecrets(config, registry)
        self._closing.append(aws_sessions.listen(registry))
        found = places(config)
        service = config.service or settings.service or told_name() or service_name()
        catalogue = Catalogue(
            settings.profiles,
            extra_hosts={"sectors": config.apis.sectors.hosts},
            anything_else=config.apis.anything_else,
        )
        self._redactor = redactor(config, registry, catalogue=catalogue, service=service, key_file=found.pseudonym_key)
        self._closing.append(told.forget)
        if config.redact.logging:
            from outwarden.redact.logs import LogBridge

            bridge = LogBridge(self._redactor)
            bridge.install()
            self._closing.append(bridge.uninstall)
        told.listen(self._redactor)
        self._journal = journal(config, found.journal, service, self._redactor.gate)
        self._traces = config.capture.traces
        self._trace_headers = TraceHeaders(strip=config.capture.strip_trace_headers, own_hosts=config.capture.own_hosts)
        if ships and config.asks_for_company():
            from outwarden.wiring.shipping import shipping

            self._shipping = shipping(config, service, found)
            self._closing.append(self._shipping.close)
        self._closing.append(self._journal.close)
        atexit.register(self._journal.close)  # a slow disk: what waits in memory is written at the end
        self._closing.append(partial(atexit.unregister, self._journal.close))
        self._closing.append(when_imported("multiprocessing.util", self._close_in_children))
        self._record = recorder(self._secrets, self._redactor, self._journal, self._shipping)
        self._watch(config.capture.clients)

    def close(self) -> None:
        """Undo everything, the latest first; what fails does not keep the rest."""
        self._closed = True
        while self._closing:
            try:
                self._closing.pop()()
            except Exception as fault:
                swallow("wiring.close", fault)

    def _close_in_children(self) -> None:
        """Do the same where multiprocessing forks: its children end without exit handlers, but with finalizers."""
        util = sys.modules["multiprocessing.util"]
        util.register_after_fork(self._journal, lambda journal: util.Finalize(None, journal.close, exitpriority=-100))

    def _watch(self, clients: Iterable[str]) -> None:
        """Watch each client, and clean spans, as soon as they are imported."""
        if self._traces != "never":
            self._closing.append(when_imported("opentelemetry.sdk.trace", self._clean_program_spans))
        for client in clients:
            module, home, name = early.CLIENTS[client]
            self._closing.append(when_imported(module, partial(self._hook, client, home, name)))

    def _clean_program_spans(self) -> None:
        """Clean what the program's own instrumentors tell its exporters, from the beginning of each span."""
        from outwarden.capture.program_spans import ProgramSpans

        spans = ProgramSpans(cleaner(self._redactor))
        self._closing.append(spans.uninstall)
        spans.install()

    def _hook(self, client: str, home: str, name: str) -> None:
        """Watch a client; one that is of a version that we do not know leaves the others alone."""
        from outwarden.capture.otel import Tracing

        try:
            tracing = Tracing(self._traces, cleaner(self._redactor), client, self._trace_headers)
            hook: Hook = getattr(import_module(home), name)(self._record, tracing)
            self._closing.append(hook.uninstall)
            hook.install()
            if self._closed:
                hook.uninstall()
        except Exception as fault:
            swallow(home.removeprefix("outwarden."), fault)


def cleaner(redactor: Redactor) -> Cleaner:
    """Give what spans are cleaned with."""
    from outwarden.capture.otel import Cleaner, Described

    generation = -1
    described: dict[str, Described] = {}
    cleaned: dict[str, str] = {}

    def fresh() -> None:
        """Forget when there are new secrets, or too much is remembered: a call asks for the same several times."""
        nonlocal generation
        now = redactor.registry.needles.generation
        if now != generation or len(described) > _REMEMBERED or len(cleaned) > _REMEMBERED:
            described.clear()
            cleaned.clear()
            generation = now

    def describe(url: str) -> Described:
        fresh()
        found = described.get(url)
        if found is None:
            place = redactor.place(url)
            port = place.port if place.port is not None else _PORTS.get(url.partition(":")[0].lower())
            found = described[url] = Described(place.url, place.route, place.api, place.host, port)
        return found

    def text(text: str) -> str:
        fresh()
        found = cleaned.get(text)
        if found is None:
            found = redactor.text(text)
            if len(text) < _SHORT:
                cleaned[text] = found
        return found

    return Cleaner(describe, text, redactor.call_name, partial(getattr, redactor.registry, "needles"))  # in no frame
