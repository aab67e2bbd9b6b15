"""Twelve partners, some of them equal in what they are sorted by."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.storage.unit_of_work import Database
from tests.asking import Asking
from tests.builders import Rows

AUDITOR = Viewer(subject="auditor", role=Role.AUDITOR)
COUNTRIES = ("SG", "KR", None, "SG", "AU", "SG", None, "KR", "AU", "SG", "KR", "SG")


class Asked:
    """An execution over one database."""

    def __init__(self, execute: Asking) -> None:
        self.database = execute.database
        self.execute = execute

    def page(self, **arguments: Any) -> dict[str, Any]:
        """A page of the partners."""
        document = """query ($first: Int, $after: String, $last: Int, $before: String, $sort: PartnerSort! = NUMBER,
            $direction: Direction! = ASCENDING, $filter: PartnerFilter) {
            partners(first: $first, after: $after, last: $last, before: $before, sort: $sort, direction: $direction, filter: $filter) {
                totalCount nodes { partnerNumber } edges { cursor node { partnerNumber } }
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
        response = self.execute(AUDITOR, document, arguments)
        assert "errors" not in response, response
        page: dict[str, Any] = response["data"]["partners"]
        return page

    def code(self, document: str, **variables: Any) -> str:
        """The code with which a document is refused."""
        response = self.execute(AUDITOR, document, variables)
        assert response.get("data") is None
        return str(response["errors"][0]["extensions"]["code"])


@pytest.fixture
def asked(database: Database) -> Iterator[Asked]:
    with database.writing() as connection:
        rows = Rows(connection)
        for number, country in enumerate(COUNTRIES, start=1):
            rows.partner(f"P{number:02}", country=country)
    with Asking(database, b"secret of the tests", lambda: date(2008, 7, 26)) as execute:
        yield Asked(execute)
