"""The front-end page as what it claims: who asks which question, and what is answered."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tap_graph.domain.viewer import Role, Viewer

PAGE = Path(__file__).parents[2] / "docs" / "front-end.md"
BLOCK = re.compile(r"^(?P<before>\S[^\n]*)\n\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ASKED_BY = re.compile(r"^(The auditor|Partner (?P<number>[A-Z]+-\d+)) is answered:$")
VARIABLES = "Variables:"


@dataclass(frozen=True, slots=True)
class Example:
    """One question of the page with the answer that is printed below it."""

    viewer: Viewer
    query: str
    variables: dict[str, Any]
    answer: dict[str, Any]


def examples() -> Iterator[Example]:
    """The questions of the page in its order; one question may be answered several times, with other variables."""
    query = ""
    variables: dict[str, Any] = {}
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["language"] == "graphql":
            query, variables = block["text"], {}
        elif block["language"] == "json" and block["before"] == VARIABLES:
            variables = json.loads(block["text"])
        elif block["language"] == "json":
            yield Example(_viewer(block["before"]), query, variables, json.loads(block["text"]))


def rows_of_table(first_cell: str) -> list[list[str]]:
    """The cells of the table whose heading begins with that cell."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {first_cell} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def _viewer(line: str) -> Viewer:
    asked_by = ASKED_BY.match(line)
    if asked_by is None:
        raise AssertionError(f"{line!r} does not say who is answered.")
    if asked_by["number"]:
        return Viewer(subject="partner", role=Role.PARTNER, partner_number=asked_by["number"])
    return Viewer(subject="auditor", role=Role.AUDITOR)
