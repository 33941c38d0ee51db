"""`program.py MODEL`: makes all the calls in processes and threads of some kind."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from calls import exercise, exercise_sync

import watch  # noqa: F401


def forks() -> None:
    """Parent and children; those end without any clean-up, right after their last call."""
    exercise_sync()
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            exercise()
            os._exit(0)
        children.append(child)
    assert all(os.waitpid(child, 0)[1] == 0 for child in children)


def threads() -> None:
    """An executor while the main thread makes calls as well; and a daemon thread that is not done when the end comes."""
    ready, never = threading.Event(), threading.Event()

    def work() -> None:
        exercise_sync()
        ready.set()
        never.wait()

    threading.Thread(target=work, daemon=True).start()
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(exercise_sync) for _ in range(2)]
        exercise()
        for one in waiting:
            one.result()
    ready.wait()


def processes(method: str) -> None:
    """The parent, and two children of multiprocessing."""
    context = multiprocessing.get_context(method)
    children = [context.Process(target=exercise) for _ in range(2)]
    for child in children:
        child.start()
    exercise()
    for child in children:
        child.join()
        assert child.exitcode == 0


def pool() -> None:
    """A pool that is terminated as soon as its results are there."""
    context = multiprocessing.get_context("fork")
    with context.Pool(2, maxtasksperchild=1) as workers:
        workers.map(_one, range(2), chunksize=1)


def _one(_: int) -> None:
    exercise()


def daemonised() -> None:
    """The classic daemon: it forks twice, closes all descriptors, uses the low ones for its own files, and goes on closing."""
    exercise_sync()
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.closerange(0, 4096)
    place = Path(os.environ["MATRIX_EXPECTED"])
    files = [place.with_name(f"own-{n}") for n in range(40)]
    for file in files:
        os.write(os.open(file, os.O_WRONLY | os.O_CREAT), b"mine")
    exercise_sync()
    os.closerange(100, 4096)
    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(exercise_sync) for _ in range(2)]:
            one.result()
    foreign = [file.name for file in files if file.read_bytes() != b"mine"]
    place.with_name("draft").write_text(" ".join(foreign))
    place.with_name("draft").rename(place.with_name("daemon-is-done"))


MODELS = {
    "plain": exercise,
    "forks": forks,
    "threads": threads,
    "mp-fork": lambda: processes("fork"),
    "mp-spawn": lambda: processes("spawn"),
    "mp-forkserver": lambda: processes("forkserver"),
    "pool": pool,
    "daemonised": daemonised,
}

if __name__ == "__main__":
    MODELS[sys.argv[1]]()
