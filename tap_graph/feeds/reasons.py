"""Reasons: every code for which a delivered line is held or refused, what it means, and the remedy.

The message at the line says the same of its own numbers; this table is for front ends, closed lists and documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineReason:
    """What a code means, and what to do."""

    meaning: str
    remedy: str


WAITS = "Deliver it, or correct the line; once it is there, the line is freed by itself."
NAMED = "Deliver it, approve an alias for what was written, or correct the line."
RESUBMIT = "Correct the line and deliver it again."
LINE_REASONS: Mapping[str, LineReason] = {
    "PARTNER_UNKNOWN": LineReason("The partner is not known yet.", NAMED),
    "QUOTE_UNKNOWN": LineReason("The quote is not known yet.", WAITS),
    "DEVIATION_UNKNOWN": LineReason("The deviation is not known yet.", WAITS),
    "ORDER_UNKNOWN": LineReason("The order is not known yet.", WAITS),
    "ORDER_LINE_UNKNOWN": LineReason("The order line is not known yet.", NAMED),
    "ORDER_OF_DEVIATION_UNKNOWN": LineReason(
        "Not exactly one order line names the deviation.", "Give the order number, or correct the order lines that name the deviation."
    ),
    "RMA_LINE_UNKNOWN": LineReason("The RMA line is not known yet.", WAITS),
    "REGION_NOT_INSTALLED": LineReason("The region is not one of this installation.", RESUBMIT),
    "OPTION_NOT_INSTALLED": LineReason("The region has no such option.", RESUBMIT),
    "KEY_MISSING": LineReason("A cell of the line's key is empty.", RESUBMIT),
    "DUPLICATE_KEY": LineReason("The file holds the key several times with different values.", "Keep the right line and deliver it again."),
    "CELL_COUNT": LineReason("The line has more or fewer cells than the header.", "Check commas and quotes; write empty cells too."),
    "LINE_TOO_LONG": LineReason("The line has more than 65,536 bytes.", "Close a quote that is left open, or shorten its text."),
    "STRAY_QUOTE": LineReason("A quote stands inside an unquoted cell.", "Put the cell in quotes and double each quote in it."),
    "BARE_CARRIAGE_RETURN": LineReason("A CR without LF stands outside quotes.", "End lines with LF or CRLF."),
    "CONTROL_CHARACTER": LineReason("A cell holds an invisible character.", "Take the character away."),
    "OUTER_BLANK": LineReason("A number or name begins or ends with a blank.", "Take the blank away."),
    "VALUE_TOO_LONG": LineReason("A cell has too many characters.", "Shorten it."),
    "NOT_A_CODE": LineReason("A code holds quotes, bars or backslashes.", RESUBMIT),
    "NOT_A_DAY": LineReason("A cell is not a day of the calendar.", "Write days as YYYY-MM-DD; in EDI by the qualifier's format."),
    "NOT_AN_AMOUNT": LineReason("A cell is not an amount.", "Write a plain decimal such as 13000.00."),
    "TOO_MANY_PLACES": LineReason("An amount has more than two decimal places.", RESUBMIT),
    "AMOUNT_TOO_LARGE": LineReason("An amount has too many digits.", RESUBMIT),
    "NOT_A_NUMBER": LineReason("A cell is not a whole number.", "Write digits only."),
    "NUMBER_TOO_LARGE": LineReason("A number has too many digits.", RESUBMIT),
    "NOT_A_BOOLEAN": LineReason("A cell is neither true nor false.", "Write true or false."),
    "UNKNOWN_VALUE": LineReason("A cell holds none of the values its column knows.", RESUBMIT),
    "LAST_DAY_BEFORE_FIRST": LineReason("The last day is before the first.", RESUBMIT),
    "DECIDED_BEFORE_SUBMITTED": LineReason("The decision is before the submission.", RESUBMIT),
    "DECIDED_BEFORE_REQUESTED": LineReason("The decision is before the request.", RESUBMIT),
    "EXPIRES_BEFORE_REQUESTED": LineReason("The last day is before the request.", RESUBMIT),
    "DECIDED_WITHOUT_DAY": LineReason("A decided status has no day of the decision.", "Give the day of the decision."),
    "VALID_UNTIL_BEFORE_ISSUED": LineReason("The last valid day is before the day of issue.", RESUBMIT),
    "POSTED_BEFORE_RECEIVED": LineReason("The day of posting is before that of receiving.", RESUBMIT),
    "NEGATIVE_AMOUNT": LineReason("An amount is negative that cannot be.", RESUBMIT),
    "QUANTITY_BELOW_ONE": LineReason("A quantity is below 1 that cannot be.", RESUBMIT),
}
"""Reasons of a line of any format that holds cells."""
EDI_REASONS: Mapping[str, LineReason] = {}
PERSONS_REASONS: Mapping[str, LineReason] = {
    "REFUSED_BY_PERSON": LineReason("A person refused the line.", "Deliver a corrected line."),
    "NOT_YOUR_LINE": LineReason("The line names another distributor than its sender.", "Deliver your own lines only."),
    "NOT_YOUR_REPORT": LineReason("The report is about another distributor's lines.", "Send your own reports only."),
    "REPORT_TAKEN_BACK": LineReason(
        "The line's report was replaced or cancelled.", "Nothing need be done; deliver the report again if it holds after all."
    ),
}
ALL_REASONS: Mapping[str, LineReason] = {**LINE_REASONS, **EDI_REASONS, **PERSONS_REASONS}
