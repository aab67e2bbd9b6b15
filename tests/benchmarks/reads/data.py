"""The benchmark's program year, written straight into the tables: every partner alike, none of them the same."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, select, text

from tap_graph.app import open_application
from tap_graph.storage import tables as t
from tap_graph.storage.intake.stage import copy_rows

PARTNERS = 2_000
ENROLLMENTS_EACH = 5
ORDERS_EACH = 100
RMAS_EACH = 50
QUOTES_EACH = 10

FIRST_DAY = date(2008, 1, 27)
DAYS = 270
RECORDED_AT = "2008-11-14T09:30:00.000Z"
WORDS = ("Lotus", "Hafen", "Café", "Nørre", "Orchid", "Prärie", "Delta", "Zürich", "Baltic")

VACUUMS = 40
UNSETTLED = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relallvisible < relpages"

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What `migrate` published and the rows refer to."""

    options: Sequence[tuple[int, int]]
    countries: Mapping[int, Sequence[str]]

    def options_of(self, partner: int) -> list[tuple[int, int]]:
        """The options (id, theatre id) a partner is enrolled in; neighbours differ."""
        return [self.options[(partner + place) % len(self.options)] for place in range(ENROLLMENTS_EACH)]

    def country_of(self, partner: int) -> str:
        """A country of the theatre of the partner's first option."""
        listed = self.countries[self.options_of(partner)[0][1]]
        return listed[partner % len(listed)]

    def theatres_of(self, partner: int) -> list[int]:
        """The theatres that list the partner's country, and those it is enrolled in."""
        country = self.country_of(partner)
        listing = {theatre for theatre, countries in self.countries.items() if country in countries}
        return sorted(listing | {theatre for _, theatre in self.options_of(partner)})


def partner_number(partner: int) -> str:
    """The number of a partner, counted from 0."""
    return f"P{partner:05d}"


def fill(url: str, partners: int = PARTNERS) -> tuple[str, ...]:
    """Makes the tables of an empty database and fills them, ends with fresh statistics; returns the theatres' codes."""
    application = open_application(url)
    application.migrate()
    with application.database.writing() as connection:
        published = _published(connection)
        codes = tuple(connection.execute(select(t.theatres.c.code).order_by(t.theatres.c.code)).scalars())
        for table, names, rows in _tables(published, partners):
            _write(connection, table, names, rows)
        if application.database.dialect == "postgresql":
            _move_sequences(connection)
    with application.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _settle(connection)
    application.database.dispose()
    return codes


def _settle(connection: Connection) -> None:
    """Fresh statistics, and on PostgreSQL every page known to be visible, so that one run is like the next."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("ANALYZE"))
        return
    for _ in range(VACUUMS):
        # While the server looks at some table by itself, a vacuum leaves pages as they are.
        connection.execute(text("VACUUM ANALYZE"))
        if connection.execute(text(UNSETTLED)).scalar_one() == 0:
            return
        time.sleep(0.5)
    raise RuntimeError(f"Pages were left not visible by {VACUUMS} vacuums; is another transaction open?")


def _published(connection: Connection) -> Published:
    options = connection.execute(select(t.options.c.id, t.options.c.theatre_id).order_by(t.options.c.id)).all()
    listed = select(t.periods.c.theatre_id, t.period_countries.c.country).distinct().order_by(t.period_countries.c.country)
    countries: dict[int, list[str]] = {}
    for theatre, country in connection.execute(listed.join(t.periods, t.periods.c.id == t.period_countries.c.period_id)):
        countries.setdefault(theatre, []).append(country)
    return Published([(option, theatre) for option, theatre in options], countries)


def _write(connection: Connection, table: Table, names: str, rows: Iterator[Row]) -> None:
    """SQLite's driver takes days as text; PostgreSQL's COPY prints them itself."""
    if connection.dialect.name == "sqlite":
        rows = (tuple(str(value) if isinstance(value, date) else value for value in row) for row in rows)
    copy_rows(connection, table.name, names.split(), list(rows))


def _move_sequences(connection: Connection) -> None:
    """Past the keys that were written, so that the database goes on where the rows end."""
    filled = (t.partners, t.certifications, t.enrollments, t.quotes, t.quote_lines, t.orders, t.order_lines)
    for table in (*filled, t.rmas, t.rma_lines, t.receipts):
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        connection.execute(text(f"SELECT setval({sequence}, (SELECT max(id) FROM {table.name}))"))


def _tables(published: Published, partners: int) -> Iterator[tuple[Table, str, Iterator[Row]]]:
    """Every table with its columns and rows, in the order foreign keys ask for."""
    yield t.partners, "id partner_number name country tier cam_email version recorded_at", _partners(published, partners)
    yield t.partner_theatres, "partner_id theatre_id", _places(published, partners)
    yield t.certifications, "id partner_id level first_day last_day until_day version recorded_at", _certifications(partners)
    yield (
        t.enrollments,
        "id partner_id theatre_id option_id submitted_on status decided_on reason version recorded_at",
        _enrollments(published, partners),
    )
    yield t.quotes, "id quote_number partner_id credit", _quotes(partners)
    yield t.quote_lines, "id quote_id line partner_id issued_on valid_until quantity credit version recorded_at", _quote_lines(partners)
    yield t.orders, f"id order_number first_line {ORDER_DAYS}", _orders(partners)
    yield t.order_lines, f"id order_id line {ORDER_DAYS} {LINE_COLUMNS}", _order_lines(partners)
    yield t.rmas, "id rma_number first_line order_id quote_id partner_id", _rmas(partners)
    yield t.rma_lines, "id rma_id line order_id quote_id partner_id product units_due value_due version recorded_at", _rma_lines(partners)
    yield t.receipts, "id receipt_number rma_line_id partner_id units received_on posted_on version recorded_at", _receipts(partners)


ORDER_DAYS = "partner_id quote_id distributor_id booked_on confirmed_on shipped_on end_customer"
LINE_COLUMNS = "sale_type acquisition existing_network programs product quantity net_value credit version recorded_at"


def _day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number % DAYS)


def _partners(published: Published, partners: int) -> Iterator[Row]:
    for p in range(partners):
        name = f"{WORDS[p % 9]} {WORDS[p // 9 % 9]} Systems {p}"
        tier = "TWO_TIER" if p % 5 == 0 else "ONE_TIER"
        yield p + 1, partner_number(p), name, published.country_of(p), tier, f"cam{p % 50}@vendor.example", p + 1, RECORDED_AT


def _places(published: Published, partners: int) -> Iterator[Row]:
    for p in range(partners):
        for theatre in published.theatres_of(p):
            yield p + 1, theatre


def _certifications(partners: int) -> Iterator[Row]:
    for p in range(partners):
        last = None if p % 3 else date(2009, 6, 30)
        until = date(9999, 12, 31) if last is None else last + timedelta(days=1)
        yield p + 1, p + 1, ("GOLD", "SILVER", "PREMIER")[p % 3], date(2007, 1, 1), last, until, p + 1, RECORDED_AT


def _enrollments(published: Published, partners: int) -> Iterator[Row]:
    for p in range(partners):
        for place, (option, theatre) in enumerate(published.options_of(p)):
            key, submitted = p * ENROLLMENTS_EACH + place + 1, _day(p * 7 + place * 31)
            status = ("APPROVED", "APPROVED", "SUBMITTED", "APPROVED", "DENIED")[(p + place) % 5]
            decided = None if status == "SUBMITTED" else submitted + timedelta(days=4)
            reason = "No certification on the first day." if status == "DENIED" else None
            yield key, p + 1, theatre, option, submitted, status, decided, reason, key, RECORDED_AT


def _quote_of(partner: int, number: int) -> int:
    return partner * QUOTES_EACH + number % QUOTES_EACH + 1


def _quotes(partners: int) -> Iterator[Row]:
    for q in range(partners * QUOTES_EACH):
        yield q + 1, f"Q-{q + 1}", q // QUOTES_EACH + 1, 900_000 + q


def _quote_lines(partners: int) -> Iterator[Row]:
    for q in range(partners * QUOTES_EACH):
        yield q + 1, q + 1, 1, q // QUOTES_EACH + 1, date(2008, 1, 2), date(2008, 12, 31), 1 + q % 9, 900_000 + q, q + 1, RECORDED_AT


def _order(partners: int, o: int) -> Row:
    # Partners alternate, as they do when orders arrive by day: no partner's rows lie together.
    partner, number = o % partners, o // partners
    booked = _day(number * 11 + partner)
    distributor = f"DIST{partner % 7}" if partner % 5 == 0 else None
    shipped = None if o % 17 == 0 else booked + timedelta(days=9)
    return partner + 1, _quote_of(partner, number), distributor, booked, booked + timedelta(days=1), shipped, f"Kunde {o % 9_999} GmbH"


def _orders(partners: int) -> Iterator[Row]:
    for o in range(partners * ORDERS_EACH):
        yield o + 1, f"SO-{o + 1_000_000}", 1, *_order(partners, o)


def _order_lines(partners: int) -> Iterator[Row]:
    for o in range(partners * ORDERS_EACH):
        net, credit = 100_000 + o * 7_919 % 9_000_000, None if o % 41 == 0 else o * 131 % 90_000
        kind = ("RESALE", "LEASE" if o % 11 == 0 else "PURCHASE", o % 83 != 0, '["VIP"]' if o % 31 == 0 else "[]")
        yield o + 1, o + 1, 1, *_order(partners, o), *kind, f"WS-C{o % 400}", 1 + o % 9, net, credit, o + 1, RECORDED_AT


def _rma(partners: int, r: int) -> tuple[int, int, int]:
    """Order, quote and partner of an RMA: every partner's first orders have one each."""
    partner, number = r % partners, r // partners
    return r + 1, _quote_of(partner, number), partner + 1


def _rmas(partners: int) -> Iterator[Row]:
    for r in range(partners * RMAS_EACH):
        yield r + 1, f"RMA-{r + 1_000_000}", 1, *_rma(partners, r)


def _rma_lines(partners: int) -> Iterator[Row]:
    for r in range(partners * RMAS_EACH):
        yield r + 1, r + 1, 1, *_rma(partners, r), f"OLD-{r % 50}", 2 + r % 5, 10_001 + r * 313 % 500_000, r + 1, RECORDED_AT


def _receipts(partners: int) -> Iterator[Row]:
    for r in range(partners * RMAS_EACH):
        posted = None if r % 13 == 0 else date(2008, 11, 12)
        yield r + 1, f"RC-{r + 1}", r + 1, r % partners + 1, 1 + r * 7 % (2 + r % 5), date(2008, 11, 10), posted, r + 1, RECORDED_AT
