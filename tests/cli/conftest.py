"""A command line over a migrated SQLite file of its own."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tap_graph.app import Application, open_application
from tap_graph.cli import console
from tap_graph.cli.main import main
from tap_graph.storage.unit_of_work import Database
from tests.cli.program import PROGRAM


@dataclass
class CommandLine:
    """Runs commands in this process, in a folder of their own."""

    folder: Path
    database: Path

    def __call__(self, *arguments: str, input: bytes | None = None) -> Result:  # noqa: A002 - click's name for it
        """One command, with what it printed and how it ended."""
        result = CliRunner().invoke(main, list(arguments), input=input, prog_name="tap-graph")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def json(self, *arguments: str, ends: int = 0) -> Any:
        """The one document that a command with `--json` prints."""
        result = self(*arguments, "--json")
        assert result.exit_code == ends, result.output
        return json.loads(result.stdout)

    def file(self, name: str, content: str | bytes) -> str:
        """Writes a file into the folder; returns its path."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def load(self, **files: str) -> None:
        """Delivers files by kind, in the order given."""
        for kind, text in files.items():
            result = self("ingest", kind, self.file(f"{kind}.csv", text))
            assert result.exit_code == 0, result.output


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and every installed rulebook."""
    path = tmp_path_factory.mktemp("migrated") / "tap.db"
    application = open_application(f"sqlite:///{path}")
    application.migrate()
    application.database.dispose()
    return path


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Points the command line at a database, and closes what its commands opened."""
    opened: list[Database] = []

    def opening(url: str) -> Application:
        application = open_application(url)
        opened.append(application.database)
        return application

    monkeypatch.setattr(console, "open_application", opening)
    monkeypatch.delenv("TAP_DEVELOPMENT_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    yield lambda url: monkeypatch.setenv("TAP_DATABASE_URL", url)
    for database in opened:
        database.dispose()


@pytest.fixture
def bare(tmp_path: Path, use: Callable[[str], None]) -> CommandLine:
    """A command line whose database does not exist yet."""
    use(f"sqlite:///{tmp_path}/tap.db")
    return CommandLine(tmp_path, tmp_path / "tap.db")


@pytest.fixture
def tap(bare: CommandLine, migrated: Path) -> CommandLine:
    """A command line over migrated tables without facts."""
    shutil.copy(migrated, bare.database)
    return bare


@pytest.fixture
def loaded(tap: CommandLine) -> CommandLine:
    """A command line over the small program."""
    tap.load(**PROGRAM)
    return tap
