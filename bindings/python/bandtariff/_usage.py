"""Usage: what records reach of a pack, and what they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Usage:
    """Counts of what records reach, those that are zero too.

    `cells` are the rows of tables as printed, `values` the dated values as a whole, `branches` the ways that formulas,
    conditions and choices can go, `roundings` the places where a value is rounded, `outcomes` what became of the records.
    Each item is a dict with `records` (how many reached it), `place` (its line in the pack) and `borrowed` (printed by another
    pack); `pandas.DataFrame(usage.cells)` shows them as a table.
    """

    records: int
    not_priced: int
    cells: list[dict[str, Any]]
    values: list[dict[str, Any]]
    branches: list[dict[str, Any]]
    roundings: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]

    def unread(self) -> list[dict[str, Any]]:
        """The pack's own printed rows that no record reads."""
        return [cell for cell in self.cells if not cell["records"] and not cell["borrowed"]]
