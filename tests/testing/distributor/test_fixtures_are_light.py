"""Every run of pytest loads the plugin; that must not load servers, spreadsheets or the application."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEAVY = (
    "asyncio",
    "asyncssh",
    "uvicorn",
    "starlette",
    "sqlalchemy",
    "xlsxwriter",
    "http",
    "tap_graph.app",
    "tap_graph.testing.distributor",
)
LOADED = (
    "import sys, pytest; before = set(sys.modules); import tap_graph.testing.pytest_plugin; print(*(set(sys.modules) - before), sep='\\n')"
)


def test_loading_the_plugin_loads_nothing_that_only_its_fixtures_need() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", LOADED], env=environment, check=True, capture_output=True, text=True)
    loaded = ran.stdout.split()
    assert "tap_graph.testing.fixtures" in loaded
    assert [name for name in loaded if name in HEAVY or name.startswith(tuple(f"{heavy}." for heavy in HEAVY))] == []


def test_the_package_is_imported_without_what_only_one_wire_needs() -> None:
    script = "import sys, tap_graph.testing.distributor; print(*sys.modules, sep='\\n')"
    ran = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True, capture_output=True, text=True
    )
    loaded = ran.stdout.split()
    assert "tap_graph.testing.distributor.sftp_distributor" in loaded
    assert [name for name in ("asyncssh", "uvicorn", "starlette", "sqlalchemy") if name in loaded] == []
