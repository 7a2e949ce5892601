"""What `--format sarif` prints is a SARIF 2.1.0 log that says what `--format json` says.

    python3 tests/cli/check_sarif.py BANDTARIFF

Its structure is held to the parts of the standard that code hosts rely on: every rule that a result names is listed with
its help, places are relative to the folder of the run, and columns are counted in characters as `columnKind` says.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

TREE = Path(__file__).resolve().parent.parent.parent
BAD = TREE / "tests/packs/bad"


def run(bandtariff: Path, folder: Path, *words: str) -> tuple[int, dict]:
    result = subprocess.run([bandtariff, *words], cwd=folder, capture_output=True, check=False)
    return result.returncode, json.loads(result.stdout)


def place_of(location: dict, folder: Path) -> tuple[str, int, int, int]:
    physical = location["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri), uri
    assert not uri.startswith("/") and physical["artifactLocation"]["uriBaseId"] == "%SRCROOT%", uri
    name = unquote(uri)
    assert (folder / name).is_file(), name
    if "region" not in physical:
        return name, 0, 0, 1
    region = physical["region"]
    lines = (folder / name).read_text(encoding="utf-8-sig").split("\n")
    line = lines[region["startLine"] - 1]
    assert 1 <= region["startColumn"] < region["endColumn"] <= len(line) + 2, (name, region)
    return name, region["startLine"], region["startColumn"], region["endColumn"] - region["startColumn"]


def check_log(log: dict, diagnostics: list[dict], folder: Path) -> None:
    assert log["version"] == "2.1.0" and log["$schema"].startswith("https://") and log["$schema"].endswith("sarif-2.1.0.json")
    (one,) = log["runs"]
    assert one["columnKind"] == "unicodeCodePoints"
    rules = one["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    assert one["tool"]["driver"]["name"] == "bandtariff" and ids == sorted(set(ids))
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["help"]["text"].startswith("Write instead: "), rule
    assert set(ids) == {each["code"] for each in diagnostics}
    assert len(one["results"]) == len(diagnostics)
    for result, each in zip(one["results"], diagnostics):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == each["code"]
        assert result["level"] == each["severity"]
        assert result["message"]["text"] == each["message"] + (f". Write: {each['hint']}" if each["hint"] else "")
        if each["place"]:
            (location,) = result["locations"]
            name, line, column, length = place_of(location, folder)
            assert (line, column, length) == tuple(each["place"][key] for key in ("line", "column", "length")) or line == 0
            assert Path(each["place"]["file"]).resolve() == (folder / name).resolve() or (folder / each["place"]["file"]).resolve() == (folder / name).resolve()
        notes = [note for note in each["notes"] if note["place"]]
        related = result.get("relatedLocations", [])
        assert [one["message"]["text"] for one in related] == [note["message"] for note in notes]
        for location in related:
            place_of(location, folder)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: check_sarif.py BANDTARIFF")
    bandtariff = Path(sys.argv[1]).resolve()
    logs = 0
    for pack in sorted(BAD.glob("*.yaml")):
        name = pack.relative_to(TREE).as_posix()
        if pack.stem in ("not-utf-8", "control-character"):
            continue  # whose text cannot be counted in characters
        code, log = run(bandtariff, TREE, "check", name, "--format", "sarif")
        assert code == (1 if any(r["level"] == "error" for r in log["runs"][0]["results"]) else 0), name
        _, shown = run(bandtariff, TREE, "check", name, "--format", "json")
        assert run(bandtariff, TREE, "check", name, "--json")[1] == shown
        check_log(log, shown["diagnostics"], TREE)
        logs += 1
    assert logs > 100

    # A name with a space and a pound sign, a column after characters of more than one byte, a case that fails.
    with tempfile.TemporaryDirectory() as out:
        folder = Path(out).resolve() / "packs of £"
        folder.mkdir()
        text = (TREE / "tests/cli/data/failing/pack.yaml").read_text(encoding="utf-8")
        (folder / "pack.yaml").write_text(text.replace("a week is seven days of 365", "“a week” is 7 £"), encoding="utf-8")
        code, log = run(bandtariff, folder.parent, "test", folder.name, "--format", "sarif")
        _, shown = run(bandtariff, folder.parent, "test", folder.name, "--format", "json")
        failures = [each for result in shown["results"] for each in result["failures"]]
        assert code == 1 and failures
        check_log(log, failures, folder.parent)
        # Outside the folder of the run a place is a whole URI.
        _, log = run(bandtariff, TREE, "test", str(folder), "--format", "sarif")
        uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert uri == {"uri": folder.as_uri() + "/pack.yaml"}, uri

    code, log = run(bandtariff, TREE, "check", "tests/cli/data/bands", "--format", "sarif")
    assert code == 0 and log["runs"][0]["results"] == [] and log["runs"][0]["tool"]["driver"]["rules"] == []
    print(f"{logs} packs: every diagnostic is a result of the same code, place and words")


if __name__ == "__main__":
    main()
