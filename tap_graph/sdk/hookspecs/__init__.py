"""The nine questions the core asks every region: six about figures, three that collect findings.

A region answers a question with a function of the same name, marked `@rule`; it may leave out arguments it does
not need. What it does not answer, the baseline answers or the host misses at start-up. A tenth question needs a
decision page.
"""

from tap_graph.sdk.hookspecs import figures, findings

HOOKSPECS = (figures, findings)
FIGURE_HOOKS = (
    "tap_theatre",
    "tap_periods",
    "tap_countries",
    "tap_minimums",
    "tap_combinability",
    "tap_terms",
)
FINDING_HOOKS = (
    "tap_check_enrollment",
    "tap_check_order_line",
    "tap_check_evaluation",
)

__all__ = ["FIGURE_HOOKS", "FINDING_HOOKS", "HOOKSPECS", "figures", "findings"]
