"""The two published tables, row by row, through the data-frame path. Nothing is compared with a tolerance but the one that
the department's own rounding makes: its place deductions are whole pounds."""

from decimal import Decimal

import pandas as pd
import pytest

import bandtariff as bt


def given_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """The facts of a cases file: its columns named given.<fact>."""
    facts = frame[[name for name in frame.columns if name.startswith("given.")]]
    facts = facts.rename(columns=lambda name: name.removeprefix("given."))
    return facts.mask(facts == "", None)


@pytest.fixture(scope="module")
def block_rows(rules):
    return pd.read_csv(rules / "england" / "high_needs_block" / "cases" / "published_totals.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def place_rows(rules):
    return pd.read_csv(rules / "england" / "place_funding" / "cases" / "published_deductions.csv", dtype=str, keep_default_na=False)


def test_all_449_published_high_needs_block_totals_are_reproduced_exactly(block: bt.Tariff, block_rows):
    assert len(block_rows) == 449
    priced = block.price_table(given_columns(block_rows), money="decimal")
    assert list(priced["outcome"].unique()) == ["priced"]
    assert [str(total) for total in priced["total"]] == list(block_rows["expect.block_total"])


def test_all_2668_place_deductions_equal_places_times_rate_to_the_penny(places: bt.Tariff, place_rows):
    assert len(place_rows) == 2668
    priced = places.price_table(given_columns(place_rows), money="decimal")
    assert list(priced["outcome"].unique()) == ["priced"]
    assert [str(total) for total in priced["total"]] == list(place_rows["expect.deduction"])


def test_every_published_deduction_is_within_a_pound_of_the_exact_value(places: bt.Tariff, place_rows):
    away = [abs(Decimal(published) - Decimal(exact)) for published, exact in zip(place_rows["published_deduction"], place_rows["expect.deduction"])]
    assert max(away) == Decimal("1.00")
    assert sum(distance == 0 for distance in away) == 1846


def test_one_row_at_a_time_gives_the_same_pence_as_the_table(block: bt.Tariff, block_rows):
    facts = given_columns(block_rows)
    table = block.price_table(facts)
    for row in range(0, len(facts), 30):
        stated = {name: value for name, value in facts.iloc[row].items() if pd.notna(value)}
        assert block.price(**stated).total_pence == table["total_pence"].iloc[row]


def test_a_file_gives_the_same_total_as_the_table(block: bt.Tariff, block_rows, tmp_path):
    facts = given_columns(block_rows)
    facts.to_csv(tmp_path / "block.csv", index=False)
    summary = block.price_file(tmp_path / "block.csv", tmp_path / "priced.csv")
    assert summary.rows == 449
    assert summary.outcomes == {"priced": 449}
    assert summary.total == Decimal(int(block.price_table(facts)["total_pence"].sum())).scaleb(-2)
    back = pd.read_csv(tmp_path / "priced.csv", dtype=str, keep_default_na=False)
    assert list(back["total_gbp"]) == list(block_rows["expect.block_total"])
