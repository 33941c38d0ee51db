"""A local AWS for tests and for the demo: MiniStack in a process of its own.

with LocalAws() as local_aws:
    boto3.client("logs", endpoint_url=local_aws.endpoint_url, region_name="ap-southeast-3")

It evaluates alarms and sends to SNS. It looks neither at the dimensions of an alarm nor at missing data, extracts no
metrics from EMF lines, and accepts what AWS would refuse.
"""

from __future__ import annotations

import os
import site
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from outwarden.errors import MissingExtra, UsageError
from outwarden.testing import ports
from outwarden.testing.ports import HOST

SERVICES: Final = "cloudformation,iam,kms,logs,monitoring,sns,sqs,sts,tagging"
START_TIMEOUT_S: Final = 30.0
STOP_TIMEOUT_S: Final = 5.0

_KEPT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")
"""What the server gets of our environment: no credentials, no proxies, no settings of another MiniStack."""

_PROGRAM: Final = """
import os, runpy, shutil, sys, threading
def end_with_parent():
    os.read(0, 1)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os._exit(0)
threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = ["ministack"]
runpy.run_module("ministack", run_name="__main__")
"""
"""`python -m ministack` that also ends when its parent is gone, however that happened: the pipe is closed then."""


class LocalAws:
    """A local AWS, empty at each start, on loopback only. Any credentials do; nothing outlives `close`."""

    def __init__(self, port: int = 0, *, python: str | None = None) -> None:
        """Prepare; nothing runs yet.

        Args:
            port: where to listen, or 0 for a free port.
            python: another interpreter that has MiniStack: its newer versions pin an older botocore than others want.
        """
        self._wanted = port
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._port = 0

    @property
    def endpoint_url(self) -> str:
        """Where clients find it.

        Raises:
            UsageError: it has not been started.
        """
        if not self._port:
            raise UsageError("The local AWS has no address before it is started. Call start(), or use it in `with`.")
        return f"http://{HOST}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The id of the server's process; None: it does not run."""
        return self._process.pid if self._process else None

    def start(self) -> Self:
        """Start the server and wait until it answers.

        Raises:
            MissingExtra: MiniStack is not installed.
            UsageError: the port cannot be had, or the server does not start.
        """
        if self._process is not None:
            return self
        if self._python is None and find_spec("ministack") is None:
            raise MissingExtra("The local AWS", "demo")
        self._port = _checked(self._wanted) if self._wanted else ports.free()
        self._folder = tempfile.TemporaryDirectory(prefix="outwarden-aws-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        log = folder / "log.txt"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [self._python or sys.executable, "-P", "-c", _PROGRAM],
                env=_environment(folder, self._port),
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the program that started us; it closes us in its own time
            )
        try:
            self._wait(self._process, log)
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """End the server and remove everything it stored."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdin:
                process.stdin.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self._port = 0

    def _wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _healthy(self._port):
            ended = process.poll() is not None
            if ended or time.monotonic() > deadline:
                last = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2][:200]
                what = "ended at once" if ended else f"did not answer within {START_TIMEOUT_S:g} s"
                raise UsageError(f"{HOST}:{self._port}: the local AWS {what}: {last or 'it said nothing'}")
            time.sleep(0.05)  # until the child process answers

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _checked(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as the server does: ports of the just closed count
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(
                f"{HOST}:{port}: cannot listen: {reason}. Choose another port, or 0 for a free one"
            ) from None
        return port


def _healthy(port: int) -> bool:
    with closing(HTTPConnection(HOST, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/_ministack/ready")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    own = {name: str(folder) for name in ("HOME", "TMPDIR", "STATE_DIR", "S3_DATA_DIR")}
    return (
        kept
        | own
        | {
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": HOST,
            "SERVICES": SERVICES,
            "LOG_LEVEL": "WARNING",
            # Two more servers, which would listen on all interfaces.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            # It stops containers that it takes for its own, so it must not find Docker.
            "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
            "PYTHONUSERBASE": site.getuserbase(),  # its HOME is not where the user's packages are
            "PYTHONDONTWRITEBYTECODE": "1",
        }
    )
