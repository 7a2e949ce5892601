"""Our own engine from Python: on arrays, on a data frame, and on text columns in Arrow."""

from __future__ import annotations

import numpy as np
from serve import NOT_PRICED, Fixture


def on_arrays(f: Fixture):
    import bandtariff as bt

    tariff = bt.load(f.folder / "pack")
    out = tariff.price_arrays(f.columns)
    return lambda: tariff.price_arrays(f.columns, out=out), lambda priced: priced["total_pence"]


def on_frame(f: Fixture):
    import bandtariff as bt
    import pandas as pd

    tariff = bt.load(f.folder / "pack")
    frame = pd.DataFrame(
        {
            name: pd.Categorical.from_codes(f[name], codes) if (codes := f.codes(name)) is not None else f[name]
            for name in f.columns
        }
    )
    return lambda: tariff.price_table(frame), lambda priced: priced["total_pence"].fillna(NOT_PRICED).to_numpy(dtype=np.int64)


def on_text(f: Fixture):
    import bandtariff as bt
    import pyarrow as pa

    tariff = bt.load(f.folder / "pack")
    columns = {
        name: f[name] if (codes := f.codes(name)) is None else pa.array(codes).take(pa.array(f[name])) for name in f.columns
    }
    out = tariff.price_arrays(columns)
    return lambda: tariff.price_arrays(columns, threads=2, out=out), lambda priced: priced["total_pence"]


ENGINES = {
    "ours, Python on arrays": on_arrays,
    "ours, Python on a data frame": on_frame,
    "ours, text keys in Arrow, 2 threads": on_text,
}
