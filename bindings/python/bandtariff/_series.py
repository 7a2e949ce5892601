"""Series: releases of one tariff in use together."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Iterable, Literal, Mapping

from . import _core
from ._columns import columns_wanted, texts_of
from ._errors import PackError
from ._tariff import FileSummary, Path, Tariff
from ._values import text_of

if TYPE_CHECKING:
    import pandas as pd


def load_series(folder: Path, packs_in: Iterable[Path] = ()) -> Series:
    """Reads and checks a folder of releases, each in a folder of its own. Raises PackError with every problem found.

        series = bt.load_series("rules/local/example/releases")
    """
    series, diagnostics = _core.load_series(os.fspath(folder), [os.fspath(each) for each in packs_in])
    if series is None:
        raise PackError(diagnostics)
    return Series(series, diagnostics)


class Series:
    """Releases of one tariff. A record is priced by the release that takes it, or each release prices its own days. Made by `load_series`."""

    def __init__(self, series: _core.Series, warnings: list[_core.Diagnostic]) -> None:
        self._series = series
        self.warnings = list(warnings)

    @property
    def releases(self) -> list[Tariff]:
        """The releases, by their first day."""
        return [Tariff(tariff, []) for tariff in self._series.releases]

    @property
    def cut_by_day(self) -> bool:
        """Whether a record's days are shared among the releases; else each record has one."""
        return self._series.cut_by_day

    def price(self, record: str | None = None, /, **facts: Any) -> _core.SeriesQuote:
        """Prices one record; its `quotes` are of each release that prices it. Facts are stated as for Tariff.price."""
        texts = {name: text_of(value, f"fact {name!r}") for name, value in facts.items()}
        return self._series.price(record or "", {name: text for name, text in texts.items() if text != ""})

    def price_table(
        self,
        frame: pd.DataFrame,
        record: str | None = None,
        *,
        map: Mapping[str, str] | None = None,
        without: Iterable[str] = (),
        lines: bool = False,
        money: Literal["pence", "decimal"] = "pence",
    ) -> pd.DataFrame:
        """Prices every row of a data frame and returns it with new columns at the right, as Tariff.price_table does.

        `release` names the release or releases that price the row, joined by " + ".
        """
        import pandas as pd

        if money not in ("pence", "decimal"):
            raise ValueError('money is "pence" or "decimal"')
        stated = columns_wanted(self._series.facts(record or ""), frame, map or {}, set(without))
        columns = {name: texts_of(name, frame[column]) for name, column in stated.items()}
        priced = self._series.price_texts(record or "", len(frame), columns)
        unpriced = [each == "not_priced" for each in priced["outcome_class"]]

        def as_money(pence: list[int]) -> Any:
            if money == "pence":
                return pd.array([None if absent else value for value, absent in zip(pence, unpriced)], dtype="Int64")
            return [None if absent else Decimal(value).scaleb(-2) for value, absent in zip(pence, unpriced)]

        out = frame.copy()
        out["release"] = priced["release"]
        out["outcome"] = pd.Categorical(priced["outcome"])
        out["total_pence" if money == "pence" else "total"] = as_money(priced["total_pence"])
        if lines:
            for name, pence in priced["lines"].items():
                out[f"{name}_pence" if money == "pence" else name] = as_money(pence)
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
    ) -> FileSummary:
        """Prices a CSV file into another, as `bandtariff price FOLDER FILE.csv -o OUT.csv` does."""
        summary, diagnostics = self._series.price_file(
            os.fspath(input), os.fspath(output), record or "", dict(map or {}), list(without), lines, by or "", 1
        )
        if summary is None:
            raise PackError(diagnostics)
        return FileSummary(**summary)

    def __repr__(self) -> str:
        releases = self._series.releases
        return f"<Series {releases[0].pack} of {', '.join(each.release for each in releases)}>"
