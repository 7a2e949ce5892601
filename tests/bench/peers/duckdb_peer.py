"""DuckDB: the tariff as SQL over tables in memory. Results are fetched as Arrow: a statement that is not fetched is not run.

Integer keys are DuckDB's own tables, which it scans fastest; text keys are Arrow string columns scanned where they lie.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from serve import THRESHOLD, Fixture


def connected(threads: int) -> Any:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    return connection


def priced(connection: Any, sql: str, pence=lambda column: column):
    """The statement to time. Its rows come in any order, which is a help to DuckDB; so that they can be checked, the same
    statement is run once more, untimed, with each row's number beside it."""

    def in_order(_: Any) -> np.ndarray:
        result = connection.sql(sql.replace("SELECT", "SELECT id,")).to_arrow_table()
        out = np.empty(result.num_rows, np.int64)
        out[result.column("id").to_numpy()] = pence(result.column("price").to_numpy())
        return out

    return lambda: connection.sql(sql).to_arrow_table(), in_order


def nearest(numerator: str, divisor: int, signed: bool = False) -> str:
    if signed:
        return f"CAST(sign({numerator}) * ((2 * abs({numerator}) + {divisor}) // {2 * divisor}) AS BIGINT)"
    return f"CAST((2 * ({numerator}) + {divisor}) // {2 * divisor} AS BIGINT)"


def load(connection: Any, f: Fixture, prices: dict[str, np.ndarray]) -> None:
    """Registers the columns and tables of a fixture and copies them into DuckDB."""
    import pyarrow as pa

    def table(name: str, columns: dict[str, np.ndarray]) -> None:
        arrow = pa.table(columns)
        connection.register("arriving", arrow)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM arriving")
        connection.unregister("arriving")

    table("placements", {**f.columns, "id": np.arange(f.rows)})
    axes = [axis.ravel().astype(np.uint8) for axis in np.indices(f.shape)]
    table("prices", {**dict(zip(f.keys, axes)), **prices})
    table("costs", {f.place: np.arange(len(f.tables["area_cost"]), dtype=np.uint8), "cost": f.tables["area_cost"]})


def exact(threads: int):
    def prepare(f: Fixture):
        connection = connected(threads)
        if f.name == "schemes":
            return schemes(connection, f)
        joins = f"FROM placements JOIN prices USING ({', '.join(f.keys)}) JOIN costs USING ({f.place})"
        divisor = 365 * f.scale
        if f.name == "dated":
            load(connection, f, {name: f.above(name).ravel() for name in ("april", "september", "january")})
            overlap = lambda first, after: f"greatest(least(last_day + 1, {after}) - greatest(start, {first}), 0)"
            numerator = f"(april * {overlap(20544, 20697)} + september * {overlap(20697, 20819)} + january * {overlap(20819, 20909)}) * cost"
        else:
            load(connection, f, {"above": f.above().ravel()})
            # Past 64 bits DuckDB has 128: the one cast that `big` needs.
            numerator = "above::HUGEINT * cost * days" if f.name == "big" else "above * cost * days"
        signed = f.name == "ties"
        return priced(connection, f"SELECT {nearest(numerator, divisor, signed)} AS price {joins}")

    return prepare


def schemes(connection: Any, f: Fixture):
    import pyarrow as pa

    placements = pa.table({**f.columns, "id": np.arange(f.rows)})
    bands = pa.table({"band": np.arange(7, dtype=np.uint8), "teacher": f.tables["teacher"], "assistant": f.tables["assistant"]})
    costs = pa.table({"region": np.arange(9, dtype=np.uint8), "cost": f.tables["area_cost"]})
    for name, arrow in (("placements", placements), ("bands", bands), ("costs", costs)):
        connection.register("arriving", arrow)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM arriving")
    sql = f"""
        SELECT {nearest("greatest(daily - 3158, 0) * cost * days_on_roll", 10_000)} AS price FROM (
            SELECT cost, days_on_roll, {nearest("weekly", 5)} AS daily FROM (
                SELECT cost, days_on_roll, {nearest("teacher_hours * teacher + assistant_hours * assistant", 100)} AS weekly
                FROM placements JOIN bands USING (band) JOIN costs USING (region)))"""
    assert (THRESHOLD + 95) // 190 == 3158
    return priced(connection, sql)


def decimal(f: Fixture):
    """As an analyst writes it. The division turns the DECIMAL product into a DOUBLE, which is what costs the pennies."""
    connection = connected(2)
    load(connection, f, {"above": f.above().ravel()})
    connection.execute("CREATE TABLE pounds AS SELECT * EXCLUDE above, CAST(above / 100 AS DECIMAL(12, 2)) AS above FROM prices")
    connection.execute("CREATE TABLE factors AS SELECT region, CAST(cost / 10000 AS DECIMAL(6, 4)) AS cost FROM costs")
    sql = """SELECT round(above * cost * days / 365, 2) AS price
             FROM placements JOIN pounds USING (need, band, setting) JOIN factors USING (region)"""
    return priced(connection, sql, lambda pounds: np.rint(pounds.astype(np.float64) * 100).astype(np.int64))


def text_keys(threads: int):
    def prepare(f: Fixture):
        """The flat rows as Arrow string columns, joined to tables whose keys are text too."""
        import pyarrow as pa

        connection = connected(threads)
        codes = {name: pa.array(f.codes(name)) for name in [*f.keys, "region"]}
        arrow = pa.table(
            {
                **{name: codes[name].take(pa.array(f[name])) for name in codes},
                "days": pa.array(f["days"]),
                "id": np.arange(f.rows),
            }
        )
        connection.register("placements", arrow)
        axes = [axis.ravel().astype(np.uint8) for axis in np.indices(f.shape)]
        prices = pa.table(
            {**{name: codes[name].take(pa.array(axis)) for name, axis in zip(f.keys, axes)}, "above": f.above().ravel()}
        )
        costs = pa.table({"region": codes["region"], "cost": f.tables["area_cost"]})
        for name, table in (("prices", prices), ("costs", costs)):
            connection.register("arriving", table)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM arriving")
        sql = f"""SELECT {nearest("above * cost * days", 365 * f.scale)} AS price
                  FROM placements JOIN prices USING (need, band, setting) JOIN costs USING (region)"""
        return priced(connection, sql)

    return prepare


def csv_to_csv(pack: str, source: str, target: str, threads: int = 2):
    """One statement from a CSV file with text keys to another, the pack's own tables beside it: what bench_engine csv does."""
    connection = connected(threads)
    connection.execute(
        f"CREATE TABLE prices AS SELECT need, band, setting, CAST(amount * 100 AS BIGINT) - {THRESHOLD} AS above FROM read_csv('{pack}/prices.csv')"
    )
    connection.execute("UPDATE prices SET above = greatest(above, 0)")
    connection.execute(
        f"CREATE TABLE costs AS SELECT region, CAST(amount * 10000 AS BIGINT) AS cost FROM read_csv('{pack}/area_costs.csv')"
    )
    columns = "{'need': 'VARCHAR', 'band': 'VARCHAR', 'setting': 'VARCHAR', 'region': 'VARCHAR', 'days': 'SMALLINT'}"
    sql = f"""COPY (SELECT need, band, setting, region, days, 'priced' AS outcome,
                    CAST({nearest("above * cost * days", 3_650_000)} AS DECIMAL(18, 2)) / 100 AS total_gbp
                    FROM read_csv('{source}', header = true, columns = {columns}) JOIN prices USING (need, band, setting) JOIN costs USING (region))
              TO '{target}' (HEADER, DELIMITER ',')"""
    return lambda: connection.execute(sql).fetchall()


ENGINES = {
    "DuckDB exact integer SQL, 1 thread": exact(1),
    "DuckDB exact integer SQL, 2 threads": exact(2),
    "DuckDB DECIMAL, 2 threads": decimal,
    "DuckDB exact, text keys in Arrow, 2 threads": text_keys(2),
}
