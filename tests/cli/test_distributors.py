"""`tap-graph distributor`, `deviation` and `reports`: what one does in place, from the command line."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tap_graph.app import open_application
from tests.applications import rows
from tests.cli.conftest import CommandLine

PARTNERS = "partner_number,name,country,tier\nP1,One,SG,TWO_TIER\n"
PROFILE = 'distributor_id = "D1"\nvalid_from = 2008-02-01\nedi_ids = ["0012345678"]\n'
MONTH = datetime.now(UTC).date().replace(day=1)


def stored(tap: CommandLine, table: str, *columns: str) -> list[tuple[object, ...]]:
    application = open_application(f"sqlite:///{tap.database}")
    try:
        return rows(application, table, *columns)
    finally:
        application.database.dispose()


def refused(tap: CommandLine, *call: str) -> str:
    """What is told of a command that fails and leaves nothing behind."""
    tables = ("acts", "deliveries", "distributors", "pos_reports")
    before = [stored(tap, table, "id") for table in tables]
    result = tap(*call)
    assert (result.exit_code, result.stdout) == (1, "")
    assert [stored(tap, table, "id") for table in tables] == before
    return result.stderr


def test_distributor_is_set_step_by_step_and_listed(tap: CommandLine) -> None:
    assert tap.json("distributor", "list") == []
    assert tap("distributor", "set", "D1", "--name", "One", "--reports-from", "2008-01").stdout == "Distributor D1 is set.\n"
    assert tap("distributor", "set", "D1", "--country", "SG", "--due-days", "5", "--by", "Ann").exit_code == 0
    assert tap("distributor", "profile", tap.file("d1.toml", PROFILE)).stdout == "The profile of d1.toml is kept.\n"
    one = {"distributor_id": "D1", "name": "One", "country": "SG", "reports_from": "2008-01", "due_days": 5, "profiles": ["2008-02-01"]}
    assert tap.json("distributor", "list") == [one]
    assert "D1" in tap("distributor", "list").stdout
    assert stored(tap, "acts", "act", "key", "acted_by", "role") == [
        ("distributorSet", "D1", "command-line", "ADMINISTRATOR"),
        ("distributorSet", "D1", "Ann", "ADMINISTRATOR"),
        ("distributorProfileSet", "D1", "command-line", "ADMINISTRATOR"),
    ]


def test_what_cannot_be_set_is_told(tap: CommandLine) -> None:
    told = refused(tap, "distributor", "set", "D1", "--country", "Singapore")
    assert told == "ACT_REFUSED: country Singapore is no code of ISO 3166-1. Write two capital letters, such as SG.\n"
    assert refused(tap, "distributor", "profile", tap.file("d1.toml", "currency = 1")).startswith(
        "ACT_REFUSED: The profile cannot be used: "
    )
    wrong = tap("distributor", "profile", tap.file("d1.toml", b"\xff"))
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "is not UTF-8; save it so." in wrong.stderr


def test_deviation_goes_from_request_to_decision(tap: CommandLine) -> None:
    tap.load(partners=PARTNERS)
    today, ends = datetime.now(UTC).date(), datetime.now(UTC).date() + timedelta(days=30)
    call = ("deviation", "request", "--distributor", "D1", "--partner", "P1", "--quantity", "5", "--expires-on", ends.isoformat())
    requested: dict[str, Any] = {
        "deviation_number": "DART-D1-1", "distributor_id": "D1", "type": "TMP", "requested_on": today.isoformat(), "status": "REQUESTED",
        "decided_on": None, "quantity": 5, "expires_on": ends.isoformat(), "reason": None, "state": "REQUESTED",
    }  # fmt: skip
    assert tap.json(*call) == requested
    revised = requested | {"quantity": 8, "reason": "More"}
    assert tap.json("deviation", "revise", "DART-D1-1", "--distributor", "D1", "--quantity", "8", "--reason", "More") == revised
    approved = revised | {"status": "APPROVED", "state": "APPROVED", "decided_on": today.isoformat(), "quantity": 7}
    assert tap.json("deviation", "approve", "DART-D1-1", "--region", "APAC", "--quantity", "7") == approved
    cancelled = tap("deviation", "cancel", "DART-D1-1", "--distributor", "D1")
    assert cancelled.stdout == "Deviation DART-D1-1 of D1 is CANCELLED.\n"
    tap("deviation", "request", "--distributor", "D1", "--partner", "P1", "--number", "DV-2")
    assert tap.json("deviation", "decline", "DV-2", "--reason", "No.")["state"] == "DECLINED"
    assert [row[0] for row in stored(tap, "acts", "act")] == [
        "deviationRequest", "deviationRevise", "deviationApprove", "deviationCancel", "deviationRequest", "deviationDecline",
    ]  # fmt: skip


def test_deviation_that_is_not_the_callers_is_not_found(tap: CommandLine) -> None:
    tap.load(partners=PARTNERS)
    tap("deviation", "request", "--distributor", "D1", "--partner", "P1")
    not_found = "ACT_REFUSED: There is no deviation DART-D1-1 for you. Look for its number in the list of deviations.\n"
    assert refused(tap, "deviation", "cancel", "DART-D1-1", "--distributor", "D2") == not_found
    assert refused(tap, "deviation", "approve", "DART-D1-1", "--region", "EUROPE") == not_found


def test_months_are_listed_and_declared(tap: CommandLine) -> None:
    before = (MONTH - timedelta(days=1)).replace(day=1)
    tap("distributor", "set", "D1", "--reports-from", f"{before:%Y-%m}", "--due-days", "40")
    tap("distributor", "set", "D2", "--reports-from", "2008-01")
    listed = tap.json("reports", "--distributor", "D1")
    assert [(each["month"], each["state"]) for each in listed] == [(f"{before:%Y-%m}", "EXPECTED"), (f"{MONTH:%Y-%m}", "EXPECTED")]
    told = tap("reports", "zero", "D1", f"{before:%Y-%m}")
    assert told.stdout == f"It is reported that D1 sold nothing in {before:%Y-%m}.\n"
    [declared] = tap.json("reports", "--month", f"{before:%Y-%m}", "--distributor", "D1")
    assert (declared.pop("received_at") is not None, declared) == (
        True,
        {
            "distributor_id": "D1", "month": f"{before:%Y-%m}", "due_on": (MONTH + timedelta(days=39)).isoformat(), "state": "ZERO",
            "days_late": 0,
        },
    )  # fmt: skip
    [missing] = tap.json("reports", "--month", "2008-01")
    late = (datetime.now(UTC).date() - date(2008, 2, 10)).days
    assert missing == {
        "distributor_id": "D2", "month": "2008-01", "due_on": "2008-02-10", "state": "MISSING", "received_at": None, "days_late": late,
    }  # fmt: skip
    assert "MISSING" in tap("reports", "--month", "2008-01").stdout
    assert "2007-12" in refused(tap, "reports", "zero", "D2", "2007-12")


@pytest.mark.parametrize(
    "call",
    [
        ["deviation"],
        ["deviation", "request", "--distributor", "D1"],
        ["deviation", "revise", "DV-1"],
        ["deviation", "decline", "DV-1"],
        ["deviation", "approve", "DV-1", "--quantity", "0"],
        ["distributor"],
        ["distributor", "set"],
        ["distributor", "set", "D1", "--reports-from", "2008-13"],
        ["distributor", "profile", "nowhere.toml"],
        ["reports", "--month", "March"],
        ["reports", "zero", "D1"],
    ],
    ids=" ".join,
)
def test_wrong_call_ends_with_2(tap: CommandLine, call: list[str]) -> None:
    result = tap(*call)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: tap-graph" in result.stderr
