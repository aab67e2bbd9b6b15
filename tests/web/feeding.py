"""The ways in over HTTP alone: feeds over a real application, with the tokens and keys of those who deliver."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from httpx2 import Response
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tap_graph.app import Application
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.rules.host import find_rulebooks
from tap_graph.services import keying
from tap_graph.services.answering_once import AnsweringOnce
from tap_graph.services.identifying import Tokens
from tap_graph.services.keying import Keyring
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tap_graph.web.feeds import FeedOptions, Feeds, routes
from tap_graph.web.identity import Callers

NOW = datetime.fromisoformat("2008-07-26T12:00:00+00:00")
TOKENS = Tokens("a key of the tests, as long as HS256 asks")
ADMINISTRATOR = Viewer(subject="ada", role=Role.ADMINISTRATOR, regions=())
DISTRIBUTOR = Viewer(subject="d1", role=Role.DISTRIBUTOR, distributor_id="D1")
PARTNERS = b"partner_number,name\nP1,One\nP2,Two\n"
POS = b"distributor_id,invoice_number,invoice_line\nD1,I1,1\n"


@dataclass
class Feeding:
    """Feeds, who delivers to them, and what they had received."""

    application: Application
    app: Starlette
    client: TestClient
    feeds: Feeds
    later: timedelta = timedelta(0)
    ingested: list[Delivery] = field(default_factory=list)

    def now(self) -> datetime:
        """The moment at which the feeds believe to be."""
        return NOW + self.later

    def ingest(self, delivery: Delivery) -> Received:
        """Receives for real, and remembers."""
        self.ingested.append(delivery)
        return replace(self.application, now=self.now).ingest(delivery)

    def headers(self, who: Viewer | str = ADMINISTRATOR, **others: str) -> dict[str, str]:
        """Headers of an identified request; an underscore in a name is a hyphen."""
        token = who if isinstance(who, str) else TOKENS.sign(who, NOW, hours=24 * 30)
        return {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in others.items()}}

    def post(self, path: str, body: Any = b"", who: Viewer | str = ADMINISTRATOR, **headers: str) -> Response:
        """The response to a delivery."""
        return self.client.post(f"/feeds/{path}", content=body, headers=self.headers(who, **headers))

    def key(self, distributor_id: str = "D1", kind: str = "pos", days: int | None = None) -> tuple[str, str]:
        """Name and whole of a new key."""
        ends_at = None if days is None else NOW + timedelta(days=days)
        with self.application.database.writing() as connection:
            return keying.issue(connection, ADMINISTRATOR, distributor_id, kind, ends_at, NOW)

    def rows(self, table: str) -> list[Any]:
        """Every row of a table."""
        with self.application.database.reading() as connection:
            return list(connection.execute(select(t.metadata.tables[table])))


@contextmanager
def feeding(database: Database, *, largest: int = 100_000, deadline: float = 10.0, **options: Any) -> Iterator[Feeding]:
    """Feeds over a database with every table."""
    made = Feeding(Application(database, find_rulebooks()), Starlette(), cast("TestClient", None), cast("Feeds", None))
    callers = Callers(lambda token: TOKENS.identify(token, made.now()), made.now)
    chosen = {
        "ingest": made.ingest,
        "keyring": Keyring(database),
        "once": AnsweringOnce(database, made.now),
        "largest": largest,
        "answering": made.application.answer,
        **options,
    }
    made.feeds = Feeds(callers, FeedOptions(**chosen), made.now, deadline)
    made.app = Starlette(routes=routes(made.feeds))
    with TestClient(made.app, raise_server_exceptions=False) as made.client:
        yield made


@contextmanager
def on_sqlite(template: Path, folder: Path) -> Iterator[Database]:
    """A database file of its own with every table."""
    database = Database(f"sqlite:///{shutil.copy(template, folder / 'feeds.db')}")
    yield database
    database.dispose()


def refused(response: Response) -> tuple[int, str]:
    """Status and code of a refusal, which holds one error and nothing else."""
    body = response.json()
    assert body.keys() == {"errors"}
    assert len(body["errors"]) == 1
    return response.status_code, body["errors"][0]["extensions"]["code"]
