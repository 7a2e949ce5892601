"""What every gate shares: walking the tree, reporting, and proving that the gate can fail.

A gate is a function from a tree to a list of findings, with small trees it must refuse and one it must accept:

    python3 tests/gates/NAME.py TREE          exit 0 where nothing is found
    python3 tests/gates/NAME.py --can-fail    exit 0 where every wrong tree is refused and the right one is not
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

Check = Callable[[Path], list[str]]
SKIPPED_FOLDERS = ("build", "__pycache__", "out", "dist", "node_modules")


def files(root: Path, *suffixes: str) -> Iterator[Path]:
    """Every file below a folder that belongs to the project, in path order."""
    if not root.is_dir():
        return
    for path in sorted(root.iterdir()):
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name != ".ci"
            if not hidden and not path.name.startswith(SKIPPED_FOLDERS) and not path.name.endswith(".egg-info"):
                yield from files(path, *suffixes)
        elif not suffixes or path.suffix in suffixes:
            yield path


def text(path: Path) -> str:
    """A file as text; what is not UTF-8 (a picture) has none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    return enumerate(text(path).splitlines(), start=1)


def findings_in(check: Check, tree: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in tree.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return check(root)


def run(check: Check, wrong: dict[str, dict[str, str]], right: dict[str, str]) -> None:
    """The gate's main program. `wrong` names, as sentences, the trees it must refuse; `right` is one it must accept."""
    if sys.argv[1:] == ["--can-fail"]:
        problems = [f"not refused: {name}" for name, tree in wrong.items() if not findings_in(check, tree)]
        problems += [f"wrongly refused: {finding}" for finding in findings_in(check, right)]
    elif len(sys.argv) == 2:
        problems = check(Path(sys.argv[1]))
    else:
        sys.exit("usage: NAME.py TREE | --can-fail")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
