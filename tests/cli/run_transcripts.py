"""Runs the transcripts of this folder: commands with what they print, on which stream, and how they exit.

    python3 tests/cli/run_transcripts.py BANDTARIFF              exit 0 where all is as written
    python3 tests/cli/run_transcripts.py BANDTARIFF --accept     writes what is printed now; read the difference

In a transcript a line is

    # ...         a remark
    $ ...         a command, run from the top of the tree: `bandtariff ...`, or `cat FILE`
    ! ...         a line of its standard error
    ? N           its exit code, the end of the command
    anything else a line of its standard output

`{out}` is a folder for files that commands write, empty at the start of each transcript.
"""

import difflib
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TREE = HERE.parent.parent


def printed(command: str, bandtariff: Path, out: str) -> str:
    """The lines of a transcript that a command makes."""
    program, *words = shlex.split(command)
    if program == "cat":
        (name,) = words
        path = TREE / name.replace("{out}", out)
        return path.read_text(encoding="utf-8") + "? 0\n" if path.is_file() else "! there is no such file\n? 1\n"
    if program != "bandtariff":
        sys.exit(f"a transcript runs bandtariff or cat, not {program}")
    result = subprocess.run([bandtariff, *(word.replace("{out}", out) for word in words)], cwd=TREE, capture_output=True, check=False)
    stdout, stderr = (stream.decode("utf-8").replace(out, "{out}") for stream in (result.stdout, result.stderr))
    if any(line.startswith(("$ ", "! ", "? ", "# ")) for line in stdout.splitlines()):
        sys.exit(f"{command}: a line that it prints looks like a mark of the transcript")
    errors = "".join(f"! {line}".rstrip() + "\n" for line in stderr.splitlines())
    return stdout + ("" if stdout.endswith("\n") or not stdout else "\n") + errors + f"? {result.returncode}\n"


def as_it_is(text: str, bandtariff: Path) -> str:
    """The transcript with what its commands print now."""
    result = []
    remark = True  # between commands only remarks and empty lines stand
    with tempfile.TemporaryDirectory() as out:
        for line in text.splitlines():
            if line.startswith("$ "):
                result.append(f"{line}\n{printed(line[2:], bandtariff, out)}")
                remark = False
            elif remark and (not line or line.startswith("#")):
                result.append(line + "\n")
            elif remark:
                sys.exit(f"a line of a transcript belongs to no command: {line}")
            elif line.startswith("? "):
                remark = True
    if not any(line.startswith("$ ") for line in result):
        sys.exit("a transcript runs no command")
    return "".join(result)


def main() -> None:
    accept = sys.argv[2:] == ["--accept"]
    if len(sys.argv) < 2 or (len(sys.argv) > 2 and not accept):
        sys.exit("usage: run_transcripts.py BANDTARIFF [--accept]")
    bandtariff = Path(sys.argv[1]).resolve()
    transcripts = sorted(HERE.glob("*.transcript"))
    if not transcripts:
        sys.exit("there is no transcript to run")
    failed = 0
    for path in transcripts:
        written = path.read_text(encoding="utf-8")
        now = as_it_is(written, bandtariff)
        same = now == written
        print(f"{'ok' if same else 'accepted' if accept else 'FAILED':9}{path.name}")
        if same:
            continue
        if accept:
            path.write_text(now, encoding="utf-8")
            continue
        failed += 1
        sys.stdout.writelines(difflib.unified_diff(written.splitlines(True), now.splitlines(True), "written", "printed now"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
