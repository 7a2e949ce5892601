"""A pack file holds one topic and at most 200 lines, so that a reader can hold it in mind."""

from pathlib import Path

import gate

MOST_LINES = 200


def check(root: Path) -> list[str]:
    findings = []
    for path in gate.files(root / "rules", ".yaml", ".yml"):
        lines = len(gate.text(path).splitlines())
        if lines > MOST_LINES:
            findings.append(f"{path.relative_to(root)}: {lines} lines; {MOST_LINES} is the most, so split it by topic")
    return findings


if __name__ == "__main__":
    gate.run(
        check,
        wrong={"a pack file of 201 lines": {"rules/local/x/pack.yaml": "a: 1\n" * 201}},
        right={"rules/local/x/pack.yaml": "a: 1\n" * 200, "rules/local/x/data.csv": "a\n" * 500},
    )
