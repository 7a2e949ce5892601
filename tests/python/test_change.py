"""Figures set for one run, overlays, and two times."""

from decimal import Decimal
from pathlib import Path

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
