"""The top-level folders are fixed, and only a few named files may stand beside them."""

from pathlib import Path

import gate

FOLDERS = {"engine", "rules", "bindings", "examples", "tests"}
FILES = {"CMakeLists.txt", "CMakePresets.json", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"}


def check(root: Path) -> list[str]:
    findings = []
    for path in sorted(root.iterdir()):
        skipped = path.name.startswith((".", *gate.SKIPPED_FOLDERS)) or path.name.endswith(".egg-info")
        if not skipped and path.name not in (FOLDERS if path.is_dir() else FILES):
            findings.append(f"{path.name}: nothing else may stand at the top level")
    return findings


if __name__ == "__main__":
    gate.run(
        check,
        wrong={"a sixth folder": {"scripts/a.sh": ""}, "a stray file": {"notes.txt": ""}},
        right={"engine/a": "", "README.md": "", ".clang-format": "", "build/a": "", "build-debug/a": ""},
    )
