"""LocalEmu: a local AWS that evaluates alarms and deploys templates, in a network of its own."""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest

ENVIRONMENT = Path(__file__).parents[2] / ".venv-localemu"
ENDPOINT = "http://127.0.0.1:4566"
START_TIMEOUT_S = 60
CLONE_NEWNET = 0x40000000


class LocalEmu:
    """One server for the whole run. Accounts are cheap: each test takes fresh ones."""

    def __init__(self, pid):
        self._pid = pid
        self._accounts = itertools.count(100000000001)
        self.endpoint_url = ENDPOINT
        self.bin = ENVIRONMENT / "bin"

    def account(self):
        """Give a new, empty account; its number is its access key."""
        return str(next(self._accounts))

    def client(self, service, account, region="ap-southeast-3"):
        """Give a client of one account."""
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=ENDPOINT,
            aws_access_key_id=account,
            aws_secret_access_key="any",
        )

    @contextmanager
    def network(self):
        """Let this thread, and the processes that it starts, see the server's network instead of ours."""
        with open("/proc/thread-self/ns/net") as ours, open(f"/proc/{self._pid}/ns/net") as its:  # noqa: PTH123
            enter(its)
            try:
                yield
            finally:
                enter(ours)


@pytest.fixture(scope="session")
def local_emu_server(tmp_path_factory):
    """Start LocalEmu in a new network namespace: it listens on every interface, whatever it is told."""
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / "localemu.done").exists():
        pytest.skip("LocalEmu is not installed: it needs Python 3.12 or 3.13 (`make .venv-localemu/localemu.done`)")
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("LocalEmu listens on every interface: it needs root, unshare and ip for a network of its own")
    home = tmp_path_factory.mktemp("localemu")
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            ["unshare", "-n", "sh", "-c", f"ip link set lo up && exec {python} -m localemu.runtime.main"],
            env=kept | {"HOME": str(home), "XDG_CACHE_HOME": str(home), "TMPDIR": str(home)},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(server, home / "log.txt")
        yield LocalEmu(server.pid)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture
def local_emu(local_emu_server):
    """The server, with this test inside its network."""
    with local_emu_server.network():
        yield local_emu_server


def wait_for(server, log):
    deadline = time.monotonic() + START_TIMEOUT_S
    while "Ready." not in log.read_text(errors="replace"):
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"LocalEmu did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)  # until the server answers


def enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
