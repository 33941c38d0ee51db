"""What it costs until a program is watched: CPU and memory, beside bare Python and beside plain OpenTelemetry traces.

Each line is a process of its own, started in rounds that take turns; CPU is that of the process up to the point named.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from outwarden import tally
from outwarden.apis import builtin
from outwarden.config import Config
from outwarden.wiring.launch import launch_environment
from outwarden.wiring.settings import Settings, dump

ROUNDS = 15

TELL = """
import time
cpu = time.process_time()
rss = 0
try:
    rss = int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024
except OSError:
    pass
print(cpu * 1000, rss)
"""
OTEL = """
import requests
from opentelemetry import trace
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(InMemorySpanExporter()))
trace.set_tracer_provider(provider)
RequestsInstrumentor().instrument()
"""


def measure(program: str, environ: dict[str, str]) -> tuple[float, float]:
    """Give CPU in ms and memory in MB at the end of a program."""
    done = subprocess.run(
        [sys.executable, "-c", program + TELL], env=environ, capture_output=True, text=True, check=True
    )
    cpu, rss = done.stdout.split()
    return float(cpu), float(rss)


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        bare = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        bare["XDG_STATE_HOME"] = folder
        settings = Path(folder, "settings.json")
        board = Path(folder, "board")
        tally.create_board(board)
        settings.write_bytes(dump(Settings(config=Config(), profiles=builtin(), board=str(board))))
        below = launch_environment(settings, bare)
        cases = {
            "python": ("", bare),
            "python, below outwarden run": ("", below),
            "import outwarden": ("import outwarden", bare),
            "urllib.request": ("import urllib.request", bare),
            "urllib.request, below outwarden run": ("import urllib.request", below),
            "requests": ("import requests", bare),
            "requests, below outwarden run": ("import requests", below),
            "requests, outwarden.install()": ("import requests, outwarden; outwarden.install()", bare),
            "requests, OpenTelemetry traces": (OTEL, bare),
        }
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
        for round_number in range(ROUNDS + 1):
            for name, case in cases.items():
                figure = measure(*case)
                if round_number:  # the first one compiles
                    figures[name].append(figure)
    print(f"{'until then':38} {'CPU ms':>8} {'more':>7} {'MB':>7} {'more':>6}")
    base = "python"
    for name, found in figures.items():
        base = name if name in {"python", "urllib.request", "requests"} else base
        more = [one - other for (one, _), (other, _) in zip(found, figures[base], strict=True)]
        cpu, rss = (statistics.median(column) for column in zip(*found, strict=True))
        rss_before = statistics.median(rss for _, rss in figures[base])
        print(f"{name:38} {cpu:8.1f} {statistics.median(more):+7.1f} {rss:7.1f} {rss - rss_before:+6.1f}")


if __name__ == "__main__":
    main()
