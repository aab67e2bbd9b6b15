"""A rich program year: nulls, equal sort keys, awkward texts, shared orders, and amounts at both ends of what is kept.

The same seed makes the same rows with the same ids on every database.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import product
from random import Random
from typing import Any, TypeVar

from sqlalchemy import update

from tap_graph.domain.reason import FIRST_REGION_BIT, LAST_REGION_BIT, REASONS
from tap_graph.storage import tables as t
from tests.builders import OPEN_END, RECORDED_AT, REQUIREMENTS, Rows, day

T = TypeVar("T")
REGIONS = ("LEMURIA", "ATLANTIS", "MU")
DISTRIBUTORS = ("D1", "D2", "D3")
CAMS = ("cam1@example.com", "cam2@example.com", "o'cam+3@example.com")
PROGRAMS = ("VIP", "OIP", "Ünité 7")
LARGEST = 10**15 - 1
# Units are kept with nine digits at most: three lines of an RMA hold more than GraphQL's Int does.
MOST_UNITS = 999_999_999

TEXTS = (
    "plain",
    'O\'Brien & "Söhne" \\ Co; DROP TABLE partners; --',
    "tab\there, line\nend, \r and \u0001 \u001f \u007f \u0085",
    "日本ネットワーク 🚀 e\u0301 is not \u00e9, ß ı İ",
    "</script><!-- \u2028 \u2029 \ufeff",
    "x" * 2000 + "…",
    "",
    "100%_sure\\%",
    '{"a": [1, null, "\\u0041"]}',
    "null",
    "$1 :name %s %(x)s ? {0}",
    "  blanks around  ",
)
# As feeds take them for what has a number: nothing invisible, but quotes, blanks and letters from everywhere.
ODD_NUMBERS = ("", "'", ' "b"', "%", "_", "\\", "/1", "é", "日", "🚀", "|", "::", "a", "A")

# Subjects whose figures share their positions with others.
TIED = ("terms", "period 5")
DAYS = ("2008-01-26", "2008-01-27", "2008-02-10", "2008-02-10", "2008-02-29", "2008-04-19", "2008-04-26", "2008-05-01", "2008-07-26")
FAR_DAYS = ("0001-01-01", "9999-12-31", *DAYS)
MOMENTS = (RECORDED_AT, RECORDED_AT, datetime(2008, 7, 26, 23, 59, 59, 999000, UTC), datetime(1999, 12, 31, tzinfo=UTC))
AMOUNTS = (0, 1, 60, 99, 100, 200000, 1300000, 457333, LARGEST)


class Oddity(Enum):
    """What a world and questions about it may hold beyond the ordinary; each can be left out."""

    NULL_SORTED_BY = "a certification without its first day, by which the list of them is sorted"
    BEYOND_INT = "units that are more than GraphQL's Int holds"
    NUMBER_AS_REASON = "a number where a held line's reason tells the value that was found"
    LETTER_CASE = "letters beyond ASCII in text looked for in any case"
    NUL = "the character U+0000 in text asked with"
    LONE_SURROGATE = "half a surrogate pair in text asked with, which is no UTF-8"
    NULL_FOR_DEFAULT = "a variable that is null where an argument or directive has a default and takes none"


EVERY_ODDITY = frozenset(Oddity)


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner of the world, with the theatres it is in."""

    id: int
    number: str
    theatres: tuple[int, ...]


@dataclass
class Filling:
    """Fills one database; values of a column take turns, so that each of them is met, null included."""

    rows: Rows
    random: Random
    oddities: frozenset[Oddity]
    partners: list[Partner] = field(default_factory=list)
    books: dict[int, int] = field(default_factory=dict)
    options: dict[int, list[int]] = field(default_factory=dict)
    quotes: list[int] = field(default_factory=list)
    deviations: list[int] = field(default_factory=list)
    orders: list[tuple[int, Partner | None]] = field(default_factory=list)
    lines: list[tuple[int, Partner | None]] = field(default_factory=list)
    _turns: dict[str, list[Any]] = field(default_factory=dict)
    _marks: "product[tuple[int, str]]" = field(default_factory=lambda: product(range(10**6), ODD_NUMBERS))

    def turn(self, column: str, values: Sequence[Any]) -> Any:
        """The next value of a column; every value once, in random order, before one comes again."""
        left = self._turns.setdefault(column, [])
        if not left:
            left.extend(self.random.sample(values, len(values)))
        return left.pop()

    def or_null(self, column: str, values: Sequence[Any]) -> Any:
        """The next value of a column, or null every third time."""
        return self.turn(column, values) if self.turn(f"{column} given", (True, True, False)) else None

    def mixed(self, some: Iterable[T]) -> list[T]:
        """All of them in another order: what a list shows is not the order it was stored in."""
        found = list(some)
        return self.random.sample(found, len(found))

    def number(self, prefix: str) -> str:
        """A number that nothing else has, odd in its own way."""
        serial, mark = next(self._marks)
        return f"{prefix}{self.random.randrange(10)}{serial}{mark}"

    def any_day(self, column: str) -> Any:
        """A day or null, often the same as others, sometimes far away."""
        found = self.or_null(column, FAR_DAYS)
        return None if found is None else day(found)

    def findings(self, column: str) -> str:
        """No, one or two findings as JSON, with and without escapes."""
        made = [
            {"code": f"F{n}", "message": self.turn("finding", TEXTS), "source": "TAP Q&A, Q1", "weight": self.turn("weight", WEIGHTS)}
            for n in range(self.turn(column, (0, 0, 1, 2)))
        ]
        return json.dumps(made, ensure_ascii=self.turn("escapes", (True, False)))

    def fill(self) -> None:
        """Everything, noun by noun."""
        for place, code in enumerate(REGIONS):
            self._theatre(code, place)
        for place in range(12):
            self._partner(place)
        for partner in self.partners:
            self._quotes_and_deviations(partner)
        for owner in (*self.partners, *self.partners, *self.partners[:6], None):
            self._order(owner)
        for make, times in ((self._pos_line, 40), (self._rma, 24), (self._delivery, 12), (self._note, 24)):
            for place in range(times):
                make(place)
        for partner in self.partners:
            self._enroll(partner)

    def _theatre(self, code: str, place: int) -> None:
        shipped_by = ("EVALUATION_DAY", "WINDOW_END", "EVALUATION_DAY")[place]
        theatre = self.rows.theatre(code, TEXTS[place + 1], shipped_by=shipped_by, pos_required=place != 1)
        book = self.books[theatre] = int(self.rows.value(t.theatres, "rulebook_id", id=theatre))
        self.rows.add(
            t.rulebooks, region=code, version=f"0.9+{code}", plugin=TEXTS[1], plugin_version="0.9", digest="f" * 64,
            published_at=MOMENTS[3 - place],
        )  # fmt: skip
        subjects = ("terms", "period 5", "period 6", "option P6", "option P56", "program VIP", "theatre")
        for position, (subject, name) in self.mixed(enumerate(product(subjects, ("minimum", "days")))):
            provenance = self.turn("provenance", ("OFFICIAL", "DERIVED", "ASSUMED"))
            self.rows.figure(
                book, subject, name, self.turn("figure", TEXTS), position // 3 if subject in TIED else position, provenance=provenance
            )
        self._periods(theatre, place)
        for position, program in self.mixed(enumerate(PROGRAMS)):
            days = None if position == 1 else day("2008-01-01")
            row = {"code": program, "name": self.turn("program", TEXTS), "combinable": position != 2, "first_day": days}
            self.rows.add(t.programs, theatre_id=theatre, position=position, last_day=days and OPEN_END, **row)
        for bit in (FIRST_REGION_BIT, FIRST_REGION_BIT + 1, FIRST_REGION_BIT + 2, LAST_REGION_BIT):
            row = {"code": f"{code}_{bit}", "weight": WEIGHTS[bit % 2], "message": self.turn("region reason", TEXTS)}
            self.rows.add(t.reasons, theatre_id=theatre, bit=bit, source="Regional rules, 1", **row)

    def _periods(self, theatre: int, place: int) -> None:
        countries = (("SG", "KR"), ("NL", "SG"), ("AU",))[place]
        for number in (6, 7, 5):
            document = {5: (None, None), 6: ("1.0", None), 7: ("2", TEXTS[4])}[number]
            row = {"document_version": document[0], "document_link": document[1]}
            self.rows.period(theatre, number, (f"X{number}", *countries), **row)
        self.options[theatre] = [
            self.rows.option(theatre, f"Ü{place}", 7, minimum=1, booking_first_day=day("2008-02-11")),
            self.rows.option(theatre, "P6", 6, minimum=0),
            self.rows.option(theatre, "P56", 5, last_period=6, minimum=LARGEST, last_tracked_day=day("2008-02-10")),
        ]

    def _partner(self, place: int) -> None:
        first, second, third = self.books
        theatres = ((first, second), (second,), (second, first), (), (third, first), (first,))[place % 6]
        row = {
            "name": (*TEXTS[1:8], None, None, "Partner", "partner", "Ärger GmbH")[place],
            "country": self.or_null("country", ("SG", "KR", "NL", "SG", "")),
            "tier": self.or_null("tier", ("ONE_TIER", "TWO_TIER")),
            "cam_email": self.or_null("cam", CAMS),
        }
        number = self.number("P")
        partner = Partner(self.rows.partner(number, *theatres, **row), number, theatres)
        self.partners.append(partner)
        for level in range(place % 4):
            first_day, last_day = ("2007-01-01", "2007-01-01", "2006-01-01")[level], self.any_day("last day")
            self.rows.certification(partner.id, ("GOLD", "SILVER", "Ω'")[level], first_day, last_day=last_day)
        if Oddity.NULL_SORTED_BY in self.oddities and place == 2:
            values = {"level": "PREMIER", "first_day": None, "last_day": None, "until_day": OPEN_END}
            self.rows.add(t.certifications, partner_id=partner.id, **values)

    def _quotes_and_deviations(self, partner: Partner) -> None:
        for _ in range(2):
            owner = self.or_null("quote partner", (partner.id, partner.id))
            quote = self.rows.add(t.quotes, quote_number=self.number("Q"), partner_id=owner)
            self.quotes.append(quote)
            for line in self.mixed(range(1, self.turn("quote lines", (1, 2, 3)) + 1)):
                values = {
                    "issued_on": self.any_day("issued"), "valid_until": self.any_day("valid"), "quantity": self.turn("pieces", (1, 5)),
                    "traded_in_product": self.or_null("old product", TEXTS), "traded_in_maker": self.or_null("maker", TEXTS),
                    "end_customer": self.or_null("quote customer", TEXTS), "credit": self.or_null("quote credit", AMOUNTS),
                }  # fmt: skip
                line_owner = owner if line == 1 else self.random.choice(self.partners).id
                self.rows.quote_line(quote, line_owner, line, **values)
        for _ in range(2):
            values = {
                "distributor_id": self.or_null("deviation distributor", DISTRIBUTORS), "type": self.or_null("type", ("TMP", "NSP")),
                "requested_on": self.any_day("requested"),
                "status": self.or_null("status", ("REQUESTED", "APPROVED", "DECLINED", "CANCELLED", "APPROVED")),
                "decided_on": self.any_day("decided"), "quote_id": self.or_null("deviation quote", self.quotes[:6]),
                "quantity": self.or_null("asked for", (1, 5, MOST_UNITS)), "expires_on": self.any_day("expires"),
                "reason": self.or_null("deviation reason", TEXTS),
            }  # fmt: skip
            owner = self.or_null("deviation partner", (partner.id, partner.id))
            self.deviations.append(self.rows.deviation(self.number("DV"), owner, **values))

    def _order(self, partner: Partner | None) -> None:
        lines = [self._line_values() for _ in range(self.turn("lines of an order", (0, 1, 1, 2, 4)))]
        owners = [partner, *(self.turn("shared", (partner, partner, self.random.choice(self.partners))) for _ in lines[1:])]
        of_order = {name: value for name, value in (lines[0] if lines else {}).items() if name in t.orders.c}
        owner = partner.id if partner and lines else None
        first_line = 1 if lines else None
        order = self.rows.add(t.orders, order_number=self.number("SO"), first_line=first_line, partner_id=owner, **of_order)
        self.orders.append((order, partner if lines else None))
        for number, (values, line_owner) in self.mixed(enumerate(zip(lines, owners, strict=False), start=1)):
            line = self.rows.order_line(order, line_owner.id if line_owner else None, number, **values)  # type: ignore[arg-type]
            self.lines.append((line, line_owner))
            self._decide(line, line_owner)
        for other in sorted({each.id for each in owners[: len(lines)] if each} - {owner}):
            self.rows.add(t.order_shares, partner_id=other, order_id=order)

    def _line_values(self) -> dict[str, Any]:
        return {
            "quote_id": self.or_null("line quote", self.quotes), "deviation_id": self.or_null("line deviation", self.deviations),
            "distributor_id": self.or_null("line distributor", DISTRIBUTORS), "booked_on": self.any_day("booked"),
            "confirmed_on": self.any_day("confirmed"), "shipped_on": self.any_day("shipped"), "cancelled_on": self.any_day("cancelled"),
            "sale_type": self.or_null("sale", ("RESALE", "INTERNAL")), "acquisition": self.or_null("acquired", ("PURCHASE", "LEASE")),
            "existing_network": self.or_null("network", (True, False)), "product": self.or_null("product", TEXTS),
            "programs": self.turn("programs", ("[]", '["VIP"]', json.dumps([*PROGRAMS]), '["Ünité 7","\\ud83d\\ude80"]')),
            "end_customer": self.or_null("customer", TEXTS), "quantity": self.turn("quantity", (1, 1, 2, 10)),
            "net_value": self.or_null("net value", AMOUNTS), "credit": self.or_null("credit", AMOUNTS),
        }  # fmt: skip

    def _decide(self, line: int, partner: Partner | None) -> None:
        for theatre in partner.theatres if partner else ():
            if self.turn("decided line", (True, True, True, False)):
                self.rows.decision(line, theatre, self.books[theatre], self._mask(), self.findings("verdict"))
        if self.turn("superseded", (False, False, True)):
            self.rows.supersede(line, net_value=self.or_null("new value", AMOUNTS), booked_on=self.any_day("booked"))

    def _mask(self) -> int:
        bits = [reason.bit for reason in REASONS] + [FIRST_REGION_BIT, FIRST_REGION_BIT + 2, LAST_REGION_BIT]
        return sum(1 << bit for bit in self.random.sample(bits, self.turn("reasons", (0, 0, 1, 2, 5))))

    def _pos_line(self, _place: int) -> None:
        line = self.or_null("covered", self.lines[:16])
        partner = line[1] if line else self.or_null("stated", self.partners)
        values = {
            "distributor_id": self.turn("reporter", DISTRIBUTORS), "report_number": self.or_null("report", TEXTS),
            "order_line_id": line and line[0], "deviation_id": self.or_null("pos deviation", self.deviations),
            "product": self.or_null("pos product", TEXTS), "quantity": self.turn("sold", (1, 2, -1, 0)),
            "serial_numbers": self.turn("serials", ("[]", '["S1","S2"]', json.dumps([*TEXTS]), json.dumps([*TEXTS], ensure_ascii=False))),
            "shipped_on": self.any_day("pos shipped"), "invoiced_on": self.any_day("invoiced"), "reported_on": self.any_day("reported"),
            "invoice_line": self.turn("invoice line", ("1", "01", "a")), "counted_by_id": self.turn("counted by", (None, None, None, 1)),
            "known_product": self.or_null("known product", TEXTS), "sale_id": self.or_null("sale taken back", (1, 2, 3)),
        }  # fmt: skip
        self.rows.pos_line(partner.id if partner else None, self.number("I"), **values)  # type: ignore[arg-type]

    def _rma(self, place: int) -> None:
        lines = []
        for line in range(1, self.turn("rma lines", (1, 2, 3)) + 1):
            order, partner = self.or_null("returned", self.orders[:14]) or (None, None)
            due = {"units_due": self.or_null("units due", (1, 3, 10, 7)), "value_due": self.or_null("value due", AMOUNTS)}
            lines.append((line, order, partner.id if partner else None, due, self.or_null("rma quote", self.quotes[:8])))
        if Oddity.BEYOND_INT in self.oddities and place == 5:
            lines = [(line, *lines[0][1:3], {"units_due": MOST_UNITS, "value_due": LARGEST}, None) for line in (1, 2, 3)]
        first = lines[0]
        head = {"first_line": 1, "order_id": first[1], "partner_id": first[2], "quote_id": first[4]}
        rma = self.rows.add(t.rmas, rma_number=self.number("R"), **head)
        for line, order, partner_id, due, quote in self.mixed(lines):
            row = {"order_id": order, "partner_id": partner_id, "quote_id": quote, "product": self.or_null("due product", TEXTS)}
            self._receipts(self.rows.add(t.rma_lines, rma_id=rma, line=line, **row, **due), partner_id)

    def _receipts(self, rma_line: int | None, partner_id: int | None) -> None:
        for _ in range(self.turn("receipts", (0, 1, 2, 3))):
            values = {"units": self.or_null("units", (1, 2, 5, -1, 20, -MOST_UNITS)), "received_on": self.any_day("arrived")}
            line = None if self.turn("unknown rma", (*(False,) * 9, True)) else rma_line
            self.rows.receipt(self.number("RC"), line, partner_id, posted_on=self.any_day("posted"), **values)  # type: ignore[arg-type]

    def _enroll(self, partner: Partner) -> None:
        for theatre, option in ((place, option) for place in partner.theatres for option in self.options[place]):
            values = {
                "status": self.turn("application", ("APPROVED", "APPROVED", "APPROVED", "SUBMITTED", "DENIED", "WITHDRAWN", None)),
                "submitted_on": self.any_day("submitted"), "decided_on": self.any_day("answered"),
                "reason": self.or_null("why", TEXTS), "findings": self.findings("application findings"),
                "recorded_at": self.turn("recorded", MOMENTS),
            }  # fmt: skip
            enrollment = self.rows.enrollment(partner.id, theatre, option, **values)
            for window in self.mixed(("FIRST", "SECOND")[: self.turn("windows", (0, 1, 2, 2))]):
                self._evaluation(enrollment, partner, theatre, option, window)

    def _evaluation(self, enrollment: int, partner: Partner, theatre: int, option: int, window: str) -> None:
        amounts = ("booked_value", "credits", "pending_credits", "value_due", "value_received", "entitlement")
        requirements = [{**each, "explanation": self.turn("explanation", (*TEXTS, None))} for each in REQUIREMENTS]
        requirements[2] |= {"status": "NOT_MET", "provenance": "ASSUMED"}
        del requirements[3]["explanation"]
        values = {
            **{name: self.turn(name, AMOUNTS) for name in amounts}, "payable": self.turn("payable", (-60, -1, -LARGEST, *AMOUNTS)),
            "outcome": self.turn("outcome", ("EARNED", "NOT_YET", "DENIED")), "earned_before": self.turn("before", (True, False)),
            "return_rate": self.or_null("rate", ("0.0000", "1.0000", "0.3333")), "units_due": self.turn("evaluated due", (0, 10)),
            "units_received": self.turn("evaluated units", (0, 9, 2**31 if Oddity.BEYOND_INT in self.oddities else 1)), "window": window,
            "requirements": json.dumps(requirements, ensure_ascii=self.turn("escaped", (True, False))),
            "findings": self.findings("evaluation findings"), "evaluated_on": day(self.turn("evaluated", DAYS[-3:])),
            "evaluated_at": self.turn("evaluated at", MOMENTS),
        }  # fmt: skip
        evaluation = self.rows.evaluation(enrollment, partner.id, theatre, option, self.books[theatre], **values)
        own = [line for line, owner in self.lines if owner is partner]
        seen = [[self.rows.value(t.order_lines, "version", id=line), self._mask()] for line in own]
        found = self.rows.connection.execute(t.order_lines_history.select().where(t.order_lines_history.c.id.in_(own)))
        self.rows.evidence(evaluation, seen + [[former.version, self._mask()] for former in found])

    def _delivery(self, place: int) -> None:
        lines = self.turn("delivered", (0, 1, 3, 6))
        kinds = ("partners", "certifications", "enrollments", "quotes", "deviations", "orders", "pos", "rmas", "receipts")
        row = {
            "file": self.turn("file", TEXTS), "state": self.turn("delivery", ("RECEIVED", "RECEIVED", "REFUSED", "RECEIVING")),
            "envelope": self.or_null("envelope", ("{}",)), "refusal": self.or_null("refusal", TEXTS),
            "header": self.turn("header", ("", "order_number,line", TEXTS[2])),
            "received_at": RECORDED_AT + timedelta(milliseconds=place // 2), "lines": lines, "accepted": lines,
        }  # fmt: skip
        delivery = self.rows.delivery(kinds[place % 9], self.turn("sender", ("", *DISTRIBUTORS)), **row)
        for line in self.mixed(range(lines)):
            state = self.turn("line state", ("ACCEPTED", "UNCHANGED", "HELD", "REFUSED"))
            reasons = self.reasons() if state in ("HELD", "REFUSED") else []
            shown = json.dumps(reasons, ensure_ascii=self.turn("escaped", (True, False)))
            self.rows.delivery_line(delivery, line // 2 * 2 + 2, state, shown, self.turn("raw", TEXTS))
        if delivery == 1:
            values = {"replaced_by": 1001}
            self.rows.connection.execute(update(t.delivery_lines).where(t.delivery_lines.c.delivery_id == delivery).values(**values))

    def reasons(self) -> list[dict[str, Any]]:
        """Reasons of a held or refused line, or defects of a report."""
        numbers = (0, 12, -LARGEST) if Oddity.NUMBER_AS_REASON in self.oddities else ()
        return [
            {
                "code": "PARTNER_UNKNOWN", "column": self.or_null("reason column", ("line", "name")),
                "value": self.turn("reason value", (None, *numbers, *TEXTS)), "message": self.turn("reason message", TEXTS),
            }
            for _ in range(self.turn("line reasons", (1, 2)))
        ]  # fmt: skip

    def _note(self, place: int) -> None:
        partner = self.or_null("noted", self.partners)
        row = {"key": self.turn("note key", TEXTS), "message": self.turn("note", TEXTS), "day": self.any_day("note day")}
        kind, code = self.turn("note kind", ("orders", "rmas", "partners", "pos")), self.turn("note code", ("ODD", "LATE", "ORPHAN"))
        self.rows.note(kind, place, code, partner.id if partner else None, **row)


WEIGHTS = ("refuse", "pending", "note")
