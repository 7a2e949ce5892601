"""Many scenarios over one data frame: what is varied to scenarios, and their sums to a frame. No arithmetic on money here."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Iterable, Mapping

import numpy as np

from . import _core
from ._columns import coded_columns
from ._errors import PackError
from ._values import text_of, thread_count

if TYPE_CHECKING:
    import pandas as pd

    from ._tariff import Tariff

_SUMS = ["rows", "priced", "total", "difference", "gaining", "gained", "losing", "lost", "priced_one_way"]
_MONEY = {"total", "difference", "gained", "lost"}


def _texts(name: str, values: Any) -> list[str]:
    """One value, a list of them, or a range: as texts."""
    if isinstance(values, str):
        texts, diagnostics = _core.values_of(values)
        if texts is None:
            raise PackError(diagnostics)
        return texts
    if isinstance(values, Iterable):
        return [text_of(value, name) for value in values]
    return [text_of(values, name)]


def _listed(scenarios: Iterable[Mapping[str, Any]]) -> list[_core.Scenario]:
    """Scenarios as they are written in Python."""
    listed = []
    for number, scenario in enumerate(scenarios, 1):
        figures = {name: text_of(value, name) for name, value in scenario.get("figures", {}).items()}
        choices = dict(scenario.get("choices", {}))
        cells = [(table, [text_of(key, table) for key in keys], text_of(value, table)) for table, keys, value in scenario.get("cells", [])]
        listed.append(_core.Scenario(scenario.get("name", f"scenario {number}"), figures, choices, cells))
    return listed


def sweep(
    tariff: Tariff,
    record: str,
    frame: pd.DataFrame,
    figures: Mapping[str, Any],
    choices: Mapping[str, Any],
    scenarios: Iterable[Mapping[str, Any]] | None,
    by: str | None,
    columns_by_fact: Mapping[str, str],
    without: Iterable[str],
    money: str,
    threads: int,
) -> pd.DataFrame:
    """As Tariff.sweep says."""
    import pandas as pd

    if money not in ("pence", "decimal"):
        raise ValueError('money is "pence" or "decimal"')
    if scenarios is not None and (figures or choices):
        raise ValueError("either figures and choices to combine, or scenarios, not both")
    if scenarios is not None:
        listed = _listed(scenarios)
    else:
        listed = _core.combine(
            [(name, _texts(name, values)) for name, values in figures.items()], [(name, _texts(name, values)) for name, values in choices.items()]
        )
    left_out = sorted(set(without))
    facts = {fact["name"]: fact for fact in tariff._tariff.facts(record)}
    # What only an alternative of a choice reads is asked for too; one that is none is left for the sweep to report.
    for chosen in {tuple(sorted(scenario.choices.items())) for scenario in listed}:
        under: _core.Tariff | None = tariff._tariff
        for choice, alternative in chosen:
            under = under.choose(choice, alternative)[0] if under is not None else None
        for fact in under.facts(record) if under is not None else []:
            facts.setdefault(fact["name"], fact)
    columns = coded_columns(tariff._plan, list(facts.values()), frame, columns_by_fact, left_out)
    group = np.zeros(0, dtype=np.uint32)
    texts: list[Any] = [None]
    if by is not None:
        if by not in frame.columns:
            raise ValueError(f"there is no column {by!r} to give sums by")
        places, distinct = pd.factorize(frame[by], sort=True, use_na_sentinel=False)
        group, texts = places.astype(np.uint32), list(distinct)
    result, diagnostics = tariff._plan.sweep(record, len(frame), columns, left_out, listed, group, thread_count(threads))
    if result is None:
        raise PackError(diagnostics)

    def amount(pence: int) -> Any:
        return pence if money == "pence" else Decimal(pence).scaleb(-2)

    def named(name: str) -> str:
        return f"{name}_pence" if money == "pence" else name

    rows: list[dict[str, Any]] = []
    set_by = [(listed_one.figures, listed_one.choices) for listed_one in listed]
    names = sorted({name for figures_set, choices_set in set_by for name in [*figures_set, *choices_set]})
    for position, scenario in enumerate(result["scenarios"]):
        values = {} if position == 0 else {**set_by[position - 1][0], **set_by[position - 1][1]}
        for place, text in enumerate(texts):
            row = {"scenario": scenario["name"], **{name: values.get(name) for name in names}}
            if by is not None:
                row[by] = text
            sums = scenario["all"] if by is None else scenario["groups"][place]
            for name in _SUMS:
                row[named(name) if name in _MONEY else name] = amount(sums[name]) if name in _MONEY else sums[name]
            if by is None:
                row.update({named(line): amount(pence) for line, pence in scenario["lines"].items()})
            rows.append(row)
    return pd.DataFrame(rows)
