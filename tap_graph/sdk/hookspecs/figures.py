"""Questions about figures: the first plugin that answers wins, the region before the baseline.

They are asked once, when the rulebook is built, and published into the database; so an answer is plain values,
the same on every machine and day. Each example is a complete module except for the hooks shown by the others.
"""

from collections.abc import Sequence

from tap_graph.domain.combinability import ProgramRule
from tap_graph.domain.option import Option
from tap_graph.domain.period import Period
from tap_graph.domain.terms import Terms
from tap_graph.domain.theatre import Country, Theatre
from tap_graph.sdk.marker import spec
from tap_graph.values.figure import Figure


@spec(firstresult=True)
def tap_theatre() -> Theatre | None:
    """Which theatre this is: code, name, the zone its program days are counted in, and currency.

    The code is the entry point's name and never changes; the zone is an IANA name.

    Example::

        from tap_graph.sdk import Theatre, assumed, rule

        TAP_SDK = 1

        @rule
        def tap_theatre():
            return Theatre(
                code="ATLANTIS",
                name="Atlantis",
                zone=assumed("Atlantic/Azores", "seat of the program office"),
                currency=assumed("USD", "the program pays in USD"),
            )
    """


@spec(firstresult=True)
def tap_periods() -> Sequence[Period] | None:
    """All periods of the theatre, past ones too, with every window, day and deadline.

    Numbers are consecutive, booking windows do not overlap, and windows include both their days.

    Example::

        from datetime import date

        from tap_graph.sdk import Period, assumed, rule, window

        TAP_SDK = 1
        RULES = "Atlantis program rules, version 1"

        @rule
        def tap_periods():
            return [
                Period(
                    number=1,
                    enrollment_window=assumed(window("2008-01-01", "2008-03-09"), RULES),
                    booking_window=assumed(window("2008-01-27", "2008-04-26"), RULES),
                    return_deadline=assumed(date(2008, 10, 25), RULES),
                    first_evaluation_on=assumed(date(2008, 7, 26), RULES),
                    second_evaluation_on=assumed(date(2008, 10, 25), RULES),
                    dispute_deadline=assumed(date(2008, 10, 25), RULES),
                )
            ]
    """


@spec(firstresult=True)
def tap_countries(period: Period) -> Figure[tuple[Country, ...]] | None:
    """The countries and regions of `period`, with the names the program displays (R14).

    Two theatres may not list one country on one booking day.

    Args:
        period: One of the theatre's own periods.

    Example::

        from tap_graph.sdk import Country, assumed, rule

        TAP_SDK = 1

        @rule
        def tap_countries(period):
            return assumed((Country("XA", "Atlantis"),), "Atlantis program rules, version 1")
    """


@spec(firstresult=True)
def tap_minimums() -> Sequence[Option] | None:
    """The participation options: what partners enroll in, the periods it spans and its minimum in USD (R3, R4).

    An option over several periods has one booking window, so its periods must touch.

    Example::

        from decimal import Decimal

        from tap_graph.sdk import Option, assumed, rule

        TAP_SDK = 1
        RULES = "Atlantis program rules, version 1"

        @rule
        def tap_minimums():
            return [Option("P1", periods=assumed((1,), RULES), minimum=assumed(Decimal("12500.00"), RULES))]
    """


@spec(firstresult=True)
def tap_combinability() -> Sequence[ProgramRule] | None:
    """Which other programs an order line may have used (R15); a program not listed stays pending.

    A rule with a window speaks of the booking days in it; without one, of every day.

    Example::

        from tap_graph.sdk import ProgramRule, assumed, rule

        TAP_SDK = 1
        RULES = "Atlantis program rules, version 1"

        @rule
        def tap_combinability():
            return [
                ProgramRule("VIP", "Value Incentive Program", assumed(True, RULES)),
                ProgramRule("OIP", "Opportunity Incentive Program", assumed(False, RULES)),
            ]
    """


@spec
def tap_terms() -> Terms | None:
    """Rates, levels, bases and what a line needs; each field left out is answered by the next plugin.

    The first plugin that answers a *field* wins that field, so a region overrides one figure and inherits the
    others from the baseline.

    Example::

        from decimal import Decimal

        from tap_graph.sdk import Terms, assumed, rule

        TAP_SDK = 1

        @rule
        def tap_terms():
            return Terms(return_rate=assumed(Decimal("0.80"), "Atlantis program rules, version 1"))
    """
