"""A plain model of the contract's table of roles (§6): the rows each viewer may see, noun by noun, without SQL predicates."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, select

from tap_graph.domain.viewer import CARING_ROLES, REGIONAL_ROLES, Role, Viewer
from tap_graph.storage import tables as t

PUBLIC = {
    "Region": t.theatres,
    "Period": t.periods,
    "ParticipationOption": t.options,
    "Figure": t.figures,
    "Program": t.programs,
    "Rulebook": t.rulebooks,
}
BY_PARTNER = {
    "Certification": t.certifications,
    "QuoteLine": t.quote_lines,
    "OrderLine": t.order_lines,
}
REPORTING = {"ExpectedReport": t.expected_reports, "PosReport": t.pos_reports}
DEALING = {Role.APPROVER, Role.DEVIATION_APPROVER, Role.PARTNER_RELATIONS}
Seen = dict[str, set[int]]


def all_rows(connection: Connection) -> Seen:
    """Every row of every noun."""
    everything = {
        **PUBLIC, **BY_PARTNER, "Partner": t.partners, "Quote": t.quotes, "Order": t.orders, "Deviation": t.deviations,
        "PosLine": t.pos_lines,
        "Rma": t.rmas, "RmaLine": t.rma_lines, "Receipt": t.receipts, "Enrollment": t.enrollments, "Evaluation": t.evaluations,
        "Note": t.notes, "Delivery": t.deliveries, "DeliveryLine": t.delivery_lines, "Distributor": t.distributors, **REPORTING,
    }  # fmt: skip
    return {noun: {row.id for row in connection.execute(select(table))} for noun, table in everything.items()}


def rows_seen(connection: Connection, viewer: Viewer) -> Seen:
    """The rows the viewer may see."""
    tables = {table.name: list(connection.execute(select(table)).mappings()) for table in t.metadata.tables.values()}
    seen: Seen = defaultdict(set, {noun: {row["id"] for row in tables[table.name]} for noun, table in PUBLIC.items()})
    if viewer.role is Role.DISTRIBUTOR:
        _distributors(seen, tables, str(viewer.distributor_id))
        return seen
    partners = _partners(tables, viewer)
    everything = viewer.role is Role.AUDITOR and viewer.regions is None

    def mine(name: str, column: str = "partner_id") -> set[int]:
        return {row["id"] for row in tables[name] if everything or row[column] in partners}

    shared = {row["order_id"] for row in tables["order_shares"] if row["partner_id"] in partners}
    seen["Partner"] = mine("partners", "id")
    for noun, table in {**BY_PARTNER, "Deviation": t.deviations, "PosLine": t.pos_lines}.items():
        seen[noun] = mine(table.name)
    seen["Quote"] = mine("quotes") | {row["quote_id"] for row in tables["quote_lines"] if row["id"] in seen["QuoteLine"]}
    seen["Order"] = mine("orders") | shared
    seen["RmaLine"] = mine("rma_lines") | {row["id"] for row in tables["rma_lines"] if row["order_id"] in shared}
    seen["Rma"] = mine("rmas") | {row["rma_id"] for row in tables["rma_lines"] if row["id"] in seen["RmaLine"]}
    seen["Receipt"] = mine("receipts") | {row["id"] for row in tables["receipts"] if row["rma_line_id"] in seen["RmaLine"]}
    _judged(seen, tables, viewer, partners, everything)
    if viewer.role in DEALING:
        seen["Distributor"] = {row["id"] for row in tables["distributors"]}
    if viewer.role in (Role.ADMINISTRATOR, Role.AUDITOR):
        for noun, table in {"Distributor": t.distributors, **REPORTING}.items():
            seen[noun] = {row["id"] for row in tables[table.name]}
        seen["Note"] = mine("notes")
        seen["Delivery"] = {row["id"] for row in tables["deliveries"]}
        seen["DeliveryLine"] = {row["id"] for row in tables["delivery_lines"]}
    return seen


def _partners(tables: dict[str, list[Any]], viewer: Viewer) -> set[int]:
    if viewer.role is Role.PARTNER:
        return {row["id"] for row in tables["partners"] if row["partner_number"] == viewer.partner_number}
    if viewer.role in CARING_ROLES:
        return {row["id"] for row in tables["partners"] if row["cam_email"] == viewer.email}
    if viewer.role in REGIONAL_ROLES:
        here = {row["id"] for row in tables["theatres"] if row["code"] in (viewer.regions or ())}
        return {row["partner_id"] for row in tables["partner_theatres"] if row["theatre_id"] in here}
    return set()


def _judged(seen: Seen, tables: dict[str, list[Any]], viewer: Viewer, partners: set[int], everything: bool) -> None:
    here = {row["id"] for row in tables["theatres"] if row["code"] in (viewer.regions or ())}
    regional = viewer.role in REGIONAL_ROLES
    for noun, name in (("Enrollment", "enrollments"), ("Evaluation", "evaluations")):
        rows = tables[name]
        seen[noun] = {row["id"] for row in rows if everything or (row["theatre_id"] in here if regional else row["partner_id"] in partners)}


def _distributors(seen: Seen, tables: dict[str, list[Any]], distributor: str) -> None:
    own = {
        name: [row for row in tables[name] if row["distributor_id"] == distributor]
        for name in ("deviations", "pos_lines", "orders", "order_lines")
    }
    for noun, table in {"Distributor": t.distributors, **REPORTING}.items():
        seen[noun] = {row["id"] for row in tables[table.name] if row["distributor_id"] == distributor}
    seen["Deviation"] = {row["id"] for row in own["deviations"]}
    seen["PosLine"] = {row["id"] for row in own["pos_lines"]}
    seen["Partner"] = {row["partner_id"] for rows in own.values() for row in rows} - {None}
    reported, authorized = {row["order_line_id"] for row in own["pos_lines"]}, seen["Deviation"]
    lines = [row for row in tables["order_lines"] if row["id"] in reported or row["deviation_id"] in authorized] + own["order_lines"]
    seen["Order"] = {row["order_id"] for row in lines}
    seen["Delivery"] = {row["id"] for row in tables["deliveries"] if row["sender"] == distributor}
    seen["DeliveryLine"] = {row["id"] for row in tables["delivery_lines"] if row["delivery_id"] in seen["Delivery"]}
