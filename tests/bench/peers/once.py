"""Measures of one call in Python: a CSV file through DuckDB, and one price of a pack.

python3 once.py duckdb_csv PACK IN OUT | python_price PACK
"""

from __future__ import annotations

import json
import sys
import time


def duckdb_csv(pack: str, source: str, target: str) -> dict:
    from duckdb_peer import connected, csv_to_csv

    statement = csv_to_csv(pack, source, target)
    start = time.perf_counter_ns()
    statement()
    taken = time.perf_counter_ns() - start
    totals = f"SELECT count(*), sum(CAST(total_gbp * 100 AS BIGINT)) FROM read_csv('{target}', types = {{'total_gbp': 'DECIMAL(18, 2)'}})"
    [(rows, pence)] = connected(1).sql(totals).fetchall()
    return {"ns": taken, "rows": rows, "pence": int(pence)}


def python_price(pack: str) -> dict:
    import bandtariff as bt

    tariff = bt.load(pack)
    facts = dict(
        setting="mainstream_academy", band="B6", need="asd", phase="primary", authority="202", home="202",
        attendance="0.8", start="2024-09-01", last_day="2025-03-31",
    )  # fmt: skip
    times = []
    for _ in range(300):
        start = time.perf_counter_ns()
        tariff.price(**facts)
        times.append((time.perf_counter_ns() - start) / 1000)
    return {"us": times}


if __name__ == "__main__":
    print(json.dumps({"duckdb_csv": duckdb_csv, "python_price": python_price}[sys.argv[1]](*sys.argv[2:])))
