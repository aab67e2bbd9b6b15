"""Scenario files as written: YAML with line numbers, exact amounts, and every key known and given once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tap_graph.domain.errors import ScenarioWrong
from tap_graph.feeds.kinds import KINDS

PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Keyed(dict[str, Any]):
    """A mapping that remembers on which line it and each of its keys stand."""

    line: int = 0
    lines: dict[str, int]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One document of a scenario file."""

    file: Path
    document: int
    """Counted from 1 within the file."""
    line: int
    content: Keyed

    @property
    def name(self) -> str:
        """What the scenario says happens."""
        return str(self.content["scenario"])

    def wrong(self, line: int, message: str) -> ScenarioWrong:
        """An error that names file, document and line."""
        return wrong(self.file, self.document, line, message)


def wrong(file: Path, document: int, line: int, message: str) -> ScenarioWrong:
    """An error that names file, document and line."""
    return ScenarioWrong(f"{file}, document {document}, line {line}: {message}")


ROWS = {"certifications", "quotes", "deviations", "orders", "pos", "rmas", "receipts"}
KEYS = {"scenario", "region", "partner", "enrollment", "evaluate", "figures", *ROWS}
EXPECTED = {
    "outcome", "booked_value", "credits", "pending_credits", "value_due", "value_received", "return_rate", "entitlement", "payable",
    "requirements", "not_counted", "findings",
}  # fmt: skip
COLUMNS = {name: {column.name for column in kind.columns} for name, kind in KINDS.items()}


def read_scenarios(file: Path) -> Iterator[Scenario]:
    """The scenarios of a file; whatever is wrong with one is a `ScenarioWrong`."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioWrong(f"{file} cannot be read: {error}") from error
    try:
        for number, node in enumerate(yaml.compose_all(text, Loader=yaml.SafeLoader), 1):
            yield _scenario(file, number, node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScenarioWrong(f"{file}, line {line}: this is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ScenarioWrong(f"{file}: this is not YAML: {error}") from error


def _scenario(file: Path, number: int, node: yaml.Node) -> Scenario:
    content = _Reader(file, number).value(node)
    line = node.start_mark.line + 1
    if not isinstance(content, Keyed):
        raise wrong(file, number, line, "a scenario is a mapping that begins with `scenario:`.")
    scenario = Scenario(file, number, line, content)
    _known(scenario, content, KEYS, "a scenario")
    if missing := [key for key in ("scenario", "region", "partner", "evaluate") if key not in content]:
        raise scenario.wrong(line, f"the key {missing[0]} is missing.")
    for name in sorted(ROWS & content.keys()):
        for row in _rows(scenario, name):
            _known(scenario, row, COLUMNS[name], name)
    _known(scenario, _mapping(scenario, "partner"), COLUMNS["partners"], "partner")
    if "enrollment" in content:
        _known(scenario, _mapping(scenario, "enrollment"), COLUMNS["enrollments"], "enrollment")
    for judged in _rows(scenario, "evaluate"):
        _known(scenario, judged, {"window", "on", "expect"}, "evaluate")
        if "expect" in judged:
            _known(scenario, judged["expect"], EXPECTED, "expect")
    return scenario


def _mapping(scenario: Scenario, key: str) -> Keyed:
    value = scenario.content[key]
    if not isinstance(value, Keyed):
        raise scenario.wrong(scenario.content.lines[key], f"{key} is a mapping of columns.")
    return value


def _rows(scenario: Scenario, key: str) -> list[Keyed]:
    value = scenario.content[key]
    if not isinstance(value, list) or not all(isinstance(row, Keyed) for row in value):
        raise scenario.wrong(scenario.content.lines[key], f"{key} is a list of rows, each a mapping.")
    return value


def _known(scenario: Scenario, mapping: Any, known: set[str], what: str) -> None:
    if not isinstance(mapping, Keyed):
        raise scenario.wrong(scenario.line, f"{what} is a mapping.")
    for key in mapping:
        if key not in known:
            raise scenario.wrong(mapping.lines[key], f"{key} is no key of {what}; there are {', '.join(sorted(known))}.")


class _Reader:
    """Values of YAML nodes: amounts as exact decimals, days as days, mappings with their lines."""

    def __init__(self, file: Path, document: int) -> None:
        self.file = file
        self.document = document

    def value(self, node: yaml.Node) -> Any:
        """The value of a node."""
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode) -> Keyed:
        mapping = Keyed()
        mapping.line, mapping.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in mapping:
                raise wrong(self.file, self.document, line, f"the key {key} stands twice; keep one.")
            mapping[key] = self.value(value_node)
            mapping.lines[key] = line
        return mapping

    def _scalar(self, node: yaml.Node) -> Any:
        text, tag = str(node.value), node.tag.rpartition(":")[2]
        if tag in ("int", "float"):
            if not PLAIN.fullmatch(text):
                line = node.start_mark.line + 1
                raise wrong(self.file, self.document, line, f"{text} is not an exact number; write it plainly, such as 13000.00.")
            return Decimal(text)
        if tag == "timestamp" and DAY.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise wrong(self.file, self.document, node.start_mark.line + 1, f"there is no day {text}.") from None
        return {"bool": text.lower() in ("true", "yes", "on"), "null": None}.get(tag, text)
