"""No binary floating point in the engine, outside the files named for a lane, where an estimate is proved and checked."""

import re
from pathlib import Path

import gate

# Comments and text literals are not code; what is left of a line keeps its number.
NOT_CODE = re.compile(r'''//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])\'''', re.DOTALL)
FLOATING = re.compile(r"\b(float|double)\b")


def check(root: Path) -> list[str]:
    findings = []
    for part in ("engine/include", "engine/src"):
        for path in gate.files(root / part, ".hpp", ".cpp"):
            if "lane" in path.name:
                continue
            code = NOT_CODE.sub(lambda match: "\n" * match[0].count("\n"), gate.text(path))
            for number, line in enumerate(code.splitlines(), start=1):
                if FLOATING.search(line):
                    findings.append(f"{path.relative_to(root)}:{number}: binary floating point: {line.strip()}")
    return findings


if __name__ == "__main__":
    gate.run(
        check,
        wrong={
            "a double in a stage": {"engine/src/plan/plan.cpp": "int a;\nlong double due = 0;\n"},
            "a float in a public header": {"engine/include/bandtariff/money.hpp": "Money(float pounds);\n"},
            "a double between two quotation marks that are characters": {"engine/src/plan/plan.cpp": "f('\"'); double x; f('\"');\n"},
            "a double after text that looks like a comment": {"engine/src/plan/plan.cpp": 'f("//"); double x;\n'},
        },
        right={
            "engine/src/kernel/estimate_lane.cpp": "double estimate;\n",
            "engine/src/plan/plan.cpp": '// never a double\n/* nor\n a float */ int doubled = 0; f("double quotes");\n',
        },
    )
