"""Tariff: a loaded pack that prices one record, a data frame or a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Iterable, Literal, Mapping, Union

from . import _core
from ._columns import CodedColumn, coded_columns, columns_as_they_stand, places_of
from ._errors import PackError
from ._groups import Priced
from ._groups import price_tables as _price_tables
from ._groups import price_together as _price_together
from ._sweep import sweep
from ._usage import Usage
from ._values import text_of, thread_count

if TYPE_CHECKING:
    import pandas as pd

Path = Union[str, "os.PathLike[str]"]


def _taken(name: str, column: Any) -> Any:
    """A column as the engine takes it: pandas' categories as places and texts, the chunks of an Arrow array put together."""
    if hasattr(column, "categories") and hasattr(column, "codes"):
        return places_of(name, column)
    return column.combine_chunks() if hasattr(column, "combine_chunks") else column


@dataclass(frozen=True)
class FileSummary:
    """What came of pricing a file: sums are of every priced row, in pounds.

    `elements` and `payers` are of paid lines; `groups` has (rows, priced rows, total) for each text of the column asked for.
    """

    rows: int
    total: Decimal
    lines: dict[str, Decimal]
    elements: dict[str, Decimal]
    payers: dict[str, Decimal]
    groups: dict[str, tuple[int, int, Decimal]]
    outcomes: dict[str, int]


def load(pack: Path, packs_in: Iterable[Path] = ()) -> Tariff:
    """Reads and checks a pack folder.

    Packs that it uses are looked for in `packs_in` and beside it. Raises PackError with every problem found.

        tariff = bt.load("rules/england/national_bands")
    """
    tariff, diagnostics = _core.load_tariff(os.fspath(pack), [os.fspath(folder) for folder in packs_in])
    if tariff is None:
        raise PackError(diagnostics)
    return Tariff(tariff, diagnostics)


def check(pack: Path, packs_in: Iterable[Path] = ()) -> list[_core.Diagnostic]:
    """Everything that is wrong with a pack, its cases priced and compared too. An empty list: nothing."""
    tariff, diagnostics = _core.load_tariff(os.fspath(pack), [os.fspath(folder) for folder in packs_in])
    if tariff is None:
        return list(diagnostics)
    found = list(diagnostics)
    for _, failures in _core.Plan(tariff).run_cases():
        found.extend(failures)
    return found


class Tariff:
    """A checked pack, ready to price. Immutable, and safe to share between threads. Made by `load`."""

    def __init__(self, tariff: _core.Tariff, warnings: list[_core.Diagnostic]) -> None:
        self._tariff = tariff
        self._plan = _core.Plan(tariff)
        self.warnings = list(warnings)

    @property
    def pack(self) -> str:
        return self._tariff.pack

    @property
    def release(self) -> str:
        return self._tariff.release

    @property
    def title(self) -> str:
        return self._tariff.title

    @property
    def status(self) -> str:
        """illustrative, printed, consulted_on or in_force."""
        return self._tariff.status

    @property
    def text_hash(self) -> str:
        """SHA-256 of the pack's text and of the packs it uses."""
        return self._tariff.text_hash

    @property
    def meaning_hash(self) -> str:
        """SHA-256 of what the pack says, however it is written: two packs with one hash price alike."""
        return self._tariff.meaning_hash

    @property
    def records(self) -> list[str]:
        """The kinds of record that the pack prices."""
        return self._tariff.records

    @property
    def groups(self) -> list[str]:
        """Those of them whose records are groups of others."""
        return self._tariff.groups

    @property
    def choices(self) -> dict[str, tuple[str, list[str]]]:
        """Each policy choice: what is selected, and what may be."""
        return self._tariff.choices

    def facts(self, record: str | None = None) -> list[dict[str, Any]]:
        """The facts that a kind of record can state: name, kind, unit, codes, min, max, decimals, whether optional."""
        return self._tariff.facts(self._record(record))

    def choose(self, **choices: str) -> Tariff:
        """The same tariff under other policy choices. Raises PackError for a choice or alternative there is not.

        tariff.choose(area_cost_follows="home")
        """
        chosen = self._tariff
        for choice, alternative in choices.items():
            made, diagnostics = chosen.choose(choice, alternative)
            if made is None:
                raise PackError(diagnostics)
            chosen = made
        return Tariff(chosen, self.warnings)

    def set_figure(self, **figures: Any) -> Tariff:
        """The same tariff with other values of figures for one run; every quote says so.

        Values are text, int, Decimal, bool or date; a float raises TypeError. Raises PackError for a name that is no figure.

        tariff.set_figure(ordinarily_available_threshold=8000)
        """
        changed = self._tariff
        for figure, value in figures.items():
            made, diagnostics = changed.set_figure(figure, text_of(value, figure))
            if made is None:
                raise PackError(diagnostics)
            changed = made
        return Tariff(changed, self.warnings)

    def known_on(self, day: Any) -> Tariff:
        """The same tariff as it was known on a day: values decided later are not seen."""
        return Tariff(self._tariff.known_on(str(day)), self.warnings)

    def paid_known_on(self, day: Any) -> Tariff:
        """The same tariff; quotes also say what each line differs by from what was payable as known on a day."""
        tariff = Tariff(self._tariff, self.warnings)
        tariff._plan = self._plan.with_paid_known_on(str(day))
        return tariff

    def price(self, record: str | None = None, /, **facts: Any) -> _core.Quote:
        """Prices one record with its whole account.

        Facts are text, int, Decimal, bool or date; a float raises TypeError. The kind of record, where the pack has several,
        is the one positional argument. A fact that cannot be accepted prices to an outcome that says why.

            tariff.price(band="B4", setting="special", attendance="0.6")
        """
        texts = {name: text_of(value, f"fact {name!r}") for name, value in facts.items()}
        return self._plan.price(self._record(record), {name: text for name, text in texts.items() if text != ""})

    def price_table(
        self,
        frame: pd.DataFrame,
        record: str | None = None,
        *,
        map: Mapping[str, str] | None = None,
        without: Iterable[str] = (),
        lines: bool = False,
        money: Literal["pence", "decimal"] = "pence",
        threads: int = 1,
    ) -> pd.DataFrame:
        """Prices every row of a data frame and returns it with new columns at the right.

        `outcome` is each row's outcome code. `total_pence` (Int64, missing where the row is not priced) or, with
        money="decimal", `total` (decimal.Decimal). With lines=True one column a line, named like it. Of a tariff that is
        `paid_known_on` a day, `LINE_difference_pence` (or `LINE_difference`) of each line too: outside the total.

        A fact is the column of its name, or the one that `map` names for it; every fact the pack can read needs a column or
        stands in `without`. `threads` price at once (0: as many as the machine runs), and change nothing in what comes out.

        Raises ValueError for a fact without a column, TypeError for a column of floats.
        """
        import pandas as pd

        if money not in ("pence", "decimal"):
            raise ValueError('money is "pence" or "decimal"')
        kind = self._record(record)
        left_out = sorted(set(without))
        columns = columns_as_they_stand(self._plan, self._tariff.facts(kind), frame, map or {}, left_out)
        priced = self._plan.price_columns(kind, len(frame), columns, left_out, lines, thread_count(threads))
        unpriced = priced["unpriced"]

        def as_money(pence: Any) -> Any:
            if money == "pence":
                return pd.arrays.IntegerArray(pence, unpriced.copy())
            return [None if absent else Decimal(int(value)).scaleb(-2) for value, absent in zip(pence, unpriced)]

        # From pandas 3 on a shallow copy is as safe as a deep one: what is written to is copied then.
        out = frame.copy(deep=int(pd.__version__.split(".")[0]) < 3)
        out["outcome"] = pd.Categorical.from_codes(priced["outcome_places"], priced["outcomes"])
        out["total_pence" if money == "pence" else "total"] = as_money(priced["total_pence"])
        for name, pence in priced["lines"].items():
            if lines:
                out[f"{name}_pence" if money == "pence" else name] = as_money(pence)
            if name in priced["differences"]:
                column = f"{name}_difference_pence" if money == "pence" else f"{name}_difference"
                out[column] = as_money(priced["differences"][name])
        return out

    def price_together(self, records: Mapping[str, Iterable[Mapping[str, Any]]], *, id: str = "id") -> list[Priced]:
        """Prices records of several kinds together, with their whole account: rows, the groups they make, and what is shared out.

        By kind, the facts of each record; `id` is the key under which a record has its id. A kind that is named with no records
        has none; what a group gathers from a kind that is not named is not there. Groups that only rows name come last.

            tariff.price_together({"placement": [{"id": "a", "school": "St Mary", "band": "B1"}], "school": []})
        """
        for kind in records:
            self._record(kind)
        return _price_together(self._plan, records, id)

    def price_tables(self, frames: Mapping[str, pd.DataFrame], *, without: Iterable[str] = (), id: str = "id") -> dict[str, pd.DataFrame]:
        """Prices a data frame of each kind of record together, and returns one of each kind, groups among them.

        Each has `outcome`, `total_pence` and a `LINE_pence` column for each line, its shares of a group's lines too. A frame of
        groups may leave out what they gather; groups that only rows name follow. Raises as `price_table` does.

            tariff.price_tables({"placement": placements, "school": schools})["school"]
        """
        return _price_tables(self, frames, without, id)

    def price_arrays(
        self,
        columns: Mapping[str, Any],
        record: str | None = None,
        *,
        without: Iterable[str] = (),
        lines: Iterable[str] = (),
        threads: int = 1,
        out: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """Prices columns as they stand, without a copy: the fastest way in from Python.

        A column is a NumPy array of the fact as carried: a code's position in the fact's list (uint8, uint16), a number times
        10 to its decimals (any of uint8, uint16, int32, int64), a day (datetime64[D]), a bool; or (values, given), where
        `given` is a bool array that says which rows state the fact; or an Arrow array of strings (string, large_string, or a
        dictionary of them), or a pandas Categorical, read as text.

        Returns `total_pence` (int64), `outcome` (uint16, the outcomes' numbers: look at it first, the total of a row that is
        not priced is 0) and `lines`, the pence (int64) of each line named, all of one dimension and as long as the columns. Rows
        are split between so many `threads` (0: as many as the machine runs), to the same pence.

        `out` gives the arrays to write into and is returned, as NumPy's functions do: what an earlier call for as many rows
        returned, or a mapping of the caller's own arrays {"total_pence": int64, "outcome": uint16, "lines": {line: int64}}, each
        contiguous, writeable, of as many rows and in memory of its own. Lines in `out` are priced; `lines` may name no other.
        Raises ValueError for an array that is not so, and nothing has been written then.

            tariff.price_arrays({"band": np.array([0, 3], np.uint8), "days": np.array([365, 40], np.uint16)})
        """
        import numpy as np

        taken = {name: _taken(name, column) for name, column in columns.items()}
        lengths = {name: len(column[0]) if type(column) is tuple else len(column) for name, column in taken.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError("columns differ in length: " + ", ".join(f"{name} {length}" for name, length in lengths.items()))
        rows = next(iter(lengths.values()), 0)
        if out is None:
            pence = {line: np.empty(rows, np.int64) for line in lines}
            out = {"total_pence": np.empty(rows, np.int64), "outcome": np.empty(rows, np.uint16), "lines": pence}
        elif missing := [name for name in ("total_pence", "outcome") if name not in out]:
            raise ValueError(f"out has no {missing[0]!r}: it is a mapping of total_pence, outcome and, where lines are wanted, lines")
        elif missing := [line for line in lines if line not in out.get("lines", {})]:
            raise ValueError(f"out has no array for line {missing[0]!r} under 'lines'")
        written = (out["total_pence"], out["outcome"], dict(out.get("lines", {})))
        self._plan.price_arrays(self._record(record), rows, taken, list(without), written, thread_count(threads))
        return out

    def price_file(
        self,
        input: Path,
        output: Path,
        record: str | None = None,
        *,
        map: Mapping[str, str] | None = None,
        without: Iterable[str] = (),
        lines: bool = False,
        by: str | None = None,
        threads: int = 0,
    ) -> FileSummary:
        """Prices a CSV file into another in constant memory, as `bandtariff price PACK FILE.csv -o OUT.csv` does.

        `by` names a column whose texts the totals are also given by; `threads` work at once (0: as many as the machine runs). Raises PackError where the file or its columns cannot
        be used.
        """
        summary, diagnostics = self._plan.price_file(
            os.fspath(input), os.fspath(output), self._record(record), dict(map or {}), list(without), lines, by or "", thread_count(threads)
        )
        if summary is None:
            raise PackError(diagnostics)
        return FileSummary(**summary)

    def sweep(
        self,
        frame: pd.DataFrame,
        record: str | None = None,
        *,
        figures: Mapping[str, Any] | None = None,
        choices: Mapping[str, Any] | None = None,
        scenarios: Iterable[Mapping[str, Any]] | None = None,
        by: str | None = None,
        map: Mapping[str, str] | None = None,
        without: Iterable[str] = (),
        money: Literal["pence", "decimal"] = "pence",
        threads: int = 0,
    ) -> pd.DataFrame:
        """Prices every row of a data frame in many scenarios: a row of the result for each, or for each text of the column `by`.

        `figures` and `choices` name what is varied, each with one value, a list of values or a range such as "5000:7000:500":
        every combination is a scenario. Or `scenarios` lists them, each {"name": ..., "figures": {...}, "choices": {...},
        "cells": [(table, [key, ...], value)]}. The first rows are of the pack as it stands; `difference`, `gaining`, `gained`,
        `losing` and `lost` compare with it, row by row of the frame. Each scenario is exactly the tariff with the same set.

            tariff.sweep(frame, figures={"ordinarily_available_threshold": "5000:7000:500"}, by="authority")

        Raises PackError for what a scenario cannot set, ValueError for a fact without a column, TypeError for a float.
        """
        return sweep(self, self._record(record), frame, figures or {}, choices or {}, scenarios, by, map or {}, without, money, threads)

    def run_cases(self) -> list[tuple[str, list[_core.Diagnostic]]]:
        """Every case of the pack with what differs from its expected pence; an empty list is a pass."""
        return self._plan.run_cases()

    def used_by(
        self,
        records: pd.DataFrame | Path,
        record: str | None = None,
        *,
        map: Mapping[str, str] | None = None,
        without: Iterable[str] = (),
    ) -> Usage:
        """What the rows of a data frame or a CSV file read of the pack, and what none of them does.

        Columns are facts as in `price_table`. Raises as it does, and PackError where a file cannot be used.

        tariff.used_by("placements.csv").unread()
        """
        kind = self._record(record)
        if isinstance(records, (str, os.PathLike)):
            counts, diagnostics = _core.used_by_file(self._plan, os.fspath(records), kind, dict(map or {}), list(without))
            if counts is None:
                raise PackError(diagnostics)
            return Usage(**counts)
        columns, left_out = self._columns(records, kind, map, without)
        return Usage(**_core.used_by_columns(self._plan, kind, len(records), columns, left_out))

    def coverage(self) -> Usage:
        """What the pack's own cases reach of it: rows, branches, roundings and outcomes with no `records` have no case."""
        return Usage(**_core.coverage(self._plan))

    def rate_card(self) -> str:
        """The pack as a card that a person reads: prices, dates, sources, rules, assumptions and what it leaves out."""
        return _core.rate_card(self._tariff)

    def plan(self) -> str:
        """How the pack was compiled: folded tables, lanes, operations."""
        return self._plan.dump()

    def __repr__(self) -> str:
        return f"<Tariff {self.pack} {self.release} ({self.status})>"

    def _columns(
        self, frame: pd.DataFrame, kind: str, map: Mapping[str, str] | None, without: Iterable[str]
    ) -> tuple[dict[str, CodedColumn], list[str]]:
        left_out = sorted(set(without))
        return coded_columns(self._plan, self._tariff.facts(kind), frame, map or {}, left_out), left_out

    def _record(self, record: str | None) -> str:
        if record is not None:
            if record not in self.records:
                raise ValueError(f"{record!r} is no kind of record of this pack: {', '.join(self.records)}")
            return record
        if len(self.records) > 1:
            raise ValueError(f"this pack prices several kinds of record, name one: {', '.join(self.records)}")
        return self.records[0]
