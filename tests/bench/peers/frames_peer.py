"""pandas and Polars: prices and area costs joined on, whole numbers of 64 bits."""

from __future__ import annotations

import numpy as np
from serve import Fixture


def price_rows(f: Fixture) -> dict[str, np.ndarray]:
    needs, bands, settings = (axis.ravel().astype(np.uint8) for axis in np.indices(f.shape))
    return {"need": needs, "band": bands, "setting": settings, "above": f.above().ravel()}


def cost_rows(f: Fixture) -> dict[str, np.ndarray]:
    return {"region": np.arange(9, dtype=np.uint8), "cost": f.tables["area_cost"]}


def with_pandas(f: Fixture):
    import pandas as pd

    frame, prices, costs = pd.DataFrame(f.columns), pd.DataFrame(price_rows(f)), pd.DataFrame(cost_rows(f))
    divisor = 365 * f.scale

    def price():
        joined = frame.merge(prices, on=f.keys, how="left").merge(costs, on="region", how="left")
        numerator = joined["above"] * joined["cost"] * joined["days"]
        if f.name == "ties":
            return np.sign(numerator) * ((2 * numerator.abs() + divisor) // (2 * divisor))
        return (2 * numerator + divisor) // (2 * divisor)

    return price, lambda pence: pence.to_numpy()


def with_polars(f: Fixture):
    import polars as pl

    frame, prices, costs = pl.DataFrame(f.columns), pl.DataFrame(price_rows(f)), pl.DataFrame(cost_rows(f))
    divisor = 365 * f.scale
    numerator = pl.col("above") * pl.col("cost") * pl.col("days").cast(pl.Int64)
    pence = (2 * numerator + divisor) // (2 * divisor)
    if f.name == "ties":
        pence = numerator.sign() * ((2 * numerator.abs() + divisor) // (2 * divisor))
    query = (
        frame.lazy()
        .join(prices.lazy(), on=f.keys, how="left", maintain_order="left")
        .join(costs.lazy(), on="region", how="left", maintain_order="left")
        .select(pence.alias("pence"))
    )
    return query.collect, lambda result: result["pence"].to_numpy()


ENGINES = {"pandas int64, two merges": with_pandas, "Polars int64, two joins, 2 threads": with_polars}
