"""docs/integration-testing.md stays true: its tests pass as they stand, and its tables are those of the code."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from tap_graph.testing.distributor import MISBEHAVIORS, WireFormat

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "integration-testing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
ROWS = re.findall(r"^\| `([\w-]+)` \| (.+?) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS, ids=[re.findall(r"def (test_\w+)", block)[0] for block in BLOCKS])
def test_every_test_of_the_page_passes_as_it_stands(block: str, request: pytest.FixtureRequest) -> None:
    names: dict[str, Any] = {}
    exec(compile(block, "docs/integration-testing.md", "exec"), names)
    (test,) = [found for name, found in names.items() if name.startswith("test_")]
    test(**{name: request.getfixturevalue(name) for name in inspect.signature(test).parameters})


def test_the_page_has_a_test_for_each_thing_it_explains() -> None:
    assert len(BLOCKS) == 4


def test_the_page_lists_every_misbehavior_as_it_is() -> None:
    listed = [(name, *rest.split(" | ")) for name, rest in ROWS if rest.startswith(("content | ", "wire | "))]
    assert listed == [(one.name, one.on, one.says) for one in MISBEHAVIORS]


def test_the_page_lists_every_format() -> None:
    assert [name for name, _ in ROWS if name in list(WireFormat)] == list(WireFormat)
