"""A Celery application on a file-system broker; `tasks.py send N` puts tasks into the queue."""

import os
import sys
from pathlib import Path

from calls import exercise_sync
from celery import Celery

import watch  # noqa: F401

queue = os.environ["MATRIX_QUEUE"]
app = Celery("tasks", broker="filesystem://")
app.conf.broker_transport_options = {
    "data_folder_in": queue,
    "data_folder_out": queue,
    "control_folder": f"{queue}/control",
    "polling_interval": 0.1,
}
app.conf.worker_prefetch_multiplier = 1
app.conf.worker_hijack_root_logger = False


@app.task
def work(number: int) -> None:
    """Make all the calls, and say so."""
    exercise_sync()
    Path(os.environ["MATRIX_EXPECTED"]).with_name(f"done-{number}").touch()


if __name__ == "__main__":
    for number in range(int(sys.argv[2])):
        work.delay(number)
