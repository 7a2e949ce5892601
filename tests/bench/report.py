"""From a run's results to lines, tables and plots for people, and into README.md between its marks."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path

PACKAGES = ["numpy", "pandas", "polars", "duckdb", "pyarrow", "OpenFisca-Core", "zen-engine"]


def machine(options: argparse.Namespace) -> dict:
    cpu = Path("/proc/cpuinfo").read_text()
    named = re.search(r"model name\s*: (.*)", cpu)
    flags = set(re.search(r"flags\s*: (.*)", cpu)[1].split())
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True).stdout.splitlines()[0]

    def version(package: str) -> str:
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return "not installed"

    return {
        "processor": named[1] if named else platform.processor(),
        "registers": "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "SSE2",
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        "system": release.get("PRETTY_NAME", platform.platform()).strip('"'),
        "compiler": compiler,
        "python": platform.python_version(),
        "packages": {package: version(package) for package in PACKAGES},
        "load_average": os.getloadavg()[0],
        "day": datetime.date.today().isoformat(),
        "quick": options.quick,
    }


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def wrong(result: dict) -> str:
    if not result["wrong_pence"]:
        return "0"
    return f"{result['wrong_pence'] / result['checked']:.2%}"


def engine_line(result: dict) -> str:
    start = f"{result['fixture']:<14} {result['name']:<46}"
    if "not_run" in result:
        return f"{start} not run: {result['not_run']}"
    low, high = result["spread"]
    return f"{start} {figure(result['ns_per_row']):>10} ns  ({figure(low)} to {figure(high)})  wrong pence: {wrong(result)}"


def measure_table(measures: list[dict]) -> str:
    verdict = {True: "yes", False: "**no**", None: ""}
    lines = ["| measure | found | must reach | reached | |", "|---|---|---|---|---|"]
    for each in measures:
        found = (
            "–" if each["value"] is None else f"{figure(each['value'])} {'' if each['unit'] == 'ratio' else each['unit']}".strip()
        )
        lines.append(f"| {each['name']} | {found} | {each['target'] or 'reported'} | {verdict[each['pass']]} | {each['note']} |")
    return "\n".join(lines)


def engine_table(engines: list[dict]) -> str:
    """A row an engine, a column a fixture: nanoseconds a row, and the share of wrong pence where there are any."""
    fixtures = list(dict.fromkeys(result["fixture"] for result in engines))
    names = list(dict.fromkeys(result["name"] for result in engines))
    by = {(result["fixture"], result["name"]): result for result in engines}
    lines = ["| ns a row | " + " | ".join(fixtures) + " |", "|---|" + "---|" * len(fixtures)]
    for name in names:
        cells = []
        for fixture in fixtures:
            result = by.get((fixture, name))
            if result is None:
                cells.append("")
            elif "not_run" in result:
                cells.append("not run")
            else:
                cells.append(figure(result["ns_per_row"]) + ("" if not result["wrong_pence"] else f", **{wrong(result)} wrong**"))
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    reasons = dict.fromkeys(f"{result['name']}: {result['not_run']}" for result in engines if "not_run" in result)
    return "\n".join(lines + [""] + [f"Not run: {reason}." for reason in reasons])


def spread_table(engines: list[dict]) -> str:
    lines = ["| flat | rows | median ns | middle half | least | wrong pence |", "|---|---|---|---|---|---|"]
    for result in sorted((r for r in engines if r["fixture"] == "flat" and "not_run" not in r), key=lambda r: r["ns_per_row"]):
        low, high = result["spread"]
        lines.append(
            f"| {result['name']} | {result['rows']:,} | {figure(result['ns_per_row'])} | {figure(low)} to {figure(high)} | "
            f"{figure(result['least'])} | {wrong(result)} |"
        )
    return "\n".join(lines)


def machine_text(found: dict) -> str:
    m = found["machine"]
    packages = ", ".join(f"{package} {version}" for package, version in m["packages"].items())
    return (
        f"{m['processor']} ({m['registers']}), {m['cores']} cores, {m['memory_gib']} GiB, {m['system']}, {m['compiler']}, "
        f"Python {m['python']}; {packages}. {m['day']}, {'quick' if m['quick'] else 'full'} run, load average {m['load_average']:.1f}."
    )


def plots(found: dict, folder: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "bandtariff",
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
    folder.mkdir(exist_ok=True)
    flat = sorted((r for r in found["engines"] if r["fixture"] == "flat" and "not_run" not in r), key=lambda r: -r["ns_per_row"])
    colours = [
        "#1f6f4a" if r["name"].startswith("ours") else "#8a8f98" if r["name"].startswith("hand") else "#c8a24a" for r in flat
    ]
    figure_, axes = plt.subplots(figsize=(8.5, 0.26 * len(flat) + 0.9))
    axes.barh(
        [r["name"] for r in flat],
        [r["ns_per_row"] for r in flat],
        color=colours,
        xerr=[[r["ns_per_row"] - r["spread"][0] for r in flat], [r["spread"][1] - r["ns_per_row"] for r in flat]],
        ecolor="#444",
    )
    for place, result in enumerate(flat):
        note = figure(result["ns_per_row"]) + ("" if not result["wrong_pence"] else f"   {wrong(result)} of rows a penny wrong")
        axes.text(
            result["spread"][1] * 1.12, place, note, va="center", fontsize=8, color="#a02020" if result["wrong_pence"] else "#222"
        )
    axes.set_xscale("log")
    axes.set_xlim(0.3, max(r["ns_per_row"] for r in flat) * 60)
    axes.set_xlabel("nanoseconds a row, flat fixture (logarithmic)")
    figure_.savefig(folder / "flat.svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure_)

    growth = found["other"]["growth"].get("growth")
    if growth:
        figure_, axes = plt.subplots(figsize=(6, 3.2))
        rows, ns = zip(*growth)
        axes.loglog(rows, [r * n / 1e9 for r, n in growth], "o-", color="#1f6f4a", label="ours, 1 thread")
        axes.loglog(rows, [r * ns[1] / 1e9 for r in rows], "--", color="#8a8f98", label="a straight line through 10,000 rows")
        for r, n in growth:
            axes.annotate(f"{figure(n)} ns a row", (r, r * n / 1e9), textcoords="offset points", xytext=(7, -10), fontsize=7)
        axes.set_xlabel("rows")
        axes.set_ylabel("seconds")
        axes.set_xlim(right=rows[-1] * 12)
        axes.legend(frameon=False)
        figure_.savefig(folder / "growth.svg", bbox_inches="tight", metadata={"Date": None})
        plt.close(figure_)


def into_readme(found: dict, here: Path) -> None:
    readme = here / "README.md"
    text = readme.read_text(encoding="utf-8")
    parts = {
        "machine": machine_text(found),
        "measures": measure_table(found["measures"]),
        "engines": engine_table(found["engines"]),
        "spread": spread_table(found["engines"]),
    }
    for name, part in parts.items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not marked.search(text):
            raise SystemExit(f"README.md has no marks for {name}")
        text = marked.sub(lambda found_: found_[1] + part + "\n" + found_[2], text)
    readme.write_text(text, encoding="utf-8")
    plots(found, here / "plots")
