"""Who may include whom. The engine flows one way: a stage sees the public headers, itself, the stage before it and the base."""

import re
from pathlib import Path

import gate

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
STANDARD = re.compile(r"[a-z_0-9]+")
SYSTEM = re.compile(r"(sys/)?[A-Za-z_0-9]+\.h")

# Public headers in the order in which they may see each other: a header sees those of earlier layers and of its own.
LAYERS = [
    {"money", "calendar", "source", "ids", "version"},
    {"expression", "gather", "declaration", "table", "line", "tariff", "placement", "quote"},
    {"plan"},
    {"cases", "groups", "placement_file", "series", "sweep", "text_column", "usage"},
    {"bandtariff"},
]
# The first layer's headers stand alone: the standard library only.
LONELY = LAYERS[0]
STAGES = ["money", "document", "tariff", "plan", "kernel", "quote"]

# Third parties, and headers of the machine, each with the only places that may include it.
THIRD_PARTIES = {
    "boost/json/": r"engine/cli/.+",
    "boost/": r"engine/include/bandtariff/money\.hpp",
    "yaml-cpp/": r"engine/src/document/from_yaml\.cpp",
    "openssl/": r"engine/src/document/[^/]+\.cpp",
    "CLI/": r"engine/cli/.+",
    "pybind11/": r"bindings/python/.+",
    "doctest/": r"tests/.+",
    "rapidcheck": r"tests/.+",
    "pthread.h": r"(engine/src/base/in_parallel|tests/stages/in_parallel_test)\.cpp",
    "sched.h": r"(engine/src/base/in_parallel|tests/stages/in_parallel_test)\.cpp",
    "immintrin.h": r"(engine/src/kernel/lane_loops_(avx2|avx512)|tests/bench/hand_loops)\.cpp",
}


def layer_of(header: str) -> int:
    return next((i for i, names in enumerate(LAYERS) if header in names), len(LAYERS))


def public_header_may_include(own: str, included: str) -> bool:
    if not included.startswith("bandtariff/"):
        return False
    return own not in LONELY and layer_of(Path(included).stem) <= layer_of(own)


def stage_may_include(stage: str, included: str) -> bool:
    if included.startswith("bandtariff/"):
        header = Path(included).stem
        if stage == "base":
            return False
        if stage == "money":
            return header in LONELY
        if stage == "document":
            return header == "source"
        return True
    folder = included.split("/")[0]
    if folder == stage:
        return True
    # What knows nothing of tariffs serves every stage: threads. And how a tariff is made whose figures are read by scenario.
    if folder == "base" or (stage == "sweep" and included == "tariff/scenarios.hpp"):
        return True
    if stage == "base":
        return False
    if stage not in STAGES:  # work beside the flow, on files or cases: public headers and itself only
        return False
    before = STAGES.index(stage) - 1
    # The reference evaluation serves the checks, the folding and the one-row price alike: kernel may see that header too.
    return (before > 0 and folder == STAGES[before]) or (stage == "kernel" and included == "tariff/evaluate.hpp")


def allowed(root: Path, path: Path, quote: str, included: str) -> bool:
    name = path.relative_to(root).as_posix()
    for prefix, place in THIRD_PARTIES.items():
        if included.startswith(prefix):
            return re.fullmatch(place, name) is not None
    if quote == "<" and not included.startswith("bandtariff/"):
        in_engine = name.startswith(("engine/include/", "engine/src/"))
        return STANDARD.fullmatch(included) is not None or (not in_engine and SYSTEM.fullmatch(included) is not None)
    if name.startswith("engine/include/"):
        return public_header_may_include(path.stem, included)
    beside = (path.parent / included).resolve()
    if name.startswith("engine/src/"):
        stage = name.split("/")[2]
        own_folder = (root / "engine/src" / stage).resolve()
        return stage_may_include(stage, included) or (beside.is_file() and own_folder in beside.parents)
    if included.startswith("bandtariff/") or name.startswith(("tests/stages/", "tests/fuzz/")):
        return True
    # The rest includes files of its own folder: the tests share one, but the oracle stands alone.
    base = root / ("tests" if name.startswith("tests/") else "/".join(name.split("/")[:2]))
    own_folder = (base / "oracle" if name.startswith("tests/oracle/") else base).resolve()
    candidates = (beside, (base / included).resolve())
    return any(each.is_file() and own_folder in each.parents for each in candidates)


def check(root: Path) -> list[str]:
    findings = []
    for part in ("engine", "bindings", "examples", "tests"):
        for path in gate.files(root / part, ".hpp", ".cpp", ".h", ".in"):
            for number, line in gate.numbered_lines(path):
                match = INCLUDE.match(line)
                if match and not allowed(root, path, match[1], match[2]):
                    findings.append(f"{path.relative_to(root)}:{number}: may not include {match[2]}")
    return findings


WRONG = {
    "a first-layer header that sees another": {"engine/include/bandtariff/calendar.hpp": '#include "bandtariff/money.hpp"\n'},
    "a tariff that sees the plan": {"engine/include/bandtariff/tariff.hpp": '#include "bandtariff/plan.hpp"\n'},
    "Boost outside money.hpp": {"engine/src/plan/from_tariff.cpp": "#include <boost/multiprecision/cpp_int.hpp>\n"},
    "yaml-cpp outside from_yaml.cpp": {"engine/src/document/document.cpp": "#include <yaml-cpp/yaml.h>\n"},
    "CLI11 in the library": {"engine/src/plan/plan.cpp": "#include <CLI/CLI.hpp>\n"},
    "pybind11 in the command line": {"engine/cli/main.cpp": "#include <pybind11/pybind11.h>\n"},
    "doctest in the engine": {"engine/src/money/money.cpp": "#include <doctest/doctest.h>\n"},
    "the base that sees a stage": {"engine/src/base/in_parallel.cpp": '#include "plan/program.hpp"\n', "engine/src/plan/program.hpp": ""},
    "the base that sees a public header": {"engine/src/base/in_parallel.cpp": '#include "bandtariff/source.hpp"\n'},
    "the document that sees the tariff": {"engine/src/document/document.cpp": '#include "bandtariff/tariff.hpp"\n'},
    "the plan that sees the document": {"engine/src/plan/from_tariff.cpp": '#include "document/document.hpp"\n'},
    "the kernel that sees the tariff's inside": {"engine/src/kernel/price.cpp": '#include "tariff/loader.hpp"\n'},
    "a stage that climbs out of its folder": {
        "engine/src/kernel/price.cpp": '#include "../tariff/loader.hpp"\n',
        "engine/src/tariff/loader.hpp": "",
    },
    "the command line that looks inside": {
        "engine/cli/main.cpp": '#include "plan/program.hpp"\n',
        "engine/src/plan/program.hpp": "",
    },
    "the oracle that looks inside": {
        "tests/oracle/oracle.cpp": '#include "plan/program.hpp"\n',
        "engine/src/plan/program.hpp": "",
    },
    "the oracle that leans on another test folder": {
        "tests/oracle/oracle.cpp": '#include "stages/tools.hpp"\n',
        "tests/stages/tools.hpp": "",
    },
    "a unit test that looks inside": {"tests/unit/a_test.cpp": '#include "document/document.hpp"\n'},
    "an example that looks inside": {
        "examples/01_x/main.cpp": '#include "../../engine/src/plan/program.hpp"\n',
        "engine/src/plan/program.hpp": "",
    },
    "a system header in the engine": {"engine/src/plan/plan.cpp": "#include <unistd.h>\n"},
}
RIGHT = {
    "engine/include/bandtariff/money.hpp": "#include <boost/multiprecision/cpp_int.hpp>\n#include <compare>\n",
    "engine/include/bandtariff/tariff.hpp": '#include "bandtariff/money.hpp"\n',
    "engine/include/bandtariff/placement.hpp": '#include "bandtariff/tariff.hpp"\n',
    "engine/include/bandtariff/plan.hpp": '#include "bandtariff/quote.hpp"\n',
    "engine/src/document/from_yaml.cpp": '#include <yaml-cpp/eventhandler.h>\n#include "document/document.hpp"\n#include "bandtariff/source.hpp"\n',
    "engine/src/document/document.hpp": "",
    "engine/src/document/read_pack.cpp": '#include "base/in_parallel.hpp"\n',
    "engine/src/base/in_parallel.hpp": "",
    "engine/src/tariff/from_document.cpp": '#include "document/document.hpp"\n#include "formula/parser.hpp"\n',
    "engine/src/tariff/formula/parser.hpp": "",
    "engine/src/kernel/price_one.cpp": '#include "plan/program.hpp"\n#include "bandtariff/quote.hpp"\n',
    "engine/cli/main.cpp": '#include <CLI/CLI.hpp>\n#include <unistd.h>\n#include "commands.hpp"\n#include "bandtariff/plan.hpp"\n',
    "engine/cli/commands.hpp": "",
    "tests/oracle/oracle.cpp": '#include "oracle.hpp"\n#include "bandtariff/tariff.hpp"\n',
    "tests/oracle/oracle.hpp": "",
    "tests/oracle/oracle_test.cpp": '#include "oracle/oracle.hpp"\n',
    "tests/property/prices_test.cpp": '#include <rapidcheck.h>\n#include "oracle/oracle.hpp"\n',
    "tests/stages/document_test.cpp": '#include "document/document.hpp"\n#include <doctest/doctest.h>\n',
}

if __name__ == "__main__":
    gate.run(check, WRONG, RIGHT)
