# What is one placement priced at? Run in the project's folder.
import datetime
from decimal import Decimal

import bandtariff as bt

tariff = bt.load("rules/england/national_bands")
quote = tariff.price(
    setting="mainstream_academy",
    band="B6",
    need="asd",
    phase="primary",
    authority="202",
    home="202",
    attendance=Decimal("0.8"),
    start=datetime.date(2024, 9, 1),
    last_day=datetime.date(2025, 3, 31),
)
print(quote, end="")
