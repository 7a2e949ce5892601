"""A peer's side of the benchmark's conversation (serve.hpp is the same for C++), and fixtures as NumPy arrays."""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from typing import Any, Callable

import numpy as np

TYPES = {"u8": np.uint8, "u16": np.uint16, "i32": np.int32, "i64": np.int64}
NOT_PRICED = np.iinfo(np.int64).min
THRESHOLD = 600_000  # pence


class Fixture:
    """The same columns and tables that every engine reads."""

    def __init__(self, folder: str, most_rows: int | None = None) -> None:
        self.folder = Path(folder)
        self.name = self.folder.name
        read = lambda path: np.fromfile(path, dtype=TYPES[path.suffix[1:]])
        self.columns = {path.stem: read(path)[:most_rows] for path in (self.folder / "columns").iterdir()}
        self.tables = (
            {path.stem: read(path) for path in (self.folder / "tables").iterdir()} if (self.folder / "tables").exists() else {}
        )
        self.expected = read(self.folder / "expected.i64")[:most_rows]
        self.rows = len(self.expected)

    def __getitem__(self, column: str) -> np.ndarray:
        return self.columns[column]

    def codes(self, fact: str) -> list[str] | None:
        """The texts of a coded fact, by their positions; None for a number."""
        path = self.folder / "pack" / f"{fact}s.csv"
        if not path.exists():
            return None
        with path.open(encoding="utf-8") as file:
            return [row[fact] for row in csv.DictReader(file)]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the price table: needs, bands, settings (and areas)."""
        return (12, 3, 4, 150) if self.name == "wide" else (12, 7, 4)

    @property
    def scale(self) -> int:
        return 10**12 if self.name.startswith("big") else 10**4

    def above(self, table: str = "price") -> np.ndarray:
        """Pence above the threshold, by the codes of the price table."""
        above = self.tables[table] - THRESHOLD
        return (above if self.name == "ties" else np.maximum(above, 0)).reshape(self.shape)

    @property
    def keys(self) -> list[str]:
        return ["need", "band", "setting", "area"] if self.name == "wide" else ["need", "band", "setting"]

    @property
    def place(self) -> str:
        return "area" if self.name == "wide" else "region"


def serve(fixture: Fixture, price: Callable[[], Any], pence: Callable[[Any], np.ndarray]) -> None:
    """`price` is timed and returns all it worked out; `pence` turns that into whole pence, untimed, to be checked."""
    say = lambda **answer: print(json.dumps(answer), flush=True)
    last = price()
    say(ready={"rows": fixture.rows})
    for line in sys.stdin:
        words = line.split()
        if words[0] == "go":
            times = []
            for _ in range(int(words[1])):
                start = time.perf_counter_ns()
                last = price()
                times.append(time.perf_counter_ns() - start)
            say(ns=times)
        elif words[0] == "check":
            found = np.asarray(pence(last))
            say(wrong=int((found != fixture.expected).sum()), checked=fixture.rows)
        else:
            return
