"""No machine's paths and no notes to self: what is here works on any machine and is finished."""

import re
from pathlib import Path

import gate

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|work|Users|tmp|mnt)/")
NOTE_TO_SELF = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
OWN_NAME = "tests/gates/clean_text.py"


def check(root: Path) -> list[str]:
    findings = []
    for path in gate.files(root):
        name = path.relative_to(root).as_posix()
        if name == OWN_NAME:
            continue
        for number, line in gate.numbered_lines(path):
            if MACHINE_PATH.search(line):
                findings.append(f"{name}:{number}: a path of one machine: {line.strip()}")
            if NOTE_TO_SELF.search(line):
                findings.append(f"{name}:{number}: a note to self: {line.strip()}")
    return findings


if __name__ == "__main__":
    gate.run(
        check,
        wrong={
            "a home folder": {"README.md": "run /home/me/bandtariff\n"},
            "a folder of a build machine": {"tests/run.sh": "cd /work/tree\n"},
            "a note to self in code": {"engine/src/plan/plan.cpp": "// TODO later\n"},
            "a note to self in a pack": {"rules/local/x/pack.yaml": "a: 1  # FIXME\n"},
        },
        right={"README.md": "run build/bandtariff; see rules/work/here, https://example.org/home/\n", "build/log": "/home/me/\n"},
    )
