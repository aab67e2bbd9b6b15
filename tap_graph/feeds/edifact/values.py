"""Values: days, periods and numbers as EDIFACT writes them, to the text that a cell of a CSV feed would hold."""

import re
from datetime import date
from functools import lru_cache

from tap_graph.feeds.problems import Malformed

# DTM 2379: where century, year, month and day stand; what follows them is a time of day and is left out.
DAY_FORMATS = {"102": 8, "203": 8, "204": 8, "303": 8, "304": 8, "101": 6, "201": 6}
DIGITS = {"102": 8, "203": 12, "204": 14, "101": 6, "201": 10}
RANGE_FORMATS = ("718", "711")
CENTURY_BEGINS = 70
"""Years of two digits: 70 to 99 are 1970 to 1999, others 2000 to 2069."""
NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


@lru_cache(maxsize=4_096)
def day(text: str, format_: str) -> str:
    """A day in ISO; an empty format is 102. What is no day is `Malformed`."""
    known = format_ or "102"
    if known not in DAY_FORMATS:
        listed = ", ".join(DAY_FORMATS)
        raise Malformed("NOT_A_DAY", f"is written in format {known}, which tells no single day. Use one of {listed}.")
    length = DIGITS.get(known)
    digits = text[: DAY_FORMATS[known]]
    if len(digits) < DAY_FORMATS[known] or not (digits.isascii() and digits.isdigit()) or (length and len(text) != length):
        raise Malformed("NOT_A_DAY", f"is not a day in format {known}. Write it such as 20080229 with 102.")
    if len(digits) == DAY_FORMATS["101"]:
        digits = ("19" if int(digits[:2]) >= CENTURY_BEGINS else "20") + digits
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        raise Malformed("NOT_A_DAY", "is not in the calendar. Write a day that exists.") from None


def period(text: str, format_: str) -> tuple[str, str]:
    """First and last day of a period; one that is no range, or ends before it begins, is `Malformed`."""
    first, dash, last = text.partition("-")
    if format_ not in RANGE_FORMATS or not dash:
        raise Malformed("NOT_A_DAY", f"is not a period. Write it such as 20080201-20080229 with {RANGE_FORMATS[0]}.")
    days = day(first, "102"), day(last, "102")
    if days[1] < days[0]:
        raise Malformed("NOT_A_DAY", "ends before it begins. Write the first day first.")
    return days


def number(text: str, marks: str) -> str:
    """A number with a decimal point, without the zeros behind it; `marks` are the decimal marks that may be used."""
    wrong_mark = next((sign for sign in ".," if sign in text and sign not in marks), None)
    if NUMBER.fullmatch(text) is None or wrong_mark:
        told = " or ".join(f"`{mark}`" for mark in marks)
        raise Malformed("NOT_A_NUMBER", f"is not a number. Write digits, and {told} before decimal places.")
    whole, _, places = text.replace(",", ".").partition(".")
    places = places.rstrip("0")
    return f"{whole}.{places}" if places else whole
