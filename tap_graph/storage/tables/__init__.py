"""Every table, a noun a file; `metadata` knows them all."""

from tap_graph.storage.columns import metadata
from tap_graph.storage.tables.act import acts
from tap_graph.storage.tables.decision import decisions, rule_failures, verdicts
from tap_graph.storage.tables.delivery import deliveries, delivery_lines, held_lines, held_references
from tap_graph.storage.tables.deviation import deviations, deviations_history
from tap_graph.storage.tables.distributor import (
    aliases,
    api_keys,
    distributor_profiles,
    distributors,
    expected_reports,
    pos_reports,
    pos_serials,
)
from tap_graph.storage.tables.enrollment import enrollments, enrollments_history
from tap_graph.storage.tables.enrollment_form import enrollment_forms, holiday_overrides
from tap_graph.storage.tables.evaluation import evaluations, evidence
from tap_graph.storage.tables.event import events
from tap_graph.storage.tables.installation import installation
from tap_graph.storage.tables.note import notes
from tap_graph.storage.tables.order import order_lines, order_lines_history, order_shares, orders
from tap_graph.storage.tables.partner import certifications, certifications_history, partner_theatres, partners, partners_history
from tap_graph.storage.tables.pos import pos_lines, pos_lines_history
from tap_graph.storage.tables.quote import quote_lines, quote_lines_history, quotes
from tap_graph.storage.tables.receiving import idempotency_keys, pulled_files, receivings
from tap_graph.storage.tables.rma import receipts, receipts_history, rma_lines, rma_lines_history, rmas
from tap_graph.storage.tables.theatre import figures, options, period_countries, periods, programs, reasons, rulebooks, theatres

__all__ = [
    "acts",
    "aliases",
    "api_keys",
    "certifications",
    "certifications_history",
    "decisions",
    "deliveries",
    "delivery_lines",
    "deviations",
    "deviations_history",
    "distributor_profiles",
    "distributors",
    "enrollment_forms",
    "enrollments",
    "enrollments_history",
    "evaluations",
    "events",
    "evidence",
    "expected_reports",
    "figures",
    "held_lines",
    "held_references",
    "holiday_overrides",
    "idempotency_keys",
    "installation",
    "metadata",
    "notes",
    "options",
    "order_lines",
    "order_lines_history",
    "order_shares",
    "orders",
    "partner_theatres",
    "partners",
    "partners_history",
    "period_countries",
    "periods",
    "pos_lines",
    "pos_lines_history",
    "pos_reports",
    "pos_serials",
    "programs",
    "pulled_files",
    "quote_lines",
    "quote_lines_history",
    "quotes",
    "reasons",
    "receipts",
    "receipts_history",
    "receivings",
    "rma_lines",
    "rma_lines_history",
    "rmas",
    "rule_failures",
    "rulebooks",
    "theatres",
    "verdicts",
]
