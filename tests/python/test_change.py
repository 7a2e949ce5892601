"""Figures set for one run, overlays, and two times."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import bandtariff as bt

GOOD = Path(__file__).resolve().parents[1] / "packs" / "good"
FIRST_YEAR = {"band": "B1", "hours": 12, "old_amount": 1000, "start": "2026-04-01", "last_day": "2027-03-31"}
BAND_B6 = {"setting": "mainstream_academy", "band": "B6", "need": "asd", "phase": "primary", "authority": "855", "home": "855",
           "start": "2024-04-01", "last_day": "2025-03-31"}


def test_a_figure_is_set_for_one_run_and_the_quote_says_so(national):
    quote = national.set_figure(ordinarily_available_threshold=8000).price(**BAND_B6)
    assert quote.total == Decimal("11720.00")
    assert quote.set_for_run == ["ordinarily_available_threshold is 8000, in place of 6000"]
    assert national.price(**BAND_B6).total == Decimal("13720.00")


def test_a_figure_that_is_not_there_raises(national):
    with pytest.raises(bt.PackError, match="figure-unknown"):
        national.set_figure(threshold=8000)


def test_a_float_is_no_value_of_a_figure(national):
    with pytest.raises(TypeError):
        national.set_figure(ordinarily_available_threshold=8000.0)


def test_an_overlay_names_what_it_extends(rules):
    quote = bt.load(rules / "scenarios" / "threshold_8000").price(**BAND_B6)
    assert quote.extends == ["england.national_bands 2023-26"]
    assert quote.total == Decimal("11720.00")


def test_what_was_known_and_what_is_due():
    tariff = bt.load(GOOD / "change_over_years")
    assert tariff.known_on("2026-11-30").price(**FIRST_YEAR).total == Decimal("4348.08")
    quote = tariff.paid_known_on("2026-11-30").price(**FIRST_YEAR)
    assert quote.outcome == "priced_with_difference"
    assert quote.total == Decimal("4340.00")
    assert quote.differences == {"added": Decimal("-8.08")}


def test_columns_of_differences_are_those_of_each_record_alone():
    tariff = bt.load(GOOD / "change_over_years").paid_known_on("2026-11-30")
    rows = [FIRST_YEAR, {**FIRST_YEAR, "band": "B3"}, {**FIRST_YEAR, "start": "2026-12-01"}]
    frame = pd.DataFrame(rows)
    priced = tariff.price_table(frame)
    quotes = [tariff.price(**row) for row in rows]
    assert list(priced["outcome"]) == ["priced_with_difference", "not_offered", "priced_with_difference"]
    assert list(priced["total_pence"].fillna(0)) == [int((quote.total or 0) * 100) for quote in quotes]
    # A line that comes to the same has 0; a record without a price has none.
    assert list(priced["added_difference_pence"])[0] == -808
    assert priced["added_difference_pence"].isna().tolist() == [False, True, False]
    assert priced["added_difference_pence"][2] == int(quotes[2].differences["added"] * 100) != 0
    assert priced["banded_difference_pence"][0] == 0
    assert "added_pence" not in priced
    in_pounds = tariff.price_table(frame, lines=True, money="decimal")
    assert in_pounds["added"][0] + -in_pounds["added_difference"][0] == Decimal("158.08")


def test_a_tariff_that_is_asked_for_no_differences_has_no_columns_of_them():
    priced = bt.load(GOOD / "change_over_years").price_table(pd.DataFrame([FIRST_YEAR]), lines=True)
    assert not [name for name in priced if "difference" in name]
