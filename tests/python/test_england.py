"""The England example's file: its counts are the published ones, cell by cell, and the same seed writes the same file."""

import collections
import csv
import hashlib
import importlib.util
import io
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "03_price_england"


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", EXAMPLE / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written(generate):
    out = io.StringIO()
    generate.main(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def rows(written):
    return list(csv.DictReader(io.StringIO(written)))


def published(name):
    with (EXAMPLE / "input" / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_there_is_one_placement_for_every_plan_in_england(rows):
    assert len(rows) == 638745
    assert len({row["plan"] for row in rows}) == 638745


def test_plans_by_authority_and_kind_of_placement_are_the_published_counts(rows):
    counted = collections.Counter((row["home"], row["setting"]) for row in rows)
    suppressed = []
    for row in published("plans_by_placement.csv"):
        if row["level"] != "authority":
            continue
        for setting, count in list(row.items())[5:]:
            if count == "x":
                suppressed.append(row["name"])
            else:
                assert counted[row["code"], setting] == int(count), (row["name"], setting)
    assert sorted(set(suppressed)) == ["Cambridgeshire", "North East Lincolnshire"]


def test_suppressed_cells_are_what_the_region_leaves_over(rows):
    counted = collections.Counter((row["region"], row["setting"]) for row in rows)
    for row in published("plans_by_placement.csv"):
        if row["level"] == "region":
            for setting, count in list(row.items())[5:]:
                assert counted[row["name"], setting] == int(count), (row["name"], setting)


def test_plans_by_authority_and_need_are_the_published_counts(rows):
    counted = collections.Counter((row["home"], row["need"]) for row in rows)
    for row in published("plans_by_need.csv"):
        for need, count in list(row.items())[3:]:
            assert counted[row["la_code"], need] == int(count), (row["la_name"], need)


def test_the_file_is_the_same_on_every_machine(written):
    assert hashlib.sha256(written.encode()).hexdigest() == "33a5068549d55833260549ae38da1e08c1bfb44ffac2854d3167c5029914b873"
