"""One peer over one fixture, for the runner: `python3 peer.py ENGINE FOLDER [ROWS]`. Says why where it cannot run."""

from __future__ import annotations

import importlib
import json
import sys

MODULES = {
    "NumPy": "numpy_peer",
    "pandas": "frames_peer",
    "Polars": "frames_peer",
    "DuckDB": "duckdb_peer",
    "OpenFisca-core": "rule_engines_peer",
    "zen-engine": "rule_engines_peer",
    "ours": "ours_peer",
}


def main(engine: str, folder: str, rows: str | None = None) -> None:
    try:
        from serve import Fixture, serve

        module = next(module for prefix, module in MODULES.items() if engine.startswith(prefix))
        fixture = Fixture(folder, int(rows) if rows else None)
        price, pence = importlib.import_module(module).ENGINES[engine](fixture)
    except Exception as error:  # whatever it is, the report says so
        print(json.dumps({"not_run": f"{type(error).__name__}: {error}"}), flush=True)
        return
    serve(fixture, price, pence)


if __name__ == "__main__":
    main(*sys.argv[1:])
