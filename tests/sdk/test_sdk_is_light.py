"""A region imports the SDK; that must not load the database, GraphQL or the web server."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = (
    "sqlalchemy",
    "strawberry",
    "graphql",
    "starlette",
    "uvicorn",
    "psycopg",
    "alembic",
    "yaml",
    "tap_graph.rules",
    "tap_graph.storage",
)
LOADED = "import sys, tap_graph.sdk, tap_graph.sdk.hookspecs; print(*sorted(sys.modules), sep='\\n')"


def test_importing_the_sdk_loads_neither_database_nor_graphql_nor_web_server() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", LOADED], env=environment, check=True, capture_output=True, text=True)
    loaded = ran.stdout.split()
    assert "tap_graph.sdk.hookspecs.findings" in loaded
    assert [name for name in loaded if name in HEAVY or name.startswith(tuple(f"{heavy}." for heavy in HEAVY))] == []
