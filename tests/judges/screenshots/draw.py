"""Draw the stat and time-series panels of a dashboard with @grafana/ui in headless Chromium; the numbers are made up.

    npm ci --ignore-scripts && python draw.py DASHBOARD.json OUT.png

Needs Node 20, Debian's chromium and about 650 MB for 400 packages, so it is no part of the tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LOADERS = [f"--loader:.{kind}=dataurl" for kind in ("svg", "png", "woff", "woff2", "ttf")]
MADE_UP = """
window.series = (title, label, count) => {
  let seed = [...(title + label)].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0) >>> 0, 7);
  const chance = () => (seed = seed * 1664525 + 1013904223 >>> 0) / 2 ** 32;
  const levels = { '2XX': 120, calls: 600, '3XX': 2, '4XX': 3, '5XX': 1, 'no answer': 0.5, p50: 180, p95: 900, p99: 1600,
    failed: 3, heartbeat: 1, LatencyP95: 900, ErrorRatio: 4, High4XXErrors: 3, SidecarSilent: 1 };
  const level = levels[label] ?? 0, burst = ['4XX', 'failed', 'High4XXErrors', 'ErrorRatio'].includes(label) ? 5 : 1;
  const steady = ['heartbeat', 'SidecarSilent'].includes(label);
  return Array.from({ length: count }, (_, n) => steady ? level : Math.round(level * (0.7 + 0.6 * chance()) * (n > 44 && n < 50 ? burst : 1)));
};
"""
PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="draw.css"><style>body {{ margin: 0; background: #f4f5f5 }} button {{ font-family: inherit }}</style><div id="root"></div>
<script>{made_up} window.DRAWN = {drawn};</script><script src="draw.js"></script>"""


def draw(dashboard: Path, out: Path, rows: int) -> None:
    """Write a picture of the first lines of a dashboard."""
    board = json.loads(dashboard.read_text())
    panels = [
        panel
        for panel in board["panels"]
        if panel["type"] in {"row", "stat", "timeseries"} and panel["gridPos"]["y"] + panel["gridPos"]["h"] <= rows
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        esbuild = (HERE / "node_modules/.bin/esbuild", HERE / "draw.jsx", "--bundle", "--minify", "--format=iife")
        subprocess.run(
            [
                *esbuild,
                *LOADERS,
                '--define:process.env.NODE_ENV="production"',
                f"--outfile={folder / 'draw.js'}",
                "--log-level=error",
            ],
            check=True,
            cwd=HERE,
        )
        drawn = json.dumps({"panels": panels, "end": 1_763_999_700_000}).replace("</", "<\\/")
        (folder / "page.html").write_text(PAGE.format(made_up=MADE_UP, drawn=drawn))
        subprocess.run(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=8000",
             f"--window-size=1152,{rows * 34}", f"--user-data-dir={folder / 'profile'}",
             f"--screenshot={out.resolve()}", f"file://{folder / 'page.html'}"],
            check=True,
            timeout=90,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
