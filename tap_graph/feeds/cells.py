"""Cells: text as it stands in a file, to a value ready to store.

Days become ISO text, amounts integer cents, lists JSON text. Only ASCII digits are digits: `１２`, `1e5`, `NaN` and
`1,000.00` are malformed, never guessed at.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from unicodedata import category

from tap_graph.feeds.kinds import Column
from tap_graph.feeds.problems import Malformed, shown
from tap_graph.values.money import LARGEST_MINOR

Value = str | int | bool | None
Converter = Callable[[str], Value]

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
COUNT = re.compile(r"(-?)([0-9]+)")
FORBIDDEN_IN_CODES = frozenset("\"'\\|")
# What names a thing is indexed, and PostgreSQL indexes at most 2,704 bytes: three key cells of four-byte letters fit.
LONGEST_NAME = 200
LONGEST_TEXT = 600
COUNT_DIGITS = 9
AMOUNT_DIGITS = len(str(LARGEST_MINOR)) - 2
LINE_CHARACTERS = frozenset("\t\r\n")
BOOLEANS: dict[str, Value] = {"true": True, "false": False}


def converter(column: Column) -> Converter:
    """How the cells of a column are read, empty ones included; what cannot be read is `Malformed`."""
    readers: dict[str, Converter] = {
        "name": _name,
        "code": _code,
        "text": partial(_text, longest=LONGEST_TEXT),
        "prose": _text,
        "day": _day,
        "amount": _amount,
        "count": _count,
        "boolean": _boolean,
        "enum": partial(_word, column.words),
        "list": _list,
        "codes": _codes,
    }
    return partial(_key_cell if column.key and not column.may_be_empty else _cell, readers[column.type], column.empty)


def _cell(read: Converter, empty: Value, cell: str) -> Value:
    return read(cell) if cell else empty


def _key_cell(read: Converter, _empty: Value, cell: str) -> Value:
    if not cell.strip():
        raise Malformed("KEY_MISSING", "is empty, but belongs to the key of the line. Give it.")
    return read(cell)


def _text(cell: str, longest: int | None = None) -> str:
    """Text is kept as it is; tabs and line ends may stand in it, other control characters are damage."""
    if not cell.isprintable():
        for letter in cell:
            if category(letter) == "Cc" and letter not in LINE_CHARACTERS:
                raise _control_character(letter)
    if longest is not None and len(cell) > longest:
        raise Malformed("VALUE_TOO_LONG", f"has {len(cell)} characters. Write at most {longest}.")
    return cell


def _name(cell: str) -> str:
    """What others refer to has to be typed again by people: nothing invisible in it, no blanks around it."""
    if not cell.isprintable():
        for letter in cell:
            if category(letter) in {"Cc", "Cf", "Zl", "Zp"}:
                raise _control_character(letter)
    if cell != cell.strip():
        raise Malformed("OUTER_BLANK", "begins or ends with a blank. Take the blank away.")
    if len(cell) > LONGEST_NAME:
        raise Malformed("VALUE_TOO_LONG", f"has {len(cell)} characters. Write at most {LONGEST_NAME}.")
    return cell


def _control_character(letter: str) -> Malformed:
    return Malformed("CONTROL_CHARACTER", f"holds the invisible character U+{ord(letter):04X}. Take it away.")


def _code(cell: str) -> str:
    if found := FORBIDDEN_IN_CODES.intersection(_name(cell)):
        raise Malformed("NOT_A_CODE", f"holds {' '.join(sorted(found))}. Write the code without quotes, bars and backslashes.")
    return cell


def _day(cell: str) -> str:
    if not DAY.fullmatch(cell):
        raise Malformed("NOT_A_DAY", "is not a day. Write days as YYYY-MM-DD, such as 2008-02-29.")
    try:
        date.fromisoformat(cell)
    except ValueError:
        raise Malformed("NOT_A_DAY", "is not in the calendar. Write a day that exists, as YYYY-MM-DD.") from None
    return cell


def _amount(cell: str) -> int:
    digits = cell[:-3] + cell[-2:]
    if cell[-3:-2] == "." and 2 < len(digits) <= AMOUNT_DIGITS and digits.isdigit() and digits.isascii():
        return int(digits)  # how nearly every amount is written
    found = AMOUNT.fullmatch(cell)
    if found is None:
        raise Malformed("NOT_AN_AMOUNT", "is not an amount. Write a plain decimal such as 13000.00, without separators or exponent.")
    sign, whole, places = found.groups(default="")
    if len(places) > 2:
        raise Malformed("TOO_MANY_PLACES", f"has {len(places)} decimal places. Write at most two.")
    # Counted before it is made a number: Python refuses to read 5,000 digits in an error of its own.
    whole = whole.lstrip("0")
    if len(whole) > AMOUNT_DIGITS:
        raise Malformed("AMOUNT_TOO_LARGE", f"has {len(whole)} digits before the point. Write at most {AMOUNT_DIGITS}.")
    cents = int(whole + places.ljust(2, "0"))
    return -cents if sign else cents


def _count(cell: str) -> int:
    found = COUNT.fullmatch(cell)
    if found is None:
        raise Malformed("NOT_A_NUMBER", "is not a whole number. Write digits only, such as 12.")
    digits = found[2].lstrip("0")
    if len(digits) > COUNT_DIGITS:
        raise Malformed("NUMBER_TOO_LARGE", f"has {len(digits)} digits. Write at most {COUNT_DIGITS}.")
    count = int(digits or "0")
    return -count if found[1] else count


def _boolean(cell: str) -> Value:
    if cell not in BOOLEANS:
        raise Malformed("NOT_A_BOOLEAN", "is neither true nor false. Write true or false.")
    return BOOLEANS[cell]


def _word(words: tuple[str, ...], cell: str) -> str:
    if cell not in words:
        raise Malformed("UNKNOWN_VALUE", f"is not known here. Write {', '.join(words[:-1])} or {words[-1]}.")
    return cell


def _list(cell: str) -> str:
    return _json(_items(cell, _name))


def _codes(cell: str) -> str:
    return _json(sorted(_items(cell, _code)))


def _items(cell: str, read: Callable[[str], str]) -> list[str]:
    """The items between semicolons, trimmed, each once, in order; what is wrong with one is said of that one."""
    items = dict.fromkeys(item for part in cell.split(";") if (item := part.strip(" ")))
    for item in items:
        try:
            read(item)
        except Malformed as bad:
            raise Malformed(bad.code, f"is a list whose item `{shown(item)}` {bad}") from None
    return list(items)


def _json(items: list[str]) -> str:
    return json.dumps(items, ensure_ascii=False, separators=(",", ":"))
