"""From what people state in Python to the texts that the engine reads. No arithmetic: a value is printed, never computed."""

from __future__ import annotations

import datetime
import decimal
import fractions
import numbers
from typing import Any

FLOAT_ADVICE = (
    "{what} is a float, and a binary fraction cannot hold most sums and shares exactly: "
    'state it as text ("0.75"), as an int, or as decimal.Decimal("0.75")'
)


def text_of(value: Any, what: str) -> str:
    """The text of one stated value; "" where it is absent (None). Raises TypeError for a float or an unknown type."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, decimal.Decimal):
        if not value.is_finite():
            raise TypeError(f"{what} is {value}, which is no number that can be priced")
        return format(value, "f")
    if isinstance(value, fractions.Fraction):
        return f"{value.numerator}/{value.denominator}" if value.denominator != 1 else str(value.numerator)
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            raise TypeError(f"{what} has a time of day: facts are whole days")
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        raise TypeError(FLOAT_ADVICE.format(what=what))
    raise TypeError(f"{what} is a {type(value).__name__}: state text, an int, a Decimal, a bool or a date")


def thread_count(threads: int) -> int:
    """How many threads may work at once; 0 is as many as the machine runs."""
    if threads < 0:
        raise ValueError(f"threads is {threads}: a number of threads, or 0 for as many as the machine runs")
    return threads
