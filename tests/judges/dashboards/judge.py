"""Dashboards as TypeScript literals of Grafana's own types: `tsc --strict` says what does not fit.

    python judge.py FOLDER_WITH_NODE_MODULES DASHBOARD.json…

String enums are loosened to their values; keys that no type knows stay errors. Queries of variables and of
Prometheus have no type there: other tests look at them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_LOOSE = (
    "type J<T> = T extends string ? `${T}` : T extends number | boolean | null | undefined ? T "
    ": T extends (infer U)[] ? J<U>[] : T extends object ? { [K in keyof T]: J<T[K]> } : T;"
)
_OPTIONS = ("--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext")


def literals(dashboard: dict, types: Path, base: Path) -> str:
    """Write one module of typed constants."""

    def path(name: str) -> str:
        found = next((types / "dist").rglob(f"{name}_types.gen.d.ts"))
        return "./" + found.relative_to(base).as_posix().removesuffix(".d.ts")

    def panel(kind: str) -> str:
        found = next((types / "dist" / "esm" / "raw" / "composable" / kind / "panelcfg").rglob("*_types.gen.d.ts"))
        return "./" + found.relative_to(base).as_posix().removesuffix(".d.ts")

    lines = [
        "import type { Dashboard, Panel, RowPanel } from '@grafana/schema';",
        f"import type {{ CloudWatchMetricsQuery, CloudWatchLogsQuery }} from '{path('CloudWatchDataQuery')}';",
        *(
            f"import type {{ Options as {kind}Options }} from '{panel(kind)}';"
            for kind in dict.fromkeys(one["type"] for one in dashboard["panels"] if one["type"] != "row")
        ),
        _LOOSE,
    ]
    panels = dashboard.pop("panels")
    lines.append(f"export const dashboard: J<Omit<Dashboard, 'panels'>> = {json.dumps(dashboard)};")
    for number, panel_ in enumerate(panels):
        targets = panel_.pop("targets", [])
        if panel_["type"] != "row":
            lines.append(f"export const options{number}: J<{panel_['type']}Options> = {json.dumps(panel_['options'])};")
        kind = "RowPanel" if panel_["type"] == "row" else "Omit<Panel, 'targets'>"
        lines.append(f"export const panel{number}: J<{kind}> = {json.dumps(panel_)};")
        for index, target in enumerate(targets):
            kind = {"Logs": "CloudWatchLogsQuery", "Metrics": "CloudWatchMetricsQuery"}.get(target.get("queryMode"))
            if kind is None:
                continue  # this package has no type for queries of Prometheus: Prometheus itself looks at those
            lines.append(f"export const target{number}_{index}: J<{kind}> = {json.dumps(target)};")
    return "\n".join(lines) + "\n"


def judge(base: Path, files: list[Path]) -> subprocess.CompletedProcess[str]:
    """Let tsc look at all dashboards at once."""
    modules = []
    for file in files:
        module = base / f"{file.stem}.check.ts"
        text = literals(
            json.loads(file.read_text(encoding="utf-8")), base / "node_modules" / "@grafana" / "schema", base
        )
        module.write_text(text, encoding="utf-8")
        modules.append(module.name)
    tsc = ("node", "node_modules/typescript/bin/tsc", *_OPTIONS, "--moduleResolution", "bundler")
    return subprocess.run([*tsc, *modules], cwd=base, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    said = judge(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
    print(said.stdout, end="")
    sys.exit(said.returncode)
