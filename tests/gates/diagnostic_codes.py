"""Every code that loading a pack can report has a pack that shows it, and every such pack shows a code that exists.

A code is what stands first in report.error("…") or report.warning("…") below engine/src/tariff; its pack is
tests/packs/bad/CODE.yaml, or a folder of that name, with CODE.expected beside it.
"""

import re
from pathlib import Path

import gate

# The helpers through which some files report: each takes the code as its first argument.
REPORTED = re.compile(r"(?:\.(?:error|warning)|\banswer|\bunused)\(\s*(?:[^;\"]{0,60}\?\s*)?\"([a-z]+(?:-[a-z]+)*)\"|[?:]\s*\"(value-missing|wrong-kind|unused-[a-z]+)\"")
# A copy with another alternative chosen, or a figure set, reports these: there is no pack to be wrong.
WITHOUT_A_PACK = {"alternative-unknown", "figure-unknown", "figure-divides"}


def codes_of(root: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in gate.files(root / "engine" / "src" / "tariff", ".cpp"):
        for match in REPORTED.finditer(gate.text(path)):
            code = next(group for group in match.groups() if group)
            found.setdefault(code, str(path.relative_to(root)))
    return found


def check(root: Path) -> list[str]:
    codes = codes_of(root)
    bad = root / "tests" / "packs" / "bad"
    entries = sorted(bad.iterdir()) if bad.is_dir() else []
    packs = {path.stem for path in entries if path.is_dir() or path.suffix == ".yaml"}
    expected = {path.stem for path in entries if path.suffix == ".expected"}
    findings = [f"{where}: {code}: no tests/packs/bad/{code}.yaml shows it" for code, where in sorted(codes.items()) if code not in packs | WITHOUT_A_PACK]
    findings += [f"tests/packs/bad/{name}: no such code is reported below engine/src/tariff" for name in sorted(packs - codes.keys())]
    findings += [f"tests/packs/bad/{name}: no {name}.expected beside it" for name in sorted(packs - expected)]
    findings += [f"tests/packs/bad/{name}.expected: no pack beside it" for name in sorted(expected - packs)]
    return findings


if __name__ == "__main__":
    source = {"engine/src/tariff/reader.cpp": 'report.error("date-gap", span, "a gap");\n'}
    pack = {"tests/packs/bad/date-gap.yaml": "pack: x\n", "tests/packs/bad/date-gap.expected": "error[date-gap]\n"}
    gate.run(
        check,
        wrong={
            "a code without a pack": source,
            "a pack without a code": {**source, **pack, "tests/packs/bad/date-overlap.yaml": "", "tests/packs/bad/date-overlap.expected": ""},
            "a pack without its expected text": {**source, "tests/packs/bad/date-gap.yaml": "pack: x\n"},
            "an expected text without its pack": {**source, **pack, "tests/packs/bad/date-late.expected": ""},
        },
        right={**source, **pack},
    )
