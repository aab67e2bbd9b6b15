"""The TypeScript example is typed by the schema, and prints what the bundled year holds; node checks and runs it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.testing.sandbox import FAULTS, Sandbox, Year
from tests.serving import served

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "front-end"
AUDITOR = Viewer(subject="auditor", role=Role.AUDITOR)
PARTNER = Viewer(subject="partner", role=Role.PARTNER, partner_number="AP-1012")

SEEN_BY_THE_AUDITOR = """\
AP-1009 (TW), AP-1010 (TH), AP-1011 (HK)
AP-1012 (ID), AP-1013 (CN), AP-1014 (KR)
AP-1025 (HK)
Partner AP-1025, TWO_TIER
null
AP-1012 Nusantara Jaringan Prima PT
  P6 FIRST EARNED 457.30 USD
    SO-470069/1: DEVIATION_NOT_TMP
  P6 SECOND EARNED 0.00 USD
    SO-470069/1: DEVIATION_NOT_TMP
AP-1006 Orchid Infotech Co., Ltd.
  P7 FIRST NOT_YET 0.00 USD MINIMUM short 0.01
  P7 SECOND DENIED 0.00 USD MINIMUM short 0.01
AP-9999 is unknown, or not ours
1 answer was kept, and is still the right one
"""
SEEN_BY_THE_PARTNER = """\
AP-1012 (ID)
Partner AP-1012, TWO_TIER
null
AP-1012 Nusantara Jaringan Prima PT
  P6 FIRST EARNED 457.30 USD
    SO-470069/1: DEVIATION_NOT_TMP
  P6 SECOND EARNED 0.00 USD
    SO-470069/1: DEVIATION_NOT_TMP
AP-1006 is unknown, or not ours
AP-9999 is unknown, or not ours
1 answer was kept, and is still the right one
"""
COME_OF_FAULTS = """\
unauthenticated: UNAUTHENTICATED with status 401, after 2 attempts
rate-limited: OVER_ALLOWANCE with status 429, after 2 attempts
unavailable: OVERLOADED with status 503, after 2 attempts
timeout: DEADLINE with status 504, after 1 attempts
document-not-found: DOCUMENT_NOT_FOUND with status 400, after 1 attempts
internal: INTERNAL with status 200, after 1 attempts
bad-gateway: NO_ANSWER with status 502, after 2 attempts
broken-json: NO_ANSWER with status 200, after 2 attempts
disconnect: NO_CONNECTION with status null, after 2 attempts
"""


class Project:
    """A copy of the example in a folder of its own, over the packages that are installed beside the original."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "front-end"
        shutil.copytree(EXAMPLE, self.folder, ignore=shutil.ignore_patterns("node_modules", "dist", "gql"))
        shutil.copy(DOCS / "schema.graphql", folder)
        (self.folder / "node_modules").symlink_to(EXAMPLE / "node_modules", target_is_directory=True)

    def run(self, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """One command of the packages, or node."""
        path = f"{self.folder / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "NO_COLOR": "1", **environment}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example with its typed documents generated."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed: the TypeScript example of docs/front-end was NOT checked")
    if not (EXAMPLE / "node_modules" / ".package-lock.json").is_file():
        pytest.skip("docs/front-end/node_modules is not installed (npm ci): the TypeScript example was NOT checked")
    made = Project(tmp_path_factory.mktemp("example"))
    generated = made.run("graphql-codegen", "--config", "codegen.ts")
    assert generated.returncode == 0, generated.stdout + generated.stderr
    return made


@pytest.fixture(scope="module")
def built(project: Project) -> Project:
    """The example compiled to JavaScript."""
    compiled = project.run("tsc")
    assert (compiled.returncode, compiled.stdout) == (0, "")
    return project


def ran(built: Project, sandbox: Sandbox, viewer: Viewer, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The example, run as a viewer."""
    with served(sandbox) as address:
        return built.run("node", "dist/src/main.js", TAP_URL=f"{address}/graphql", TAP_TOKEN=sandbox.year.token(viewer), **environment)


def printed(built: Project, sandbox: Sandbox, viewer: Viewer, **environment: str) -> str:
    """What the example prints as a viewer, and nothing but that."""
    done = ran(built, sandbox, viewer, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_it_holds_no_type_error(project: Project) -> None:
    checked = project.run("tsc", "--noEmit")
    assert (checked.returncode, checked.stdout) == (0, "")


def test_a_field_that_was_not_asked_for_is_a_type_error(project: Project) -> None:
    wrong = project.folder / "src" / "wrong.ts"
    wrong.write_text(
        'import type { PartnerRow } from "./partners.js";\nexport const tier = (row: PartnerRow) => row.tier;\n', encoding="utf-8"
    )
    checked = project.run("tsc", "--noEmit")
    wrong.unlink()
    assert checked.returncode != 0
    assert "src/wrong.ts(2,46): error TS2339: Property 'tier' does not exist on type" in checked.stdout


def test_a_field_that_the_schema_has_not_stops_the_generator(project: Project) -> None:
    wrong = project.folder / "src" / "wrong.ts"
    wrong.write_text(
        'import { graphql } from "./gql/index.js";\ngraphql(`query Wrong { partners { nodes { colour } } }`);\n', encoding="utf-8"
    )
    generated = project.run("graphql-codegen", "--config", "codegen.ts", "--check")
    wrong.unlink()
    assert generated.returncode != 0
    assert 'Cannot query field "colour" on type "Partner".' in generated.stdout + generated.stderr


@pytest.mark.parametrize(("viewer", "seen"), [(AUDITOR, SEEN_BY_THE_AUDITOR), (PARTNER, SEEN_BY_THE_PARTNER)], ids=["auditor", "partner"])
def test_it_prints_what_its_viewer_may_see(built: Project, sandbox: Sandbox, viewer: Viewer, seen: str) -> None:
    assert printed(built, sandbox, viewer) == seen


def test_it_asks_by_trusted_documents_where_nothing_else_is_answered(built: Project, year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAP_TRUSTED_DOCUMENTS", str(built.folder / "src" / "gql" / "persisted-documents.json"))
    monkeypatch.setenv("TAP_TRUSTED_ONLY", "true")
    assert printed(built, Sandbox(year), AUDITOR, TAP_TRUSTED="1") == SEEN_BY_THE_AUDITOR
    asked = ran(built, Sandbox(year), AUDITOR)
    assert asked.returncode == 1
    assert "Only trusted documents are answered here; register this one first." in asked.stderr
    assert "code: 'DOCUMENT_NOT_TRUSTED'" in asked.stderr


def test_its_client_knows_what_to_do_about_every_fault(built: Project, sandbox: Sandbox) -> None:
    assert printed(built, sandbox, AUDITOR, TAP_FAULTS=" ".join(FAULTS)) == SEEN_BY_THE_AUDITOR + COME_OF_FAULTS


def test_its_packages_are_exact_and_locked_by_hash_without_an_address() -> None:
    lock = (EXAMPLE / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    packages = json.loads(lock)["packages"]
    asked = json.loads((EXAMPLE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert packages.pop("")["devDependencies"] == asked
    assert asked == {name: packages[f"node_modules/{name}"]["version"] for name in asked}
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
