"""Runs the benchmark: every engine over every fixture it can price, taking turns, speed and wrong pence side by side.

`run.sh` builds what this needs and calls it. One process is one engine over one fixture; all of a fixture's engines are loaded,
then go round by round, so that whatever disturbs the machine disturbs them alike. A ratio is taken within each round, and the
median of the rounds is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import measures
import report

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TURN_NS = 30e6  # an engine's turn lasts about this long: enough calls that the clock does not matter
FLAT_SHAPE = ("flat", "ties", "wide")
ALL = (
    "flat",
    "flat_dates",
    "ties",
    "dated",
    "dated_within",
    "wide",
    "big",
    "big_integer",
    "schemes",
    "slices",
    "herefordshire",
    "england",
)


@dataclass(frozen=True)
class Engine:
    name: str
    fixtures: tuple[str, ...]
    python: bool = False
    rows: int | None = None  # of a peer so slow that it prices only the first ones


ENGINES = [
    Engine("ours, 1 thread", ALL),
    Engine("ours, 2 threads", ALL),
    Engine("ours, traced, one at a time", ("flat", "schemes", "herefordshire")),
    Engine("ours, untraced, one at a time", ("flat", "schemes", "herefordshire")),
    Engine("ours, Python on arrays", ("flat",), True),
    Engine("ours, Python on a data frame", ("flat",), True),
    Engine("hand: constant divisor", FLAT_SHAPE),
    Engine("hand: constant divisor, folded table", FLAT_SHAPE),
    Engine("hand: blocked magic multiply", FLAT_SHAPE),
    Engine("hand: blocked reciprocal", FLAT_SHAPE),
    Engine("hand: filtered, blocked", FLAT_SHAPE),
    Engine("hand: filtered, one AVX2 pass", FLAT_SHAPE),
    Engine("hand: integer loop", ("dated", "schemes")),
    Engine("NumPy int64 exact", ("flat", "ties", "dated", "wide", "big", "schemes"), True),
    Engine("NumPy int64 exact, tuned", ("flat", "ties", "dated", "wide", "schemes"), True),
    Engine("NumPy float64", ("flat", "ties", "wide", "big"), True),
    Engine("pandas int64, two merges", ("flat", "ties"), True),
    Engine("Polars int64, two joins, 2 threads", ("flat", "ties"), True),
    Engine("DuckDB exact integer SQL, 1 thread", ("flat",), True),
    Engine("DuckDB exact integer SQL, 2 threads", ("flat", "ties", "dated", "wide", "big", "schemes"), True),
    Engine("DuckDB DECIMAL, 2 threads", ("flat", "ties"), True),
    Engine("DuckDB exact, text keys in Arrow, 2 threads", ("flat",), True),
    Engine("ours, text keys in Arrow, 2 threads", ("flat",), True),
    Engine("OpenFisca-core, parameter tree", ("flat", "ties"), True, 200_000),
    Engine("OpenFisca-core, plain arrays", ("flat", "ties"), True),
    Engine("zen-engine, one call a row", ("flat", "ties"), True, 500),
]


def clean_environment(packages: Path) -> dict[str, str]:
    """What a user's shell would have: nothing that ties NumPy's libraries to an older processor, and our package on the path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    environment["PYTHONPATH"] = f"{packages}{os.pathsep}{HERE / 'peers'}"
    return environment


@dataclass
class Running:
    engine: Engine
    process: subprocess.Popen
    rows: int = 0
    calls: int = 1
    ns: list[float] = field(default_factory=list)  # a row, one a round
    not_run: str | None = None

    def ask(self, line: str) -> dict:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            error = self.process.stderr.read().strip().splitlines()
            return {"not_run": error[-1] if error else f"ended with {self.process.wait()}"}
        return json.loads(line)

    def turn(self) -> None:
        answer = self.ask(f"go {self.calls}")
        if "not_run" in answer:
            self.not_run = answer["not_run"]
            return
        self.ns.append(statistics.median(answer["ns"]) / self.rows)


class Bench:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.data = Path(options.data)
        self.engine = str(Path(options.programs) / "bench_engine")
        self.environment = clean_environment(Path(options.packages))
        self.rounds = 5 if options.quick else 15
        self.results: dict[tuple[str, str], dict] = {}
        self.other: dict[str, object] = {}

    def start(self, engine: Engine, fixture: str) -> Running:
        folder = str(self.data / fixture)
        if engine.python:
            command = [sys.executable, str(HERE / "peers" / "peer.py"), engine.name, folder]
            command += [str(engine.rows)] if engine.rows else []
        else:
            command = [self.engine, "serve", engine.name, folder]
        pipe = subprocess.PIPE
        return Running(engine, subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=self.environment))

    def fixture(self, fixture: str) -> None:
        turns = [self.start(engine, fixture) for engine in ENGINES if fixture in engine.fixtures]
        for running in turns:
            answer = running.answer()
            if "ready" not in answer:
                running.not_run = answer.get("not_run", str(answer))
                continue
            running.rows = answer["ready"]["rows"]
            running.ask("go 1")
            warm = running.ask("go 1")["ns"][0]
            running.calls = int(max(1, min(25, TURN_NS // warm)))
        for _ in range(self.rounds):
            for running in turns:
                if running.not_run is None:
                    running.turn()
        for running in turns:
            result = {"name": running.engine.name, "fixture": fixture, "rows": running.rows}
            if running.not_run is None:
                checked = running.ask("check")
                low, _, high = statistics.quantiles(running.ns, n=4)
                result |= {
                    "ns_per_row": statistics.median(running.ns),
                    "spread": [low, high],
                    "least": min(running.ns),
                    "rounds": running.ns,
                    "wrong_pence": checked.get("wrong"),
                    "checked": checked.get("checked"),
                }
                running.process.stdin.write("quit\n")
                running.process.stdin.flush()
            else:
                result["not_run"] = running.not_run
            running.process.stdin.close()
            running.process.wait()
            running.process.stdout.close()
            running.process.stderr.close()
            self.results[fixture, running.engine.name] = result
            print(report.engine_line(result), flush=True)

    def once(self, *words: str, python: bool = False) -> dict:
        command = [sys.executable, str(HERE / "peers" / "once.py"), *words] if python else [self.engine, *words]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment)
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            return {
                "not_run": (done.stderr or done.stdout).strip().splitlines()[-1] if done.stderr or done.stdout else "no answer"
            }

    def files(self) -> None:
        """One million rows of text, CSV to CSV; ours and DuckDB in turns, each a process of its own."""
        pack, source = str(self.data / "flat" / "pack"), str(self.data / "flat" / "placements.csv")
        turns: dict[str, list[dict]] = {"ours": [], "DuckDB": []}
        for _ in range(3 if self.options.quick else 7):
            turns["ours"].append(self.once("csv", pack, source, str(self.data / "ours.csv")))
            turns["DuckDB"].append(self.once("duckdb_csv", pack, source, str(self.data / "duckdb.csv"), python=True))
        self.other["csv"] = turns
        longer = self.data / "flat" / "placements_four_times.csv"
        text = Path(source).read_text(encoding="utf-8")
        header, rows = text.split("\n", 1)
        longer.write_text(header + "\n" + 4 * rows, encoding="utf-8")
        self.other["csv_longer"] = self.once("csv", pack, str(longer), str(self.data / "ours.csv"))
        longer.unlink()

    def run(self) -> dict:
        for fixture in ALL:
            self.fixture(fixture)
        most = 10_000_000 if self.options.quick else 100_000_000
        self.other["growth"] = self.once("growth", str(self.data / "flat"), str(most))
        national = str(ROOT / "rules" / "england" / "national_bands")
        self.other["start"] = self.once("start", national)
        self.other["python_price"] = self.once("python_price", national, python=True)
        self.other["sweep"] = self.once("sweep", str(self.data / "england"), "100" if self.options.quick else "1000")
        self.files()
        return {
            "machine": report.machine(self.options),
            "engines": list(self.results.values()),
            "measures": measures.all_of(self.results, self.other),
            "other": self.other,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and 10^7 rows at most")
    parser.add_argument("--json", required=True, help="where the results go")
    parser.add_argument("--readme", action="store_true", help="put the tables and plots into README.md")
    parser.add_argument("--programs", required=True)
    parser.add_argument("--packages", required=True, help="the folder that holds our Python package")
    parser.add_argument("--data", required=True)
    options = parser.parse_args()
    found = Bench(options).run()
    Path(options.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print()
    print(report.measure_table(found["measures"]))
    if options.readme:
        report.into_readme(found, HERE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
