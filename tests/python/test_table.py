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
