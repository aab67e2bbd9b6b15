"""Rows for tests that read: a small program year, inserted table by table with every reference in place."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, Table, insert, update

from tap_graph.storage import tables as t

RECORDED_AT = datetime(2008, 3, 1, 9, 30, tzinfo=UTC)
OPEN_END = date(9999, 12, 31)


def day(text: str) -> date:
    """A program day."""
    return date.fromisoformat(text)


@dataclass
class Rows:
    """Inserts rows and gives back their ids; what is left out takes a plain default."""

    connection: Connection
    _versions: "count[int]" = field(default_factory=lambda: count(1))

    def add(self, table: Table, **values: Any) -> int:
        """One row of a table."""
        if "version" in table.c and "recorded_at" in table.c:
            values = {"version": next(self._versions), "recorded_at": RECORDED_AT, **values}
        inserted = self.connection.execute(insert(table).values(**values)).inserted_primary_key
        return int(inserted[0]) if inserted else 0

    def theatre(self, code: str, name: str = "Atlantis", **values: Any) -> int:
        """A theatre with its rulebook."""
        rulebook = self.add(
            t.rulebooks, region=code, version=f"1.0+{code}", plugin=f"tap-graph-{code.lower()}", plugin_version="1.0",
            digest="0" * 64, published_at=RECORDED_AT,
        )  # fmt: skip
        row = {"zone": "Atlantic/Azores", "currency": "USD", "shipped_by": "EVALUATION_DAY", "pos_required": True, **values}
        return self.add(t.theatres, code=code, name=name, rulebook_id=rulebook, **row)

    def figure(self, rulebook_id: int, subject: str, name: str, value: str, position: int = 0, **values: Any) -> int:
        """A figure of a rulebook."""
        row = {"source": "TAP Q&A, Table 1", "provenance": "OFFICIAL", "plugin": "tap-graph-one", "version": "1.0", **values}
        return self.add(t.figures, rulebook_id=rulebook_id, subject=subject, name=name, value=value, position=position, **row)

    def period(self, theatre_id: int, number: int = 6, countries: tuple[str, ...] = ("SG",), **values: Any) -> int:
        """A period like the sixth of the source."""
        row = {**DAYS, "document_version": None, "document_link": None, **values}
        period = self.add(t.periods, theatre_id=theatre_id, number=number, **row)
        for country in countries:
            self.add(t.period_countries, period_id=period, country=country, name=f"Land {country}")
        return period

    def option(self, theatre_id: int, code: str = "P6", number: int = 6, **values: Any) -> int:
        """An option over one period."""
        row = {**DAYS, "last_tracked_day": day("2008-04-19"), "minimum": 1250000, "first_period": number, "last_period": number, **values}
        return self.add(t.options, theatre_id=theatre_id, code=code, **row)

    def partner(self, number: str, *theatres: int, **values: Any) -> int:
        """A partner that is in those theatres."""
        row = {"name": f"Partner {number}", "country": "SG", "tier": "ONE_TIER", "cam_email": None, **values}
        partner = self.add(t.partners, partner_number=number, **row)
        for theatre in theatres:
            self.add(t.partner_theatres, partner_id=partner, theatre_id=theatre)
        return partner

    def certification(self, partner_id: int, level: str = "GOLD", first_day: str = "2007-01-01", **values: Any) -> int:
        """An open-ended certification."""
        row = {"last_day": None, "until_day": OPEN_END, **values}
        return self.add(t.certifications, partner_id=partner_id, level=level, first_day=day(first_day), **row)

    def enrollment(self, partner_id: int, theatre_id: int, option_id: int, **values: Any) -> int:
        """An approved enrollment."""
        row = {"status": "APPROVED", "submitted_on": day("2008-02-01"), "decided_on": day("2008-02-05"), **values}
        return self.add(t.enrollments, partner_id=partner_id, theatre_id=theatre_id, option_id=option_id, **row)

    def quote(self, number: str, partner_id: int, **values: Any) -> int:
        """A quote with one line."""
        quote = self.add(t.quotes, quote_number=number, partner_id=partner_id)
        self.quote_line(quote, partner_id, 1, **values)
        return quote

    def quote_line(self, quote_id: int, partner_id: int, line: int, **values: Any) -> int:
        """A line of a quote."""
        row = {"quantity": 1, "credit": 200000, "issued_on": day("2008-01-01"), "valid_until": day("2008-12-31"), **values}
        return self.add(t.quote_lines, quote_id=quote_id, partner_id=partner_id, line=line, **row)

    def deviation(self, number: str, partner_id: int, **values: Any) -> int:
        """An approved deviation."""
        row = {
            "distributor_id": "D1",
            "type": "TMP",
            "status": "APPROVED",
            "requested_on": day("2008-02-01"),
            "decided_on": day("2008-02-02"),
            **values,
        }
        return self.add(t.deviations, deviation_number=number, partner_id=partner_id, **row)

    def order(self, number: str, partner_id: int, *others: int, **values: Any) -> int:
        """An order with a line of its partner, and one of each of the others that share it."""
        row = {"booked_on": day("2008-02-10"), "confirmed_on": day("2008-02-10"), "shipped_on": day("2008-02-20"), **values}
        of_order = {name: value for name, value in row.items() if name in t.orders.c}
        order = self.add(t.orders, order_number=number, first_line=1, partner_id=partner_id, **of_order)
        for line, owner in enumerate((partner_id, *others), start=1):
            self.order_line(order, owner, line, **row)
        for other in set(others) - {partner_id}:
            self.add(t.order_shares, partner_id=other, order_id=order)
        return order

    def order_line(self, order_id: int, partner_id: int, line: int, **values: Any) -> int:
        """A line of an order."""
        row = {
            "booked_on": day("2008-02-10"), "sale_type": "RESALE", "acquisition": "PURCHASE", "existing_network": True, "programs": "[]",
            "quantity": 1, "net_value": 1300000, "credit": 200000, **values,
        }  # fmt: skip
        return self.add(t.order_lines, order_id=order_id, partner_id=partner_id, line=line, **row)

    def decision(self, order_line_id: int, theatre_id: int, rulebook_id: int, mask: int = 0, findings: str = "[]") -> None:
        """The stored decision about a line in a theatre."""
        facts = f"facts of line {order_line_id}"
        verdict = self.add(t.verdicts, theatre_id=theatre_id, rulebook_id=rulebook_id, facts=facts, mask=mask, findings=findings)
        self.connection.execute(
            insert(t.decisions).values(order_line_id=order_line_id, theatre_id=theatre_id, mask=mask, verdict_id=verdict)
        )

    def pos_line(self, partner_id: int, invoice: str, **values: Any) -> int:
        """A line of a POS report."""
        row = {
            "distributor_id": "D1",
            "invoice_line": "1",
            "quantity": 1,
            "serial_numbers": '["S1", "S2"]',
            "found_by_deviation": False,
            **values,
        }
        return self.add(t.pos_lines, partner_id=partner_id, stated_partner_id=partner_id, invoice_number=invoice, **row)

    def rma(self, number: str, order_id: int, partner_id: int, **values: Any) -> int:
        """An RMA with one line: ten units of 2,000.00 due."""
        rma = self.add(t.rmas, rma_number=number, first_line=1, order_id=order_id, partner_id=partner_id)
        row = {"units_due": 10, "value_due": 200000, **values}
        self.add(t.rma_lines, rma_id=rma, line=1, order_id=order_id, partner_id=partner_id, **row)
        return rma

    def receipt(self, number: str, rma_line_id: int, partner_id: int, units: int, **values: Any) -> int:
        """A receipt that shows in the status tool."""
        row = {"received_on": day("2008-03-01"), "posted_on": day("2008-03-03"), **values}
        return self.add(t.receipts, receipt_number=number, rma_line_id=rma_line_id, partner_id=partner_id, units=units, **row)

    def delivery(self, kind: str = "orders", sender: str = "", **values: Any) -> int:
        """A delivery without lines."""
        row = {
            "file": f"{kind}.csv", "sha256": "a" * 64, "state": "RECEIVED", "lines": 0, "accepted": 0, "unchanged": 0, "held": 0,
            "refused": 0, "received_at": RECORDED_AT, **values,
        }  # fmt: skip
        return self.add(t.deliveries, kind=kind, sender=sender, **row)

    def delivery_line(self, delivery_id: int, line: int, state: str = "ACCEPTED", reasons: str = "[]", raw: str = "SO1,1") -> int:
        """A line of a delivery."""
        return self.add(
            t.delivery_lines, id=1000 + next(self._versions), delivery_id=delivery_id, line=line, raw=raw, state=state, reasons=reasons
        )

    def distributor(self, distributor_id: str, **values: Any) -> int:
        """A distributor that reports from January 2008 on."""
        row = {"name": f"Distributor {distributor_id}", "country": "SG", "reports_from": day("2008-01-01"), "due_days": 10, **values}
        return self.add(t.distributors, distributor_id=distributor_id, recorded_at=RECORDED_AT, **row)

    def profile(self, distributor_id: str, valid_from: str = "2008-02-01", text: str = 'currency = "USD"') -> int:
        """A profile of a distributor."""
        return self.add(
            t.distributor_profiles, distributor_id=distributor_id, valid_from=day(valid_from), text=text, recorded_at=RECORDED_AT
        )

    def api_key(self, name: str, distributor_id: str, **values: Any) -> int:
        """A key for POS reports that is in use."""
        row = {"kind": "pos", "digest": "0" * 64, "created_by": "admin", "created_at": RECORDED_AT, **values}
        return self.add(t.api_keys, name=name, distributor_id=distributor_id, **row)

    def expected_report(self, distributor_id: str, first_day: str = "2008-02-01", last_day: str = "2008-02-29", **values: Any) -> int:
        """A month that is due ten days after it."""
        row = {"first_day": day(first_day), "last_day": day(last_day), "due_on": day(last_day) + timedelta(days=10), **values}
        return self.add(t.expected_reports, distributor_id=distributor_id, **row)

    def pos_report(self, distributor_id: str, **values: Any) -> int:
        """A report of February 2008 with one line."""
        row = {
            "purpose": "ORIGINAL", "first_day": day("2008-02-01"), "last_day": day("2008-02-29"), "lines": 1, "state": "RECEIVED",
            "received_at": RECORDED_AT, **values,
        }  # fmt: skip
        return self.add(t.pos_reports, distributor_id=distributor_id, **row)

    def act(self, noun: str, row_id: int, name: str = "deviationRequest", **values: Any) -> int:
        """An act of a distributor."""
        row = {"key": f"{noun} {row_id}", "acted_by": "clerk", "role": "DISTRIBUTOR", "acted_at": RECORDED_AT, **values}
        return self.add(t.acts, act=name, noun=noun, row_id=row_id, **row)

    def note(self, kind: str, row_id: int, code: str, partner_id: int | None, **values: Any) -> int:
        """A note."""
        row = {"key": f"{kind} {row_id}", "message": "It looks odd.", "day": day("2008-02-10"), **values}
        return self.add(t.notes, kind=kind, row_id=row_id, code=code, partner_id=partner_id, **row)

    def evaluation(self, enrollment_id: int, partner_id: int, theatre_id: int, option_id: int, rulebook_id: int, **values: Any) -> int:
        """An evaluation that earned 300.00, without evidence."""
        amounts = {
            "booked_value": 1300000, "credits": 200000, "pending_credits": 0, "value_due": 200000, "value_received": 180000,
            "units_due": 10, "units_received": 9, "entitlement": 30000, "payable": 30000,
        }  # fmt: skip
        row = {
            "window": "FIRST", "evaluated_on": day("2008-07-26"), "evaluated_at": RECORDED_AT, "outcome": "EARNED", "earned_before": False,
            "return_rate": "0.9000", "requirements": json.dumps(REQUIREMENTS), "findings": "[]", **amounts, **values,
        }  # fmt: skip
        return self.add(
            t.evaluations, enrollment_id=enrollment_id, partner_id=partner_id, theatre_id=theatre_id, option_id=option_id,
            rulebook_id=rulebook_id, **row,
        )  # fmt: skip

    def evidence(self, evaluation_id: int, lines: list[list[int]]) -> None:
        """The lines an evaluation saw: version and mask of each."""
        values = {"evaluation_id": evaluation_id, "lines": json.dumps(lines), "rma_lines": "[]"}
        self.connection.execute(insert(t.evidence).values(**values))

    def supersede(self, order_line_id: int, **values: Any) -> None:
        """A newer version of an order line; the former one goes to the history."""
        line = t.order_lines
        former = self.connection.execute(line.select().where(line.c.id == order_line_id)).mappings().one()
        self.connection.execute(insert(t.order_lines_history).values(**former, superseded_at=RECORDED_AT))
        self.connection.execute(update(line).where(line.c.id == order_line_id).values(version=next(self._versions), **values))

    def value(self, table: Table, column: str, **where: Any) -> Any:
        """One value of one row."""
        chosen = table.select().with_only_columns(table.c[column]).where(*(table.c[name] == value for name, value in where.items()))
        return self.connection.execute(chosen).scalar_one()


DAYS = {
    "enrollment_first_day": day("2007-12-30"),
    "enrollment_last_day": day("2008-03-09"),
    "booking_first_day": day("2008-01-27"),
    "booking_last_day": day("2008-04-26"),
    "return_deadline": day("2008-10-25"),
    "first_evaluation_on": day("2008-07-26"),
    "second_evaluation_on": day("2008-10-25"),
    "dispute_deadline": day("2008-10-25"),
}


def requirement(
    code: str, source: str, value: str | None = None, required: str | None = None, shortfall: str | None = None
) -> dict[str, Any]:
    """A requirement that is met."""
    numbers = {"value": value, "required": required, "shortfall": shortfall}
    return {"code": code, "status": "MET", **numbers, "source": source, "provenance": "OFFICIAL", "explanation": ""}


REQUIREMENTS = [
    requirement("ENROLLMENT", "TAP Q&A, Q8"),
    requirement("COUNTRY", "TAP Q&A, Q11"),
    requirement("CERTIFICATION", "TAP Q&A, Q2"),
    requirement("MINIMUM", "TAP Q&A, Table 1", "13000.00", "12500.00", "0.00"),
    requirement("RETURN_RATE", "TAP Q&A, Table 1", "0.9000", "0.8500", "0.0000"),
]
