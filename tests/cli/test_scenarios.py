"""`tap-graph scenarios`: which hold, which do not and by how much, and which cannot be read."""

import pytest

from tests.cli.conftest import CommandLine

HOLDS = """\
scenario: Everything met at the first window
region: APAC
partner: {partner_number: P1, country: SG}
certifications: [{level: GOLD, first_day: 2007-01-01, last_day: 2009-12-31}]
enrollment: {option: P6, submitted_on: 2008-02-01, status: APPROVED, decided_on: 2008-02-05}
orders:
  - {order_number: SO1, booked_on: 2008-02-10, shipped_on: 2008-02-20, net_value: 13000.00, credit: 2000.00}
rmas:
  - {rma_number: R1, order_number: SO1, units_due: 10, value_due: 2000.00}
receipts:
  - {rma_number: R1, units: 9, received_on: 2008-03-01, posted_on: 2008-03-03}
evaluate:
  - window: FIRST
    expect: {outcome: EARNED, payable: 300.00, return_rate: 0.9, requirements: {MINIMUM: MET}, not_counted: {}}
"""
FAILS = HOLDS.replace("payable: 300.00", "payable: 300.01").replace("MINIMUM: MET", "MINIMUM: NOT_MET")


def test_scenario_that_holds_ends_with_0(bare: CommandLine) -> None:
    result = bare("scenarios", bare.file("one.yaml", HOLDS))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "1 of 1 scenarios hold.\n", "")
    assert not bare.database.exists()


def test_scenario_that_fails_ends_with_1_and_the_difference(bare: CommandLine) -> None:
    path = bare.file("two.yaml", f"{HOLDS}---\n{FAILS}")
    result = bare("scenarios", path)
    assert result.exit_code == 1
    assert result.stdout == (
        f"{path}:16: Everything met at the first window\n"
        "    FIRST: payable is 300.00, expected 300.01\n"
        "    FIRST: requirement MINIMUM is MET, expected NOT_MET\n"
        "1 of 2 scenarios hold.\n"
    )


def test_json_tells_every_scenario(bare: CommandLine) -> None:
    path = bare.file("two.yaml", f"{HOLDS}---\n{FAILS}")
    told = bare.json("scenarios", path, ends=1)
    assert [(one["file"], one["document"], one["line"], one["region"], one["holds"]) for one in told] == [
        (path, 1, 1, "APAC", True),
        (path, 2, 16, "APAC", False),
    ]
    assert [len(one["differences"]) for one in told] == [0, 2]


def test_folders_are_searched_for_scenario_files(bare: CommandLine) -> None:
    (bare.folder / "more" / "deeper").mkdir(parents=True)
    bare.file("more/a.yaml", HOLDS)
    bare.file("more/deeper/b.yaml", HOLDS)
    assert bare("scenarios", str(bare.folder / "more")).stdout == "2 of 2 scenarios hold.\n"


def test_what_if_changes_the_figures_it_names(bare: CommandLine) -> None:
    text = HOLDS.replace("evaluate:", "figures: {rebate_rate: 0.12}\nevaluate:").replace("payable: 300.00", "payable: 240.00")
    assert bare("scenarios", bare.file("one.yaml", text)).exit_code == 0


WRONG = {
    "unknown key": (("enrollment:", "enrolment:"), 5, "enrolment is no key of a scenario; there are "),
    "unknown column": (("units_due: 10", "unit_due: 10"), 9, "unit_due is no key of rmas; there are "),
    "unknown expectation": (("payable: 300.00", "paid: 300.00"), 14, "paid is no key of expect; there are "),
    "duplicate key": (("region: APAC", "region: APAC\nregion: US"), 3, "the key region stands twice; keep one."),
    "duplicate column": (("units: 9", "units: 9, units: 8"), 11, "the key units stands twice; keep one."),
    "exponent": (("13000.00", "1.3e+4"), 7, "1.3e+4 is not an exact number; write it plainly, such as 13000.00."),
    "infinity": (("13000.00", ".inf"), 7, ".inf is not an exact number; write it plainly, such as 13000.00."),
    "underscores": (("13000.00", "13_000.00"), 7, "13_000.00 is not an exact number; write it plainly, such as 13000.00."),
    "no such day": (("posted_on: 2008-03-03", "posted_on: 2008-02-31"), 11, "there is no day 2008-02-31."),
    "missing key": (("region: APAC\n", ""), 1, "the key region is missing."),
}


@pytest.mark.parametrize("case", WRONG)
def test_scenario_that_cannot_be_read_names_file_document_and_line(bare: CommandLine, case: str) -> None:
    (old, new), line, message = WRONG[case]
    path = bare.file("bad.yaml", f"{HOLDS}---\n{HOLDS.replace(old, new)}")
    result = bare("scenarios", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"SCENARIO_WRONG: {path}, document 2, line {line + 15}: {message}")


@pytest.mark.parametrize(
    ("old", "new"),
    [("region: APAC", "region: ATLANTIS"), ("option: P6", "option: P9"), ("evaluate:", "figures: {minimun: 1}\nevaluate:")],
    ids=["region", "option", "figure"],
)
def test_unknown_name_in_a_scenario_names_file_document_and_line(bare: CommandLine, old: str, new: str) -> None:
    path = bare.file("bad.yaml", f"{HOLDS}---\n{HOLDS.replace(old, new)}")
    result = bare("scenarios", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"SCENARIO_WRONG: {path}, document 2, line ")


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [("order_number: SO1, units_due", "order_number: SO9, units_due", "HELD"), ("13000.00", "13000.001", "REFUSED")],
    ids=["held", "refused"],
)
def test_row_that_is_held_or_refused_is_an_error_of_the_scenario(bare: CommandLine, old: str, new: str, state: str) -> None:
    path = bare.file("bad.yaml", HOLDS.replace(old, new))
    result = bare("scenarios", path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"SCENARIO_WRONG: {path}, document 1, line ")
    assert state in result.stderr.upper()


@pytest.mark.parametrize("content", [b"scenario: [\n", b"scenario: \xff\n", b"- 1\n", b"%TAG\n"], ids=ascii)
def test_file_that_is_no_scenario_is_told(bare: CommandLine, content: bytes) -> None:
    path = bare.file("bad.yaml", content)
    result = bare("scenarios", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"SCENARIO_WRONG: {path}")


def test_missing_file_is_told(bare: CommandLine) -> None:
    result = bare("scenarios", "gone.yaml")
    assert (result.exit_code, result.stderr) == (1, "SCENARIO_WRONG: There is no file or folder gone.yaml.\n")
