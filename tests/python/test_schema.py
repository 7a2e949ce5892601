"""The JSON Schema of a pack file says what the loader says: the same keys at every place, the same words in every list.

The loader is asked rather than read: a key that is no key of a place makes it list those that are.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import bandtariff as bt
import packs_as_yaml

ROOT = Path(__file__).resolve().parents[2]
GOOD = sorted(path for path in (ROOT / "tests/packs/good").iterdir() if path.is_dir()) + sorted((ROOT / "tests/packs/series").glob("*/*/"))
STRANGER = "zzzzzzzzzz"
SCHEMA = json.loads(bt.pack_schema())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def subschemas(node: Any) -> Any:
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key != "if":  # a question, which closes nothing
                yield from subschemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from subschemas(value)


def keys_by_place() -> dict[str, set[str]]:
    """The keys of every place that the schema closes or describes, by the loader's own name for it."""
    keys: dict[str, set[str]] = defaultdict(set)
    for schema in subschemas(SCHEMA):
        if "$comment" in schema:
            keys[schema["$comment"]] |= set(schema["properties"])
    return keys


def words_by_key() -> dict[str, list[set[str]]]:
    """The closed lists of words, by the keys under which they stand."""
    words: dict[str, list[set[str]]] = defaultdict(list)

    def listed(schema: dict[str, Any]) -> set[str]:
        if "$ref" in schema:
            return listed(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]])
        found = {str(word) for word in schema.get("enum", [])}
        for each in schema.get("anyOf", []):
            found |= listed(each)
        return found

    for schema in subschemas(SCHEMA):
        for key, value in schema.get("properties", {}).items():
            if isinstance(value, dict) and listed(value):
                words[key].append(listed(value))
    return words


def items(hint: str) -> set[str]:
    """ "one of: a, b or c", or a single word """
    return set(re.split(r", | or ", hint.removeprefix("one of: ")))


def copied(pack: Path, to: Path) -> Path:
    """A pack with those that stand beside it, so that what it uses is found; the pack to load."""
    shutil.copytree(pack, to)
    return to / "rules/reader" if (to / "rules/reader").is_dir() else to


def place(what: str) -> str:
    """The loader names some places by their own name: "rounding 'penny'" is a rounding."""
    named = re.fullmatch(r"(rounding|time basis) '\w+'", what)
    return {"this rounding": "a rounding", "this time basis": "a time basis"}.get(what, f"a {named[1]}" if named else what)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads((ROOT / "rules/pack.schema.json").read_text(encoding="utf-8")) == SCHEMA


def test_every_place_and_key_has_a_hover_text():
    bare = [
        (schema["$comment"], key)
        for schema in subschemas(SCHEMA)
        if "$comment" in schema
        for key, value in schema["properties"].items()
        if "description" not in value and "description" not in SCHEMA["$defs"].get(value.get("$ref", "").rsplit("/", 1)[-1], {})
    ]
    assert not bare


@pytest.mark.parametrize("file", [p for pack in [*GOOD, ROOT / "rules"] for p in packs_as_yaml.files_of(pack)], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_pack_that_loads_is_valid(file):
    errors = [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(packs_as_yaml.read(file.read_text(encoding="utf-8")))]
    assert not errors


def test_the_loader_and_the_schema_know_the_same_keys(tmp_path):
    known: dict[str, set[str]] = defaultdict(set)
    keys = keys_by_place()
    wrong = []
    for number, good in enumerate(GOOD):
        pack = copied(good, tmp_path / str(number))
        own_words = OWN_WORDS | {f"'{choice}'" for choice in bt.load(pack).choices}
        for file in packs_as_yaml.files_of(tmp_path / str(number)):
            text = file.read_text(encoding="utf-8")
            for node in packs_as_yaml.mappings(text):
                changed = packs_as_yaml.with_key(text, node, STRANGER)
                file.write_text(changed, encoding="utf-8")
                found = [d for d in bt.check(pack) if d.code == "unknown-key" and f"'{STRANGER}'" in d.message]
                for diagnostic in found:
                    what = place(re.search(r"is not a key of (.*)$|is not (a section of a pack)$", diagnostic.message).expand(r"\1\2"))
                    if what in own_words:
                        continue
                    known[what] |= items(diagnostic.hint) - REFUSED.get(what, set())
                    where = f"{file.relative_to(tmp_path)}:{node.start_mark.line + 1}: {what}"
                    if what not in keys:
                        wrong.append(f"{where} is no place of the schema")
                    elif not (known[what] <= keys[what] or what in OPEN):
                        wrong.append(f"{where}: the schema lacks {sorted(known[what] - keys[what])}")
                    if what not in OPEN and VALIDATOR.is_valid(packs_as_yaml.read(changed)):
                        wrong.append(f"{where}: the schema lets an unknown key through")
            file.write_text(text, encoding="utf-8")
    for what in sorted(keys):
        if what in OPEN:
            continue
        if keys[what] - known[what]:
            wrong.append(f"{what}: the loader knows no {sorted(keys[what] - known[what])}, or no good pack shows it")
    assert not wrong, "\n".join(wrong)


# Places whose other keys are the pack's own words beside those of the language: a table's keys and measures, names of steps and facts.
OPEN = {"a row", "an exception", "an item of 'shows'", "a member"}
# Places all of whose keys are the pack's own words, as are the alternatives under the name of a choice.
OWN_WORDS = {"'keys'", "'amount'", "'weeks_paid'"}  # the last is a choice of a pack that another reads
# Keys that the loader asks for only to say that a table with one formula has no rows.
REFUSED = {"a table": {"rows", "each", "across", "file", "also_printed"}}


def test_the_loader_and_the_schema_know_the_same_words(tmp_path):
    words = words_by_key()
    seen: dict[str, list[set[str]]] = defaultdict(list)
    wrong = []
    for number, good in enumerate(GOOD):
        pack = copied(good, tmp_path / str(number))
        for file in packs_as_yaml.files_of(tmp_path / str(number)):
            text = file.read_text(encoding="utf-8")
            done = set()
            for path, node in packs_as_yaml.values(text):
                key = path[-1]
                if key not in words or (key, node.value) in done:
                    continue
                done.add((key, node.value))
                changed = packs_as_yaml.with_value(text, node, STRANGER)
                file.write_text(changed, encoding="utf-8")
                found = [d for d in bt.check(pack) if d.code == "unknown-word" and STRANGER in d.message]
                for diagnostic in found:
                    list_of_loader = items(diagnostic.hint)
                    seen[key].append(list_of_loader)
                    where = f"{file.relative_to(tmp_path)}:{node.start_mark.line + 1}: {key}"
                    if list_of_loader not in words[key]:
                        wrong.append(f"{where}: the loader takes {sorted(list_of_loader)}, the schema one of {[sorted(each) for each in words[key]]}")
                    if key != "of" and VALIDATOR.is_valid(packs_as_yaml.read(changed)):  # `of` may name a calendar too
                        wrong.append(f"{where}: the schema lets an unknown word through")
            file.write_text(text, encoding="utf-8")
    for key, lists in words.items():
        for each in lists:
            if each not in seen[key] and key not in NOT_WORDS:
                wrong.append(f"{key}: the loader never lists {sorted(each)}, or no good pack shows it")
    assert not wrong, "\n".join(wrong)


# Keys whose closed values the loader refuses by another code than unknown-word: yes or no, the format, a span that is none.
NOT_WORDS = {"format", "span", "yes_no", "no_line", "optional", "keep_others", "shown", "separable", "may_be_negative", "rest"}


@pytest.mark.parametrize("slip", ["amount: 6,000", "amount: £6000", "from: 1 April 2026", "unit: pounds", "from: 2026-4-1"])
def test_a_slip_of_one_value_is_refused(slip):
    key, _, value = slip.partition(": ")
    figure = {"unit": "GBP per year", "values": [{"from": "2026-04-01", "amount": 1, "source": "page"}]}
    assert VALIDATOR.is_valid({"figures": {"rate": figure}})
    target = figure if key == "unit" else figure["values"][0]
    target[key] = value
    assert not VALIDATOR.is_valid({"figures": {"rate": figure}})
