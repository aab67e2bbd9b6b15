"""Pages forward and backward, to the row."""

from typing import Any

import pytest

from tests.builders import Rows, day
from tests.reads.conftest import AUDITOR, COUNTRIES, Asked


def numbers(page: dict[str, Any]) -> list[str]:
    found = [node["partnerNumber"] for node in page["nodes"]]
    assert found == [edge["node"]["partnerNumber"] for edge in page["edges"]]
    return found


def info(page: dict[str, Any]) -> tuple[bool, bool]:
    return page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]


def sorted_numbers(sort: str, direction: str) -> list[str]:
    rows = [(f"P{number:02}", country or "") for number, country in enumerate(COUNTRIES, start=1)]
    key = {"NUMBER": lambda row: row, "COUNTRY": lambda row: (row[1], row[0])}[sort]
    return [row[0] for row in sorted(rows, key=key, reverse=direction == "DESCENDING")]


@pytest.mark.parametrize("sort", ["NUMBER", "COUNTRY"])
@pytest.mark.parametrize("direction", ["ASCENDING", "DESCENDING"])
def test_pages_forward_hold_every_row_once_in_order(asked: Asked, sort: str, direction: str) -> None:
    expected, found, after = sorted_numbers(sort, direction), [], None
    for start in (0, 5, 10):
        page = asked.page(first=5, after=after, sort=sort, direction=direction)
        assert page["totalCount"] == 12
        assert info(page) == (start > 0, start < 10)
        found += numbers(page)
        after = page["pageInfo"]["endCursor"]
    assert found == expected


@pytest.mark.parametrize("sort", ["NUMBER", "COUNTRY"])
@pytest.mark.parametrize("direction", ["ASCENDING", "DESCENDING"])
def test_pages_backward_hold_every_row_once_in_order(asked: Asked, sort: str, direction: str) -> None:
    expected: list[str] = sorted_numbers(sort, direction)
    found: list[str] = []
    before = None
    for start in (0, 5, 10):
        page = asked.page(last=5, before=before, sort=sort, direction=direction)
        assert info(page) == (start < 10, start > 0)
        found = numbers(page) + found
        before = page["pageInfo"]["startCursor"]
    assert found == expected


def test_a_page_between_two_cursors_knows_both_sides(asked: Asked) -> None:
    edges = asked.page()["edges"]
    page = asked.page(after=edges[2]["cursor"], before=edges[6]["cursor"], first=2)
    assert (numbers(page), info(page)) == (["P04", "P05"], (True, True))
    page = asked.page(after=edges[2]["cursor"], before=edges[6]["cursor"], last=10)
    assert (numbers(page), info(page)) == (["P04", "P05", "P06"], (True, True))


def test_the_end_of_a_list_is_known_exactly(asked: Asked) -> None:
    assert info(asked.page(first=12)) == (False, False)
    assert info(asked.page(first=11)) == (False, True)
    last = asked.page(first=12)["pageInfo"]["endCursor"]
    page = asked.page(after=last)
    assert (numbers(page), info(page), page["pageInfo"]["startCursor"]) == ([], (True, False), None)


def test_a_page_is_twenty_five_rows_unless_asked_otherwise(asked: Asked) -> None:
    with asked.database.writing() as connection:
        rows = Rows(connection)
        for number in range(13, 41):
            rows.partner(f"P{number}")
    assert len(asked.page()["nodes"]) == 25
    assert len(asked.page(first=40)["nodes"]) == 40


def test_rows_added_between_pages_neither_shift_nor_double_anything(asked: Asked) -> None:
    page = asked.page(first=5)
    with asked.database.writing() as connection:
        connection.exec_driver_sql("UPDATE partners SET partner_number = 'P00' WHERE partner_number = 'P11'")
    assert numbers(asked.page(first=5, after=page["pageInfo"]["endCursor"])) == ["P06", "P07", "P08", "P09", "P10"]


def test_total_alone_needs_no_rows(asked: Asked) -> None:
    response = asked.execute(AUDITOR, '{ partners(filter: {country: "SG"}) { totalCount } }')
    assert response == {"data": {"partners": {"totalCount": 5}}}


def test_pages_go_on_past_rows_without_a_day_and_those_of_the_last_day(asked: Asked) -> None:
    days = [None, "9999-12-31", "0001-01-01", "2008-02-01", None, "9999-12-31"]
    with asked.database.writing() as connection:
        rows = Rows(connection)
        theatre = rows.theatre("ONE")
        option = rows.option(theatre)
        for number, text in enumerate(days, start=1):
            rows.enrollment(number, theatre, option, submitted_on=None if text is None else day(text))
    document = """query ($after: String) { enrollments(first: 1, after: $after) { nodes { submittedOn partner { partnerNumber } }
        pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    found, after = [], None
    for place in range(6):
        page = asked.execute(AUDITOR, document, {"after": after})["data"]["enrollments"]
        assert (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) == (place > 0, place < 5)
        found += [(node["submittedOn"], node["partner"]["partnerNumber"]) for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert found == [
        ("0001-01-01", "P03"), ("2008-02-01", "P04"), (None, "P01"), ("9999-12-31", "P02"), (None, "P05"), ("9999-12-31", "P06"),
    ]  # fmt: skip
