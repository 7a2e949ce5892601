"""Records of several kinds priced together: one by one, and as data frames."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import bandtariff as bt

ROOT = Path(__file__).resolve().parents[2]
FULL = {"band": "B1", "start": "2025-04-01", "last_day": "2026-03-31"}
ROWS = [
    {"id": "a", "child": "x", "school": "North", "lead": True, **FULL},
    {"id": "b", "child": "y", "school": "North", **FULL},
    {"id": "c", "child": "z", "school": "North", **FULL},
    {"id": "d", "child": "x", "school": "South", "lead": True, **FULL},
]
SCHOOLS = [{"school": "North", "roll": 50}]


@pytest.fixture(scope="module")
def cohorts() -> bt.Tariff:
    return bt.load(ROOT / "tests/packs/good/cohorts")


def test_one_by_one_every_record_has_its_account(cohorts: bt.Tariff):
    priced = cohorts.price_together({"placement": ROWS, "school": SCHOOLS})
    north = next(each for each in priced if each.record == "school" and each.stated)
    assert north.facts["on_census_day"] == "3"
    assert {line.name: line.payable for line in north.quote.lines}["pot"] == Decimal("300.00")
    assert north.quote.total == Decimal("6000.00")  # the pot is in the rows' totals
    a = next(each for each in priced if each.id == "a")
    share = next(line for line in a.quote.lines if line.name == "pot")
    assert share.payable == Decimal("100.00")
    assert share.share["group"] == "school North" and share.share["pot"] == Decimal("300.00")
    assert [each.facts["school"] for each in priced if each.record == "school" and not each.stated] == ["South"]


def test_frames_come_to_the_same(cohorts: bt.Tariff):
    priced = cohorts.price_tables({"placement": pd.DataFrame(ROWS), "school": pd.DataFrame(SCHOOLS)}, without=["share_of_week"])
    alone = {each.id: each.quote.total_pence for each in cohorts.price_together({"placement": ROWS, "school": SCHOOLS}) if each.record == "placement"}
    placements = priced["placement"]
    assert dict(zip(placements["id"], placements["total_pence"])) == alone
    assert list(placements["pot_pence"]) == [10000, 10000, 10000, 0]
    schools = priced["school"]
    assert list(schools["school"]) == ["North", "South"]
    assert list(schools["outcome"]) == ["priced", "fact_missing"]  # South's roll is not stated
    assert schools["above_cap_pence"].iloc[0] == 600000
    assert str(schools["total_pence"].dtype) == "Int64"


def test_a_kind_that_is_not_given_is_missing_and_one_that_is_empty_is_none(cohorts: bt.Tariff):
    school = {"school": "North", "roll": 50}
    assert cohorts.price_together({"school": [school]})[0].quote.outcome == "fact_missing"
    none = next(each for each in cohorts.price_together({"school": [school], "placement": []}) if each.record == "school")
    assert none.quote.outcome == "priced_zero"


def test_a_fact_without_a_column_is_refused_by_name(cohorts: bt.Tariff):
    with pytest.raises(ValueError, match="share_of_week"):
        cohorts.price_tables({"placement": pd.DataFrame(ROWS)})
