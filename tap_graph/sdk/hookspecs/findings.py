"""Questions that collect findings: every plugin is asked, the baseline first, and each can only add.

Rules are pure (the facts hold all they may know), total (they answer every set of facts) and cited. A finding
that refuses or is pending excludes what was asked about; a note is shown and changes nothing. A baseline finding
is switched off by answering the figure that steers it (`tap_terms`).
"""

from collections.abc import Iterable

from tap_graph.domain.enrollment import EnrollmentFacts
from tap_graph.domain.evaluation import EvaluationFacts
from tap_graph.domain.finding import Finding
from tap_graph.domain.order import OrderLineFacts
from tap_graph.domain.terms import CompleteTerms
from tap_graph.sdk.marker import spec


@spec
def tap_check_enrollment(enrollment: EnrollmentFacts, terms: CompleteTerms) -> Iterable[Finding] | None:
    """What speaks against an enrollment, when it is submitted in the form or arrives in a feed.

    In the form a refusing finding stops the submission; from feeds findings are stored and shown, and change
    no status.

    Args:
        enrollment: The application: option, tier, country, and how its day relates to windows and certifications.
        terms: The theatre's terms, every field answered.

    Example::

        from tap_graph.sdk import Tier, refuse, rule

        TAP_SDK = 1

        @rule
        def tap_check_enrollment(enrollment):
            if enrollment.tier is Tier.TWO_TIER:
                yield refuse("ONE_TIER_ONLY", "Only one-tier partners take part.", "Atlantis program rules, 2.1")
    """


@spec
def tap_check_order_line(line: OrderLineFacts, terms: CompleteTerms) -> Iterable[Finding] | None:
    """Why an order line does not count, as far as that depends neither on the option nor on the day.

    Asked once per distinct set of facts and remembered. The days of booking, shipping, reporting and cancelling
    are compared elsewhere, for every region alike.

    Args:
        line: What a rule may know of the line; None means "not known yet".
        terms: The theatre's terms, every field answered.

    Example::

        from tap_graph.sdk import Acquisition, refuse, rule

        TAP_SDK = 1

        @rule
        def tap_check_order_line(line):
            if line.acquisition is Acquisition.LEASE:
                yield refuse("LEASED", "Leased equipment does not count here.", "Atlantis program rules, 3.4")
    """


@spec
def tap_check_evaluation(evaluation: EvaluationFacts, terms: CompleteTerms) -> Iterable[Finding] | None:
    """What speaks against paying one evaluation, after its five requirements were judged.

    One refusing or pending finding makes the outcome NOT_YET or DENIED; it is listed under the findings, the
    requirements stay five.

    Args:
        evaluation: Option, window, country, totals in cents, and the requirements not met.
        terms: The theatre's terms, every field answered.

    Example::

        from tap_graph.sdk import pending, rule

        TAP_SDK = 1

        @rule
        def tap_check_evaluation(evaluation):
            if evaluation.totals.credits >= 1_000_000_00:
                yield pending("AUDIT_FIRST", "A million in credits is audited first.", "Atlantis program rules, 5.2")
    """
