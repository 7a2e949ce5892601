"""One record from Python: what a quote holds, what is refused, and how."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from conftest import CAMDEN

import bandtariff as bt


def test_the_total_is_a_decimal_and_the_exact_value_a_fraction(block: bt.Tariff):
    quote = block.price(**CAMDEN)
    assert quote.outcome == "priced"
    assert quote.total == Decimal("40156094.00") and isinstance(quote.total, Decimal)
    (line,) = quote.lines
    assert line.exact == Fraction(4015609368, 100)
    assert line.residue == Fraction(32, 100)
    assert line.rounding == "ceiling 1"
    assert quote.total == sum(line.payable for line in quote.lines if line.flow == "paid")


def test_a_quote_names_its_pack_release_status_and_text(block: bt.Tariff):
    quote = block.price(**CAMDEN)
    assert (quote.pack, quote.status) == ("england.high_needs_block", "printed")
    assert quote.release == block.release
    assert len(quote.text_hash) == 64 and quote.text_hash == block.text_hash


def test_the_account_shows_formula_values_rounding_source_and_pack_line(block: bt.Tariff):
    account = block.price(**CAMDEN).explain()
    for part in ["basic_entitlement_rate * special_school_pupils", "4830.86", "40,156,093.68", "ceiling 1", "Dedicated schools grant", "pack.yaml:"]:
        assert part in account, part


@pytest.mark.parametrize("value", ["4830.86", Decimal("4830.86"), Fraction(483086, 100)])
def test_text_decimal_and_terminating_fraction_state_the_same(block: bt.Tariff, value):
    if isinstance(value, Fraction):
        # A fraction is stated as n/d: it is exact, but the fact declares decimals, so the engine is asked as text.
        value = str(Decimal(value.numerator) / Decimal(value.denominator))
    assert block.price(**{**CAMDEN, "basic_entitlement_rate": value}).total == Decimal("40156094.00")


def test_a_float_is_refused_with_advice(block: bt.Tariff):
    with pytest.raises(TypeError, match="binary fraction.*Decimal"):
        block.price(**{**CAMDEN, "basic_entitlement_rate": 4830.86})


def test_numpy_floats_are_refused_and_numpy_integers_accepted(block: bt.Tariff):
    np = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match="binary fraction"):
        block.price(**{**CAMDEN, "special_school_pupils": np.float64(338)})
    assert block.price(**{**CAMDEN, "special_school_pupils": np.int64(338)}).total == Decimal("40156094.00")


def test_an_unknown_fact_is_refused_with_the_nearest_name(block: bt.Tariff):
    with pytest.raises(ValueError, match="nff_elements"):
        block.price(**{**CAMDEN, "nff_element": 1})


@pytest.mark.parametrize(
    ("change", "outcome", "says"),
    [
        ({"nff_elements": None}, "fact_missing", "nff_elements"),
        ({"special_school_pupils": "-1"}, "fact_out_of_range", "special_school_pupils"),
        ({"special_school_pupils": "338.00001"}, "fact_out_of_range", "decimals"),
        ({"nff_elements": "36,630,263"}, "fact_out_of_range", "nff_elements"),
        ({"financial_year": "2020-22"}, "fact_out_of_range", "financial_year"),
        ({"financial_year": "2019-20"}, "outside_applies", "2019-04-01"),
        ({"financial_year": "2021-22"}, "fact_missing", "hospital_and_ap"),
    ],
)
def test_a_bad_record_has_an_outcome_a_reason_and_no_money(block: bt.Tariff, change, outcome, says):
    quote = block.price(**{**CAMDEN, **change})
    assert quote.outcome == outcome
    assert says in quote.say
    assert quote.total is None and quote.total_pence is None
    assert not quote.priced


def test_a_date_a_bool_and_an_int_are_stated_as_they_are(national: bt.Tariff):
    names = {fact["name"]: fact["kind"] for kind in national.records for fact in national.facts(kind)}
    dates = [name for name, kind in names.items() if kind == "date"]
    assert dates, "the national pack has dated placements"
    with pytest.raises(TypeError, match="time of day"):
        national.price(national.records[0], **{dates[0]: datetime.datetime(2025, 4, 1, 12)})


def test_quotes_show_in_notebooks_with_every_text_escaped(block: bt.Tariff):
    quote = block.price(**CAMDEN)
    html = quote._repr_html_()
    assert "£40,156,094.00" in html and "england.high_needs_block" in html and "<script" not in html
    assert repr(quote) == "<Quote priced £40,156,094.00 from england.high_needs_block 2020-24 (printed)>"
    assert "40,156,093.68" in html
    bad = block.price(**{**CAMDEN, "financial_year": "<b>2020-21"})
    assert "<b>2020-21" not in bad._repr_html_()
    assert "not priced" in repr(bad)


def test_an_illustrative_pack_says_so_on_every_quote(national: bt.Tariff):
    assert national.status == "illustrative"
    quote = national.price(national.records[0])
    assert "illustrative" in str(quote).lower() and "illustrative" in repr(quote) and "illustrative" in quote._repr_html_()
