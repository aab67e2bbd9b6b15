"""Shapes: the quick way through PTD loops that are built like one read before.

A report repeats few shapes of loop: the same segments with the same qualifiers, in the same order. A loop that was read
carefully without any problem teaches its shape. A loop that does not match it, or holds anything odd, is left to the careful
way, which also tells what is wrong.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from operator import getitem, itemgetter
from typing import Any

from tap_graph.feeds.cells import LONGEST_NAME, Value, converter
from tap_graph.feeds.kinds import POS, Column
from tap_graph.feeds.lines import KEY_JOINT, Line, Remembered
from tap_graph.feeds.problems import Malformed
from tap_graph.feeds.x12.item import Reading
from tap_graph.feeds.x12.segments import Delimiters
from tap_graph.feeds.x12.sketching import Sketch
from tap_graph.feeds.x12.totals import Totals
from tap_graph.feeds.x12.values import day, micro

MOST_SHAPES = 32
COLUMNS: Mapping[str, Column] = {column.name: column for column in POS.columns}
TYPED = ("order_line", "quantity", "shipped_on", "invoiced_on")
INVOICE, INVOICE_LINE, QUANTITY, SERIALS = (POS.position(name) for name in ("invoice_number", "invoice_line", "quantity", "serial_numbers"))
LIST_OF_SERIALS = converter(COLUMNS["serial_numbers"])
Pick = Callable[[Sequence[Any]], tuple[Any, ...]]


class Shape:
    """One shape of loop in one report."""

    def __init__(self, reading: Reading, line: Line, delimiters: Delimiters) -> None:
        sketch = Sketch(reading, delimiters)
        typed = [column for column in TYPED if column in sketch.groups]
        self.segments = len(reading.item)
        """How many segments its loops have."""
        self._tag = f"PTD{delimiters.element}"
        self._match = re.compile(sketch.pattern).fullmatch
        self._typed = _pick([sketch.groups[column] for column in typed])
        self._memories = [Remembered(_reader(column, negates=reading.negates)) for column in typed]
        self._constants: tuple[Value, ...] = line.values or ()
        # Where each column stands in: groups of the pattern, typed cells, values of the line the shape was learned from.
        places = {name: sketch.captured + len(typed) + at for at, name in enumerate(COLUMNS)}
        self._arrange = itemgetter(*(places | sketch.groups | {name: sketch.captured + at for at, name in enumerate(typed)}).values())
        self._serials = _pick(sketch.serials) if sketch.serials else None
        self._numbers_lines = not reading.cells.get("invoice_line")
        self._others = _pick(sketch.others) if sketch.others else None
        self._price = sketch.price
        self._prices: dict[str, Any] = Remembered(lambda text: micro(Decimal(text)))
        self._sign = -1 if reading.negates else 1

    def read(self, pieces: Sequence[str], start: int, number: int, record: int, totals: Totals, ordinals: dict[str, int]) -> list[Line]:
        """The lines of the loops from `start` on, up to the first that the careful way has to look at.

        Pieces lack their first `PTD*`. The first has that segment number and that record.
        """
        lines: list[Line] = []
        rows: list[Sequence[str]] = []
        match, tag, arrange, typed, memories, constants = (
            self._match,
            self._tag,
            self._arrange,
            self._typed,
            self._memories,
            self._constants,
        )
        odd = self._serials is not None or self._numbers_lines
        for piece in islice(pieces, start, None):
            found = match(piece)
            if found is None:
                break
            groups = found.groups()
            joined = KEY_JOINT.join(groups)
            if (" " in joined or len(joined) > LONGEST_NAME) and _any_odd(groups):
                break
            try:
                values = arrange((*groups, *map(getitem, memories, typed(groups)), *constants))
                if odd:
                    values = self._completed(values, groups, ordinals)
            except Malformed:
                break
            rows.append(groups)
            # A named tuple made by its own name takes twice as long.
            lines.append(tuple.__new__(Line, (number, record, tag + piece, values, KEY_JOINT.join(values[:3]), ())))
            number += self.segments
            record += 1
        self._add(totals, lines, rows)
        return lines

    def _completed(self, values: tuple[Any, ...], groups: Sequence[str], ordinals: dict[str, int]) -> tuple[Any, ...]:
        row = [*values]
        if self._serials is not None:
            row[SERIALS] = LIST_OF_SERIALS(";".join(self._serials(groups)))
        if self._numbers_lines:
            ordinals[row[INVOICE]] = ordinals.get(row[INVOICE], 0) + 1
            row[INVOICE_LINE] = str(ordinals[row[INVOICE]])
        return tuple(row)

    def _add(self, totals: Totals, lines: Sequence[Line], rows: Sequence[Sequence[str]]) -> None:
        pieces: list[int] = [line[3][QUANTITY] for line in lines]  # type: ignore[index]
        totals.loops += len(pieces)
        totals.hash_used += sum(pieces) * self._sign
        if self._others is not None:
            totals.hash_others += sum(int(text) for groups in rows for text in self._others(groups))
        if self._price is None:
            totals.priced = totals.priced and not pieces
        else:
            totals.add_amounts(pieces, [self._prices[groups[self._price]] for groups in rows])


def learn(reading: Reading, line: Line, delimiters: Delimiters) -> Shape | None:
    """The shape of a loop that was read without any problem; None where loops like it had better be read carefully."""
    if reading.repeats or len(reading.sources["quantity"]) != 1 or "distributor_id" in reading.sources:
        return None
    return Shape(reading, line, delimiters)


def _pick(places: Sequence[int]) -> Pick:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda groups: tuple(groups[place] for place in places)


def _any_odd(groups: Sequence[str]) -> bool:
    return any(len(text) > LONGEST_NAME or text != text.strip() for text in groups)


def _reader(column: str, *, negates: bool) -> Callable[[str], Value]:
    if column == "order_line":
        return converter(COLUMNS[column])
    if column == "quantity":
        return (lambda text: -int(text)) if negates else int
    return _day


def _day(text: str) -> str:
    found = day(text)
    if found is None:
        raise Malformed("NOT_A_DAY", "is not a day.")
    return found.isoformat()
