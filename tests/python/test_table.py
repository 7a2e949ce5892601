"""Data frames: what a column may be, what is missing, what comes back."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from conftest import CAMDEN

import bandtariff as bt


def frame(**changes) -> pd.DataFrame:
    return pd.DataFrame([{**CAMDEN, **changes}] * 2)


LATE = ["hospital_and_ap", "additional"]


def test_pence_come_back_as_whole_numbers_beside_the_callers_columns(block: bt.Tariff):
    priced = block.price_table(frame(name="Camden"), without=LATE)
    assert list(priced.columns[-2:]) == ["outcome", "total_pence"]
    assert list(priced["name"]) == ["Camden", "Camden"]
    assert str(priced["total_pence"].dtype) == "Int64"
    assert list(priced["total_pence"]) == [4015609400, 4015609400]


def test_decimals_come_back_on_request(block: bt.Tariff):
    priced = block.price_table(frame(), without=LATE, money="decimal", lines=True)
    assert list(priced["total"]) == [Decimal("40156094.00")] * 2
    assert list(priced["block_total"]) == [Decimal("40156094.00")] * 2


def test_a_float_column_is_refused_with_advice(block: bt.Tariff):
    with pytest.raises(TypeError, match="dtype=str"):
        block.price_table(frame(basic_entitlement_rate=4830.86), without=LATE)


def test_a_fact_without_a_column_is_refused_by_name(block: bt.Tariff):
    with pytest.raises(ValueError, match="hospital_and_ap, additional"):
        block.price_table(frame())


def test_a_column_of_another_name_is_mapped(block: bt.Tariff):
    renamed = frame().rename(columns={"nff_elements": "A"})
    priced = block.price_table(renamed, map={"nff_elements": "A"}, without=LATE)
    assert list(priced["total_pence"]) == [4015609400, 4015609400]
    with pytest.raises(ValueError, match="no fact"):
        block.price_table(renamed, map={"nff": "A"}, without=LATE)


def test_a_bad_row_has_an_outcome_and_missing_money_and_the_others_are_priced(block: bt.Tariff):
    rows = pd.concat([frame(), frame(financial_year="2031-32"), frame(special_school_pupils=-5)], ignore_index=True)
    priced = block.price_table(rows, without=LATE)
    assert list(priced["outcome"]) == ["priced"] * 2 + ["outside_applies"] * 2 + ["fact_out_of_range"] * 2
    assert priced["total_pence"].isna().tolist() == [False] * 2 + [True] * 4


def test_missing_values_are_absent_facts(block: bt.Tariff):
    rows = frame()
    rows["nff_elements"] = pd.array([36630263, None], dtype="Int64")
    assert list(block.price_table(rows, without=LATE)["outcome"]) == ["priced", "fact_missing"]


def test_an_empty_frame_prices_to_an_empty_frame(block: bt.Tariff):
    assert len(block.price_table(frame().iloc[:0], without=LATE)) == 0


@pytest.mark.parametrize("make", [lambda v: v, lambda v: v.astype("category"), lambda v: v.astype("string"), lambda v: v.astype(object)])
def test_text_categories_and_objects_state_the_same(block: bt.Tariff, make):
    rows = frame()
    rows["financial_year"] = make(rows["financial_year"])
    assert list(block.price_table(rows, without=LATE)["total_pence"]) == [4015609400, 4015609400]


def test_every_integer_width_states_the_same(block: bt.Tariff):
    for dtype in (np.int16, np.int32, np.int64, np.uint16):
        rows = frame()
        rows["special_school_pupils"] = rows["special_school_pupils"].astype(dtype)
        assert list(block.price_table(rows, without=LATE)["total_pence"]) == [4015609400, 4015609400]


def test_the_rows_order_does_not_matter(places: bt.Tariff, rules):
    rows = pd.read_csv(rules / "england" / "place_funding" / "cases" / "published_deductions.csv", dtype=str)
    facts = rows[[c for c in rows.columns if c.startswith("given.")]].rename(columns=lambda n: n.removeprefix("given."))
    straight = places.price_table(facts)["total_pence"]
    shuffled = places.price_table(facts.sample(frac=1, random_state=1))["total_pence"].sort_index()
    assert straight.equals(shuffled)


DAYS = ["2024-09-01", "2024-04-01", "2025-02-28", None, "2031-01-01"]


def placements(**columns) -> pd.DataFrame:
    facts = {
        "setting": ["mainstream_academy", "special_la_maintained", "nowhere", "mainstream_academy", None],
        "band": ["B6", "B4", "B4", "B6", "B6"],
        "need": "asd",
        "phase": "primary",
        "authority": "202",
        "home": "202",
        "attendance": "1",
        "start": DAYS,
        "last_day": "2025-03-31",
    }
    return pd.DataFrame({**facts, **columns}, dtype=object)


@pytest.mark.parametrize(
    "kind",
    ["category", "str", "string", "string[pyarrow]", "arrow", "arrow dictionary", "days", "days in a category", "years as numbers"],
)
def test_a_frame_of_any_types_prices_as_one_of_texts_does(national: bt.Tariff, kind: str):
    without = [fact["name"] for fact in national.facts() if fact["name"] not in placements().columns]
    texts = placements()
    wanted = national.price_table(texts, without=without, lines=True)
    typed = texts.copy()
    if "arrow" in kind:
        arrow = pytest.importorskip("pyarrow")
        types = {"arrow": arrow.string(), "arrow dictionary": arrow.dictionary(arrow.int32(), arrow.string())}
        dtype = pd.ArrowDtype(types[kind]) if kind in types else kind
        typed = typed.astype({name: dtype for name in texts.columns})
    elif kind == "days":
        typed["start"] = pd.to_datetime(texts["start"])
        typed["last_day"] = pd.to_datetime(texts["last_day"])
    elif kind == "days in a category":
        typed["start"] = pd.Categorical(pd.to_datetime(texts["start"]))
    elif kind == "years as numbers":
        typed["attendance"] = 1
        typed["authority"] = 202
    else:
        typed = typed.astype(kind) if kind != "str" else typed.astype({name: "str" for name in ("band", "need", "home")})
    priced = national.price_table(typed, without=without, lines=True)
    for name in wanted.columns[len(texts.columns) :]:
        assert list(priced[name].astype(object).fillna("none")) == list(wanted[name].astype(object).fillna("none")), name
    assert list(typed.columns) == list(texts.columns), "the caller's frame is as it was"
    assert {"priced", "code_unknown"} <= set(wanted["outcome"])


def test_a_time_of_day_is_no_day(national: bt.Tariff):
    for times in (pd.to_datetime(["2024-09-01 09:00"] * 5), pd.Categorical(pd.to_datetime(["2024-09-01 09:00"] * 5))):
        frame = placements()
        frame["start"] = times
        without = [fact["name"] for fact in national.facts() if fact["name"] not in frame.columns]
        with pytest.raises(TypeError, match="times of day"):
            national.price_table(frame, without=without)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int16, np.int32, np.uint32, np.int64, np.uint64, "Int64", object])
def test_whole_numbers_of_any_type_are_the_numbers_that_texts_are(tmp_path, kind):
    (tmp_path / "pack.yaml").write_text(
        """
pack: test.days
release: "1"
title: Days
status: illustrative
format: 1
applies: {from: 2026-04-01, last_day: 2027-03-31}
record: pupil
span: none
sources:
  invented: {kind: illustrative, title: Invented}
codes:
  party: [council, provider]
facts:
  days: {kind: number, unit: day, decimals: 0, min: 3, max: 200}
  halves: {kind: number, unit: day, decimals: 1, min: 0, max: 200}
roundings:
  penny: {nearest: 0.01, ties: away_from_zero, source: invented}
figures:
  daily:
    unit: GBP per day
    values: [{from: 2026-04-01, amount: 10, source: invented}]
lines:
  top_up:
    element: none
    payer: council
    payee: provider
    amount: "daily * days + daily * halves"
    over: once
    round: penny
""".lstrip()
    )
    tariff = bt.load(tmp_path)
    days = [3, 200, 2, 201, 7]
    wanted = tariff.price_table(pd.DataFrame({"days": [str(day) for day in days], "halves": "1"}))
    assert list(wanted["outcome"]) == ["priced", "priced", "fact_out_of_range", "fact_out_of_range", "priced"]
    priced = tariff.price_table(pd.DataFrame({"days": pd.Series(days, dtype=kind), "halves": pd.Series([1] * 5, dtype=kind)}))
    assert list(priced["outcome"]) == list(wanted["outcome"])
    assert list(priced["total_pence"].fillna(0)) == list(wanted["total_pence"].fillna(0)) and priced["total_pence"][0] == 4000
    # A column of a frame whose numbers lie row by row is no contiguous run.
    whole = pd.DataFrame(np.array([[day, 1] for day in days], np.int64), columns=["days", "halves"])
    assert list(tariff.price_table(whole)["outcome"]) == list(wanted["outcome"])
