"""Pack files as an editor reads them (YAML 1.2: days and yes/no are text), and changes of one place in their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


class Core(yaml.SafeLoader):
    """PyYAML with the core schema of YAML 1.2, as editors have it."""


Core.yaml_implicit_resolvers = {}
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?[0-9]+$"), list("-+0123456789"))
Core.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+\.[0-9]*$"), list("-+0123456789"))
Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def read(text: str) -> Any:
    return yaml.load(text, Core)


def mappings(text: str) -> Iterator[yaml.MappingNode]:
    """Every mapping of a file that has a key, outermost first."""
    for node in _nodes(yaml.compose(text, Core)):
        if isinstance(node, yaml.MappingNode) and node.value:
            yield node


def values(text: str) -> Iterator[tuple[tuple[str, ...], yaml.ScalarNode]]:
    """Every single value, in lists too, with the keys that lead to it."""

    def below(node: yaml.Node | None, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], yaml.ScalarNode]]:
        if isinstance(node, yaml.ScalarNode):
            yield path, node
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from below(value, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                yield from below(value, path)

    yield from below(yaml.compose(text, Core), ())


def _nodes(node: yaml.Node | None) -> Iterator[yaml.Node]:
    if node is None:
        return
    yield node
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _nodes(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _nodes(value)


def with_key(text: str, node: yaml.MappingNode, key: str) -> str:
    """The text with one more key, first in that mapping."""
    at = node.value[0][0].start_mark
    between = ", " if node.flow_style else "\n" + " " * at.column
    return f"{text[:at.index]}{key}: 1{between}{text[at.index:]}"


def with_value(text: str, node: yaml.ScalarNode, value: str) -> str:
    """The text with another value in the place of that one."""
    return text[: node.start_mark.index] + value + text[node.end_mark.index :]


def files_of(pack: Path) -> list[Path]:
    return [pack] if pack.is_file() else sorted(pack.rglob("*.yaml"))
