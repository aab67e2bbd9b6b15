"""`tap-graph ingest`: one result per file, and bad files told so that they can be mended."""

import hashlib

import pytest

from tap_graph.app import open_application
from tests.applications import rows
from tests.cli.conftest import CommandLine
from tests.cli.program import ORDERS, PARTNERS, PROGRAM

FIELDS = ["delivery", "file", "sha256", "lines", "accepted", "unchanged", "held", "refused", "reasons"]


def stored(tap: CommandLine, table: str, *columns: str) -> list[tuple[object, ...]]:
    application = open_application(f"sqlite:///{tap.database}")
    found = rows(application, table, *columns)
    application.database.dispose()
    return found


def test_json_tells_each_file_in_call_order(tap: CommandLine) -> None:
    orders, partners = tap.file("b.csv", PARTNERS.replace("One", "Uno")), tap.file("a.csv", PARTNERS)
    told = tap.json("ingest", "partners", orders, partners)
    assert [list(result) for result in told] == [FIELDS, FIELDS]
    assert told == [
        {
            "delivery": 1, "file": "b.csv", "sha256": hashlib.sha256(PARTNERS.replace("One", "Uno").encode()).hexdigest(),
            "lines": 2, "accepted": 2, "unchanged": 0, "held": 0, "refused": 0, "reasons": {},
        },
        {
            "delivery": 2, "file": "a.csv", "sha256": hashlib.sha256(PARTNERS.encode()).hexdigest(),
            "lines": 2, "accepted": 1, "unchanged": 1, "held": 0, "refused": 0, "reasons": {},
        },
    ]  # fmt: skip


def test_dash_reads_standard_input(tap: CommandLine) -> None:
    result = tap("ingest", "partners", "-", "--json", input=PARTNERS.encode())
    assert result.exit_code == 0
    assert '"file": "-"' in result.stdout
    assert stored(tap, "partners", "partner_number") == [("P1",), ("P2",)]


def test_sender_and_again_make_another_delivery_of_the_same_file(tap: CommandLine) -> None:
    path = tap.file("p.csv", PARTNERS)
    told = [tap.json("ingest", "partners", path, *more)[0] for more in ([], [], ["--sender", "D1"], ["--again"])]
    assert [result["delivery"] for result in told] == [1, 1, 2, 3]
    assert [result["unchanged"] for result in told] == [0, 2, 2, 2]


def test_held_lines_end_with_0_and_tell_their_reasons(tap: CommandLine) -> None:
    told = tap.json("ingest", "orders", tap.file("o.csv", ORDERS))
    assert (told[0]["held"], told[0]["reasons"]) == (4, {"PARTNER_UNKNOWN": 4, "QUOTE_UNKNOWN": 4})


def test_refused_line_ends_with_1_and_the_others_stand(tap: CommandLine) -> None:
    path = tap.file("p.csv", "partner_number,name,tier\nP1,One,ONE_TIER\nP2,Two,THREE_TIER\n")
    result = tap("ingest", "partners", path)
    assert result.exit_code == 1
    assert result.stderr == "p.csv: Line 3: tier `THREE_TIER` is not known here. Write ONE_TIER or TWO_TIER.\n"
    assert stored(tap, "partners", "partner_number") == [("P1",)]


def test_every_reason_of_a_refused_line_is_told_with_line_column_value_and_remedy(tap: CommandLine) -> None:
    text = (
        "order_number,line,quantity,net_value,credit,booked_on\n"
        "SO1,1,１２,NaN,1e5,2008-02-30\n"
        'SO2,1,0,"1,000.00",1.234,2008-02-01\n'
        "SO3,1,1,-5.00,99999999999999.00,\n"
    )
    result = tap("ingest", "orders", tap.file("o.csv", text), "--json")
    assert result.exit_code == 1
    assert sorted(result.stderr.splitlines()) == sorted(
        [
            "o.csv: Line 2: booked_on `2008-02-30` is not in the calendar. Write a day that exists, as YYYY-MM-DD.",
            "o.csv: Line 2: quantity `１２` is not a whole number. Write digits only, such as 12.",
            "o.csv: Line 2: net_value `NaN` is not an amount. Write a plain decimal such as 13000.00, without separators or exponent.",
            "o.csv: Line 2: credit `1e5` is not an amount. Write a plain decimal such as 13000.00, without separators or exponent.",
            "o.csv: Line 3: quantity `0` is below 1. Write at least 1, or leave it empty.",
            "o.csv: Line 3: net_value `1,000.00` is not an amount. Write a plain decimal such as 13000.00, without separators or exponent.",
            "o.csv: Line 3: credit `1.234` has 3 decimal places. Write at most two.",
            "o.csv: Line 4: net_value `-5.00` is negative. Write it without the minus sign, or 0.00.",
            "o.csv: Line 4: credit `99999999999999.00` has 14 digits before the point. Write at most 13.",
        ]
    )
    assert stored(tap, "order_lines", "id") == []


def test_more_refused_lines_than_one_reads_are_counted(tap: CommandLine) -> None:
    text = "partner_number,tier\n" + "".join(f"P{number},NONE\n" for number in range(25))
    told = tap("ingest", "partners", tap.file("p.csv", text)).stderr.splitlines()
    assert len(told) == 21
    assert told[-1] == "p.csv: 5 more lines are refused; mend these and deliver the file again."


NO_KEY = "Line 1: Column `partner_number` is missing and belongs to the key of partners. Add it."
NO_SUCH = "Line 1: partners has no column `nom`. Take it away or rename it; there are partner_number, name, country, tier, cam_email."
TWICE = "Line 1: Column `name` stands more than once. Keep one."
LATIN = "Line 3, byte 4: 0xE9 is not UTF-8. Save the file as UTF-8 and deliver it again."
WIDE = "Line 1: the header holds NUL bytes, as UTF-16 does. Save the file as UTF-8 and deliver it again."
NOTHING = "Line 1: the file is empty. Give a header line with at least partner_number."
OPEN = "Line 3: the file ends inside a quoted cell of the record that begins here. Close the quote, or deliver the whole file."
REFUSED_WHOLE: dict[str, tuple[str | bytes, str, str]] = {
    "missing column": ("name\nOne\n", "MISSING_COLUMN", NO_KEY),
    "unknown column": ("partner_number,nom\nP1,One\n", "UNKNOWN_COLUMN", NO_SUCH),
    "doubled column": ("partner_number,name,name\nP1,One,Two\n", "DOUBLED_COLUMN", TWICE),
    "not UTF-8": (b"partner_number,name\nP1,One\nP2,\xe9\n", "NOT_UTF8", LATIN),
    "UTF-16": ("partner_number\nP1\n".encode("utf-16-le"), "NOT_UTF8", WIDE),
    "empty": ("", "EMPTY_FILE", NOTHING),
    "truncated quoting": ('partner_number,name\nP1,One\nP2,"Two\n', "TRUNCATED_QUOTING", OPEN),
}


@pytest.mark.parametrize("case", REFUSED_WHOLE)
def test_file_that_cannot_be_read_is_refused_whole_and_changes_nothing(tap: CommandLine, case: str) -> None:
    content, code, message = REFUSED_WHOLE[case]
    result = tap("ingest", "partners", tap.file("bad.csv", content))
    assert result.exit_code == 1
    assert result.stderr == f"bad.csv: {message}\n"
    assert stored(tap, "partners", "id") == []
    told = tap.json("ingest", "partners", str(tap.folder / "bad.csv"), ends=1)[0]
    assert (told["lines"], told["accepted"], told["refused"], told["reasons"]) == (0, 0, 0, {code: 1})


def test_good_file_stands_beside_a_bad_one(tap: CommandLine) -> None:
    told = tap.json("ingest", "partners", tap.file("bad.csv", "name\n"), tap.file("good.csv", PARTNERS), ends=1)
    assert [(result["file"], result["accepted"]) for result in told] == [("bad.csv", 0), ("good.csv", 2)]


def test_missing_file_stops_before_any_is_received(tap: CommandLine) -> None:
    result = tap("ingest", "partners", tap.file("good.csv", PARTNERS), "gone.csv")
    assert result.exit_code == 2
    assert "There is no file gone.csv." in result.stderr
    assert stored(tap, "partners", "id") == []


def test_bom_and_crlf_are_tolerated(tap: CommandLine) -> None:
    content = b"\xef\xbb\xbf" + PARTNERS.replace("\n", "\r\n").encode()
    assert tap.json("ingest", "partners", tap.file("p.csv", content))[0]["accepted"] == 2


def test_table_for_people_shows_names_as_they_are(tap: CommandLine) -> None:
    result = tap("ingest", "partners", tap.file("[red] :smile: [/x].csv".replace("/", "∕"), PARTNERS))
    assert result.exit_code == 0
    assert "[red] :smile: [∕x].csv" in result.stdout


def test_partner_with_brackets_in_its_name_is_judged_and_shown(tap: CommandLine) -> None:
    tap.load(**PROGRAM | {"partners": PARTNERS.replace("One", "[/One]")})
    result = tap("evaluate", "--region", "APAC", "--option", "P6", "--window", "FIRST")
    assert result.exit_code == 0
    assert "2 enrollments judged." in result.stdout
