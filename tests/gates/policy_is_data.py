"""Policy is data: no authority's name and no policy figure in the engine or the bindings, comments included.

The names stand in authority_names.txt beside this file, the figures in policy_figures.txt.
"""

import re
from pathlib import Path

import gate

HERE = Path(__file__).parent
# Two authorities are also everyday English words; by themselves they prove nothing.
EVERYDAY_WORDS = {"Reading", "Bury"}


def listed(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def spellings(authority: str) -> set[str]:
    """An authority as printed ("Bristol, City of") and as people say it ("Bristol")."""
    return {authority, re.sub(r", (City|County) of$", "", authority)} - EVERYDAY_WORDS


def name_pattern() -> re.Pattern[str]:
    """Any authority, in any case, with its words joined by spaces, hyphens or underscores, alone or inside an identifier."""
    names = {spelling for authority in listed("authority_names.txt") for spelling in spellings(authority)}
    words = [r"[ _-]+".join(map(re.escape, re.split(r"[ -]+", name))) for name in sorted(names, key=len, reverse=True)]
    return re.compile(r"(?<![A-Za-z])(?:" + "|".join(words) + r")(?![A-Za-z])", re.IGNORECASE)


def figure_pattern() -> re.Pattern[str]:
    """Any listed figure, with or without separators between thousands and with or without nought pence."""
    figures = [re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "[,'_ ]?", figure) for figure in listed("policy_figures.txt")]
    return re.compile(r"(?<![\w.])(?:" + "|".join(figures) + r")(?:\.0+)?(?![\w']|\.\d)")


def check(root: Path) -> list[str]:
    names, figures = name_pattern(), figure_pattern()
    findings = []
    for part in ("engine", "bindings"):
        for path in gate.files(root / part):
            for number, line in gate.numbered_lines(path):
                if match := names.search(line):
                    findings.append(f"{path.relative_to(root)}:{number}: names an authority: {match[0]}")
                if match := figures.search(line):
                    findings.append(f"{path.relative_to(root)}:{number}: a policy figure: {match[0]}")
    return findings


if __name__ == "__main__":
    gate.run(
        check,
        wrong={
            "an authority in a condition": {"engine/src/plan/plan.cpp": 'if (authority == "Devon") {}\n'},
            "an authority in a comment, two words": {"engine/src/plan/plan.cpp": "// as in Milton Keynes\n"},
            "an authority in an identifier": {"bindings/python/src/module.cpp": "price_milton_keynes();\n"},
            "an authority with its hyphens gone": {"engine/src/plan/plan.cpp": "// stoke on trent\n"},
            "the short name of an authority": {"engine/src/plan/plan.cpp": "// Bristol\n"},
            "the threshold as a number": {"engine/src/plan/plan.cpp": "int threshold = 6000;\n"},
            "the threshold with a separator": {"engine/src/plan/plan.cpp": "int threshold = 6'000;\n"},
            "the threshold in a comment": {"engine/include/bandtariff/plan.hpp": "// the first £6,000.00 of it\n"},
            "the threshold in pence": {"bindings/python/bandtariff/__init__.py": "PENCE = 600000\n"},
            "a place": {"engine/src/plan/plan.cpp": '"10000"\n'},
        },
        right={
            "engine/src/plan/plan.cpp": "// Reading a pack; do not bury it. Kentish 16000 60000 6000x 1.6000 100000\n",
            "rules/local/devon/pack.yaml": "threshold: 6000\n",
        },
    )
