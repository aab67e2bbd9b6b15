"""Floor 2: all that a region imports.

A region is one module: figures with their sources, and four-line rules. It imports from here and nowhere else::

    from tap_graph.sdk import Theatre, assumed, rule

Importing this package loads neither the database nor GraphQL nor the web server; a test holds it to that.
"""

from tap_graph.domain.combinability import Combinability, ProgramRule
from tap_graph.domain.deviation import DeviationFacts, DeviationStatus
from tap_graph.domain.enrollment import EnrollmentFacts
from tap_graph.domain.evaluation import EvaluationFacts, EvaluationWindow, RequirementCode, Totals
from tap_graph.domain.finding import Finding, Weight, note, pending, refuse
from tap_graph.domain.option import Option
from tap_graph.domain.order import Acquisition, OrderLineFacts, ProgramUse, QuoteStanding, SaleType
from tap_graph.domain.partner import Tier
from tap_graph.domain.period import Period, RulesDocument
from tap_graph.domain.terms import CompleteTerms, MinimumBasis, ReturnRateBasis, RmaTerms, ShippedBy, Terms
from tap_graph.domain.theatre import Country, Theatre
from tap_graph.sdk.marker import SDK_VERSION, rule, spec
from tap_graph.values.figure import Figure, Provenance, assumed, derived, official
from tap_graph.values.window import Window, window

__all__ = [
    "SDK_VERSION",
    "Acquisition",
    "Combinability",
    "CompleteTerms",
    "Country",
    "DeviationFacts",
    "DeviationStatus",
    "EnrollmentFacts",
    "EvaluationFacts",
    "EvaluationWindow",
    "Figure",
    "Finding",
    "MinimumBasis",
    "Option",
    "OrderLineFacts",
    "Period",
    "ProgramRule",
    "ProgramUse",
    "Provenance",
    "QuoteStanding",
    "RequirementCode",
    "ReturnRateBasis",
    "RmaTerms",
    "RulesDocument",
    "SaleType",
    "ShippedBy",
    "Terms",
    "Theatre",
    "Tier",
    "Totals",
    "Weight",
    "Window",
    "assumed",
    "derived",
    "note",
    "official",
    "pending",
    "refuse",
    "rule",
    "spec",
    "window",
]
