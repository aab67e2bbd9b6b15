"""Scenario files as tests, each named by its scenario.

A region's whole test module::

    from tap_graph.testing.scenario_tests import scenarios_beside

    test_scenario = scenarios_beside(__file__)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from tap_graph.testing.scenarios import ScenarioResult, run_paths

FOLDER = "scenarios"


@dataclass(frozen=True, slots=True)
class ScenarioPlace:
    """Where a scenario stands: its file and its position among the scenarios of that file."""

    file: Path
    position: int
    name: str


def scenarios_beside(test_module: str) -> Callable[[ScenarioPlace], None]:
    """A test function over every scenario of the folder `scenarios` beside a test module.

    Args:
        test_module: The module's `__file__`.
    """
    folder = Path(test_module).parent / FOLDER
    places = [place for file in sorted(folder.rglob("*.yaml")) for place in _places(file)]
    if not places:
        raise ValueError(f"{folder} holds no scenario. Write one into a .yaml file there.")

    @pytest.mark.parametrize("place", places, ids=lambda place: f"{place.file.stem}: {place.name}")
    def test_scenario(place: ScenarioPlace) -> None:
        result = _results(place.file)[place.position]
        assert not result.differences, f"{result.file}:{result.line}: {result.name}\n" + "\n".join(result.differences)

    return test_scenario


@cache
def _results(file: Path) -> list[ScenarioResult]:
    # A file's scenarios run together, once for each process.
    return run_paths([file])


def _places(file: Path) -> Iterator[ScenarioPlace]:
    with file.open(encoding="utf-8") as text:
        documents = [node for node in yaml.compose_all(text, Loader=yaml.SafeLoader) if node is not None]
    for position, node in enumerate(documents):
        yield ScenarioPlace(file, position, _name(node) or f"document {position + 1}")


def _name(node: yaml.Node) -> str | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((str(value.value) for key, value in node.value if key.value == "scenario"), None)
