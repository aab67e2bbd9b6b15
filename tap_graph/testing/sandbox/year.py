"""The sandbox's program year: loaded and judged once, kept as it was, and put back within milliseconds."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any, cast

from sqlalchemy import Column, Connection, func, select
from sqlalchemy import Table as SqlTable

from tap_graph.app import Application, utc_now
from tap_graph.domain.viewer import Viewer
from tap_graph.rules import Rulebook
from tap_graph.services.identifying import Tokens
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tap_graph.testing.program_year import deliver, judgements, viewers, whom

# After the last day of the bundled year; fixed, so that every sandbox answers with the same moments.
LOADED_AT = datetime(2009, 6, 1, tzinfo=UTC)
# Public on purpose: it guards invented rows, and makes the tokens the same in every sandbox.
KEY = "the public key of every sandbox; it guards invented rows only"
TOKEN_HOURS = 24 * 365 * 100
PARTNERS_SHOWN = 3
EXAMPLES: Mapping[str, Column[Any]] = {
    "order": t.orders.c.order_number,
    "quote": t.quotes.c.quote_number,
    "deviation": t.deviations.c.deviation_number,
    "rma": t.rmas.c.rma_number,
}
COUNTED: tuple[SqlTable, ...] = (t.partners, t.enrollments, t.orders, t.order_lines, t.rmas, t.evaluations, t.deliveries)


class OneConnection(Database):
    """An in-memory database; it lives in one connection, which therefore serves one thread at a time."""

    def __init__(self) -> None:
        super().__init__("sqlite://")
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that reads, once those before it have ended."""
        with self._turn, super().reading() as connection:
            yield connection

    @contextmanager
    def preparing(self) -> Iterator[Connection]:
        """A connection that stages and applies, once those before it have ended."""
        with self._turn, super().preparing() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, once those before it have ended."""
        with self._turn, super().writing() as connection:
            yield connection

    def become(self, other: Database) -> None:
        """Takes the content of another in-memory database, between two uses of this one."""
        with self._turn, other.engine.connect() as origin, self.engine.connect() as copy:
            from_ = cast("sqlite3.Connection", origin.connection.driver_connection)
            from_.backup(cast("sqlite3.Connection", copy.connection.driver_connection))


class SandboxApplication(Application):
    """An application whose tokens are the sandbox's: a key set in the environment is a real installation's."""

    __slots__ = ()

    def tokens(self) -> Tokens:
        """Signs and verifies with the public key."""
        return Tokens(KEY)


class Year:
    """The bundled year as an application, and as it was at first; `roles` and `facts` tell whom to play and what to ask for."""

    def __init__(self, rulebooks: Mapping[str, Rulebook], today: date | None = None) -> None:
        self._live = OneConnection()
        loading = SandboxApplication(self._live, rulebooks, lambda: LOADED_AT)
        loading.migrate()
        deliver(loading)
        for rulebook in rulebooks.values():
            for request in judgements(rulebook):
                loading.evaluate(request)
        self._pristine = OneConnection()
        self._pristine.become(self._live)
        noon = None if today is None else datetime.combine(today, time(12), UTC)
        self.application = SandboxApplication(self._live, rulebooks, utc_now if noon is None else lambda: noon)
        # Looked up once: while the web answers, the one connection is its own.
        self.roles = [{"role": viewer.role.value, "for": whom(viewer), "token": self.token(viewer)} for viewer in viewers(loading)]
        self.facts = _facts(self._live)

    def reset(self) -> None:
        """Puts everything back as it was loaded."""
        self._live.become(self._pristine)

    def token(self, viewer: Viewer) -> str:
        """The token of a viewer, the same in every sandbox; NotAuthenticated says what its role needs."""
        return self.application.tokens().sign(viewer, LOADED_AT, TOKEN_HOURS)

    def close(self) -> None:
        """Forgets both copies."""
        self._live.dispose()
        self._pristine.dispose()


def _facts(database: Database) -> dict[str, Any]:
    """What there is to ask for: how many rows, some partners of each region, and one number of each kind."""
    partner, enrollment, theatre = t.partners.c, t.enrollments.c, t.theatres.c
    enrolled = (
        select(theatre.code, partner.partner_number)
        .distinct()
        .join_from(t.enrollments, t.partners, partner.id == enrollment.partner_id)
        .join(t.theatres, theatre.id == enrollment.theatre_id)
        .order_by(theatre.code, partner.partner_number)
    )
    numbers: dict[str, list[str]] = {}
    with database.reading() as connection:
        for code, number in connection.execute(enrolled):
            numbers.setdefault(code, []).append(number)
        examples = {noun: connection.execute(select(func.min(column))).scalar_one() for noun, column in EXAMPLES.items()}
        counts = {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in COUNTED}
    return {"partners": {code: some[:PARTNERS_SHOWN] for code, some in numbers.items()}, "examples": examples, "counts": counts}
