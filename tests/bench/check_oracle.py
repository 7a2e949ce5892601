"""The benchmark's oracle against Python's fractions: rows of every fixture worked out again from the pack's own CSV files.

It shares nothing with the oracle but the columns: codes are looked up by their text, amounts are read as decimals, and each
rounding is of a fraction. Exits with 1 where a penny differs.

    python3 check_oracle.py FIXTURE_FOLDER...
"""

from __future__ import annotations

import csv
import sys
from array import array
from fractions import Fraction
from pathlib import Path

TYPES = {"u8": "B", "u16": "H", "i32": "i", "i64": "q"}
NOT_PRICED = -(2**63)
SAMPLE = 1000
THRESHOLD = Fraction(6000)
APRIL, SEPTEMBER, JANUARY, NEXT_APRIL = 20544, 20697, 20819, 20909


def numbers(path: Path) -> array:
    values = array(TYPES[path.suffix[1:]])
    values.frombytes(path.read_bytes())
    return values


def penny(pounds: Fraction) -> Fraction:
    """To the nearest penny, an exact half away from zero."""
    size = abs(pounds) * 100
    whole = size.numerator // size.denominator
    whole += size - whole >= Fraction(1, 2)
    return Fraction(whole if pounds >= 0 else -whole, 100)


class Fixture:
    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.columns = {path.stem: numbers(path) for path in (folder / "columns").iterdir()}
        self.expected = numbers(folder / "expected.i64")
        self.pack = folder / "pack"
        self.codes = {}
        for fact in self.columns:
            path = self.pack / f"{fact}s.csv"
            if path.exists():
                self.codes[fact] = [row[fact] for row in csv.DictReader(path.open())]

    def table(self, file: str, *keys: str) -> dict[tuple[str, ...], dict[str, Fraction]]:
        rows = csv.DictReader((self.pack / f"{file}.csv").open())
        return {
            tuple(row[key] for key in keys): {name: Fraction(text) for name, text in row.items() if name not in keys}
            for row in rows
        }

    def facts(self, row: int) -> dict:
        return {
            fact: self.codes[fact][values[row]] if fact in self.codes else values[row] for fact, values in self.columns.items()
        }


def days_in(facts: dict, first: int, after: int) -> int:
    return sum(first <= day < after for day in range(facts["start"], facts["last_day"] + 1))


def flat_like(fixture: Fixture):
    wide = fixture.name == "wide"
    keys = ("need", "band", "setting", "area") if wide else ("need", "band", "setting")
    place = "area" if wide else "region"
    prices, costs = fixture.table("prices", *keys), fixture.table("area_costs", place)

    def price(facts: dict) -> Fraction:
        row = prices[tuple(facts[key] for key in keys)]
        cost = costs[(facts[place],)]["amount"]
        floor = (lambda x: x) if fixture.name == "ties" else (lambda x: max(Fraction(0), x))
        if fixture.name.startswith("dated"):
            parts = (("april", APRIL, SEPTEMBER), ("september", SEPTEMBER, JANUARY), ("january", JANUARY, NEXT_APRIL))
            return penny(
                sum(
                    floor(row[name] - THRESHOLD) * cost * Fraction(days_in(facts, first, after), 365)
                    for name, first, after in parts
                )
            )
        days = days_in(facts, APRIL, NEXT_APRIL) if fixture.name == "flat_dates" else facts["days"]
        attendance = Fraction(facts["attendance"], 10**12) if fixture.name == "big_integer" else 1
        return penny(floor(row["amount"] - THRESHOLD) * cost * attendance * Fraction(days, 365))

    return price


def schemes(fixture: Fixture):
    rates, costs = fixture.table("rates", "band"), fixture.table("area_costs", "region")

    def price(facts: dict) -> Fraction:
        rate = rates[(facts["band"],)]
        weekly = penny(
            Fraction(facts["teacher_hours"], 100) * rate["teacher"] + Fraction(facts["assistant_hours"], 100) * rate["assistant"]
        )
        above = max(Fraction(0), penny(weekly / 5) - penny(THRESHOLD / 190))
        return penny(above * costs[(facts["region"],)]["amount"] * facts["days_on_roll"])

    return price


def slices(fixture: Fixture):
    rates = fixture.table("rates", "band")

    def price(facts: dict) -> Fraction:
        parts: list[list] = []
        for name, first, after in (
            ("april", APRIL, SEPTEMBER),
            ("september", SEPTEMBER, JANUARY),
            ("january", JANUARY, NEXT_APRIL),
        ):
            weekly = penny(Fraction(facts["hours"], 100) * rates[(facts["band"],)][name])
            yearly, days = penny(weekly * Fraction("38.6") * Fraction(facts["attendance"], 1000)), days_in(facts, first, after)
            if days and parts and parts[-1][0] == yearly:
                parts[-1][1] += days
            elif days:
                parts.append([yearly, days])
        return sum((penny(yearly * Fraction(days, 365)) for yearly, days in parts), Fraction(0))

    return price


def herefordshire(fixture: Fixture):
    """From the text of the printed pack: its rows of points, and its rows of sums for 30 and 15 hours."""
    text = (fixture.pack / "matrix.yaml").read_text(encoding="utf-8")
    groups, sums = [], {}
    for line in text.splitlines():
        words = line.strip(" -{}").replace('"', "")
        cells = dict(part.split(": ", 1) for part in words.split(", ") if ": " in part)
        if words.startswith("points:") and "code" in cells and " to " in cells["points"]:
            low, high = cells["points"].split(" to ")
            groups.append((int(low), int(high), cells["code"]))
        elif words.startswith("tariff_group:") and "30" in cells:
            sums[cells["tariff_group"]] = (Fraction(cells["30"]), Fraction(cells["15"]))

    def price(facts: dict) -> Fraction | None:
        group = next((code for low, high, code in groups if low <= facts["points"] <= high), None)
        if group is None or facts["funded_hours"] > 1:
            return None
        return sums[group][facts["funded_hours"]] * facts["terms"]

    return price


OTHERS = {"schemes": schemes, "slices": slices, "herefordshire": herefordshire}


def main(folders: list[str]) -> int:
    wrong = 0
    for folder in folders:
        fixture = Fixture(Path(folder))
        price = OTHERS.get(fixture.name, flat_like)(fixture)
        rows = range(0, len(fixture.expected), max(1, len(fixture.expected) // SAMPLE))
        for row in rows:
            pounds = price(fixture.facts(row))
            pence = NOT_PRICED if pounds is None else pounds * 100
            if pence != fixture.expected[row]:
                wrong += 1
                print(
                    f"{fixture.name}, row {row}: {pence} pence here, {fixture.expected[row]} by the oracle, {fixture.facts(row)}"
                )
        print(f"{fixture.name}: {len(rows)} rows worked out again")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
