"""Every code that reading a file can give is known to the table of reasons, or refuses the file as a whole."""

import ast
import re
from pathlib import Path

import pytest

import tap_graph.feeds
from tap_graph.feeds.reasons import ALL_REASONS, LineReason

FEEDS = Path(tap_graph.feeds.__file__).parent
CODE = re.compile(r"[A-Z]+(_[A-Z0-9]+)+")
# They end the reading of the file, and their message is all there is.
OF_FILES = {
    "BAD_DELIMITERS", "BAD_GZIP", "BAD_ISA", "BAD_QUOTING", "CELL_ERRORS", "DOUBLED_COLUMN", "EMPTY_FILE", "MISSING_COLUMN",
    "NESTED_FILE", "NOT_A_FEED", "NOT_A_WORKBOOK", "NOT_THIS_KIND", "NOT_UTF8", "NOT_X12", "RECORD_TOO_LARGE", "SEGMENT_TOO_LONG",
    "SEVERAL_SHEETS", "TOO_LARGE", "TRUNCATED_QUOTING", "UNKNOWN_COLUMN", "ZIP_BOMB",
}  # fmt: skip


def codes() -> set[str]:
    """Every text in the code of feeds that is written as a code."""
    found = set()
    for path in FEEDS.rglob("*.py"):
        if path.name != "reasons.py":
            nodes = ast.walk(ast.parse(path.read_text()))
            found |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in found if CODE.fullmatch(text)}


def test_every_code_of_a_line_has_a_meaning_and_a_remedy() -> None:
    statuses = {"ONE_TIER", "TWO_TIER"}
    assert codes() - OF_FILES - set(ALL_REASONS) - statuses == set()


@pytest.mark.parametrize("code", sorted(ALL_REASONS))
def test_meaning_and_remedy_are_sentences(code: str) -> None:
    reason: LineReason = ALL_REASONS[code]
    assert reason.meaning[0].isupper()
    assert reason.meaning.endswith(".")
    assert reason.remedy[0].isupper()
    assert reason.remedy.endswith(".")
