"""From a scenario's rows to feed rows: the plain defaults of the contract (§4), and invented names and numbers."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tap_graph.feeds.kinds import KINDS
from tap_graph.testing.scenarios.reading import Scenario

Row = dict[str, Any]
PARTNER = "P1"
INVENTED = {
    "quotes": {"quote_number": "Q"},
    "deviations": {"deviation_number": "D"},
    "orders": {"order_number": "SO"},
    "pos": {"distributor_id": "DIST", "invoice_number": "INV"},
    "rmas": {"rma_number": "RMA"},
    "receipts": {"receipt_number": "RC"},
}


def feed_rows(scenario: Scenario) -> dict[str, list[Row]]:
    """The rows of each kind in the order in which they can be delivered without waiting."""
    content = scenario.content
    partner: Row = {"partner_number": PARTNER, "tier": "ONE_TIER", "name": f"Partner of {scenario.name}"} | content["partner"]
    number = partner["partner_number"]
    rows: dict[str, list[Row]] = {"partners": [partner]}
    rows["certifications"] = [{"partner_number": number} | row for row in content.get("certifications", [])]
    enrollment = content.get("enrollment")
    rows["enrollments"] = [{"partner_number": number, "region": content["region"]} | enrollment] if enrollment else []
    orders = _numbered(
        "orders", content, {"partner_number": number, "line": 1, "sale_type": "RESALE", "acquisition": "PURCHASE", "existing_network": True}
    )
    for order in orders:
        order.setdefault("confirmed_on", order.get("booked_on"))
    rows["quotes"] = _quotes(content, orders, number)
    rows["deviations"] = _numbered("deviations", content, {})
    rows["orders"] = orders
    rows["pos"] = [_pos(row) for row in _numbered("pos", content, {"invoice_line": 1})]
    rows["rmas"] = _numbered("rmas", content, {"line": 1})
    rows["receipts"] = _numbered("receipts", content, {"line": 1})
    return rows


def _numbered(kind: str, content: Mapping[str, Any], defaults: Row) -> list[Row]:
    rows = []
    for position, row in enumerate(content.get(kind, []), 1):
        invented = {name: f"{prefix}-{position}" for name, prefix in INVENTED[kind].items()}
        rows.append(invented | defaults | row)
    return rows


def _pos(row: Row) -> Row:
    return {"order_line": 1} | row if row.get("order_number") else row


def _quotes(content: Mapping[str, Any], orders: list[Row], number: str) -> list[Row]:
    """Given quotes; or, where the key is absent altogether, one valid on the booking day for each line that names none."""
    if "quotes" in content:
        return _numbered("quotes", content, {"line": 1, "partner_number": number})
    made = []
    for order in orders:
        if order.get("quote_number") is None:
            order["quote_number"] = f"Q-{order['order_number']}-{order['line']}"
            days = {"issued_on": order.get("booked_on"), "valid_until": order.get("booked_on")}
            row = {
                "quote_number": order["quote_number"],
                "line": 1,
                "partner_number": order["partner_number"],
                "credit": order.get("credit"),
            }
            made.append(row | days)
    return made


def csv_cells(kind: str, row: Row) -> list[str]:
    """A row as the cells of its feed, in the kind's column order."""
    return [_cell(row.get(column.name)) for column in KINDS[kind].columns]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list):
        return ";".join(_cell(item) for item in value)
    return str(value)
