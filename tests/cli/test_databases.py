"""Databases that cannot be used are told in words, by every command that opens one."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine

Use = Callable[[str], None]
OPENING = [["migrate"], ["token", "--role", "AUDITOR"], ["demo", "--no-serve"]]


@pytest.mark.parametrize("call", OPENING, ids=" ".join)
def test_path_that_cannot_be_written_names_it_and_the_setting(bare: CommandLine, use: Use, call: list[str]) -> None:
    use(f"sqlite:///{bare.folder}/nowhere/tap.db")
    result = bare(*call)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"CONFIGURATION: The database sqlite:///{bare.folder}/nowhere/tap.db cannot be opened (unable to open database file). "
        "Check that TAP_DATABASE_URL names a place where files may be written, or a server that is up.\n"
    )


def test_folder_in_place_of_a_database_is_told(bare: CommandLine, use: Use) -> None:
    use(f"sqlite:///{bare.folder}")
    result = bare("migrate")
    assert result.exit_code == 1
    assert "cannot be opened (unable to open database file)" in result.stderr


@pytest.mark.parametrize("url", ["nonsense", "nosuch://host/name", "mysql://host/name"])
@pytest.mark.parametrize("call", OPENING, ids=" ".join)
def test_url_that_names_no_database_is_told(bare: CommandLine, use: Use, call: list[str], url: str) -> None:
    use(url)
    result = bare(*call)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("CONFIGURATION: TAP_DATABASE_URL names no database this program can use (")


@pytest.mark.parametrize("call", OPENING, ids=" ".join)
def test_file_that_is_no_database_is_told_and_stays(bare: CommandLine, call: list[str]) -> None:
    bare.database.write_text("partner_number,name\n" * 100, encoding="utf-8")
    result = bare(*call)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "file is not a database" in result.stderr
    assert bare.database.read_text(encoding="utf-8") == "partner_number,name\n" * 100


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


@pytest.mark.parametrize("call", [*OPENING, ["ingest", "partners", "-"]], ids=" ".join)
def test_database_of_a_newer_release_is_refused_untouched(tap: CommandLine, call: list[str]) -> None:
    newer(tap.database)
    before = tap.database.read_bytes()
    result = tap(*call, input=b"partner_number\nP1\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "NEWER_DATABASE: The database is at revision 9999, which this release does not know: it was written by a newer one. "
        "Install that release, or restore the database from before its migration.\n"
    )
    assert tap.database.read_bytes() == before


def test_server_that_is_not_up_is_told(bare: CommandLine, use: Use) -> None:
    use("postgresql://127.0.0.1:1/nothing")
    result = bare("migrate")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot be opened" in result.stderr
    assert "or a server that is up." in result.stderr


def test_doctor_finds_a_sound_installation_sound(tap: CommandLine) -> None:
    report = tap.json("doctor")
    assert report["healthy"] is True
    assert [(found["about"], found["state"]) for found in report["findings"]] == [
        ("python", "right"), ("regions", "right"), ("sqlite", "right"), ("database", "right"), ("references", "right"),
    ]  # fmt: skip


def test_doctor_tells_what_is_wrong_in_both_forms(bare: CommandLine) -> None:
    report = bare.json("doctor", ends=1)
    message = f"The database sqlite:///{bare.database} has no tables yet. Run `tap-graph migrate`."
    wrong = {"state": "wrong", "about": "database", "message": message}
    assert report["healthy"] is False
    assert [found for found in report["findings"] if found["state"] == "wrong"] == [wrong]
    shown = bare("doctor")
    assert shown.exit_code == 1
    assert f"wrong  database: {message}\n" in shown.stdout


@pytest.mark.parametrize("url", ["nonsense", "sqlite:///nowhere/tap.db", "postgresql://127.0.0.1:1/nothing"])
def test_doctor_names_a_database_that_cannot_be_opened(bare: CommandLine, use: Use, url: str) -> None:
    use(url)
    report = bare.json("doctor", ends=1)
    assert "database" in [found["about"] for found in report["findings"] if found["state"] == "wrong"]


def test_doctor_names_a_file_that_is_no_database(bare: CommandLine) -> None:
    bare.database.write_text("partner_number,name\n" * 100, encoding="utf-8")
    report = bare.json("doctor", ends=1)
    wrong = [found for found in report["findings"] if found["state"] == "wrong"]
    assert [found["about"] for found in wrong] == ["database"]
    assert "file is not a database" in wrong[0]["message"]


def test_doctor_finds_a_row_that_points_to_nothing(loaded: CommandLine) -> None:
    connection = sqlite3.connect(loaded.database)
    with connection:
        connection.execute("UPDATE order_lines SET quote_id = 999 WHERE id = 1")
    connection.close()
    report = loaded.json("doctor", ends=1)
    wrong = [found for found in report["findings"] if found["state"] == "wrong"]
    assert [found["about"] for found in wrong] == ["references"]
    assert "order_lines" in wrong[0]["message"]
