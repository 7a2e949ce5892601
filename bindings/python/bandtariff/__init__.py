"""Exact, explained pricing of England's SEND bands and tariffs from rule packs in YAML.

    import bandtariff as bt
    tariff = bt.load("rules/england/national_bands")
    quote = tariff.price(band="B4", setting="special", ...)
    quote.total        # decimal.Decimal
    quote.explain()    # every step, its rounding and its source

Money is `decimal.Decimal` and exact values are `fractions.Fraction`; a float is refused wherever a value is stated, because
a binary fraction cannot hold a tenth of a pound.
"""

from ._core import Citation, Diagnostic, Line, Quote, SeriesQuote, Step, __version__, pack_schema
from ._errors import PackError
from ._groups import Priced
from ._series import Series, load_series
from ._tariff import FileSummary, Tariff, check, load
from ._usage import Usage
from . import _html

_html.attach()

__all__ = [
    "Citation",
    "Diagnostic",
    "FileSummary",
    "Line",
    "PackError",
    "Priced",
    "Quote",
    "Series",
    "SeriesQuote",
    "Step",
    "Tariff",
    "Usage",
    "__version__",
    "check",
    "load",
    "load_series",
    "pack_schema",
]
