"""Every example of rules/schema.md loads, and what it says a command prints is printed.

    python3 tests/gates/schema_examples.py TREE BANDTARIFF          exit 0 where every example is right
    python3 tests/gates/schema_examples.py --can-fail BANDTARIFF    exit 0 where wrong pages are refused and a right one is not

Blocks of the page, each by the words after its three backticks:

    yaml file=NAME   a file of the pack of part 1, added to those before it or put in the place of one of them
    yaml pack        a whole pack, the one that the pieces after it belong to
    yaml alone       a whole pack that no piece belongs to
    yaml             a piece: loaded beside the last `yaml pack`, as a file of its own
    csv NAME         a CSV file of that pack
    console          commands on the pack of part 1; each line shown must be in what is printed, in that order
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = "rules/schema.md"


@dataclass
class Block:
    words: list[str]
    text: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    lines = page.splitlines()
    at = 0
    while at < len(lines):
        opening = re.fullmatch(r"```(\S.*)", lines[at])
        if opening:
            end = lines.index("```", at)
            yield Block(opening[1].split(), "\n".join(lines[at + 1 : end]) + "\n", at + 2)
            at = end
        at += 1


def run(bandtariff: Path, words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([bandtariff, *words], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def problems_of_pack(bandtariff: Path, root: Path, folder: Path, block: Block) -> list[str]:
    result = run(bandtariff, ["check", folder.name], root)
    if result.returncode == 0:
        return []
    return [f"{PAGE}:{block.line}: this example does not load:\n{result.stdout}{result.stderr}"]


def problems_of_console(bandtariff: Path, root: Path, block: Block) -> list[str]:
    command, *wanted = block.text.splitlines()
    result = run(bandtariff, command.removeprefix("$ bandtariff ").split(), root)
    printed = iter(result.stdout.splitlines())
    for line in wanted:
        if not any(line.strip() in each for each in printed):
            return [f"{PAGE}:{block.line}: {command}: not printed: {line}\n{result.stdout}{result.stderr}"]
    return []


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def check(page: str, bandtariff: Path) -> list[str]:
    found: list[str] = []
    whole = None
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        tutorial = root / "two_bands"
        for number, block in enumerate(blocks(page)):
            match block.words:
                case ["yaml", named] if named.startswith("file="):
                    write(tutorial, named.removeprefix("file="), block.text)
                    found += problems_of_pack(bandtariff, root, tutorial, block)
                case ["yaml", "pack" | "alone" as kind]:
                    folder = root / f"pack_{number}"
                    write(folder, "pack.yaml", block.text)
                    found += problems_of_pack(bandtariff, root, folder, block)
                    whole = folder if kind == "pack" else whole
                case ["yaml"] if whole is not None:
                    write(whole, "piece.yaml", block.text)
                    found += problems_of_pack(bandtariff, root, whole, block)
                    (whole / "piece.yaml").unlink()
                case ["csv", name] if whole is not None:
                    write(whole, name, block.text)
                case ["console"]:
                    found += problems_of_console(bandtariff, root, block)
                case _:
                    found.append(f"{PAGE}:{block.line}: a block that this test does not know: {' '.join(block.words)}")
    if whole is None:
        found.append(f"{PAGE}: no example is a whole pack")
    return found


RIGHT = """
```yaml pack
pack: example.gate
release: one
title: A pack
status: illustrative
format: 1
applies: {undated: an example}
record: pupil
```
```yaml
sources:
  model: {kind: illustrative, title: A source}
```
"""
WRONG = {
    "a pack that stands alone with a key missing": RIGHT + RIGHT.split("```yaml\n")[0].replace("yaml pack", "yaml alone").replace("release: one\n", ""),
    "no whole pack": "text alone\n",
    "a whole pack with a key missing": RIGHT.replace("release: one\n", ""),
    "a piece with a key that is none": RIGHT.replace("title: A source", "titel: A source"),
    "a file with a word that is none": "```yaml file=pack.yaml\nstatus: invented\n```\n" + RIGHT,
    "a command that prints something else": RIGHT + "```console\n$ bandtariff --version\nsomething else\n```\n",
    "a block of another kind": RIGHT + "```json\n{}\n```\n",
}


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("usage: schema_examples.py TREE BANDTARIFF | --can-fail BANDTARIFF")
    bandtariff = Path(sys.argv[2]).resolve()
    if sys.argv[1] == "--can-fail":
        found = [f"not refused: {name}" for name, page in WRONG.items() if not check(page, bandtariff)]
        found += [f"wrongly refused: {finding}" for finding in check(RIGHT, bandtariff)]
    else:
        found = check((Path(sys.argv[1]) / PAGE).read_text(encoding="utf-8"), bandtariff)
    for finding in found:
        print(finding)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
