"""The local AWS: where it listens, how it ends, what it says when it cannot start."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
import pytest

from outwarden.errors import MissingExtra, UsageError
from outwarden.testing import LocalAws, ministack


def listening(session):
    """Give the addresses, as the kernel writes them, on which the processes of a session listen."""
    owned = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) == session:
                owned |= {str(fd.readlink()) for fd in (process / "fd").iterdir()}
        except OSError:
            continue
    rows = [
        line.split()
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return [row[1] for row in rows if f"socket:[{row[9]}]" in owned and row[3] in {"0A", "07"}]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's list of sockets")
def test_it_listens_on_loopback_only():
    """One socket, on 127.0.0.1: neither the gateway nor any of its other servers is seen from outside."""
    with LocalAws() as local_aws:
        port = int(local_aws.endpoint_url.rpartition(":")[2])

        assert listening(local_aws.pid) == [f"0100007F:{port:04X}"]


def test_it_serves_and_is_empty_again():
    """What one run stored is not there in the next, and nothing stays behind on the disk."""
    with LocalAws() as local_aws:
        url = local_aws.endpoint_url
        boto3.client("logs", endpoint_url=url).create_log_group(logGroupName="G")
    with LocalAws(int(url.rpartition(":")[2])) as local_aws:
        assert local_aws.endpoint_url == url
        assert boto3.client("logs", endpoint_url=url).describe_log_groups()["logGroups"] == []


def test_it_leaves_nothing_behind(tmp_path, monkeypatch):
    """Its files are in one folder of its own, which goes with it; so does the process."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "home"))
    local_aws = LocalAws().start()
    pid = local_aws.pid
    assert list((tmp_path / "home").iterdir())
    local_aws.close()
    local_aws.close()

    assert list((tmp_path / "home").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_it_ends_when_its_parent_is_killed(tmp_path):
    """SIGKILL leaves no time for tidying up, and still neither server nor folder stays."""
    program = "import time; from outwarden.testing import LocalAws; print(LocalAws().start().endpoint_url, flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as parent:
        port = int(re.search(r":(\d+)$", parent.stdout.readline().strip())[1])
        parent.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 60
    while list(tmp_path.glob("outwarden-aws-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(tmp_path.glob("outwarden-aws-*")) == []
    with socket.socket() as probe:
        while probe.connect_ex(("127.0.0.1", port)) == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
    assert time.monotonic() < deadline


def test_a_taken_port_is_one_line():
    """Nobody else's server is taken for ours."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"127.0.0.1:{port}: cannot listen") as caught:
            LocalAws(port).start()

    assert "\n" not in str(caught.value)


def test_without_ministack_it_says_what_to_install(monkeypatch):
    """It is an optional part."""
    monkeypatch.setattr(ministack, "find_spec", lambda _: None)

    with pytest.raises(MissingExtra, match=r"outwarden\[demo\]"):
        LocalAws().start()


def test_a_server_that_ends_at_once_is_one_line(monkeypatch):
    """The last thing that it said is in the error."""
    monkeypatch.setattr(ministack, "_PROGRAM", "raise SystemExit('no luck today')")

    with pytest.raises(UsageError, match="the local AWS ended at once: no luck today"):
        LocalAws().start()


def test_it_has_no_address_before_it_runs():
    """Asking too early is told, not answered with half an address."""
    with pytest.raises(UsageError, match="before it is started"):
        _ = LocalAws().endpoint_url


def test_importing_testing_loads_no_ministack():
    """The local AWS is loaded when it is asked for, and MiniStack only ever in its own process."""
    program = (
        "import sys, outwarden.testing as t; assert 'outwarden.testing.ministack' not in sys.modules; "
        "t.LocalAws; assert not [n for n in sys.modules if n.split('.')[0] == 'ministack']"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
