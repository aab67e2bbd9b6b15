"""Program years: the same from the same seed, consistent in themselves, and of any size."""

import csv
import hashlib
import io
from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise

import pytest

from tap_graph.domain.errors import TapError, UnknownName
from tap_graph.feeds.kinds import KINDS
from tap_graph.testing.distributor import PosLine, ProgramYear
from tests.applications import deliver, in_memory
from tests.testing.distributor.years import YEAR

# Of the nine files, one behind the other. It changes only if what a seed gives is to change, for everybody's tests.
DIGEST = "2ef1e5c0f4abec8b09f456f9adc518e4bcd776d105eaaaabdcd0f4bbe41da68f"


def rows(kind: str, year: ProgramYear = YEAR) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(year.file(kind).content.decode())))


def pos_lines(year: ProgramYear = YEAR) -> list[PosLine]:
    return [line for report in year.reports() for line in report.lines]


def test_a_seed_gives_the_same_bytes_for_ever() -> None:
    digest = hashlib.sha256()
    for file in YEAR.files():
        digest.update(file.content)
    assert digest.hexdigest() == DIGEST


def test_a_year_is_accepted_line_by_line_in_the_order_of_its_files() -> None:
    application = in_memory()
    received = [deliver(application, file.kind, file.content.decode()) for file in YEAR.files()]
    assert [one.reasons for one in received] == [{}] * 9
    assert [one.accepted for one in received] == [one.lines for one in received]
    assert sum(one.lines for one in received if one.file == "pos.csv") == 3 * 2 * 30


def test_every_report_has_as_many_lines_as_were_asked_for() -> None:
    assert [len(list(report.lines)) for report in YEAR.reports()] == [30] * 6


def test_reports_can_be_made_again_one_by_one() -> None:
    report = YEAR.report("D-7-2", month=3)
    assert list(report.lines) == list(report.lines)
    assert report.number == "POS-7-2-3"
    assert (report.first_day, report.last_day, report.reported_on) == (date(2008, 4, 1), date(2008, 4, 30), date(2008, 5, 5))


def test_months_follow_one_another_without_a_gap() -> None:
    first = [YEAR.report("D-7-1", month) for month in (1, 2, 3)]
    assert [(after.first_day - before.last_day).days for before, after in pairwise(first)] == [1, 1]


def test_lines_are_invoiced_in_the_month_they_are_reported_for() -> None:
    for report in YEAR.reports():
        for line in report.lines:
            assert report.first_day <= date.fromisoformat(line.shipped_on) <= date.fromisoformat(line.invoiced_on) <= report.last_day


def test_shipments_cover_their_order_lines_but_for_what_is_reported_after_the_year() -> None:
    ordered = {(row["order_number"], row["line"]): int(row["quantity"]) for row in rows("orders")}
    shipped: dict[tuple[str, str], int] = defaultdict(int)
    for line in pos_lines():
        if int(line.quantity) > 0:
            shipped[line.order_number, line.order_line] += int(line.quantity)
    short = {key for key, quantity in ordered.items() if shipped[key] != quantity}
    # The rest of every other one of the first three deals of the last month.
    assert short == {(f"SO-7-{distributor}-3-{deal}", "1") for distributor in (1, 2) for deal in (1, 3)}


def test_orders_are_shipped_in_parts_too() -> None:
    parts: dict[tuple[str, str], int] = defaultdict(int)
    for line in pos_lines():
        parts[line.order_number, line.order_line] += int(line.quantity) > 0
    assert {1, 2} == set(parts.values())


def test_a_return_names_a_serial_number_that_was_sold_before() -> None:
    sold: set[str] = set()
    returned = []
    for line in pos_lines():
        if line.quantity == "-1":
            returned += [serial for serial in line.serial_numbers if serial in sold]
        sold |= set(line.serial_numbers)
    assert returned == ["FX7D1M1N2L1U1", "FX7D2M1N2L1U1", "FX7D1M2N2L1U1", "FX7D2M2N2L1U1"]


def test_every_piece_has_a_serial_number() -> None:
    assert [line for line in pos_lines() if len(line.serial_numbers) != abs(int(line.quantity))] == []


def test_no_key_stands_twice() -> None:
    for kind in KINDS.values():
        keys = [tuple(row[key] for key in kind.keys) for row in rows(kind.name)]
        assert len(set(keys)) == len(keys) > 0


def test_years_of_different_seeds_have_no_number_in_common() -> None:
    other = replace(YEAR, seed=71)
    for kind in ("partners", "quotes", "deviations", "orders", "rmas", "receipts"):
        key = KINDS[kind].keys[0]
        assert {row[key] for row in rows(kind)} & {row[key] for row in rows(kind, other)} == set()


def test_a_share_of_the_lines_is_wrong_when_asked_for() -> None:
    wrong = replace(YEAR, errors=0.25)
    pairs = list(zip(pos_lines(), pos_lines(wrong), strict=True))
    changed = [after for before, after in pairs if before != after]
    assert [(before[0], before[1]) for before, _ in pairs] == [(after[0], after[1]) for _, after in pairs]
    assert len(changed) == 46
    assert {line.partner_number for line in changed} & {"P-UNKNOWN"} == {"P-UNKNOWN"}
    assert {line.order_number for line in changed} & {"SO-UNKNOWN"} == {"SO-UNKNOWN"}
    assert {line.shipped_on for line in changed} & {"2008-02-31"} == {"2008-02-31"}
    assert len([line for line in changed if line.quantity.endswith(".5")]) > 0


def test_a_year_without_an_option_has_no_enrollments() -> None:
    year = replace(YEAR, region=None, option=None)
    assert [file.kind for file in year.files()] == [kind for kind in KINDS if kind != "enrollments"]
    with pytest.raises(TapError, match="Give it a region and an option"):
        year.file("enrollments")


def test_what_a_year_does_not_have_is_refused_with_what_it_has() -> None:
    with pytest.raises(UnknownName, match="`D-9` is no distributor of this year; there are D-7-1, D-7-2"):
        YEAR.report("D-9")
    with pytest.raises(UnknownName, match="no month 4; it has 1 to 3"):
        YEAR.report("D-7-1", month=4)
    with pytest.raises(TapError, match="Begin on the 28th or before"):
        replace(YEAR, first_day=date(2008, 1, 31))
    with pytest.raises(TapError, match="1 partners are too few for 2 distributors"):
        replace(YEAR, partners=1)


def test_lines_are_made_as_they_are_taken() -> None:
    endless = replace(YEAR, lines_a_month=10**12)
    assert [line.invoice_number for line in islice(endless.report("D-7-1", month=2).lines, 3)] == [
        "INV-7-1-2-1",
        "INV-7-1-2-2",
        "INV-7-1-2-3",
    ]
