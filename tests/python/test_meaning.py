"""The meaning hash: the same however a pack is written, and another as soon as it says something else."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pytest

import bandtariff as bt
import packs_as_yaml

ROOT = Path(__file__).resolve().parents[2]
GOOD = [ROOT / "tests/packs/good" / name for name in ("small_bands", "every_construct", "payments", "small_calendars", "change_over_years")]
# What is said about a pack, not by it: evidence, words, examples of its prices, and figures that it keeps and does not use.
BESIDE = {"cases", "checks", "not_covered", "sources", "also_printed", "format", "release", "title", "say", "about", "note", "at", "assumed"}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?%?$")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$")

SMALL = """\
pack: test.small
release: one
title: A small pack
status: illustrative
format: 1
applies: {from: 2026-04-01, last_day: 2027-03-31}
record: pupil
sources:
  model: {kind: illustrative, title: Made-up values}
codes:
  band: [B1, B2, B3]
  party: [school, council]
facts:
  band: {kind: code, of: band}
  hours: {kind: number, unit: hour per week, decimals: 1, min: 0, max: 40}
  start: {kind: date}
  last_day: {kind: date}
outcomes:
  none_here: {class: nothing_payable, say: nothing is owed, source: model}
choices:
  how: {is: one, of: [one, other], source: model}
tables:
  price:
    unit: GBP per pupil per year
    by: [band, hours]
    values:
      - from: 2026-04-01
        source: model
        rows:
          - {band: B1, hours: under 10, amount: 100}
          - {band: B1, hours: 10 or more, amount: 150}
          - {band: [B2, B3], hours: any, amount: 200}
figures:
  part: {unit: ratio, values: [{from: 2026-04-01, amount: 0.5, source: model}]}
lines:
  top_up:
    element: 3
    payer: council
    payee: school
    not_payable: {none_here: "price = 0"}
    amount: {how: {one: price * part, other: price}}
    over: {count: days, of: financial_year, source: model}
    round: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}
"""


@pytest.fixture
def hash_of(tmp_path):
    def load(text: str, name: str = "pack.yaml", others: dict[str, str] | None = None) -> str:
        folder = tmp_path / "pack"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for file, content in {name: text, **(others or {})}.items():
            (folder / file).write_text(content, encoding="utf-8")
        return bt.load(folder).meaning_hash

    return load


def changed(old: str, new: str, text: str = SMALL) -> str:
    assert old in text
    return text.replace(old, new, 1)


SAME = {
    "a comment": "# A remark.\n" + SMALL,
    "another title and release": changed("title: A small pack\n", "title: Another name\n", changed("release: one", "release: two")),
    "another title of a source": changed("Made-up values", "Other words"),
    "evidence of another kind of words": changed("amount: 0.5, source: model", "amount: 0.5, assumed: half is usual"),
    "another sentence of an outcome": changed("nothing is owed", "there is nothing to pay"),
    "a sentence about a fact": changed("hours: {kind: number,", "hours: {kind: number, about: as the plan says,"),
    "rows in another order": changed(
        "          - {band: B1, hours: under 10, amount: 100}\n          - {band: B1, hours: 10 or more, amount: 150}\n",
        "          - {band: B1, hours: 10 or more, amount: 150}\n          - {band: B1, hours: under 10, amount: 100}\n",
    ),
    "one row in the place of two": changed(
        "          - {band: [B2, B3], hours: any, amount: 200}\n",
        "          - {band: B3, hours: any, amount: 200}\n          - {band: others, hours: any, amount: 200}\n",
    ),
    "keys of a row in another order": changed("{band: B1, hours: under 10, amount: 100}", "{amount: 100, hours: under 10, band: B1}"),
    "keys of a table in another order": changed("by: [band, hours]", "by: [hours, band]"),
    "the same number with a nought more": changed("amount: 0.5,", "amount: 0.50,"),
    "the same number as a percentage": changed("amount: 0.5,", "amount: 50%,"),
    "the same number as a fraction": changed("amount: 0.5,", "amount: 1/2,"),
    "a rounding by name": changed(
        "    round: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}\n",
        "    round: penny\nroundings:\n  penny: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}\n",
    ),
    "alternatives in another order": changed("of: [one, other]", "of: [other, one]", changed("{one: price * part, other: price}", "{other: price, one: price * part}")),
    "spaces and brackets in a formula": changed("price * part", "(price)  *  part"),
}

OTHER = {
    "an amount": changed("amount: 200", "amount: 200.01"),
    "the end of an interval": changed("hours: 10 or more", "hours: 11 or more", changed("hours: under 10", "hours: under 11")),
    "a day": changed("last_day: 2027-03-31", "last_day: 2027-03-30"),
    "a tie rule": changed("ties: away_from_zero", "ties: to_even"),
    "a quantum": changed("nearest: 0.01", "nearest: 1"),
    "rounding by parts": changed("of: whole", "of: parts"),
    "a time basis": changed("of: financial_year, source", "of: academic_year, source"),
    "the class of an outcome, and where it stands": changed("nothing_payable, say", "not_priced, say", changed("not_payable: {", "refuse: {")),
    "the alternative taken": changed("is: one,", "is: other,"),
    "an alternative not taken": changed("other: price}", "other: price * part * part}"),
    "an operator": changed("price = 0", "price <> 0"),
    "the order of a subtraction": changed("{one: price * part, other: price}", "{one: price - price * part, other: price}"),
    "who pays": changed("payer: council", "payer: school"),
    "the element": changed("element: 3", "element: 2"),
    "the most that may be stated": changed("max: 40", "max: 41"),
    "how many decimals may be stated": changed("decimals: 1", "decimals: 2"),
    "a code more": changed("band: [B1, B2, B3]", "band: [B1, B2, B3, B4]", changed("[B2, B3]", "[B2, B3, B4]")),
    "an order of codes": changed("band: [B1, B2, B3]", "band: {ordered: [B1, B2, B3]}"),
    "a default": changed("hours: {kind: number,", "hours: {kind: number, default: 5, assumed: usual,"),
    "its status": changed("status: illustrative", "status: printed"),
    "a line's name": changed("  top_up:", "  band_sum:"),
}


def test_hashes_are_sha_256_in_hexadecimal(hash_of):
    assert re.fullmatch("[0-9a-f]{64}", hash_of(SMALL))


@pytest.mark.parametrize("name", SAME)
def test_it_is_the_same_after(name, hash_of):
    assert hash_of(SAME[name]) == hash_of(SMALL)


@pytest.mark.parametrize("name", OTHER)
def test_it_is_another_after(name, hash_of):
    assert hash_of(OTHER[name]) != hash_of(SMALL)


def test_no_two_of_the_changes_are_taken_for_each_other(hash_of):
    hashes = [hash_of(text) for text in OTHER.values()]
    assert len(set(hashes)) == len(hashes)


def test_the_order_of_sections_and_the_files_they_stand_in_say_nothing(hash_of):
    blocks = re.split(r"(?m)^(?=\w)", SMALL)[1:]
    header = [block for block in blocks if re.match("pack|release|title|status|format|applies|record", block)]
    sections = [block for block in blocks if block not in header]
    assert hash_of("".join(reversed(header)) + "".join(reversed(sections))) == hash_of(SMALL)
    spread = {f"{number}.yaml": block for number, block in enumerate(sections)}
    assert hash_of("".join(header), others=spread) == hash_of(SMALL)


def test_a_quote_bears_it(tmp_path):
    (tmp_path / "pack.yaml").write_text(SMALL, encoding="utf-8")
    tariff = bt.load(tmp_path)
    quote = tariff.price(band="B1", hours="5", start="2026-04-01", last_day="2027-03-31")
    assert quote.meaning_hash == tariff.meaning_hash != tariff.text_hash == quote.text_hash


def other_value(text: str) -> str | None:
    if DAY.match(text):
        return str(datetime.date.fromisoformat(text) + datetime.timedelta(days=1))
    if NUMBER.match(text):
        return re.sub(r"[0-9](?=%?$)", lambda digit: str((int(digit[0]) + 1) % 10), text)
    return None


@pytest.mark.parametrize("pack", GOOD, ids=lambda pack: pack.name)
def test_every_number_and_day_of_a_pack_is_part_of_its_meaning(pack, tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(pack, folder)
    before = bt.load(folder).meaning_hash
    tried = 0
    silent = []
    for file in sorted(folder.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        for path, node in packs_as_yaml.values(text):
            value = None if BESIDE & set(path) else other_value(node.value)
            if value is None:
                continue
            file.write_text(packs_as_yaml.with_value(text, node, value), encoding="utf-8")
            try:
                after = bt.load(folder).meaning_hash
            except bt.PackError:
                continue  # a change that the pack's own checks refuse
            tried += 1
            if after == before:
                silent.append(f"{file.name}:{node.start_mark.line + 1}: {'.'.join(path)}: {node.value} to {value}")
        file.write_text(text, encoding="utf-8")
    assert tried > 10
    assert not silent
