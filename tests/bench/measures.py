"""The measures and their targets, worked out from one run. A target is a number of this file and of nothing else: it is never
moved by what a run found. A ratio of two engines is taken in each round, when both ran next to each other, and is the median."""

from __future__ import annotations

import statistics
from typing import Any, Callable

Results = dict[tuple[str, str], dict]
ONE, TWO = "ours, 1 thread", "ours, 2 threads"
INTEGER_LOOPS = [
    "hand: constant divisor",
    "hand: constant divisor, folded table",
    "hand: blocked magic multiply",
    "hand: blocked reciprocal",
]
PLAIN_LOOPS = INTEGER_LOOPS[:2]
FILTERED_LOOPS = ["hand: filtered, blocked", "hand: filtered, one AVX2 pass"]
NUMPY = ["NumPy int64 exact", "NumPy int64 exact, tuned"]


class Unavailable(Exception):
    """An engine that a measure needs did not run."""


def rounds(results: Results, fixture: str, engine: str) -> list[float]:
    result = results.get((fixture, engine), {})
    if "rounds" not in result:
        raise Unavailable(f"{engine} on {fixture} did not run: {result.get('not_run', 'not in the run')}")
    return result["rounds"]


def fastest(results: Results, fixture: str, engines: list[str]) -> str:
    ran = [engine for engine in engines if "rounds" in results.get((fixture, engine), {})]
    if not ran:
        raise Unavailable(f"none of {', '.join(engines)} ran on {fixture}")
    return min(ran, key=lambda engine: statistics.median(results[fixture, engine]["rounds"]))


def within_round(results: Results, above: tuple[str, str], below: tuple[str, str]) -> float:
    """Of two engines over one fixture."""
    pairs = zip(rounds(results, *above), rounds(results, *below))
    return statistics.median(a / b for a, b in pairs)


def across(results: Results, above: tuple[str, str], below: tuple[str, str]) -> float:
    """Of one engine over two fixtures, whose rounds are not next to each other."""
    return statistics.median(rounds(results, *above)) / statistics.median(rounds(results, *below))


def all_of(results: Results, other: dict[str, Any]) -> list[dict]:
    found: list[dict] = []

    def measure(
        name: str,
        value: Callable[[], float],
        unit: str,
        at_most: float | None = None,
        at_least: float | None = None,
        note: str = "",
    ) -> None:
        entry = {"name": name, "value": None, "target": None, "unit": unit, "pass": None, "note": note}
        if at_most is not None:
            entry["target"] = f"at most {at_most:g}"
        if at_least is not None:
            entry["target"] = f"at least {at_least:g}"
        try:
            entry["value"] = value()
            if at_most is not None:
                entry["pass"] = entry["value"] <= at_most
            if at_least is not None:
                entry["pass"] = entry["value"] >= at_least
        except (Unavailable, KeyError, ZeroDivisionError) as reason:
            entry["note"] = f"not measured: {reason}"
            if entry["target"]:
                entry["pass"] = False
        found.append(entry)

    def flat(name: str, above: str | list[str], below: str | list[str], **target: float) -> None:
        """A ratio on flat; of several engines the fastest."""

        def value() -> float:
            pair = [fastest(results, "flat", side if isinstance(side, list) else [side]) for side in (above, below)]
            if len(above) > 1 and isinstance(above, list) or isinstance(below, list):
                found_name = pair[0] if isinstance(above, list) else pair[1]
                notes.append(f"the fastest: {found_name}")
            return within_round(results, ("flat", pair[0]), ("flat", pair[1]))

        notes: list[str] = []
        measure(name, value, "ratio", **target)
        found[-1]["note"] = found[-1]["note"] or "; ".join(notes)

    flat("flat, 1 thread: ours / fastest hand-written integer loop", ONE, INTEGER_LOOPS, at_most=0.8)
    flat("flat, 1 thread: ours / fastest integer loop for any x86-64, no wide registers", ONE, PLAIN_LOOPS)
    flat("flat, 1 thread: ours / hand-written filtered loop", ONE, FILTERED_LOOPS, at_most=1.6)
    flat("flat: NumPy int64 exact / ours, 1 thread", NUMPY, ONE, at_least=6)
    flat("flat: NumPy int64 exact as usually written / ours, 1 thread", NUMPY[0], ONE)
    flat(
        "flat, 2 threads: DuckDB exact integer SQL, integer keys / ours", "DuckDB exact integer SQL, 2 threads", TWO, at_least=10
    )
    flat(
        "flat, 2 threads, text keys in Arrow: DuckDB exact / ours",
        "DuckDB exact, text keys in Arrow, 2 threads",
        "ours, text keys in Arrow, 2 threads",
        at_least=4,
    )
    flat("flat: OpenFisca-core, parameter tree / ours, 1 thread", "OpenFisca-core, parameter tree", ONE, at_least=900)
    flat("flat: OpenFisca-core, plain arrays / ours, 1 thread", "OpenFisca-core, plain arrays", ONE, at_least=40)
    for fixture, most, what in (
        ("ties", 2, "half the rows on an exact tie"),
        ("dated", 2.5, "two changes in the year"),
        ("schemes", 3, "three roundings in order"),
        ("herefordshire", 3, "a printed local pack: points to a group to a sum"),
        ("slices", 4.5, "several roundings in each of three slices"),
        ("big", 2, "numerators past 2^63"),
        ("big_integer", None, "numerators past 2^126, in big integers"),
        ("wide", None, "21,600 prices and 150 areas"),
        ("flat_dates", None, "days as two dates"),
    ):
        measure(
            f"{fixture} / flat, ours ({what})", lambda f=fixture: across(results, (f, ONE), ("flat", ONE)), "ratio", at_most=most
        )
    measure(
        "dated, rows that cross no change / flat_dates, ours",
        lambda: across(results, ("dated_within", ONE), ("flat_dates", ONE)),
        "ratio",
    )
    measure(
        "flat: 2 threads / 1 thread throughput",
        lambda: within_round(results, ("flat", ONE), ("flat", TWO)),
        "ratio",
        at_least=1.8,
    )

    def csv_ratio() -> float:
        turns = other["csv"]
        pairs = list(zip(turns["DuckDB"], turns["ours"]))
        for answer in (*turns["DuckDB"], *turns["ours"]):
            if "ns" not in answer:
                raise Unavailable(answer.get("not_run", "no answer"))
        if len({answer["pence"] for pair in pairs for answer in pair}) != 1:
            raise Unavailable("the totals differ")
        return statistics.median(a["ns"] / b["ns"] for a, b in pairs)

    measure("1M rows CSV to CSV, text keys, 2 threads: DuckDB exact / ours", csv_ratio, "ratio", at_least=4)
    measure("1M rows CSV to CSV, ours", lambda: statistics.median(a["ns"] for a in other["csv"]["ours"]) / 1e6, "ms")

    def sweep() -> float:
        found_ = other["sweep"]
        if "ns" not in found_:
            raise Unavailable(found_.get("not_run", "no answer"))
        if found_["differ"]:
            raise Unavailable(f"{found_['differ']} of {found_['compared']} scenarios differ from packs of their own")
        return found_["ns"] / found_["scenarios"] / found_["rows"] / statistics.median(rounds(results, "flat", ONE))

    swept = other.get("sweep", {})
    note = ""
    if "profiles" in swept:
        note = (
            f"{swept['scenarios']:,} scenarios x {swept['rows']:,} rows ({swept['profiles']:,} profiles) in {swept['ns'] / 1e9:.2f} s; "
            f"{swept['compared']} compared with packs of their own"
        )
    measure("england_sweep, 1 thread: time a scenario-row, ours / flat", sweep, "ratio", at_most=0.5, note=note)
    measure(
        "Python call on arrays / C++ call, 1M rows",
        lambda: within_round(results, ("flat", "ours, Python on arrays"), ("flat", ONE)),
        "ratio",
        at_most=1.1,
        note="both write into the arrays of an earlier call",
    )
    measure(
        "tracing on for every row, flat",
        lambda: statistics.median(rounds(results, "flat", "ours, traced, one at a time")) / 1000,
        "µs a row",
    )

    measure(
        "one record without its account, flat, C++",
        lambda: statistics.median(rounds(results, "flat", "ours, untraced, one at a time")) / 1000,
        "µs a row",
    )

    def wrong() -> float:
        ours = [result for (_, engine), result in results.items() if engine.startswith("ours") and "not_run" not in result]
        return sum(result["wrong_pence"] for result in ours)

    measure("wrong pence, every fixture, ours", wrong, "rows", at_most=0)
    measure("peak memory above the columns", lambda: other["growth"]["bytes_a_row_above_columns"], "bytes a row", at_most=16)
    measure(
        "CSV streaming: peak memory of four times the rows / of one",
        lambda: other["csv_longer"]["peak_kb"] / max(a["peak_kb"] for a in other["csv"]["ours"]),
        "ratio",
        at_most=1.1,
        note="constant, as far as the allocator allows",
    )
    measure(
        "growth: ns a row at the most rows / at 10,000 rows",
        lambda: other["growth"]["growth"][-1][1] / next(ns for rows, ns in other["growth"]["growth"] if rows == 10_000),
        "ratio",
        note="1 is a straight line; past the cache, memory is the limit",
    )
    measure("load, check and compile the national pack", lambda: statistics.median(other["start"]["ms"]), "ms")
    measure(
        "one price of the national pack with its account, from Python",
        lambda: statistics.median(other["python_price"]["us"]),
        "µs",
    )
    return found
