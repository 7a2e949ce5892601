"""Every code of an error and every built-in outcome that the engine can give is in rules/schema.md, and nothing else is.

Every code of an error is also reached: a test under tests/packs/bad, tests/stages, tests/cli or tests/unit expects it.
"""

import re
from pathlib import Path

import gate

PAGE = "rules/schema.md"
# Whole packs that are refused, files that are no pack, files of records that do not fit: the text that is printed. What no file
# of the tree can show (bytes that are no text, files past the limits) is a literal of a test program.
REACHING = ("packs/bad", "stages", "cli", "unit")
# Codes are the only literals made of small words joined by hyphens; those of one word are found by what they are given to.
CODE_LITERAL = re.compile(r'"([a-z]+(?:-[a-z0-9]+)+)"')
ONE_WORD = re.compile(r'(?:error|warning|refuse)\(\s*"([a-z]+)"')
OUTCOME = re.compile(r'make\((\d+), (priced|nothing_payable|not_priced), "([a-z_]+)"')
PRINTED = re.compile(r"\[([a-z]+(?:-[a-z0-9]+)*)\]")


def codes_raised(root: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in ("engine/src", "engine/cli"):
        for path in gate.files(root / part, ".cpp", ".hpp"):
            text = gate.text(path)
            for pattern in (CODE_LITERAL, ONE_WORD):
                for code in pattern.findall(text):
                    found.setdefault(code, path.relative_to(root).as_posix())
    return found


def table_under(page: str, heading: str) -> list[list[str]]:
    """Rows of the table below the heading that begins so, as cells; a code without its backticks."""
    section = re.search(rf"^# \d+\. {heading}.*?(?=^# |\Z)", page, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", section[0], re.MULTILINE) if section else []
    return [[first, *(cell.strip() for cell in rest.split(" | "))] for first, rest in rows]


def reached(root: Path) -> set[str]:
    texts = [gate.text(path) for folder in REACHING for path in gate.files(root / "tests" / folder)]
    return {code for text in texts for pattern in (PRINTED, CODE_LITERAL) for code in pattern.findall(text)}


def check(root: Path) -> list[str]:
    page = gate.text(root / PAGE) if (root / PAGE).is_file() else ""
    findings = []
    raised = codes_raised(root)
    listed = [row[0] for row in table_under(page, "Every error")]
    findings += [f"{raised[code]}: {code} is not in {PAGE}" for code in sorted(raised.keys() - set(listed))]
    findings += [f"{PAGE}: nothing gives {code}" for code in sorted(set(listed) - raised.keys())]
    findings += [f"{PAGE}: {code} stands twice" for code in sorted({code for code in listed if listed.count(code) > 1})]
    findings += [f"{raised[code]}: no test of tests/packs/bad, tests/stages, tests/cli or tests/unit expects {code}" for code in sorted(raised.keys() - reached(root))]

    source = root / "engine" / "src" / "tariff" / "outcomes.cpp"
    given = {code: (number, kind) for number, kind, code in OUTCOME.findall(gate.text(source) if source.is_file() else "")}
    described = {row[0]: (row[1], row[2]) for row in table_under(page, "Outcomes: every built-in")}
    for code in sorted(given.keys() | described.keys()):
        if given.get(code) != described.get(code):
            findings.append(f"{PAGE}: outcome {code} is {given.get(code)} in the engine and {described.get(code)} here")
    return findings


ENGINE = {
    "engine/src/tariff/a.cpp": 'report.error("unit-unknown", span, "text-like words");\nreport.error(\n    "cycle", span, "it");\n',
    "engine/src/tariff/outcomes.cpp": 'make(200, not_priced, "fact_missing", "say"),\n',
}
LISTS = "# 1. Outcomes: every built-in one\n\n| `fact_missing` | 200 | not_priced | a | b |\n\n# 2. Every error\n\n"
ROWS = "| `text-like` | a | b |\n| `unit-unknown` | a | b |\n| `cycle` | a | b |\n"
RIGHT = {
    "engine/src/tariff/a.cpp": ENGINE["engine/src/tariff/a.cpp"].replace("text-like words", "words that are text-like"),
    "engine/src/tariff/outcomes.cpp": ENGINE["engine/src/tariff/outcomes.cpp"],
    PAGE: LISTS + ROWS.split("\n", 1)[1],
    "tests/packs/bad/unit-unknown.expected": "a.yaml:1:1: error[unit-unknown]: it\n",
    "tests/cli/check.transcript": "a.yaml:1:1: error[cycle]: it\n",
}

if __name__ == "__main__":
    gate.run(
        check,
        wrong={
            "a code without an entry": {**RIGHT, PAGE: LISTS + "| `cycle` | a | b |\n"},
            "an entry that nothing gives": {**RIGHT, PAGE: LISTS + ROWS},
            "an entry twice": {**RIGHT, PAGE: RIGHT[PAGE] + "| `cycle` | a | b |\n"},
            "a code that no test reaches": {**RIGHT, "tests/cli/check.transcript": "\n"},
            "an outcome without an entry": {**RIGHT, PAGE: RIGHT[PAGE].replace("`fact_missing`", "`other`")},
            "an outcome of another number": {**RIGHT, PAGE: RIGHT[PAGE].replace("200", "201")},
            "an outcome of another class": {**RIGHT, PAGE: RIGHT[PAGE].replace("not_priced", "priced")},
        },
        right=RIGHT,
    )
