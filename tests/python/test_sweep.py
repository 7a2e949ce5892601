"""Sweeps of a data frame: each scenario is the tariff with the same set, and sums are exact."""

from decimal import Decimal

import pandas as pd
import pytest

import bandtariff as bt


@pytest.fixture
def pupils() -> pd.DataFrame:
    each = {"need": "asd", "phase": "primary", "authority": "202", "home": "390", "attendance": "1", "start": "2024-09-01", "last_day": "2025-03-31"}
    rows = [
        {**each, "setting": "mainstream_academy", "band": "B6"},
        {**each, "setting": "mainstream_academy", "band": "B6"},
        {**each, "setting": "mainstream_academy", "band": "B8", "authority": "390"},
        {**each, "setting": "special_academy_free", "band": "B7", "authority": "390"},
    ]
    return pd.DataFrame(rows)


LATE = ["place_status", "agreed_fee"]


def total(tariff: bt.Tariff, frame: pd.DataFrame) -> int:
    return int(tariff.price_table(frame, without=[name for name in LATE])["total_pence"].sum())


def test_a_scenario_is_the_tariff_with_the_same_set(national: bt.Tariff, pupils: pd.DataFrame):
    swept = national.sweep(pupils, figures={"teacher_hour": "40:60:10"}, choices={"area_cost_follows": ["provider", "home"]}, without=LATE)
    assert list(swept["scenario"])[:3] == ["as it stands", "teacher_hour=40, area_cost_follows=provider", "teacher_hour=40, area_cost_follows=home"]
    assert len(swept) == 7
    assert swept["total_pence"][0] == total(national, pupils)
    for _, row in swept[1:].iterrows():
        alone = national.choose(area_cost_follows=row["area_cost_follows"]).set_figure(teacher_hour=row["teacher_hour"])
        assert row["total_pence"] == total(alone, pupils)
        assert row["difference_pence"] == row["total_pence"] - swept["total_pence"][0]
        assert row["gained_pence"] - row["lost_pence"] == row["difference_pence"]


def test_sums_by_a_column_add_up(national: bt.Tariff, pupils: pd.DataFrame):
    by = national.sweep(pupils, figures={"teacher_hour": [45, Decimal("47.50")]}, by="authority", without=LATE, money="decimal")
    everyone = national.sweep(pupils, figures={"teacher_hour": [45, Decimal("47.50")]}, without=LATE, money="decimal", threads=2)
    assert list(by["authority"]) == ["202", "390"] * 3
    for name, rows in by.groupby("scenario", sort=False):
        assert sum(rows["total"]) == everyone.loc[everyone["scenario"] == name, "total"].iloc[0]
        assert list(rows["rows"]) == [2, 2]


def test_listed_scenarios_may_set_cells(national: bt.Tariff, pupils: pd.DataFrame):
    listed = [{"name": "dearer teachers", "figures": {"teacher_hour": 70}}, {"name": "as printed"}]
    swept = national.sweep(pupils, scenarios=listed, without=LATE)
    assert list(swept["scenario"]) == ["as it stands", "dearer teachers", "as printed"]
    assert swept["total_pence"][1] == total(national.set_figure(teacher_hour=70), pupils)
    assert swept["total_pence"][2] == swept["total_pence"][0]


def test_what_cannot_be_swept_is_refused(national: bt.Tariff, pupils: pd.DataFrame):
    with pytest.raises(bt.PackError, match="figure-unknown"):
        national.sweep(pupils, figures={"teacher_hours": 45}, without=LATE)
    with pytest.raises(bt.PackError, match="range-malformed"):
        national.sweep(pupils, figures={"teacher_hour": "1:2:0.3"}, without=LATE)
    with pytest.raises(bt.PackError, match="choice-unknown"):
        national.sweep(pupils, choices={"area_costs": "home"}, without=LATE)
    with pytest.raises(TypeError, match="float"):
        national.sweep(pupils, figures={"teacher_hour": [45.5]}, without=LATE)
    with pytest.raises(ValueError, match="no column states"):
        national.sweep(pupils.drop(columns="home"), choices={"area_cost_follows": "home"}, without=LATE)
    with pytest.raises(ValueError, match="no column 'region'"):
        national.sweep(pupils, figures={"teacher_hour": 45}, by="region", without=LATE)


def test_threads_change_nothing(national: bt.Tariff, pupils: pd.DataFrame):
    many = pd.concat([pupils] * 6000, ignore_index=True)
    one = national.price_table(many, without=LATE)
    pd.testing.assert_frame_equal(one, national.price_table(many, without=LATE, threads=3))
    with pytest.raises(ValueError, match="threads"):
        national.price_table(many, without=LATE, threads=-1)


def test_the_account_is_made_on_demand_and_agrees(national: bt.Tariff, pupils: pd.DataFrame):
    facts = {name: str(value) for name, value in pupils.iloc[0].items()}
    quote = national.price(**facts)
    assert quote.outcome == "priced" and quote.total_pence > 0
    before = (quote.outcome, quote.total_pence)
    assert sum(line.payable_pence for line in quote.lines if line.flow == "paid") == quote.total_pence
    assert quote.steps
    assert (quote.outcome, quote.total_pence) == before
