"""Releases in use together, and rates of other packs: the same pence in one record, a frame and a file."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import bandtariff as bt

ROOT = Path(__file__).parents[2]
SERIES = ROOT / "tests" / "packs" / "series"


def test_a_stay_over_two_years_has_a_quote_of_each():
    series = bt.load_series(SERIES / "by_year")
    quote = series.price(band="B1", start="2026-03-01", last_day="2026-04-30")
    assert (quote.outcome, quote.total) == ("priced", Decimal("240.83"))
    assert [each.release for each in quote.quotes] == ["2025-26", "2026-27"]
    assert sum(each.total for each in quote.quotes) == quote.total
    assert "By 2 releases together: £240.83 (£144.93 + £95.90)" in str(quote)


def test_a_frame_and_a_file_price_as_each_record_alone(tmp_path):
    series = bt.load_series(SERIES / "by_plan")
    frame = pd.DataFrame(
        {
            "phase": ["primary", "primary", "secondary", "nursery"],
            "plan_issued": ["2025-08-31", "2025-09-01", "2025-09-01", "2025-09-01"],
            "start": ["2033-01-01"] * 4,
            "last_day": ["2033-12-31"] * 4,
        }
    )
    priced = series.price_table(frame, lines=True, money="decimal")
    assert list(priced["release"]) == ["old plans", "primary plans", "secondary plans", ""]
    assert list(priced["total"]) == [Decimal(3000), Decimal(4000), Decimal(5000), None]
    assert list(priced["outcome"]) == ["priced", "priced", "priced", "code_unknown"]
    for (_, row), total in zip(frame.iterrows(), priced["total"]):
        assert series.price(**row).total == total
    frame.to_csv(tmp_path / "in.csv", index=False)
    summary = series.price_file(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (summary.rows, summary.total) == (4, Decimal(12000))
    assert list(pd.read_csv(tmp_path / "out.csv", dtype=str)["total_gbp"].fillna("")) == ["3000.00", "4000.00", "5000.00", ""]


def test_what_cannot_be_a_series_says_so():
    with pytest.raises(bt.PackError, match="series-empty"):
        bt.load_series(SERIES / "by_year" / "2025-26")
    with pytest.raises(ValueError, match="no column states them"):
        bt.load_series(SERIES / "by_year").price_table(pd.DataFrame({"band": ["B1"]}))


def test_a_quote_says_whose_rate_it_was():
    tariff = bt.load(ROOT / "tests" / "packs" / "good" / "lent_rates" / "rules" / "reader")
    quote = tariff.price(home="903", home_band="B2", band="B3", start="2026-04-01", last_day="2027-03-31")
    assert quote.rates_lent == ["their_rate is own_rate, because no_pack: no pack holds the rate of this authority: their_rate.no_pack[home: 903]"]
    frame = pd.DataFrame({"home": ["901", "902"], "home_band": ["B2", "Upper"], "band": ["B1", "B1"], "start": "2026-04-01", "last_day": "2027-03-31"})
    assert list(tariff.price_table(frame)["total_pence"]) == [231000, 478800]
