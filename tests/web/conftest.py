"""The real application over HTTP: schema, tokens and web wired as the composition root does."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from httpx2 import Response
from starlette.testclient import TestClient

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.schema.execution import Execution
from tap_graph.services.identifying import Tokens
from tap_graph.storage.tables import metadata
from tap_graph.storage.unit_of_work import Database
from tap_graph.web.building import Web as Application
from tap_graph.web.building import WebOptions, build_web
from tap_graph.web.graphql import Respond
from tests.builders import Rows

NOW = datetime(2008, 7, 26, 12, tzinfo=UTC)
KEY = "a key of the tests, as long as HS256 asks"
AUDITOR = Viewer(subject="auditor", role=Role.AUDITOR)
PARTNER = Viewer(subject="partner", role=Role.PARTNER, partner_number="P1")


@dataclass
class Schema:
    """The schema as the web asks it, and what it was asked."""

    execution: Execution
    asked: list[Question] = field(default_factory=list)

    async def __call__(self, viewer: Viewer, question: Question) -> Answer:
        self.asked.append(question)
        return await self.execution(viewer, question)


@dataclass
class Web:
    """A client, and the tokens it is known by."""

    application: Application
    client: TestClient
    tokens: Tokens
    schema: Schema
    ready: list[bool] = field(default_factory=lambda: [True])
    later: timedelta = timedelta(0)
    verified: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        """The moment at which the web believes to be."""
        return NOW + self.later

    def headers(self, viewer: Viewer = AUDITOR, **others: str) -> dict[str, str]:
        """The headers of an identified request; an underscore in a name is a hyphen."""
        named = {name.replace("_", "-"): value for name, value in others.items()}
        return {"Authorization": f"Bearer {self.tokens.sign(viewer, NOW)}", **named}

    def post(self, body: Any, viewer: Viewer = AUDITOR, **headers: str) -> Response:
        """The response to a JSON body."""
        return self.client.post("/graphql", json=body, headers=self.headers(viewer, **headers))

    def get(self, parameters: dict[str, str], viewer: Viewer = AUDITOR, **headers: str) -> Response:
        """The response to query parameters."""
        return self.client.get("/graphql", params=parameters, headers=self.headers(viewer, **headers))

    def ask(self, document: str, viewer: Viewer = AUDITOR, **variables: Any) -> dict[str, Any]:
        """The response to a document."""
        response = self.post({"query": document, "variables": variables}, viewer)
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer


def refused(response: Response) -> tuple[int, str]:
    """Status and code of a refusal, which holds one error and no data."""
    body = response.json()
    assert body.keys() == {"errors"}
    assert len(body["errors"]) == 1
    return response.status_code, body["errors"][0]["extensions"]["code"]


@contextmanager
def opened(portal: BlockingPortal, schema: Schema, respond: Respond | None = None, **options: Any) -> Iterator[Web]:
    """The web over a schema, or over what a test wants to be answered instead."""
    tokens = Tokens(KEY)

    def is_ready() -> bool:
        if not made.ready:
            raise RuntimeError("postgresql://user:password@host is away")
        return made.ready[0]

    def verify(token: str) -> tuple[Viewer, datetime]:
        made.verified.append(token)
        return tokens.identify(token, made.now())

    def now() -> datetime:
        return made.now()

    application = build_web(respond or schema, verify, is_ready, WebOptions(now=now, **{"schema_version": "one", **options}))
    client = TestClient(application)
    # Reading connections belong to the event loop that opened them, so that all clients share one.
    client.portal = portal
    made = Web(application, client, tokens, schema)
    yield made
    client.close()


@contextmanager
def executing(database: Database) -> Iterator[Execution]:
    """The schema over a database that holds one partner; to be closed on the event loop that asked it."""
    with database.writing() as connection:
        Rows(connection).partner("P1")
    yield Execution(database, b"secret of the tests", lambda: date(2008, 7, 26))


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """The event loop of the tests."""
    with start_blocking_portal("asyncio") as started:
        yield started


@pytest.fixture(scope="session")
def execution(portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Execution]:
    """One schema for all that is about HTTP alone; nothing writes to its database."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('web')}/tap.db")
    metadata.create_all(database.engine)
    with executing(database) as made:
        yield made
        portal.call(made.close)
    database.dispose()


@pytest.fixture
def web(portal: BlockingPortal, execution: Execution) -> Iterator[Web]:
    """The web on SQLite."""
    with opened(portal, Schema(execution)) as made:
        yield made


@pytest.fixture
def each_web(portal: BlockingPortal, database: Database) -> Iterator[Web]:
    """The web, once on each kind of database."""
    with executing(database) as execution, opened(portal, Schema(execution)) as made:
        yield made
        portal.call(execution.close)


@pytest.fixture
def make_web(portal: BlockingPortal, execution: Execution) -> Iterator[Callable[..., Web]]:
    """Makes webs with options."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(opened(portal, Schema(execution), **options))
