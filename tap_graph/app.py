"""The composition root: everything is wired here, and the command line, tests and scenarios get their services from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette

from tap_graph.domain.viewer import Viewer
from tap_graph.rules.host import find_rulebooks
from tap_graph.schema.execution import Execution
from tap_graph.services import publishing
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.evaluating import Evaluated, Request, Run, evaluate, explain
from tap_graph.services.identifying import Tokens, development_key, stored_key
from tap_graph.services.receiving import Delivery, Received, accept
from tap_graph.settings import DEFAULT_DATABASE, settings
from tap_graph.storage.migrating import at_head, require_head, upgrade
from tap_graph.storage.unit_of_work import Database
from tap_graph.web.building import build_web


def utc_now() -> datetime:
    """The clock of a running installation; tests and scenarios bring their own."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Application:
    """One installation: a database, the installed rulebooks and a clock."""

    database: Database
    rulebooks: Rulebooks
    now: Callable[[], datetime] = utc_now

    def migrate(self) -> list[str]:
        """Creates or upgrades the tables and publishes the installed rulebooks; returns regions newly published."""
        upgrade(self.database)
        with self.database.writing() as connection:
            development_key(connection)
            return publishing.publish(connection, self.rulebooks, self.now())

    def is_migrated(self) -> bool:
        """Whether the tables are those of this release."""
        return at_head(self.database)

    def verify(self) -> None:
        """Refuses to go on over tables or rulebooks of another release than the installed one."""
        require_head(self.database)
        with self.database.reading() as connection:
            publishing.verify(connection, self.rulebooks)

    def ingest(self, delivery: Delivery) -> Received:
        """Receives one file."""
        return accept(self.database, self.rulebooks, delivery, self.now())

    def evaluate(self, request: Request) -> Run:
        """Judges one option at one window, dry or for real."""
        return evaluate(self.database, self.rulebooks, request, self.now())

    def explain(self, request: Request, evaluated: list[Evaluated]) -> list[dict[str, Any]]:
        """The evaluations with the lines behind them, as the contract prints them (§5)."""
        with self.database.reading() as connection:
            return [explained.fields for explained in explain(connection, request, evaluated)]

    def tokens(self) -> Tokens:
        """Signs and verifies development tokens with the installation's key."""
        with self.database.reading() as connection:
            return Tokens(stored_key(connection, settings().development_key))

    def web(self) -> Starlette:
        """The HTTP face: GraphQL, its explorer and health."""
        tokens = self.tokens()
        execution = Execution(self.database, tokens.key.encode(), lambda: self.now().date())

        def verify(token: str) -> Viewer:
            return tokens.verify(token, self.now())

        return build_web(execution, verify, self.is_migrated)


def open_application(url: str) -> Application:
    """The application over a database, with every installed region."""
    return Application(Database(url), find_rulebooks())


def create_web() -> Starlette:
    """What each worker process of `tap-graph serve` runs, over TAP_DATABASE_URL."""
    return open_application(settings().database_url or DEFAULT_DATABASE).web()
