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
    "PARTNER_UNKNOWN": LineReason("Partner is not known yet.", NAMED),
    "QUOTE_UNKNOWN": LineReason("Quote is not known yet.", WAITS),
    "DEVIATION_UNKNOWN": LineReason("Deviation is not known yet.", WAITS),
    "ORDER_UNKNOWN": LineReason("Order is not known yet.", WAITS),
    "ORDER_LINE_UNKNOWN": LineReason("Order line is not known yet.", NAMED),
    "ORDER_OF_DEVIATION_UNKNOWN": LineReason(
        "Not exactly one order line names the deviation.", "Give the order number, or correct the order lines that name the deviation."
    ),
    "RMA_LINE_UNKNOWN": LineReason("RMA line is not known yet.", WAITS),
    "REGION_NOT_INSTALLED": LineReason("Region is not one of this installation.", RESUBMIT),
    "OPTION_NOT_INSTALLED": LineReason("Region has no such option.", RESUBMIT),
    "KEY_MISSING": LineReason("Cell of the line's key is empty.", RESUBMIT),
    "DUPLICATE_KEY": LineReason("File holds the key several times with different values.", "Keep the right line and deliver it again."),
    "CELL_COUNT": LineReason("Line has more or fewer cells than the header.", "Check commas and quotes; write empty cells too."),
    "LINE_TOO_LONG": LineReason("Line has more than 65,536 bytes.", "Close a quote that is left open, or shorten its text."),
    "STRAY_QUOTE": LineReason("Quote stands inside an unquoted cell.", "Put the cell in quotes and double each quote in it."),
    "BARE_CARRIAGE_RETURN": LineReason("CR without LF stands outside quotes.", "End lines with LF or CRLF."),
    "CONTROL_CHARACTER": LineReason("Cell holds an invisible character.", "Take the character away."),
    "OUTER_BLANK": LineReason("Number or name begins or ends with a blank.", "Take the blank away."),
    "VALUE_TOO_LONG": LineReason("Cell has too many characters.", "Shorten it."),
    "NOT_A_CODE": LineReason("Code holds quotes, bars or backslashes.", RESUBMIT),
    "NOT_A_DAY": LineReason("Cell is not a day of the calendar.", "Write days as YYYY-MM-DD; in EDI by the qualifier's format."),
    "NOT_AN_AMOUNT": LineReason("Cell is not an amount.", "Write a plain decimal such as 13000.00."),
    "TOO_MANY_PLACES": LineReason("Amount has more than two decimal places.", RESUBMIT),
    "AMOUNT_TOO_LARGE": LineReason("Amount has too many digits.", RESUBMIT),
    "NOT_A_NUMBER": LineReason("Cell is not a whole number.", "Write digits only."),
    "NUMBER_TOO_LARGE": LineReason("Number has too many digits.", RESUBMIT),
    "NOT_A_BOOLEAN": LineReason("Cell is neither true nor false.", "Write true or false."),
    "UNKNOWN_VALUE": LineReason("Cell holds none of the values its column knows.", RESUBMIT),
    "LAST_DAY_BEFORE_FIRST": LineReason("Last day is before the first.", RESUBMIT),
    "DECIDED_BEFORE_SUBMITTED": LineReason("Decision is before the submission.", RESUBMIT),
    "DECIDED_BEFORE_REQUESTED": LineReason("Decision is before the request.", RESUBMIT),
    "EXPIRES_BEFORE_REQUESTED": LineReason("Last day is before the request.", RESUBMIT),
    "DECIDED_WITHOUT_DAY": LineReason("Decided status has no day of the decision.", "Give the day of the decision."),
    "VALID_UNTIL_BEFORE_ISSUED": LineReason("Last valid day is before the day of issue.", RESUBMIT),
    "POSTED_BEFORE_RECEIVED": LineReason("Day of posting is before that of receiving.", RESUBMIT),
    "NEGATIVE_AMOUNT": LineReason("Amount is negative that cannot be.", RESUBMIT),
    "QUANTITY_BELOW_ONE": LineReason("Quantity is below 1 that cannot be.", RESUBMIT),
}
"""Reasons of a line of any format that holds cells."""
SENT = "Correct it in the report and send the report again."
EDI_REASONS: Mapping[str, LineReason] = {
    "AMOUNT_DIFFERS": LineReason("Amounts do not add up to the total that is given.", SENT),
    "BAD_CHARACTER": LineReason("Character is not of the character set that the envelope names.", SENT),
    "BAD_DELIMITERS": LineReason("Delimiters of the envelope cannot be told apart.", SENT),
    "CONTROL_NUMBER_DIFFERS": LineReason("Control numbers at the beginning and the end are not the same.", SENT),
    "COUNT_DIFFERS": LineReason("Trailer counts otherwise than there is.", "Correct the count, or send all that was counted."),
    "CURRENCY_MISSING": LineReason("Amount has no currency.", "Name the currency in the report, or in the distributor's profile."),
    "DOUBLED_CONTROL_NUMBER": LineReason("Control number is used twice in one envelope.", SENT),
    "DOUBLED_SEGMENT": LineReason("Segment stands twice where one may stand.", SENT),
    "ELEMENT_MISSING": LineReason("Required element is empty.", SENT),
    "GROUP_NOT_PT": LineReason("Functional group is not one of product transfers.", SENT),
    "GROUPS_MIXED": LineReason("Messages stand inside and outside of groups in one interchange.", SENT),
    "HASH_DIFFERS": LineReason("Quantities do not add up to the hash total.", SENT),
    "NEGATIVE_RETURN": LineReason(
        "Return has a negative quantity.", "Give returns a quantity above zero; the qualifier says that it is one."
    ),
    "NOT_A_POS_REPORT": LineReason("Report is none about sales.", "Send it where it belongs."),
    "NOT_A_SALE": LineReason("Line is a transfer, not a sale.", "Leave it out, or let the distributor's profile say that transfers count."),
    "PARTY_MISSING": LineReason("Reseller or the distributor is not named.", SENT),
    "PRODUCT_MISSING": LineReason("No product is named.", SENT),
    "QUANTITY_MISSING": LineReason("No quantity is given.", SENT),
    "SECTION_TOO_LARGE": LineReason("Item or a heading has more segments than any has.", SENT),
    "SEGMENT_MISSING": LineReason("Required segment is missing.", SENT),
    "SEGMENT_OUTSIDE": LineReason("Segment stands outside of any envelope.", SENT),
    "SEGMENT_SURPLUS": LineReason("Segment stands more often than it may.", SENT),
    "SERIAL_RANGE": LineReason("Serial numbers are given as a range.", "Give each serial number."),
    "SEVERAL_QUANTITIES": LineReason("Line has several quantities.", "Give one line for each sale."),
    "TOLD_TWICE": LineReason("Something is told twice, and differently.", SENT),
    "TOTAL_DIFFERS": LineReason("Control total is not what the report adds up to.", SENT),
    "TRUNCATED": LineReason("File ends in the middle.", "Send the whole file."),
    "UNE_MISSING": LineReason("Group has no end.", SENT),
    "UNKNOWN_CODE": LineReason("Code is none that is known here.", "Use a known code, or let the distributor's profile say what it means."),
    "UNKNOWN_SEGMENT": LineReason("Segment does not belong where it stands.", SENT),
    "UNKNOWN_UNIT": LineReason("Unit of measure is not known.", "Count pieces, or let the distributor's profile name the unit."),
    "UNKNOWN_VERSION": LineReason("Version is none that is read here.", "Send version 004010 or 005010."),
    "UNSUPPORTED_RELEASE": LineReason("Release of the message is none that is read here.", "Send D.96A or later."),
    "UNSUPPORTED_SYNTAX": LineReason("Syntax of the envelope is none that is read here.", SENT),
    "UNT_MISSING": LineReason("Message has no end.", SENT),
    "UNZ_MISSING": LineReason("Interchange has no end.", "Send the whole file."),
    "CELL_ERROR": LineReason("Cell of the workbook holds an error.", "Correct the formula, and deliver the workbook again."),
    "NUMBER_NOT_EXACT": LineReason("Number of the workbook is not exact.", "Round it in the workbook, and deliver it again."),
}
"""Reasons of lines and reports of X12 and EDIFACT, and of cells of workbooks."""
PERSONS_REASONS: Mapping[str, LineReason] = {
    "REFUSED_BY_PERSON": LineReason("Person refused the line.", "Deliver a corrected line."),
    "NOT_YOUR_LINE": LineReason("Line names another distributor than its sender.", "Deliver your own lines only."),
    "NOT_YOUR_REPORT": LineReason("Report is about another distributor's lines.", "Send your own reports only."),
    "REPORT_TAKEN_BACK": LineReason(
        "Line's report was replaced or cancelled.", "Nothing need be done; deliver the report again if it holds after all."
    ),
}
ALL_REASONS: Mapping[str, LineReason] = {**LINE_REASONS, **EDI_REASONS, **PERSONS_REASONS}
