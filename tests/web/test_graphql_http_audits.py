"""The audits of npm's graphql-http, which check GraphQL over HTTP, all pass on the real server."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from tap_graph.storage.tables import metadata
from tap_graph.storage.unit_of_work import Database
from tests.serving import served
from tests.web.conftest import AUDITOR, NOW, Schema, executing, opened

AUDITS = Path(__file__).parent / "audits"
INSTALL = "npm ci --prefix tests/web/audits --no-audit --no-fund"


@pytest.fixture
def node() -> str:
    """The node that runs the audits; a skip that says what is missing."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("AUDITS NOT RUN: they need node, and there is none on the path")
    if not (AUDITS / "node_modules" / "graphql-http").is_dir():
        pytest.skip(f"AUDITS NOT RUN: graphql-http is not installed; run `{INSTALL}`")
    return found


def test_all_audits_pass(node: str, portal: BlockingPortal, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/tap.db")
    metadata.create_all(database.engine)
    with executing(database) as execution, opened(portal, Schema(execution)) as web, served(web.application) as address:
        command = [node, "audit.js", f"{address}/graphql", web.tokens.sign(AUDITOR, NOW)]
        run = subprocess.run(command, cwd=AUDITS, capture_output=True, text=True, timeout=60, check=False)
        portal.call(execution.close)
    assert run.returncode == 0, run.stderr
    results = json.loads(run.stdout)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61
    database.dispose()
