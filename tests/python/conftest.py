from pathlib import Path

import pytest

import bandtariff as bt

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def rules() -> Path:
    return ROOT / "rules"


@pytest.fixture(scope="session")
def block(rules: Path) -> bt.Tariff:
    return bt.load(rules / "england" / "high_needs_block")


@pytest.fixture(scope="session")
def places(rules: Path) -> bt.Tariff:
    return bt.load(rules / "england" / "place_funding")


@pytest.fixture(scope="session")
def national(rules: Path) -> bt.Tariff:
    return bt.load(rules / "england" / "national_bands")


CAMDEN = {
    "financial_year": "2020-21",
    "nff_elements": 36630263,
    "basic_entitlement_rate": "4830.86",
    "special_school_pupils": 338,
    "import_export": 1881000,
    "special_free_schools": 12000,
}
