"""Records of several kinds priced together: what Tariff.price_together and Tariff.price_tables do. No arithmetic on money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

from . import _core
from ._columns import coded
from ._values import text_of

if TYPE_CHECKING:
    import pandas as pd

    from ._tariff import Tariff


@dataclass(frozen=True)
class Priced:
    """One of the records that were priced together. `facts` are as stated, or gathered; `stated` is False for a group that
    only its rows name."""

    record: str
    id: str
    quote: _core.Quote
    facts: dict[str, str]
    stated: bool


def _texts(facts: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: text_of(value, f"fact {name!r}") for name, value in facts.items()}
    return {name: text for name, text in texts.items() if text != ""}


def price_together(plan: _core.Plan, records: Mapping[str, Iterable[Mapping[str, Any]]], id: str) -> list[Priced]:
    stated = []
    for kind, items in records.items():
        for item in items:
            facts = dict(item)
            stated.append((kind, str(facts.pop(id, "")), _texts(facts)))
    return [Priced(*each) for each in _core.price_together(plan, stated, list(records))]


class _Rows:
    """A frame of rows as the engine's columns."""

    def __init__(self, pricing: _core.GroupPricing, tariff: Tariff, kind: str, frame: pd.DataFrame, without: set[str], id: str) -> None:
        self.kind = kind
        self.frame = frame
        facts = {fact["name"]: fact for fact in tariff.facts(kind)}
        self.without = sorted(without & set(facts))
        missing = [name for name in facts if name not in frame.columns and name not in without]
        if missing:
            raise ValueError(
                f"the pack reads {', '.join(missing)} of each {kind} and no column states them: without=[fact] where no row states it"
            )
        self.columns = {}
        for name, fact in facts.items():
            if name in without:
                continue
            values, given = coded(tariff._plan, fact, frame[name])
            if fact["kind"] == "name":
                import pandas as pd

                positions, distinct = pd.factorize(frame[name])
                numbers = pricing.name_numbers([text_of(value, f"column {name!r}") for value in distinct])
                values = _mapped(numbers, positions)
            self.columns[name] = (values, given)
        self.ids: Sequence[str] = [text_of(value, "an id") for value in frame[id]] if id in frame.columns else []


def _mapped(numbers: list[int], positions: Any) -> Any:
    import numpy as np

    # One more entry at the end is where pandas' -1, a missing value, looks: an absent fact.
    return np.array([*numbers, 0], dtype=np.int64)[positions]


def price_tables(tariff: Tariff, frames: Mapping[str, pd.DataFrame], without: Iterable[str], id: str) -> dict[str, pd.DataFrame]:
    import numpy as np
    import pandas as pd

    pricing = _core.GroupPricing(tariff._plan)
    groups = set(tariff.groups)
    for kind, frame in frames.items():
        tariff._record(kind)
        if kind in groups:
            known = {fact["name"] for fact in tariff.facts(kind)}
            for row in frame.to_dict("records"):
                facts = {name: value for name, value in row.items() if name in known and not _is_missing(value)}
                pricing.state(kind, _texts(facts))
    rows = [_Rows(pricing, tariff, kind, frame, set(without), id) for kind, frame in frames.items() if kind not in groups]
    for each in rows:
        pricing.gather(each.kind, len(each.frame), each.columns, each.without, list(each.ids))
    pricing.price_groups()
    outcomes = tariff._tariff.outcomes
    out = {}
    for each in rows:
        priced = pricing.price(each.kind, len(each.frame), each.columns, each.without)
        table = each.frame.copy()
        table["outcome"] = [outcomes[int(number)][0] for number in priced["outcome"]]
        unpriced = np.array([outcomes[int(number)][1] == "not_priced" for number in priced["outcome"]], dtype=bool)
        table["total_pence"] = pd.arrays.IntegerArray(priced["total_pence"], unpriced.copy())
        for name, pence in priced["lines"].items():
            table[f"{name}_pence"] = pd.arrays.IntegerArray(pence, unpriced.copy())
        out[each.kind] = table
    for kind in tariff.groups:
        made = [Priced(*each) for each in pricing.groups(kind)]
        if made or kind in frames:
            out[kind] = _frame_of(made, pricing.lines(kind), frames.get(kind))
    return out


def _is_missing(value: Any) -> bool:
    return value is None or value != value


def _frame_of(groups: list[Priced], lines: list[str], stated: pd.DataFrame | None) -> pd.DataFrame:
    """Groups in their order: what is stated of them, what was gathered, and what each line pays."""
    import pandas as pd

    rows = []
    own = [] if stated is None else stated.to_dict("records")
    for place, group in enumerate(groups):
        row: dict[str, Any] = dict(own[place]) if group.stated else {}
        row.update({name: text for name, text in group.facts.items() if name not in row or _is_missing(row[name])})
        row["outcome"] = group.quote.outcome
        row["total_pence"] = group.quote.total_pence
        pays = {line.name: line.payable_pence for line in group.quote.lines}
        for name in lines:
            row[f"{name}_pence"] = pays.get(name, 0) if group.quote.priced else None
        rows.append(row)
    table = pd.DataFrame(rows)
    for name in ["total_pence", *(f"{line}_pence" for line in lines)]:
        table[name] = table[name].astype("Int64") if name in table else pd.array([], dtype="Int64")
    return table
