"""Cells: text as it stands in a file, to a value ready to store, or the problem with it.

Days become ISO text, amounts integer cents, lists JSON text. Only ASCII digits are digits: `１２`, `1e5`, `NaN` and
`1,000.00` are problems, never guesses.
"""

import json
import re
from collections.abc import Callable
from datetime import date

from tap_graph.feeds.kinds import Column
from tap_graph.feeds.problems import Problem
from tap_graph.values.money import LARGEST_MINOR

Value = str | int | bool | None
Converter = Callable[[str], Value]

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
COUNT = re.compile(r"-?[0-9]{1,9}")
CODE = re.compile(r"""[^\s"'\\|]+(?: [^\s"'\\|]+)*""")
# A bounded memory of cells seen: feeds repeat their days and codes endlessly.
MEMORY = 50_000


class BadCell(ValueError):
    """A cell that cannot be read as its column's type."""

    def __init__(self, code: str, remedy: str) -> None:
        super().__init__(remedy)
        self.code = code


def converter(column: Column) -> Converter:
    """How non-empty cells of a column are read."""
    read: dict[str, Converter] = {
        "text": str,
        "code": _code,
        "day": _remembered(_day),
        "amount": _amount,
        "count": _count,
        "boolean": _one_of({"true": True, "false": False}),
        "enum": _one_of({value: value for value in column.values}),
        "list": _remembered(_program_list if column.name == "programs" else _list),
    }
    return read[column.type]


def problem_with(column: Column, cell: str, bad: BadCell) -> Problem:
    """What to tell whoever sent the cell."""
    shown = cell if len(cell) <= 60 else cell[:57] + "…"
    return Problem(bad.code, column.name, shown, f"{column.name} {shown!r}: {bad}")


def _remembered(read: Converter) -> Converter:
    memory: dict[str, Value] = {}

    def remembered(cell: str) -> Value:
        value = memory.get(cell)
        if value is None:
            value = read(cell)
            if len(memory) < MEMORY:
                memory[cell] = value
        return value

    return remembered


def _one_of(values: dict[str, Value]) -> Converter:
    def chosen(cell: str) -> Value:
        try:
            return values[cell]
        except KeyError:
            known = " or ".join(values)
            code = "NOT_A_BOOLEAN" if set(values) == {"true", "false"} else "UNKNOWN_VALUE"
            raise BadCell(code, f"write {known}.") from None

    return chosen


def _code(cell: str) -> Value:
    if not CODE.fullmatch(cell):
        raise BadCell("NOT_A_CODE", "a code holds no quotes, bars, backslashes or outer blanks.")
    return cell


def _day(cell: str) -> Value:
    if not DAY.fullmatch(cell):
        raise BadCell("NOT_A_DAY", "write days as YYYY-MM-DD.")
    try:
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        raise BadCell("NOT_A_DAY", "there is no such day in the calendar.") from None


def _amount(cell: str) -> Value:
    digits = cell[:-3] + cell[-2:]
    if cell[-3:-2] == "." and len(digits) <= 15 and digits.isdigit() and digits.isascii() and len(digits) > 2:
        return int(digits)
    found = AMOUNT.fullmatch(cell)
    if found is None:
        raise BadCell("NOT_AN_AMOUNT", "write a plain decimal such as 13000.00, without separators, signs of currency or exponents.")
    sign, whole, places = found.groups(default="")
    if len(places) > 2:
        raise BadCell("TOO_MANY_PLACES", "an amount has at most two decimal places.")
    if len(whole) > 20 or (cents := int(whole + places.ljust(2, "0"))) > LARGEST_MINOR:
        raise BadCell("AMOUNT_TOO_LARGE", "an amount has at most 15 digits, cents included.")
    return -cents if sign else cents


def _count(cell: str) -> Value:
    if not COUNT.fullmatch(cell):
        raise BadCell("NOT_A_NUMBER", "write a whole number of at most nine digits.")
    return int(cell)


def _items(cell: str) -> list[str]:
    return list(dict.fromkeys(item for item in (part.strip() for part in cell.split(";")) if item))


def _list(cell: str) -> Value:
    return json.dumps(_items(cell), ensure_ascii=False, separators=(",", ":"))


def _program_list(cell: str) -> Value:
    items = sorted(_items(cell))
    for item in items:
        _code(item)
    return json.dumps(items, ensure_ascii=False, separators=(",", ":"))
