"""Where only standard output exists: the same lines, and nothing of ours anywhere else."""

from __future__ import annotations

import time
from collections import Counter

from outwarden import event

PROGRAM = "from outwarden import tally\nfrom outwarden.journal import StdoutJournal\njournal = StdoutJournal()\n"


def call_ids(output: str) -> list[str]:
    return [event.decode(line.encode()).call_id for line in output.splitlines()]


def test_the_lines_are_those_of_the_files(child):
    """One event, one line, out before `append` returns."""
    process = child(PROGRAM + 'journal.append(call("1"))\nos._exit(0)')

    assert call_ids(process.communicate(timeout=30)[0]) == ["1"]


def test_a_program_that_sends_its_output_elsewhere_does_not_take_ours_along(child, tmp_path):
    """We keep standard output as it was at the start."""
    process = child(
        PROGRAM
        + """
own = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT)
os.dup2(own, 1)
journal.append(call("1"))
print("program")
""",
        tmp_path,
        str(tmp_path / "own"),
    )

    assert call_ids(process.communicate(timeout=30)[0]) == ["1"]
    assert (tmp_path / "own").read_text() == "program\n"


def test_nothing_goes_into_a_file_that_has_taken_our_number(child, tmp_path):
    """Standard output is taken again where it still is; where it is gone, the loss is counted."""
    process = child(
        PROGRAM
        + """
own = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT)
for number in (own, journal._fd):
    os.dup2(own, journal._fd)
    journal.append(call("found again"))
os.dup2(own, journal._fd)
os.dup2(own, 1)
journal.append(call("lost"))
os.write(own, str(tally.snapshot()["journal_unwritable"]).encode())
""",
        tmp_path,
        str(tmp_path / "own"),
    )

    assert call_ids(process.communicate(timeout=30)[0]) == ["found again"] * 2
    assert (tmp_path / "own").read_text() == "1"


def test_threads_and_forks_share_a_narrow_pipe(child):
    """Lines longer than a pipe takes at once arrive whole."""
    process = child(
        PROGRAM
        + """
def work(name):
    for n in range(40):
        journal.append(call(name * 20_000))
threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
for thread in threads: thread.start()
for thread in threads: thread.join()
if os.fork() == 0:
    journal.append(call("child"))
    os._exit(0)
os.wait()
"""
    )

    found = Counter(call_id[:5] for call_id in call_ids(process.communicate(timeout=60)[0]))
    assert found == {"aaaaa": 40, "bbbbb": 40, "ccccc": 40, "child": 1}


def test_a_line_that_was_cut_is_ended_by_the_next(child, tmp_path):
    """A pipe that takes no more cuts a line; the next event begins on a line of its own, and the loss is counted."""
    process = child(
        PROGRAM
        + """
os.set_blocking(journal._fd, False)
journal.append(call("x" * 100_000))
(directory / "cut").touch()
os.set_blocking(journal._fd, True)
journal.append(call("2"))
os._exit(tally.snapshot()["journal_unwritable"])
""",
        tmp_path,
    )
    while not (tmp_path / "cut").exists():
        time.sleep(0.01)  # nobody reads until the pipe has refused
    torn, whole = process.stdout.read().splitlines()

    assert torn.endswith("x")
    assert call_ids(whole) == ["2"]
    assert process.wait(timeout=30) == 1


def test_a_fault_is_counted_and_nothing_is_raised(child):
    """Nobody reads any more: a broken pipe is ours to bear."""
    process = child(
        PROGRAM
        + """
sys.stdin.read()
journal.append(call("1"))
os._exit(tally.snapshot()["journal_unwritable"])
"""
    )
    process.stdout.close()
    process.stdin.close()

    assert process.wait(timeout=30) == 1


def test_close_lets_the_descriptor_go(child):
    """Closing twice, or after the program has closed all, harms nobody."""
    process = child(PROGRAM + 'journal.close()\njournal.close()\njournal.append(call("again"))\nos._exit(0)')

    assert call_ids(process.communicate(timeout=30)[0]) == ["again"]
