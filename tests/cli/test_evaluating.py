"""`tap-graph evaluate`: the contract's document, the same bytes again, and nothing stored by a dry run."""

import json

import pytest

from tap_graph.app import open_application
from tests.applications import rows
from tests.cli.conftest import CommandLine
from tests.cli.program import LATE_RECEIPT

FIRST = ("evaluate", "--region", "APAC", "--option", "P6", "--window", "FIRST")
SECOND = ("evaluate", "--region", "APAC", "--option", "P6", "--window", "SECOND")
FIELDS = {
    "partner_number", "region", "option", "window", "evaluated_on", "outcome", "booked_value", "credits", "pending_credits", "value_due",
    "value_received", "return_rate", "entitlement", "payable", "requirements", "counted", "not_counted",
}  # fmt: skip


def evaluations(tap: CommandLine) -> list[tuple[object, ...]]:
    application = open_application(f"sqlite:///{tap.database}")
    found = rows(application, "evaluations", "window", "outcome", "payable")
    application.database.dispose()
    return found


def test_document_holds_the_fields_of_the_contract_with_exact_values(loaded: CommandLine) -> None:
    earned, not_yet = loaded.json(*FIRST)
    for row in (earned, not_yet):
        assert set(row) >= FIELDS
        assert [requirement["code"] for requirement in row["requirements"]] == [
            "ENROLLMENT", "COUNTRY", "CERTIFICATION", "MINIMUM", "RETURN_RATE",
        ]  # fmt: skip
        for requirement in row["requirements"]:
            assert set(requirement) >= {"code", "status", "value", "required", "shortfall", "source", "provenance"}
            assert requirement["source"]
            assert requirement["provenance"] in {"OFFICIAL", "ASSUMED"}
    amounts = ("booked_value", "credits", "pending_credits", "value_due", "value_received", "return_rate", "entitlement", "payable")
    assert (earned["partner_number"], earned["window"], earned["evaluated_on"], earned["outcome"]) == (
        "P1",
        "FIRST",
        "2008-07-26",
        "EARNED",
    )
    assert [earned[name] for name in amounts] == ["13000.00", "2000.00", "0.00", "2000.00", "1800.00", "0.9000", "300.00", "300.00"]
    assert earned["counted"] == [{"order_number": "SO1", "line": 1, "net_value": "13000.00", "credit": "2000.00"}]
    assert earned["not_counted"] == [{"order_number": "SO2", "line": 1, "reasons": ["INTERNAL_USE"]}]
    assert (not_yet["partner_number"], not_yet["outcome"]) == ("P2", "NOT_YET")
    assert [not_yet[name] for name in amounts] == ["12500.00", "1000.01", "40.00", "1000.00", "800.00", "0.8000", "0.00", "0.00"]
    returned = not_yet["requirements"][4]
    assert (returned["status"], returned["value"], returned["required"], returned["shortfall"]) == ("NOT_MET", "0.8000", "0.8500", "0.0500")
    minimum = not_yet["requirements"][3]
    assert (minimum["status"], minimum["value"], minimum["required"], minimum["shortfall"]) == ("MET", "12500.00", "12500.00", "0.00")
    assert not_yet["not_counted"] == [{"order_number": "SO4", "line": 1, "reasons": ["NOT_SHIPPED"]}]


def test_dry_and_real_and_again_print_the_same_bytes(loaded: CommandLine) -> None:
    dry = loaded(*FIRST, "--dry-run", "--json")
    assert evaluations(loaded) == []
    real, again = loaded(*FIRST, "--json"), loaded(*FIRST, "--json")
    assert [result.exit_code for result in (dry, real, again)] == [0, 0, 0]
    assert dry.stdout_bytes == real.stdout_bytes == again.stdout_bytes
    assert evaluations(loaded) == [("FIRST", "EARNED", 30_000), ("FIRST", "NOT_YET", 0)]


def test_judgement_is_printed_unchanged_after_the_facts_changed(loaded: CommandLine) -> None:
    before = loaded(*FIRST, "--json").stdout_bytes
    loaded.load(receipts=LATE_RECEIPT.replace("2008-09", "2008-04"))
    assert loaded(*FIRST, "--json").stdout_bytes == before
    assert loaded.json(*FIRST, "--dry-run")[1]["outcome"] == "EARNED"


def test_second_window_pays_what_was_missing(loaded: CommandLine) -> None:
    loaded.json(*FIRST)
    loaded.load(receipts=LATE_RECEIPT)
    told = loaded.json(*SECOND)
    assert [(row["partner_number"], row["outcome"], row["entitlement"], row["payable"]) for row in told] == [
        ("P1", "EARNED", "300.00", "0.00"),
        ("P2", "EARNED", "150.00", "150.00"),
    ]
    assert {row["evaluated_on"] for row in told} == {"2008-10-25"}


def test_other_day_is_judged_as_of_that_day(loaded: CommandLine) -> None:
    told = loaded.json(*FIRST, "--on", "2008-02-10", "--dry-run")
    assert [(row["evaluated_on"], row["outcome"], row["counted"], row["pending_credits"]) for row in told] == [
        ("2008-02-10", "NOT_YET", [], "2000.00"),
        ("2008-02-10", "NOT_YET", [], "1000.01"),
    ]
    assert [[line["order_number"] for line in row["not_counted"]] for row in told] == [["SO1"], ["SO3"]]


def test_one_partner_is_judged_alone(loaded: CommandLine) -> None:
    assert [row["partner_number"] for row in loaded.json(*FIRST, "--partner", "P2")] == ["P2"]
    assert len(evaluations(loaded)) == 1


@pytest.mark.parametrize(
    ("region", "option", "partner", "told"),
    [
        ("ATLANTIS", "P6", "P1", "UNKNOWN_NAME: ATLANTIS is not a region here; there are APAC, CANADA, EMERGING, EUROPE, US.\n"),
        ("APAC", "P9", "P1", "UNKNOWN_NAME: APAC has no option P9; it has P5, P5-P6, P6, P7.\n"),
        ("APAC", "P6", "P9", "UNKNOWN_NAME: Partner P9 is not known; deliver it with `tap-graph ingest partners`.\n"),
    ],
)
def test_unknown_name_fails_and_lists_those_there_are(loaded: CommandLine, region: str, option: str, partner: str, told: str) -> None:
    result = loaded("evaluate", "--region", region, "--option", option, "--window", "FIRST", "--partner", partner, "--json")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", told)


def test_nobody_enrolled_is_an_empty_list(loaded: CommandLine) -> None:
    assert loaded.json("evaluate", "--region", "APAC", "--option", "P7", "--window", "FIRST") == []


def test_people_get_a_table_with_what_is_missing(loaded: CommandLine) -> None:
    result = loaded(*FIRST, "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].rstrip() == "APAC P6 FIRST (dry run)"
    rows_shown = [line.split() for line in result.stdout.splitlines() if line.startswith("P")]
    assert rows_shown == [
        ["P1", "EARNED", "13000.00", "2000.00", "0.9000", "300.00", "300.00"],
        ["P2", "NOT_YET", "12500.00", "1000.01", "0.8000", "0.00", "0.00", "RETURN_RATE", "short", "0.0500"],
    ]
    with pytest.raises(json.JSONDecodeError):
        json.loads(result.stdout)
