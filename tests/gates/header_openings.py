"""Every public header opens with what it is for and a short example, before anything else."""

import re
from pathlib import Path

import gate

EXAMPLE_LINE = re.compile(r"^//     (.*)$")


def example_of(header: Path) -> list[str]:
    """The lines of code in the comment that a header opens with."""
    code = []
    for line in gate.text(header).splitlines():
        if not line.startswith("//"):
            break
        if match := EXAMPLE_LINE.match(line):
            code.append(match[1])
    return code


def check(root: Path) -> list[str]:
    findings = []
    for path in gate.files(root / "engine/include/bandtariff"):
        first = gate.text(path).split("\n", 1)[0]
        if not re.match(r"// \S", first):
            findings.append(f"{path.relative_to(root)}:1: does not open with a sentence that says what it is for")
        if not example_of(path):
            findings.append(f"{path.relative_to(root)}:1: does not open with an example, indented in the first comment")
    return findings


if __name__ == "__main__":
    gate.run(
        check,
        wrong={
            "a header without a comment": {"engine/include/bandtariff/a.hpp": "#pragma once\n"},
            "a header with words but no example": {"engine/include/bandtariff/a.hpp": "// Money.\n#pragma once\n"},
            "an example after the first comment": {"engine/include/bandtariff/a.hpp": "// Money.\n#pragma once\n//     Money a;\n"},
        },
        right={"engine/include/bandtariff/a.hpp": "// Money.\n//\n//     Money a;\n#pragma once\n"},
    )
