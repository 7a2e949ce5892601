"""Instructions a row of our kernel, counted by callgrind and held to a recorded limit: they repeat exactly where time does not.

Only pricing is counted, after a first call has made ready what is put off until then: what is compiled takes as many instructions as its
memory's addresses have it, and loading as many as its threads wait for each other. Counts compare one kernel with itself over time,
never one method with another.

    python3 instructions.py BENCH_ENGINE DATA            fails where a count is above its limit
    python3 instructions.py BENCH_ENGINE DATA --record   writes the counts, with a little room, as the new limits
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LIMITS = Path(__file__).with_name("instructions.txt")
FIXTURES = ("flat", "dated", "schemes")
ROOM = 1.04  # of the count when it was recorded: compilers of one version differ a little in their libraries


def instructions(engine: str, folder: Path, calls: int) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        command = ["valgrind", "--tool=callgrind", "--toggle-collect=bench::Loaded::price*", f"--callgrind-out-file={scratch}/out", engine, "once", str(folder), str(calls)]
        done = subprocess.run(command, capture_output=True, text=True)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not counted:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return int(counted[1])


def a_row(engine: str, folder: Path) -> float:
    rows = (folder / "expected.i64").stat().st_size // 8
    return instructions(engine, folder, calls=2) / (2 * rows)


def main(engine: str, data: str, record: str | None = None) -> int:
    if not shutil.which("valgrind"):
        raise SystemExit("valgrind is not installed: .ci/install.sh installs it")
    counts = {fixture: a_row(engine, Path(data) / fixture) for fixture in FIXTURES}
    if record == "--record":
        opening = [line for line in LIMITS.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        lines = [f"{fixture} {count * ROOM:.1f}" for fixture, count in counts.items()]
        LIMITS.write_text("\n".join(opening + lines) + "\n", encoding="utf-8")
    limits = dict(line.split() for line in LIMITS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    above = False
    for fixture, count in counts.items():
        limit = float(limits[fixture])
        above |= count > limit
        print(f"{fixture}: {count:.1f} instructions a row, {'ABOVE the' if count > limit else 'within the'} limit of {limit}")
    return int(above)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
