"""The pages say what is there: links lead somewhere, and commands, hooks, files, functions and the first query exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from graphql import parse, validate

from tap_graph.cli.main import COMMANDS
from tap_graph.schema.build import build, catalogue
from tap_graph.sdk.hookspecs import FIGURE_HOOKS, FINDING_HOOKS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted([README, *(page for page in (ROOT / "docs").rglob("*.md") if "node_modules" not in page.parts)])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
# These two name code by `file.py` or `file.py:name`, below tap_graph/.
GUIDES = [ROOT / "docs" / "onboarding.md", ROOT / "docs" / "glossary.md"]

LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\btap-graph ([a-z][a-z-]*)")
TARGET = re.compile(r"(?:^    |`)make ([a-z]+)", re.MULTILINE)
CODE = re.compile(r"`([\w/]+\.py)(?::([\w.]+))?`")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made of their text."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_nowhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or bool(anchor and anchor not in anchors(target))


@cache
def names_in(module: Path) -> frozenset[str]:
    """The functions, classes and constants of a module, and what its classes hold, dotted."""
    found: set[str] = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        names = defined(node)
        found |= names
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for inner in node.body for name in defined(inner)}
    return frozenset(found)


def defined(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if leads_nowhere(page, link)] == []


def test_the_readme_names_commands_that_exist() -> None:
    named = set(COMMAND.findall(README.read_text(encoding="utf-8")))
    assert named
    assert named - set(COMMANDS) == set()


def test_the_readme_names_make_targets_that_exist() -> None:
    named = set(TARGET.findall(README.read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_the_first_query_of_the_readme_is_valid() -> None:
    (query,) = re.findall(r"```graphql\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert validate(catalogue(build()).core, parse(query)) == []


@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_the_code_a_guide_names_exists(page: Path) -> None:
    named = CODE.findall(page.read_text(encoding="utf-8"))
    assert named
    missing = []
    for file, name in named:
        module = ROOT / "tap_graph" / file
        if not module.is_file() or (name and name not in names_in(module)):
            missing.append(f"{file}:{name}")
    assert missing == []


def test_the_glossary_is_in_alphabetical_order() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    names = [name.lower() for name in re.findall(r"^\| ([^|]+?) \|", page, re.MULTILINE)]
    assert names[:2] == ["name", "---"]
    assert names[2:] == sorted(names[2:])


@pytest.mark.parametrize("hook", [*FIGURE_HOOKS, *FINDING_HOOKS])
def test_every_hook_is_in_the_plugin_guide(hook: str) -> None:
    assert re.search(rf"`{hook}\b", (ROOT / "docs" / "plugin-guide.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_every_decision_page_has_its_number_and_a_title(page: Path) -> None:
    number = page.name.partition("-")[0]
    assert re.fullmatch(rf"# {number} \S.*", page.read_text(encoding="utf-8").splitlines()[0])


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [page.name.partition("-")[0] for page in DECISIONS]
    assert numbers == sorted(set(numbers))
