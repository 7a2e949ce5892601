"""OpenFisca-core and zen-engine: engines that read rules, as we do."""

from __future__ import annotations

import json

import numpy as np
from serve import Fixture

PERIOD = "2026"


def openfisca(with_tree: bool):
    """One formula over one variable a column. Inputs are set as arrays, which is the fast way in, and the formula works in
    float64; what it gives is stored as float32, as every OpenFisca number is. The tree of parameters is the documented way to
    keep a price list; plain arrays leave it out, which is faster and gives up the rules as data."""

    def prepare(f: Fixture):
        from openfisca_core.entities import Entity
        from openfisca_core.parameters import ParameterNode
        from openfisca_core.periods import DateUnit
        from openfisca_core.simulations import SimulationBuilder
        from openfisca_core.taxbenefitsystems import TaxBenefitSystem
        from openfisca_core.variables import Variable

        placement = Entity("placement", "placements", "A placement", "")
        names = {fact: f.codes(fact) for fact in [*f.keys, "region"]}
        amounts, costs = f.above() / 100, f.tables["area_cost"] / f.scale

        def variable(name: str, kind: type = int, **members) -> type:
            return type(
                name, (Variable,), {"value_type": kind, "entity": placement, "definition_period": DateUnit.YEAR, **members}
            )

        def by_arrays(placements, period, parameters):
            price = amounts[placements("need", period), placements("band", period), placements("setting", period)]
            return np.round(price * costs[placements("region", period)] * placements("days", period) / 365, 2)

        texts = {fact: np.array(names[fact]) for fact in names}

        def by_tree(placements, period, parameters):
            of = lambda fact: texts[fact][placements(fact, period)]
            rules = parameters(period)
            price = rules.price[of("need")][of("band")][of("setting")]
            return np.round(price * rules.area_cost[of("region")] * placements("days", period) / 365, 2)

        system = TaxBenefitSystem([placement])
        value = lambda number: {"values": {"2026-01-01": {"value": float(number)}}}
        tree = {
            need: {
                band: {setting: value(amounts[n, b, s]) for s, setting in enumerate(names["setting"])}
                for b, band in enumerate(names["band"])
            }
            for n, need in enumerate(names["need"])
        }
        system.parameters = ParameterNode(
            "", data={"price": tree, "area_cost": {r: value(costs[k]) for k, r in enumerate(names["region"])}}
        )
        for fact in f.columns:
            system.add_variable(variable(fact))
        system.add_variable(variable("pounds", float, formula=by_tree if with_tree else by_arrays))

        def price() -> np.ndarray:
            simulation = SimulationBuilder().build_default_simulation(system, f.rows)
            for fact, column in f.columns.items():
                simulation.set_input(fact, PERIOD, column)
            return simulation.calculate("pounds", PERIOD)

        return price, lambda pounds: np.rint(pounds.astype(np.float64) * 100).astype(np.int64)

    return prepare


def zen(f: Fixture):
    """A decision table of the prices, a table of area costs, one expression; one call for a row, the decision kept."""
    import zen as engine

    names = {fact: f.codes(fact) for fact in [*f.keys, "region"]}
    amounts, costs = f.above() / 100, f.tables["area_cost"] / f.scale

    def table(key: str, inputs: list[str], output: str, rules: list[dict[str, str]]) -> dict:
        return {
            "id": key,
            "type": "decisionTableNode",
            "name": key,
            "content": {
                "hitPolicy": "first",
                "inputs": [{"id": name, "name": name, "field": name} for name in inputs],
                "outputs": [{"id": output, "name": output, "field": output}],
                "rules": [{"_id": str(k), **rule} for k, rule in enumerate(rules)],
                "passThrough": True,
            },
        }

    prices = [
        {"need": json.dumps(need), "band": json.dumps(band), "setting": json.dumps(setting), "above": f"{amounts[n, b, s]:.2f}"}
        for n, need in enumerate(names["need"])
        for b, band in enumerate(names["band"])
        for s, setting in enumerate(names["setting"])
    ]
    regions = [{"region": json.dumps(region), "cost": f"{costs[k]:.4f}"} for k, region in enumerate(names["region"])]
    graph = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in"},
            table("prices", ["need", "band", "setting"], "above", prices),
            table("costs", ["region"], "cost", regions),
            {
                "id": "sum",
                "type": "expressionNode",
                "name": "sum",
                "content": {"expressions": [{"id": "e", "key": "pounds", "value": "round(above * cost * days / 365, 2)"}]},
            },
            {"id": "out", "type": "outputNode", "name": "out"},
        ],
        "edges": [
            {"id": str(k), "sourceId": a, "targetId": b, "type": "edge"}
            for k, (a, b) in enumerate([("in", "prices"), ("prices", "costs"), ("costs", "sum"), ("sum", "out")])
        ],
    }
    decision = engine.ZenEngine().create_decision(json.dumps(graph))
    records = [{**{fact: names[fact][f[fact][row]] for fact in names}, "days": int(f["days"][row])} for row in range(f.rows)]
    return lambda: [decision.evaluate(record)["result"]["pounds"] for record in records], lambda pounds: np.rint(
        np.array(pounds, dtype=np.float64) * 100
    ).astype(np.int64)


ENGINES = {
    "OpenFisca-core, parameter tree": openfisca(True),
    "OpenFisca-core, plain arrays": openfisca(False),
    "zen-engine, one call a row": zen,
}
