"""The real application over HTTP: schema, tokens and web wired as the composition root does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.schema.execution import Execution
from tap_graph.services.identifying import Tokens
from tap_graph.storage.unit_of_work import Database
from tap_graph.web.building import build_web
from tests.builders import Rows

NOW = datetime(2008, 7, 26, 12, tzinfo=UTC)
KEY = "a key of the tests, as long as HS256 asks"
AUDITOR = Viewer(subject="auditor", role=Role.AUDITOR)


@dataclass
class Web:
    """A client, and the tokens it is known by."""

    client: TestClient
    tokens: Tokens
    ready: list[bool]

    def headers(self, viewer: Viewer = AUDITOR) -> dict[str, str]:
        """The headers of an identified request."""
        return {"Authorization": f"Bearer {self.tokens.sign(viewer, NOW)}"}

    def ask(self, document: str, viewer: Viewer = AUDITOR, **variables: Any) -> dict[str, Any]:
        """The response to a document."""
        response = self.client.post("/graphql", json={"query": document, "variables": variables}, headers=self.headers(viewer))
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer


@pytest.fixture
def web(database: Database) -> Iterator[Web]:
    with database.writing() as connection:
        Rows(connection).partner("P1")
    tokens, ready = Tokens(KEY), [True]

    def is_ready() -> bool:
        if not ready:
            raise RuntimeError("postgresql://user:password@host is away")
        return ready[0]

    execute = Execution(database, b"secret of the tests", lambda: date(2008, 7, 26))
    with TestClient(build_web(execute, lambda token: tokens.verify(token, NOW), is_ready), raise_server_exceptions=True) as client:
        yield Web(client, tokens, ready)
