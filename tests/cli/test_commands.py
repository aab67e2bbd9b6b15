"""Every command: its help, and the three ways in which it ends."""

import subprocess
import sys

import pytest

from tap_graph import __version__
from tap_graph.cli.main import COMMANDS
from tests.cli.conftest import CommandLine

CONTRACT = {
    "demo", "serve", "migrate", "ingest", "evaluate", "scenarios", "regions", "check-region", "new-region", "schema", "token", "doctor",
}  # fmt: skip
ADDED = {"distributor", "deviation", "reports", "line", "alias", "retract", "answer", "key", "pull", "watch"}
NO_SUCH_PATH = "sqlite:///nowhere/at/all/tap.db"


def test_commands_are_those_of_the_contract_and_what_was_added() -> None:
    assert set(COMMANDS) == CONTRACT | ADDED


@pytest.mark.parametrize("command", sorted(CONTRACT | ADDED))
def test_help_shows_an_example_of_the_command(bare: CommandLine, command: str) -> None:
    result = bare(command, "--help")
    assert result.exit_code == 0
    assert "Example: " in result.stdout
    assert f"tap-graph {command}" in result.stdout.partition("Example: ")[2]
    assert not bare.database.exists()


def test_help_without_a_command_lists_them_all(bare: CommandLine) -> None:
    result = bare("--help")
    assert result.exit_code == 0
    assert all(f"\n  {command} " in result.stdout for command in CONTRACT | ADDED)


@pytest.mark.parametrize(
    "call",
    [
        ["nonsense"],
        ["ingest"],
        ["ingest", "partners"],
        ["ingest", "invoices", "x.csv"],
        ["ingest", "partners", "missing.csv"],
        ["evaluate", "--region", "APAC", "--option", "P6"],
        ["evaluate", "--region", "APAC", "--option", "P6", "--window", "THIRD"],
        ["evaluate", "--region", "APAC", "--option", "P6", "--window", "FIRST", "--on", "26.7.2008"],
        ["evaluate", "--region", "APAC", "--option", "P6", "--window", "FIRST", "--on", "2008-02-30"],
        ["scenarios"],
        ["check-region"],
        ["new-region", "ATLANTIS"],
        ["token"],
        ["token", "--role", "KING"],
        ["token", "--role", "AUDITOR", "--hours", "0"],
        ["demo", "--port", "70000"],
        ["serve", "--workers", "0"],
        ["doctor", "--loud"],
        ["regions", "APAC"],
    ],
    ids=" ".join,
)
def test_wrong_call_ends_with_2_and_says_so_on_standard_error(tap: CommandLine, call: list[str]) -> None:
    result = tap(*call)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: tap-graph" in result.stderr


def test_unknown_kind_lists_the_nine(tap: CommandLine) -> None:
    listed = tap("ingest", "invoices", "x.csv").stderr
    kinds = ("partners", "certifications", "enrollments", "quotes", "deviations", "orders", "pos", "rmas", "receipts")
    assert all(f"'{kind}'" in listed for kind in kinds)


@pytest.mark.parametrize(
    "call",
    [
        ["ingest", "partners", "-"],
        ["evaluate", "--region", "APAC", "--option", "P6", "--window", "FIRST", "--json"],
        ["token", "--role", "AUDITOR"],
        ["serve"],
    ],
    ids=" ".join,
)
def test_before_migrate_a_command_says_to_migrate(bare: CommandLine, call: list[str]) -> None:
    result = bare(*call, input=b"partner_number\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"NOT_MIGRATED: The database sqlite:///{bare.database} has no tables yet. Run `tap-graph migrate`.\n"


def test_migrate_publishes_once(bare: CommandLine) -> None:
    first, second = bare("migrate"), bare("migrate")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert [line.split()[1] for line in first.stdout.splitlines() if line.startswith("Published")] == [
        "APAC", "CANADA", "EMERGING", "EUROPE", "US",
    ]  # fmt: skip
    assert second.stdout == f"sqlite:///{bare.database} is up to date.\n"


def test_module_runs_as_the_command_does(bare: CommandLine) -> None:
    ran = subprocess.run([sys.executable, "-m", "tap_graph", "--version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"tap-graph, version {__version__}\n", "")


def test_process_ends_with_the_exit_code_and_no_traceback(bare: CommandLine) -> None:
    ran = [
        subprocess.run([sys.executable, "-m", "tap_graph", *call], capture_output=True, text=True, check=False)
        for call in (["migrate"], ["check-region", "ATLANTIS"], ["check-region"])
    ]
    assert [one.returncode for one in ran] == [0, 1, 2]
    assert ran[1].stderr == "UNKNOWN_NAME: No region ATLANTIS is installed; there are APAC, CANADA, EMERGING, EUROPE, US.\n"
    assert not any("Traceback" in one.stderr for one in ran)
