"""The composition root: everything is wired here, and the command line, tests and scenarios get their services from it."""

import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from sqlalchemy.exc import DatabaseError
from starlette.applications import Starlette

from tap_graph import __version__
from tap_graph.domain.errors import ConfigurationError
from tap_graph.domain.report import ExpectedState
from tap_graph.domain.viewer import Viewer
from tap_graph.reads.answering import Finisher
from tap_graph.rules.host import find_rulebooks
from tap_graph.schema.execution import Bounds, Execution
from tap_graph.schema.following import Following
from tap_graph.schema.performing import Performing
from tap_graph.services import expecting, publishing
from tap_graph.services.answering import answer
from tap_graph.services.answering_once import AnsweringOnce
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.evaluating import Evaluated, Request, Run, evaluate, explain
from tap_graph.services.identifying import Tokens, development_key, stored_key
from tap_graph.services.keying import Keyring
from tap_graph.services.pulling import Ledger, Place, Puller, Scheduler, Source, Waiting
from tap_graph.services.receiving import Delivery, Received, accept, recount_serials
from tap_graph.settings import DEFAULT_DATABASE, Settings, named_value, settings
from tap_graph.storage.reading.pool import ReadLimits
from tap_graph.storage.revisions import at_head, require_head
from tap_graph.storage.unit_of_work import Database
from tap_graph.web.answers import Written
from tap_graph.web.building import Web, WebOptions, build_web
from tap_graph.web.charging import Allowance
from tap_graph.web.feeds import FeedOptions
from tap_graph.web.trusted import TrustedDocuments

logger = logging.getLogger(__name__)

PLACES = {
    "http": "tap_graph.services.pulling.http",
    "https": "tap_graph.services.pulling.http",
    "sftp": "tap_graph.services.pulling.sftp",
    "file": "tap_graph.services.pulling.folder",
}
"""What pulls from addresses of each scheme."""


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
        # Loaded where it migrates: a server that only serves starts without it.
        import_module("tap_graph.storage.migrating").upgrade(self.database)
        with self.database.writing() as connection:
            development_key(connection)
            recount_serials(connection)
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

    def answer(self, viewer: Viewer, delivery: int, form: str | None) -> Written:
        """What became of a delivery, in a form that its sender's systems read."""
        with self.database.reading() as connection:
            told = answer(connection, viewer, delivery, form)
            return Written("".join(told.pieces), told.media_type, told.file)

    def pulling(self, sources: Sequence[Source], sleep: Callable[[float], None] = time.sleep, waiting: Waiting = nullcontext) -> Scheduler:
        """Pulls from the sources, each when it is its time; `waiting` is around whatever may be interrupted."""
        now, most = self.now, settings().largest_feed
        pullers = [
            Puller(source, _place(source, now), Ledger(self.database, source.name), self.ingest, now, random.random, most, waiting)
            for source in sources
        ]
        return Scheduler(pullers, now, sleep)

    def evaluate(self, request: Request) -> Run:
        """Judges one option at one window, dry or for real."""
        return evaluate(self.database, self.rulebooks, request, self.now())

    def explain(self, request: Request, evaluated: list[Evaluated]) -> list[dict[str, Any]]:
        """The evaluations with the lines behind them, as the contract prints them (§5)."""
        with self.database.reading() as connection:
            return [explained.fields for explained in explain(connection, request, evaluated)]

    def tokens(self) -> Tokens:
        """Signs and verifies development tokens with the installation's key."""
        given = settings().development_key
        if given is not None:
            return Tokens(given)
        with self.database.reading() as connection:
            return Tokens(stored_key(connection))

    def web(self) -> Web:
        """The HTTP face: GraphQL, its explorer, health and metrics."""
        tokens, chosen = self.tokens(), settings()
        bounds = Bounds(
            reading=ReadLimits(connections=chosen.read_connections, statement_seconds=chosen.statement_seconds),
            passthrough=chosen.reads_finisher == Finisher.PASSTHROUGH,
        )
        performing = Performing(self.database, self.rulebooks, self.now)
        execution = Execution(
            self.database, tokens.key.encode(), lambda: self.now().date(), _allowance(chosen).charge, bounds, performing=performing
        )

        def verify(token: str) -> tuple[Viewer, datetime]:
            return tokens.identify(token, self.now())

        options = WebOptions(
            now=self.now,
            schema_version=f"{__version__}-{execution.digest}",
            trusted=_trusted(chosen),
            deadline=chosen.request_seconds,
            subscribe=Following(execution),
            counts=lambda: _numbers(execution),
            looked_up=self._months,
            feeds=self._feeds(chosen),
            lifespan=_closing(execution),
        )
        return build_web(execution, verify, self.is_migrated, options)

    def _months(self) -> Mapping[str, float]:
        """How many months of distributors' reports are expected, received, late, zero and missing; none while nobody can look."""
        try:
            with self.database.reading() as connection:
                counts = expecting.counts(connection, self.now().date())
        except DatabaseError:
            logger.exception("the expected reports could not be counted")
            return {}
        months = {f"expected_reports_{state.value.lower()}": 0.0 for state in ExpectedState}
        for (_, state), count in counts.items():
            months[f"expected_reports_{state.lower()}"] += count
        return months

    def _feeds(self, chosen: Settings) -> FeedOptions:
        once = AnsweringOnce(self.database, self.now)
        return FeedOptions(self.ingest, Keyring(self.database), once, chosen.largest_feed, self.answer)


def open_application(url: str) -> Application:
    """The application over a database, with every installed region."""
    return Application(Database(url), find_rulebooks())


def configured_web() -> Web:
    """The web over TAP_DATABASE_URL."""
    return open_application(settings().database_url or DEFAULT_DATABASE).web()


def _place(source: Source, now: Callable[[], datetime]) -> Place:
    try:
        # Each way of pulling is loaded where there is a source for it; that of SFTP needs an extra.
        module = import_module(PLACES[source.parts.scheme])
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"Source {source.name} needs the package {error.name}. Run `pip install tap-graph[sftp]`.") from error
    place: Place = module.open_place(source, named_value, now)
    return place


def _allowance(chosen: Settings) -> Allowance:
    store = None
    if chosen.allowance_store is not None:
        # The store's library is loaded where there is a store.
        store = import_module("tap_graph.web.sharing").SharedStore(chosen.allowance_store)
    return Allowance(chosen.rows_a_minute, store)


def _trusted(chosen: Settings) -> TrustedDocuments:
    if chosen.trusted_documents is None:
        return TrustedDocuments(trusted_only=chosen.trusted_only)
    return TrustedDocuments.read(chosen.trusted_documents, trusted_only=chosen.trusted_only)


def _numbers(execution: Execution) -> dict[str, float]:
    """The counts of caches and pool, by the names of metrics."""
    return {f"{room}_{name}": value for room, counts in execution.counts().items() for name, value in asdict(counts).items()}


def _closing(execution: Execution) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_web: Starlette) -> AsyncIterator[None]:
        yield
        await execution.close()

    return lifespan
