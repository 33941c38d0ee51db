"""What handlers see of the program's log, with the real libraries that log keys."""

from __future__ import annotations

import io
import json
import logging
import logging.handlers
import queue
import warnings

import pytest

from outwarden import tally
from outwarden.apis import Catalogue, builtin
from outwarden.redact import Redactor
from outwarden.redact.logs import LogBridge

KEY = "5f2b" * 15 + "e1"


@pytest.fixture
def bridge():
    bridge = LogBridge(Redactor(secrets=[KEY]))
    bridge.install()
    yield bridge
    bridge.uninstall()


@pytest.fixture
def log(bridge):
    """A child logger that tells nobody else, with a handler of its own, and what was written to it."""
    logger = logging.getLogger("tests.redact.child.of.nobody")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.written, logger.own = stream.getvalue, handler
    yield logger
    logger.removeHandler(handler)


def test_messages_and_arguments_are_cleaned(log):
    """Also where the secret stands in an argument, or half of it in each."""
    log.info("calling with %s", KEY)
    log.info("GET %s?apikey=%s", "https://api.example.org/", KEY[:40])
    log.info("all is well with %d of %d", 3, 4)

    assert KEY[:16] not in log.written()
    assert "all is well with 3 of 4" in log.written()


def test_an_address_made_of_arguments_stays_readable():
    """As urllib3 logs it; in a watched program addresses are cut down, which no argument alone shows."""
    bridge = LogBridge(Redactor(Catalogue(builtin()), secrets=[KEY]))
    made = logging.makeLogRecord(
        {
            "msg": '%s://%s:%s "%s %s %s" %s',
            "args": ("http", "127.0.0.1", 8000, "GET", f"/v1/a?page=2&api_key={KEY}", "HTTP/1.1", 200),
        }
    )

    shown = bridge._clean(made).getMessage()

    assert shown.startswith("http://127.0.0.1:8000")
    assert "GET /v1/a" in shown
    assert KEY[:16] not in shown


def test_tracebacks_and_stacks_are_cleaned(log):
    """The text of the error, of its cause, and what was cached before."""
    try:
        try:
            raise ValueError(f"bad header: {KEY}")
        except ValueError as error:
            raise RuntimeError(f"https://u:{KEY}@example.org/") from error
    except RuntimeError:
        log.exception("it failed", stack_info=True)

    written = log.written()
    assert KEY not in written
    assert "RuntimeError" in written
    assert "ValueError: bad header" in written
    assert "Stack (most recent call last)" in written


def test_a_long_traceback_keeps_its_end(log):
    """What matters stands in its last line."""

    def deep(left):
        if left:
            return deep(left - 1) + (len("x" * 60),)[0]
        raise ValueError(f"at the very end: {KEY}")

    try:
        exec(
            "\n".join(f"def f{n}(): return f{n + 1}()" for n in range(400)) + "\ndef f400(): deep(1)\nf0()",
            {"deep": deep},
        )
    except ValueError:
        log.exception("deep")

    assert "ValueError: at the very end" in log.written()
    assert KEY not in log.written()


def test_extras_are_cleaned(log):
    """By their names, in depth; the record that the program holds stays as it is."""
    seen = []

    class Keeping(logging.Handler):
        def emit(self, record):
            seen.append(record)

    handler = Keeping()
    log.addHandler(handler)
    try:
        log.info("with extras", extra={"password": "hunter22hunter", "deep": {"list": [KEY]}, "symbol": "BBCA"})
    finally:
        log.removeHandler(handler)
    [record] = seen

    assert record.symbol == "BBCA"
    assert "hunter22hunter" not in repr(record.__dict__)
    assert KEY not in repr(record.__dict__)


def test_a_message_whose_arguments_do_not_fit_shows_no_argument(log, capsys):
    """Logging itself prints message and arguments to standard error then."""
    log.info("%d calls", f"key={KEY}")

    assert KEY not in log.written() + capsys.readouterr().err
    assert "%d calls" in log.written()


def test_the_last_resort_is_cleaned(bridge, capsys, monkeypatch):
    """A warning of a program that has configured no logging goes to standard error."""
    monkeypatch.setattr(logging.root, "handlers", [])
    logger = logging.getLogger("tests.redact.unconfigured")
    logger.warning("the key is %s", KEY)

    told = capsys.readouterr().err
    assert "the key is" in told
    assert KEY not in told


def test_what_goes_through_a_queue_is_clean_before_it_waits(log):
    """Another thread, or another process, only sees what is clean."""
    waiting = queue.Queue()
    handler = logging.handlers.QueueHandler(waiting)
    log.addHandler(handler)
    try:
        log.error("key %s", KEY, exc_info=ValueError(KEY))
    finally:
        log.removeHandler(handler)

    assert KEY not in repr(waiting.get_nowait().__dict__)


def test_structured_messages_keep_their_shape(log):
    """Some libraries log mappings and let a formatter render them."""
    seen = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.msg)
    log.addHandler(handler)
    log.info({"event": "call", "headers": {"Authorization": KEY}})
    log.removeHandler(handler)

    assert json.loads(json.dumps(seen[0]))["event"] == "call"
    assert KEY not in repr(seen)


def test_a_fault_of_ours_leaves_a_mark(log, monkeypatch):
    """And is counted: fail closed."""

    def broken(_self, _text):
        raise RuntimeError

    monkeypatch.setattr(Redactor, "text", broken)
    log.info("the key is %s", KEY)

    assert log.written() == "INFO [REDACTED]\n"
    assert tally.snapshot()["redaction_failed"] == 1


def test_uninstall_leaves_logging_as_it_was():
    """Twice is as good as once, in both directions."""
    before = logging.Handler.handle
    bridge = LogBridge(Redactor())
    bridge.install()
    bridge.install()
    assert logging.Handler.handle is not before
    bridge.uninstall()
    bridge.uninstall()

    assert logging.Handler.handle is before


@pytest.fixture
def server(answering):
    return answering(lambda path, headers, body: (200, {}, b"{}"))


@pytest.mark.parametrize("client", ["httpx", "urllib3"])
def test_the_clients_own_log_lines_show_no_key(bridge, server, client):
    """Httpx logs each URL at INFO, urllib3 at DEBUG: with the whole query."""
    library = pytest.importorskip(client)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger(client)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    other = "abc123def456ghi7" + "89jk"
    try:
        url = f"{server}/v2/daily/BBCA/?apikey={KEY}&token={other}"
        library.get(url) if client == "httpx" else library.PoolManager().request("GET", url)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)

    assert "/v2/daily/" in stream.getvalue()
    assert KEY not in stream.getvalue()
    assert other not in stream.getvalue()


class _AccessFormatter(logging.Formatter):
    """As uvicorn's: it takes the arguments apart by itself."""

    def format(self, record):
        peer, method, path, version, status = record.args
        return f"{peer} {method} {path} {version} {status}"


def test_formatters_that_read_the_arguments_still_can(log):
    """The arguments stay, clean, beside the message."""
    log.handlers[0].setFormatter(_AccessFormatter())

    log.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", f"/x?a=1&apikey={KEY}", "1.1", 200)

    assert log.written() == "127.0.0.1:1 GET /x?a=1&apikey=[REDACTED] 1.1 200\n"


def test_arguments_are_masked_by_their_names(log):
    """A mapping says what its values are, although the message does not."""
    log.info("logged in: %(token)s from %(place)s", {"token": KEY[::-1], "place": "Jakarta"})

    assert log.written() == "INFO logged in: [REDACTED] from Jakarta\n"


def test_what_a_filter_of_a_handler_adds_is_cleaned(log):
    """Filters run last, and may change the record; a second handler sees no more than the first."""
    second = io.StringIO()
    other = logging.StreamHandler(second)
    formatter = logging.Formatter("%(message)s %(tenant)s")
    for handler in (log.handlers[0], other):
        handler.setFormatter(formatter)
        handler.addFilter(_tell_tenant)
    log.addHandler(other)

    log.info("ready")
    log.removeHandler(other)

    assert log.written() == second.getvalue() == "ready [REDACTED]\n"


def _tell_tenant(record):
    record.tenant = f"token={KEY}"
    record.tenant = record.tenant.removeprefix("token=")
    return True


def test_formatters_that_print_everything_find_nothing_of_ours(log):
    """No mark of ours stands in a record."""
    seen = []
    log.addHandler(collecting := _Collecting(seen))
    log.info("one", extra={"a": 1})
    log.removeHandler(collecting)

    plain = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
    assert vars(seen[0]).keys() - plain == {"a"}


class _Collecting(logging.Handler):
    """Has a `handle` of its own, which runs no filters."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def handle(self, record):
        self.seen.append(record)
        return True


def test_handlers_with_a_handle_of_their_own_get_clean_records(log):
    """They never ask `logging.Handler.handle`."""
    seen = []
    log.addHandler(collecting := _Collecting(seen))
    log.info("GET /x?apikey=%s", KEY)
    log.removeHandler(collecting)

    assert KEY[:16] not in str(vars(seen[0]))


def test_a_user_is_named_once(log):
    """What is cleaned twice, as behind a queue, says the same as once."""
    waiting = queue.Queue()
    log.handlers[0].setFormatter(logging.Formatter("%(user_id)s"))
    listener = logging.handlers.QueueListener(waiting, log.handlers[0])
    queued = logging.handlers.QueueHandler(waiting)
    log.addHandler(queued)
    log.info("one", extra={"user_id": "jane"})
    listener.start()
    listener.stop()
    log.removeHandler(queued)

    first, second = log.written().splitlines()
    assert first == second
    assert first.startswith("u_")


@pytest.fixture
def structlog(log):
    """Structlog on top of the standard module, which renders in a formatter."""
    import structlog

    log.own.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ]
        )
    )
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    yield structlog.get_logger(log.name)
    structlog.reset_defaults()


def test_structlog_renders_what_is_clean(log, structlog):
    """Also the error that it would fetch itself while it renders."""
    structlog.info("calling", token=KEY, deep={"list": [KEY]}, symbol="BBCA")
    try:
        raise ValueError(f"bad key {KEY}")
    except ValueError as error:
        structlog.exception("failed")
        structlog.error("failed", exc_info=error)

    lines = [json.loads(line) for line in log.written().splitlines()]
    assert KEY not in log.written()
    assert lines[0]["symbol"] == "BBCA"
    assert ["ValueError: bad key" in line["exception"] for line in lines[1:]] == [True, True]


def test_warnings_that_logging_captures_are_cleaned(log, bridge):
    """`logging.captureWarnings(True)` makes records of them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger("py.warnings").addHandler(handler)
    logging.captureWarnings(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(True)
            warnings.warn(f"old address: https://u:{KEY}@example.org/", stacklevel=1)
    finally:
        logging.captureWarnings(False)
        logging.getLogger("py.warnings").removeHandler(handler)

    assert "old address" in stream.getvalue()
    assert KEY not in stream.getvalue()


def test_a_handler_that_fails_prints_no_argument(log, capsys):
    """Logging prints message, arguments and a traceback to standard error then."""

    class Failing(logging.Handler):
        def emit(self, record):
            try:
                raise OSError("the disk is full")
            except OSError:
                self.handleError(record)

    log.addHandler(failing := Failing())
    log.error("the key is %s", KEY)
    log.removeHandler(failing)

    told = capsys.readouterr().err
    assert "the disk is full" in told
    assert "the key is" in told
    assert KEY not in told


def test_handlers_that_keep_records_for_later_keep_clean_ones(log):
    """A MemoryHandler writes them out at the first error."""
    stream = io.StringIO()
    memory = logging.handlers.MemoryHandler(100, target=logging.StreamHandler(stream))
    log.addHandler(memory)
    log.debug("key %s", KEY)
    log.error("now", exc_info=ValueError(KEY))
    log.removeHandler(memory)

    assert "key [REDACTED]" in stream.getvalue()
    assert KEY not in stream.getvalue()
