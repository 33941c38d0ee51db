"""What all tests have: a clean environment, no network beyond loopback, and a local Sectors API."""

from __future__ import annotations

import errno
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from outwarden import tally
from outwarden.journal import writer
from outwarden.testing import SectorsApi, ports

FOREIGN_PREFIXES = ("AWS_", "OUTWARDEN_", "OTEL_", "SECTORS_", "XDG_")
FOREIGN_NAMES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "PYTHONPATH")
# The same examples in each run: what fails here fails everywhere. Chance is the business of `make fuzz`.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

SHARING_A_SERVER = ("tests/integration/test_infra_localemu.py",)
LONGEST = (
    "tests/redact/test_compiled.py",
    "tests/integration/test_capture_crowds.py",
    "tests/integration/test_faults_inside.py",
)
"""What takes a minute or more begins first: at the end everybody would wait for it."""
MOUNTING = ("unshare", "--user", "--map-root-user", "--mount")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Give as many processes as there are processors that we may use; half as many more where tests wait for servers and children.

    What times are weighed for wants a processor for itself: with more processes a text came out at 5.07 ms that takes 4 to 4.7 at rest.
    """
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors * 3 // 2 if config.option.markexpr.startswith("integration") else processors


class Handing(LoadScopeScheduling):
    """Hands tests to processes one by one, but some files whole: their tests share a server that takes long to start.

    The marks for this that pytest-xdist 3.8 has do nothing with pytest 9.2, which keeps the names of tests elsewhere.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in SHARING_A_SERVER else nodeid


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what takes long."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Handing:
    """Say how tests are handed out."""
    return Handing(config, log)


@pytest.fixture(autouse=True)
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a home of its own, dummy AWS credentials, and nothing of the developer's settings."""
    for name in tuple(os.environ):
        if name.startswith(FOREIGN_PREFIXES) or name in FOREIGN_NAMES or name.lower() in PROXIES:
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-3")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(autouse=True, scope="session")
def signals_of_a_terminal() -> Iterator[None]:
    """Let programs that tests start end at Ctrl-C, though the run itself is a background job of a shell, or under `nohup`.

    They would inherit that a signal is ignored. A handler is not inherited, and ours does nothing: the run goes on as before.
    """
    ignored = [one for one in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP) if signal.getsignal(one) is signal.SIG_IGN]
    for one in ignored:
        signal.signal(one, lambda *_: None)
    yield
    for one in ignored:
        signal.signal(one, signal.SIG_IGN)


@pytest.fixture(autouse=True)
def counters_at_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test count from zero: the counters belong to the process."""
    monkeypatch.setattr(tally, "_state", tally._State())


@pytest.fixture(autouse=True)
def no_disk_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no pause of this machine pass for a slow disk: its notices and waiting events are the matter of tests of their own."""
    monkeypatch.setattr(writer, "SLOW_S", 60.0)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse connections and name look-ups that leave this machine, and fail the test that tried, even if it looked away.

    Names below `.invalid` do not exist by definition: looking one up is refused, and nobody is blamed.
    """
    strays: list[str] = []
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not stays_here(address[0]):
            strays.append(f"connect to {address[0]}")
            raise OSError(errno.ENETUNREACH, "tests reach loopback only")
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family != socket.AF_UNIX and not stays_here(address[0]):
            strays.append(f"connect to {address[0]}")
            return errno.ENETUNREACH
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not stays_here(name) and not is_address(name):
            if not name.rstrip(".").endswith(".invalid"):
                strays.append(f"look-up of {name}")
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
    yield strays
    if strays:
        pytest.fail(f"the test tried to leave this machine: {', '.join(strays)}")


def stays_here(host: str) -> bool:
    """Say whether a host name or address is this machine itself."""
    if not is_address(host):
        return host in {"localhost", ""}
    address = ipaddress.ip_address(host)
    return address.is_loopback or address.is_unspecified


def is_address(host: str) -> bool:
    """Say whether this needs no look-up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


Answer = Callable[[str, Mapping[str, str], bytes], tuple[int, dict[str, str], bytes]]
"""Takes path, headers and body of a request; gives status, headers and body."""


@pytest.fixture
def answering() -> Iterator[Callable[[Answer], str]]:
    """Start servers on loopback that answer every GET and POST as a function says; gives their addresses."""
    with ExitStack() as running:

        def start(answer: Answer) -> str:
            class Handler(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                    status, headers, content = answer(self.path, self.headers, asked)
                    self.send_response(status)
                    for name, value in {**headers, "Content-Length": str(len(content))}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(content)

                do_POST = do_GET  # noqa: N815 - the name that http.server looks for

                def log_message(self, *_: object) -> None:
                    pass

            server = running.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            running.callback(thread.join)
            running.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


@pytest.fixture(scope="session")
def sectors_server() -> Iterator[SectorsApi]:
    """One local Sectors API for the whole run; tests ask for `sectors`."""
    with SectorsApi(rate=None) as api:
        yield api


@pytest.fixture
def sectors(sectors_server: SectorsApi, monkeypatch: pytest.MonkeyPatch) -> SectorsApi:
    """A local Sectors API as new, without a rate limit (`sectors.limits.rate = RateLimit()` brings it back).

    Its authority is in REQUESTS_CA_BUNDLE, so that requests trusts it here and in child processes.
    """
    sectors_server.reset()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", sectors_server.ca_file)
    return sectors_server


@pytest.fixture
def free_port() -> int:
    """A port on loopback that nobody listens on, also while other tests run beside this one."""
    return ports.free()


@pytest.fixture(scope="session")
def namespace() -> tuple[str, ...]:
    """What a command begins with that may mount file systems, in a namespace of its own; nothing where this user may not."""
    if shutil.which(MOUNTING[0]) is None:
        return ()
    attempt = [*MOUNTING, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return MOUNTING if subprocess.run(attempt, capture_output=True, check=False, timeout=10).returncode == 0 else ()


@pytest.fixture
def in_namespace(namespace: tuple[str, ...]) -> tuple[str, ...]:
    """The same, for tests that cannot do without."""
    return namespace or pytest.skip("this user may not mount a file system, even in a namespace of its own")


@pytest.fixture
def small_disk(in_namespace: tuple[str, ...]) -> Callable[[Path, int], list[str]]:
    """Make what a command begins with that is to find a disk of so many kB in a directory: it can really be filled up."""

    def small_disk(place: Path, kilobytes: int) -> list[str]:
        place.mkdir(parents=True, exist_ok=True)
        script = f'mount -t tmpfs -o size={kilobytes}k tmpfs "$0" && exec "$@"'
        return [*in_namespace, "sh", "-c", script, str(place)]

    return small_disk
