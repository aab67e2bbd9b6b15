"""Reasons: why an order line does not count, in the order the contract lists them.

Every reason is one bit of a mask, lowest bit first in the contract's order, so that a line's reasons are one
integer in the database: 0 counts; only pending bits means pending. A region's own reasons take the bits from
`FIRST_REGION_BIT`, given out when they are first found.
"""

from dataclasses import dataclass

from tap_graph.domain.finding import Weight


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of the core: its code, its bit, its weight, what it means and the rule it stands on."""

    code: str
    bit: int
    weight: Weight
    message: str
    source: str


def _reasons() -> tuple[Reason, ...]:
    refuse, pend = Weight.REFUSE, Weight.PENDING
    rows = (
        ("OUTSIDE_BOOKING_WINDOW", refuse, "It was booked outside the booking window of the option.", "TAP Q&A, Table 1"),
        (
            "AFTER_TWO_TIER_CUTOFF",
            refuse,
            "Orders of two-tier partners are tracked until one week before the window ends, and it was booked after that day.",
            "TAP Q&A, Q3",
        ),
        ("INTERNAL_USE", refuse, "It is for the partner's internal use; only resale counts.", "TAP Q&A, Q3"),
        ("NOT_EXISTING_NETWORK", refuse, "The credit does not come from the customer's existing network.", "TAP Q&A, Q22"),
        ("NOT_STANDARD_TMP", refuse, "It stands on no TMP quote that was valid on the booking day.", "TAP Q&A, Q9"),
        ("PROGRAM_NOT_COMBINABLE", refuse, "It used a program that may not be combined in this theatre.", "TAP Q&A, Q19"),
        ("DEVIATION_MISSING", refuse, "A two-tier order needs a deviation authorization, and it names none.", "TAP Q&A, Q3"),
        ("DEVIATION_NOT_TMP", refuse, "Its deviation authorization is not of type TMP.", "TAP Q&A, Q3"),
        ("DEVIATION_NOT_APPROVED", refuse, "Its deviation authorization was not approved.", "TAP Q&A, Q3"),
        (
            "DEVIATION_AFTER_CONFIRMATION",
            refuse,
            "Its deviation authorization was approved only after the order was confirmed.",
            "TAP Q&A, Q3",
        ),
        ("CANCELLED", refuse, "It was cancelled.", "TAP Q&A, Q9"),
        ("NOT_SHIPPED", pend, "It is not shipped yet.", "TAP Q&A, Q9"),
        ("POS_NOT_REPORTED", pend, "The distributor has not reported all of it as shipped and invoiced yet.", "TAP Q&A, Q3"),
        ("SALE_TYPE_UNKNOWN", pend, "It is not known yet whether it is for resale.", "program decision §7"),
        (
            "NETWORK_UNKNOWN",
            pend,
            "It is not known yet whether the credit comes from the customer's existing network.",
            "program decision §7",
        ),
        (
            "PROGRAM_UNKNOWN",
            pend,
            "It used a program of which this theatre has not said whether it may be combined.",
            "program decision §7",
        ),
    )
    return tuple(Reason(code, bit, weight, message, source) for bit, (code, weight, message, source) in enumerate(rows))


REASONS = _reasons()
BY_CODE = {reason.code: reason for reason in REASONS}
FIRST_REGION_BIT = 24
LAST_REGION_BIT = 61
# A region's refusing reasons take the even bits above the core's, its pending ones the odd ones: the mask alone tells.
REGION_BITS = {
    Weight.REFUSE: range(FIRST_REGION_BIT, LAST_REGION_BIT + 1, 2),
    Weight.PENDING: range(FIRST_REGION_BIT + 1, LAST_REGION_BIT + 1, 2),
}
REFUSING_MASK = sum(1 << reason.bit for reason in REASONS if reason.weight is Weight.REFUSE) + sum(
    1 << bit for bit in REGION_BITS[Weight.REFUSE]
)


def bit_of(code: str) -> int:
    """The mask with the one bit of a core reason set."""
    return 1 << BY_CODE[code].bit


def codes_of(mask: int, region_codes: dict[int, str] | None = None) -> list[str]:
    """The codes of the reasons in a mask, in the contract's order; a region's own ones (bit → code) come last."""
    codes = [reason.code for reason in REASONS if mask >> reason.bit & 1]
    return codes + [code for bit, code in sorted((region_codes or {}).items()) if mask >> bit & 1]
