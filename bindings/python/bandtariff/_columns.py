"""From a data frame's columns to the engine's: each distinct value is read once by the engine, then mapped. No arithmetic
on money happens here."""

from __future__ import annotations

from typing import Any, Collection, Mapping, Sequence

import numpy as np

from . import _core
from ._values import FLOAT_ADVICE, text_of

CodedColumn = tuple[np.ndarray, np.ndarray]
# Whole numbers that the engine reads where they lie.
AS_CARRIED = tuple(np.dtype(kind) for kind in (np.uint8, np.uint16, np.int32, np.int64))


def days_as_text(name: str, values: Any) -> Any:
    """A column, or the distinct values of one, with days as texts. Raises TypeError for floats and times of day."""
    import pandas as pd

    if pd.api.types.is_float_dtype(values.dtype):
        raise TypeError(
            FLOAT_ADVICE.format(what=f"column {name!r}") + "; reading a CSV file, pass dtype=str (whole numbers with gaps turn into floats)"
        )
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = pd.Series(values)
        days = values.dropna()
        if not (days == days.dt.normalize()).all():
            raise TypeError(f"column {name!r} has times of day: facts are whole days")
        values = values.dt.strftime("%Y-%m-%d")
    return values


def texts_of(name: str, series: Any) -> list[str]:
    """A column as the texts that records state, "" where a value is missing."""
    import pandas as pd

    series = days_as_text(name, series)
    return ["" if pd.isna(value) else text_of(value, f"column {name!r}") for value in series]


def coded(plan: _core.Plan, fact: dict[str, Any], series: Any) -> CodedColumn:
    """One pandas Series as (values int64, given uint8) of the fact. Missing values are absent facts.

    Raises TypeError for a float column: read the file with dtype=str, or convert to text or Decimal.
    """
    import pandas as pd

    name = fact["name"]
    positions, distinct = pd.factorize(series)
    texts = [text_of(value, f"column {name!r}") for value in days_as_text(name, distinct)]
    read = plan.read_texts(name, texts)
    # One more entry at the end is where pandas' -1, a missing value, looks: an absent fact.
    values = np.array([value for value, _ in read] + [0], dtype=np.int64)
    given = np.array([mark for _, mark in read] + [0], dtype=np.uint8)
    return values[positions], given[positions]


def as_it_stands(plan: _core.Plan, fact: dict[str, Any], series: Any) -> Any:
    """One pandas Series as Plan.price_columns takes it: where the engine can read it where it lies, without another pass over it."""
    import pandas as pd

    name, dtype = fact["name"], series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return places_of(name, series.array)
    if isinstance(dtype, (pd.StringDtype, pd.ArrowDtype)) and hasattr(series.array, "__arrow_array__"):
        if (texts := arrow_texts(series.array.__arrow_array__())) is not None:
            return texts
    if fact["kind"] == "number" and fact["decimals"] == 0 and dtype in AS_CARRIED:
        return np.ascontiguousarray(series.to_numpy())
    if fact["kind"] == "date" and isinstance(dtype, np.dtype) and dtype.kind == "M":
        times = series.to_numpy()
        days = times.astype("datetime64[D]")
        if not ((days == times) | np.isnat(times)).all():
            raise TypeError(f"column {name!r} has times of day: facts are whole days")
        return days, ~np.isnat(days)
    return coded(plan, fact, series)


def places_of(name: str, categories: Any) -> tuple[np.ndarray, list[str]]:
    """A pandas Categorical as places and texts."""
    texts = [text_of(value, f"column {name!r}") for value in days_as_text(name, categories.categories)]
    return np.ascontiguousarray(categories.codes), texts


def arrow_texts(array: Any) -> Any:
    """An Arrow array, or the chunks of one put together, where it is of texts that the engine reads; else None."""
    if hasattr(array, "combine_chunks"):
        array = array.combine_chunks()
    kind = str(getattr(array.type, "value_type", array.type))
    return array if kind in ("string", "large_string") and hasattr(array, "__arrow_c_array__") else None


def columns_wanted(names: Sequence[str], frame: Any, columns_by_fact: Mapping[str, str], left_out: Collection[str]) -> dict[str, str]:
    """The column of each fact that a frame states. Raises ValueError for a name that is no fact and for a fact without a column."""
    for name in [*columns_by_fact, *left_out]:
        if name not in names:
            raise ValueError(f"{name!r} is no fact that this kind of record reads: {', '.join(names)}")
    wanted = {name: columns_by_fact.get(name, name) for name in names if name not in left_out}
    missing = [name for name, column in wanted.items() if column not in frame.columns]
    if missing:
        raise ValueError(
            f"the pack reads {', '.join(missing)} and no column states them: "
            "map={fact: column}, or without=[fact] where no row states it"
        )
    return wanted


def columns_as_they_stand(
    plan: _core.Plan, facts: Sequence[dict[str, Any]], frame: Any, columns_by_fact: Mapping[str, str], left_out: Collection[str]
) -> dict[str, Any]:
    """The columns of a frame that state facts, for Plan.price_columns. Raises as coded_columns does."""
    wanted = columns_wanted([fact["name"] for fact in facts], frame, columns_by_fact, left_out)
    return {fact["name"]: as_it_stands(plan, fact, frame[wanted[fact["name"]]]) for fact in facts if fact["name"] in wanted}


def coded_columns(
    plan: _core.Plan, facts: Sequence[dict[str, Any]], frame: Any, columns_by_fact: Mapping[str, str], left_out: Collection[str]
) -> dict[str, CodedColumn]:
    """The columns of a frame that state facts, coded. Raises as columns_wanted and coded do."""
    wanted = columns_wanted([fact["name"] for fact in facts], frame, columns_by_fact, left_out)
    return {fact["name"]: coded(plan, fact, frame[wanted[fact["name"]]]) for fact in facts if fact["name"] in wanted}
