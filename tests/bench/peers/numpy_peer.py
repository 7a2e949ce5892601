"""NumPy by hand: whole numbers of 64 bits, and floats as most people write it."""

from __future__ import annotations

import numpy as np
from serve import THRESHOLD, Fixture

BLOCK = 16_384  # rows whose temporary arrays stay in the cache: a third faster than whole columns


def nearest(numerator: np.ndarray, divisor: int, signed: bool) -> np.ndarray:
    """To the nearest, a half away from zero, in place. NumPy divides by a scalar with a multiplication."""
    if not signed:
        numerator *= 2
        numerator += divisor
        numerator //= 2 * divisor
        return numerator
    sign = np.sign(numerator)
    return nearest(np.abs(numerator), divisor, False) * sign


def in_blocks(rows: int, block) -> np.ndarray:
    out = np.empty(rows, np.int64)
    for start in range(0, rows, BLOCK):
        rows_here = slice(start, start + BLOCK)
        out[rows_here] = block(rows_here)
    return out


def cells(f: Fixture, rows: slice, with_place: bool = True) -> np.ndarray:
    """One index into the table of prices times area costs."""
    index = f["need"][rows].astype(np.intp)
    for key, count in zip(f.keys[1:], f.shape[1:]):
        index *= count
        index += f[key][rows]
    if with_place and f.name != "wide":
        index *= 9
        index += f["region"][rows]
    return index


def folded(f: Fixture, table: str = "price") -> np.ndarray:
    """Price above the threshold times area cost, for every cell and place."""
    above, cost = f.above(table), f.tables["area_cost"]
    return (above * cost if f.name == "wide" else above[..., None] * cost).ravel()


def within(f: Fixture, rows: slice, first: int, after: int) -> np.ndarray:
    return np.maximum(np.minimum(f["last_day"][rows] + 1, after) - np.maximum(f["start"][rows], first), 0)


PERIODS = (("april", 20544, 20697), ("september", 20697, 20819), ("january", 20819, 20909))


def exact(f: Fixture, whole_columns: bool = False):
    """Prices and area costs folded into one table, one index a row, in blocks, in place."""
    if f.name == "schemes":
        teacher, assistant, cost = f.tables["teacher"], f.tables["assistant"], f.tables["area_cost"]

        def block(rows: slice) -> np.ndarray:
            band = f["band"][rows]
            weekly = nearest(f["teacher_hours"][rows] * teacher[band] + f["assistant_hours"][rows] * assistant[band], 100, False)
            above = np.maximum(nearest(weekly, 5, False) - (THRESHOLD + 95) // 190, 0)
            return nearest(above * cost[f["region"][rows]] * f["days_on_roll"][rows], 10_000, False)

    elif f.name == "dated":
        tables = [(folded(f, name), first, after) for name, first, after in PERIODS]

        def block(rows: slice) -> np.ndarray:
            index = cells(f, rows)
            return nearest(
                sum(table[index] * within(f, rows, first, after) for table, first, after in tables), 365 * f.scale, False
            )

    else:
        table, signed = folded(f), f.name == "ties"

        def block(rows: slice) -> np.ndarray:
            return nearest(table.take(cells(f, rows)) * f["days"][rows], 365 * f.scale, signed)

    if whole_columns:
        return lambda: block(slice(None)), lambda pence: pence
    return lambda: in_blocks(f.rows, block), lambda pence: pence


def usual(f: Fixture):
    """Whole columns, one expression, as NumPy's users write it; `big` overflows without a word."""
    if f.name in ("dated", "schemes"):
        return exact(f, whole_columns=True)
    above, cost, signed, divisor = f.above(), f.tables["area_cost"], f.name == "ties", 365 * f.scale

    def price() -> np.ndarray:
        numerator = above[tuple(f[key] for key in f.keys)] * cost[f[f.place]] * f["days"]
        if signed:
            return np.sign(numerator) * ((2 * np.abs(numerator) + divisor) // (2 * divisor))
        return (2 * numerator + divisor) // (2 * divisor)

    return price, lambda pence: pence


def floats(f: Fixture):
    """Pounds as floats, rounded by np.round, as it is usually written."""
    above = f.above() / 100
    cost = f.tables["area_cost"] / f.scale

    def price() -> np.ndarray:
        return np.round(above[tuple(f[key] for key in f.keys)] * cost[f[f.place]] * f["days"] / 365, 2)

    return price, lambda pounds: np.rint(pounds * 100).astype(np.int64)


ENGINES = {"NumPy int64 exact": usual, "NumPy int64 exact, tuned": exact, "NumPy float64": floats}
