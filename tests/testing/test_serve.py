"""The server as a process of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from outwarden.errors import UsageError
from outwarden.testing import serve

PROGRAM = "import json, sys; from outwarden.testing import serve; serve(**json.loads(sys.argv[1]))"


def start(**options):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(options)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def end(process, number=signal.SIGTERM):
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    return process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_says_where_it_is_and_ends_quietly(tmp_path, number):
    """One line of JSON is enough to call it; a signal ends it with status 0, and its files are gone."""
    log = tmp_path / "requests.jsonl"
    process = start(log_file=str(log), slow={"/v2/tags/": 5})
    address = json.loads(process.stdout.readline())

    headers = {"Authorization": address["key"]}
    assert requests.get(address["url"] + "/v2/industries/", headers=headers, verify=address["ca_file"]).ok
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(address["url"] + "/v2/tags/", headers=headers, verify=address["ca_file"], timeout=0.3)

    assert address["pid"] == process.pid
    assert end(process, number) == (0, "", "")
    assert not Path(address["ca_file"]).exists()
    assert [json.loads(line) for line in log.read_text().splitlines()] == [
        {"method": "GET", "path": "/v2/industries/", "status": 200, "credits": 1},
        {"method": "GET", "path": "/v2/tags/", "status": 200, "credits": 1},
    ]


def test_address_file_is_private_and_removed(tmp_path):
    """Instead of standard output a file says where the server is, for as long as it is there."""
    file = tmp_path / "address.json"
    process = start(address_file=str(file))
    while not file.exists():
        assert process.poll() is None
    address = json.loads(file.read_text())

    assert file.stat().st_mode & 0o777 == 0o600
    assert set(address) == {"url", "ca_file", "key", "pid"}
    assert end(process) == (0, "", "")
    assert not file.exists()


def test_unwritable_address_file_is_one_line(tmp_path):
    """The file is named, with what to do, and the signal handlers are as before."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(UsageError, match=r"nowhere/address\.json: cannot write the server's address: No such file"):
        serve(address_file=tmp_path / "nowhere" / "address.json")

    assert signal.getsignal(signal.SIGTERM) is before
