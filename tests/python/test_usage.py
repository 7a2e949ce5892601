"""What records reach of a pack: of a file, of a data frame, of the pack's own cases."""

from pathlib import Path

import pandas as pd
import pytest

import bandtariff as bt

ROOT = Path(__file__).resolve().parents[2]
BANDS = ROOT / "tests/cli/data/bands"
FILE = ROOT / "tests/cli/data/placements.csv"


@pytest.fixture(scope="module")
def bands():
    return bt.load(BANDS)


def read(usage):
    return {(cell["table"], cell["keys"]): cell["records"] for cell in usage.cells}


def test_a_file_counts_the_rows_that_read_each_printed_row(bands):
    usage = bands.used_by(FILE)
    assert (usage.records, usage.not_priced) == (5, 1)
    assert read(usage) == {
        ("threshold", ""): 2,
        ("twice", ""): 0,
        ("price", "band: B1, setting: mainstream"): 1,
        ("price", "band: B1, setting: special"): 1,
        ("price", "band: B1, setting: independent"): 0,
        ("price", "band: B2, setting: mainstream"): 1,
        ("price", "band: B2, setting: special"): 1,
        ("price", "band: B2, setting: independent"): 0,
    }
    assert {(cell["table"], cell["keys"]) for cell in usage.unread()} == {key for key, records in read(usage).items() if not records}


def test_a_row_that_nothing_prices_is_counted_with_its_reason_and_line(bands):
    unpriced = [met for met in bands.used_by(FILE).outcomes if met["records"] and met["outcome_class"] == "not_priced"]
    assert [(met["outcome"], met["records"], met["first_lines"]) for met in unpriced] == [("not_offered", 1, [5])]
    assert "this band is not offered in this setting" in unpriced[0]["first_reason"]


def test_a_frame_counts_as_its_file_does(bands):
    frame = pd.read_csv(FILE, dtype=str)
    of_frame, of_file = bands.used_by(frame), bands.used_by(FILE)
    assert of_frame.cells == of_file.cells
    assert of_frame.branches == of_file.branches
    assert of_frame.roundings == of_file.roundings


def test_equal_rows_are_counted_each(bands):
    frame = pd.concat([pd.read_csv(FILE, dtype=str)] * 3)
    once, thrice = read(bands.used_by(FILE)), read(bands.used_by(frame))
    assert thrice == {key: 3 * records for key, records in once.items()}


def test_a_column_of_floats_is_refused(bands):
    with pytest.raises(TypeError):
        bands.used_by(pd.read_csv(FILE))


def test_a_file_without_a_column_is_refused(bands, tmp_path):
    (tmp_path / "rows.csv").write_text("band\nB1\n", encoding="utf-8")
    with pytest.raises(bt.PackError):
        bands.used_by(tmp_path / "rows.csv")
    with pytest.raises(ValueError, match="no column states them"):
        bands.used_by(pd.read_csv(tmp_path / "rows.csv", dtype=str))


PACK = """\
pack: test.coverage
release: one
title: What cases reach
status: illustrative
format: 1
applies: {from: 2026-04-01, last_day: 2028-03-31}
record: pupil
sources: {model: {kind: illustrative, title: Made-up values}}
codes: {band: [B1, B2, B3], party: [school, council]}
facts:
  band: {kind: code, of: band}
  hours: {kind: number, unit: ratio, decimals: 1, min: 0, max: 40}
  start: {kind: date}
  last_day: {kind: date}
outcomes:
  closed: {class: not_priced, say: not here, source: model}
  free: {class: nothing_payable, say: free, source: model}
choices: {how: {is: one, of: [one, other], source: model}}
tables:
  price:
    unit: GBP per pupil per year
    by: [band]
    values:
      - {from: 2026-04-01, source: model, each: {B1: 100.01, B2: 200, B3: closed}}
      - {from: 2027-04-01, source: model, keep_others: true, each: {B1: 110}}
steps:
  share: {unit: ratio, is: "if hours > 1 then 1 else hours"}
lines:
  top_up:
    element: 3
    payer: council
    payee: school
    when: "band <> 'B2'"
    not_payable: {free: "hours = 0"}
    amount: {how: {one: price * share, other: price}}
    over: {whole: financial_year, source: model}
    round: {nearest: 0.01, ties: away_from_zero, source: model}
"""
CASE = "  - {name: %s, given: {band: %s, hours: %s, start: %s-04-01, last_day: %s-03-31}, %s}\n"


def coverage(tmp_path, *cases):
    text = PACK + ("cases:\n" + "".join(CASE % case for case in cases) if cases else "")
    (tmp_path / "pack.yaml").write_text(text, encoding="utf-8")
    assert bt.check(tmp_path) == []
    return bt.load(tmp_path).coverage()


def unreached(usage):
    return {
        *((cell["table"], cell["keys"], cell["value"]) for cell in usage.cells if not cell["records"]),
        *((value["table"], value["from"]) for value in usage.values if not value["records"]),
        *((branch["where"], branch["way"]) for branch in usage.branches if not branch["records"]),
        *((met["outcome"],) for met in usage.outcomes if met["declared"] and not met["records"] and not met["in_a_line"]),
    }


EVERYTHING = {
    ("price", "band: B1", "100.01"), ("price", "band: B2", "200"), ("price", "band: B3", "closed"), ("price", "band: B1", "110"),
    ("price", "2026-04-01"), ("price", "2027-04-01"),
    ("step share", "then, of if hours > 1"), ("step share", "else, of if hours > 1"),
    ("line top_up", "when is true"), ("line top_up", "when is false"),
    ("line top_up", "not_payable free holds"), ("line top_up", "not_payable free does not hold"),
    ("choice how", "is one"), ("choice how", "is other"),
    ("closed",), ("free",),
}  # fmt: skip


def test_no_case_reaches_nothing(tmp_path):
    assert unreached(coverage(tmp_path)) == EVERYTHING


def test_one_case_reaches_what_it_reads_and_nothing_else(tmp_path):
    usage = coverage(tmp_path, ("one", "B1", "2", "2026", "2027", "expect: {top_up: 100.01}"))
    assert EVERYTHING - unreached(usage) == {
        ("price", "band: B1", "100.01"), ("price", "2026-04-01"), ("step share", "then, of if hours > 1"),
        ("line top_up", "when is true"), ("line top_up", "not_payable free does not hold"), ("choice how", "is one"),
    }  # fmt: skip


def test_a_case_under_another_choice_reaches_that_alternative(tmp_path):
    usage = coverage(tmp_path, ("other", "B1", "2", "2026", "2027", "choose: {how: other}, expect: {top_up: 100.01}"))
    assert ("choice how", "is other") not in unreached(usage)
    assert ("choice how", "is one") in unreached(usage)


def test_a_kept_row_is_the_same_printed_row_in_a_later_value(tmp_path):
    usage = coverage(tmp_path, ("kept", "B3", "2", "2027", "2028", "expect: {outcome: closed}"))
    reached = EVERYTHING - unreached(usage)
    assert {("price", "band: B3", "closed"), ("price", "2027-04-01"), ("closed",)} <= reached
    assert ("price", "2026-04-01") not in reached


def test_an_outcome_of_a_line_and_a_line_that_is_absent_are_reached(tmp_path):
    usage = coverage(
        tmp_path,
        ("free", "B1", "0", "2026", "2027", "expect: {outcome: free}"),
        ("absent", "B2", "2", "2026", "2027", "expect: {outcome: no_line_applies}"),
    )
    reached = EVERYTHING - unreached(usage)
    assert {("free",), ("line top_up", "when is false"), ("line top_up", "not_payable free holds")} <= reached


@pytest.mark.parametrize(
    ("hours", "pence", "met"),
    [
        ("2", "100.01", (1, 0, 0)),  # whole pence: nothing to round
        ("0.1", "10.00", (1, 1, 0)),  # 10.001
        ("0.5", "50.01", (1, 1, 1)),  # 50.005, exactly half way
    ],
)
def test_a_rounding_counts_residues_and_ties(tmp_path, hours, pence, met):
    (point,) = coverage(tmp_path, ("rounded", "B1", hours, "2026", "2027", f"expect: {{top_up: {pence}}}")).roundings
    assert (point["records"], point["with_residue"], point["on_a_tie"]) == met
    assert (point["where"], point["has_ties"]) == ("line top_up", True)
