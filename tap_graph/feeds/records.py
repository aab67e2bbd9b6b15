"""Records: physical lines to CSV records with their raw text and position.

A record ends at a line end outside quotes. Where that is decides what every later line means, so quoting that
RFC 4180 does not know refuses the file; only a quote inside an unquoted cell, which moves no border, stays a matter
of its line.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.decoding import LARGEST_RECORD, physical_lines, record_too_large

LONGEST_LINE = 65_536
# A character is at most four bytes in UTF-8: shorter records need not be encoded to be counted.
SURELY_SHORT = LONGEST_LINE // 4


# The physical line it begins on, its text without line end, its cells, and a code where it cannot be split, else "".
# A plain tuple: a named one costs a tenth of reading a line.
Record = tuple[int, str, list[str], str]


def records(stream: BinaryIO) -> Iterator[Record]:
    """Every record of the stream that is not blank, the header included."""
    splitter = Splitter()
    for lines in physical_lines(stream):
        yield from parsed(splitter.split(lines))
    splitter.finish()


@dataclass(slots=True)
class Batch:
    """Records of some physical lines, not split into cells yet."""

    numbers: list[int] = field(default_factory=list)
    raws: list[str] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    """Codes of the records that cannot be split, by their place in the batch."""


def parsed(batch: Batch) -> Iterator[Record]:
    """The records of a batch with their cells."""
    faults = [""] * len(batch.raws)
    for place, raw in enumerate(batch.raws):
        if len(raw) > SURELY_SHORT and len(raw.encode()) > LONGEST_LINE:
            batch.faults[place] = "LINE_TOO_LONG"
    raws = batch.raws if not batch.faults else ["" if place in batch.faults else raw for place, raw in enumerate(batch.raws)]
    try:
        rows = list(csv.reader(raws, strict=True))
    except csv.Error:
        rows = [_parsed_alone(raw, place, batch) for place, raw in enumerate(raws)]
    for place, fault in batch.faults.items():
        faults[place] = fault
    return zip(batch.numbers, batch.raws, rows, faults, strict=True)


def _parsed_alone(raw: str, place: int, batch: Batch) -> list[str]:
    try:
        return next(csv.reader([raw], strict=True), [])
    except csv.Error:
        # Quoting was looked at before: what the reader still refuses is a CR outside quotes.
        batch.faults[place] = "BARE_CARRIAGE_RETURN"
        return []


class Splitter:
    """Joins physical lines to records; remembers the record a batch ended in."""

    def __init__(self) -> None:
        self.number = 0
        """The physical line that was read last, counted from 1."""
        self._open: list[str] = []
        self._open_size = 0
        self._began = 0
        self._stray = False

    @property
    def is_inside(self) -> bool:
        """Whether the record begun last goes on: a quote in it is still open."""
        return bool(self._open)

    def split(self, lines: Iterable[str], batch: Batch | None = None) -> Batch:
        """The records that end in these lines, put into `batch` where one is given; blank lines are none."""
        batch = Batch() if batch is None else batch
        numbers, raws = batch.numbers, batch.raws
        number = self.number
        for line in lines:
            number += 1
            if self._open or '"' in line:
                self.number = number
                self._quoted(line, batch)
            elif line and line != "\r":
                numbers.append(number)
                raws.append(line.rstrip("\r") if line[-1] == "\r" else line)
        self.number = number
        return batch

    def finish(self) -> None:
        """Refuses a file that ends inside quotes."""
        if self._open:
            what = "the file ends inside a quoted cell of the record that begins here. Close the quote, or deliver the whole file."
            raise FileRefused("TRUNCATED_QUOTING", f"Line {self._began}: {what}", self._began)

    def _quoted(self, line: str, batch: Batch) -> None:
        if not self._open:
            self._began, self._stray, self._open_size = self.number, False, 0
        stays_open = self._leaves_open(line, inside=bool(self._open))
        if not stays_open and not self._open:
            self._end(line, batch)
            return
        self._open.append(line)
        self._open_size += len(line.encode()) + 1
        if self._open_size > LARGEST_RECORD:
            raise record_too_large(self._began)
        if not stays_open:
            raw = "\n".join(self._open)
            self._open = []
            self._end(raw, batch)

    def _end(self, raw: str, batch: Batch) -> None:
        if self._stray:
            batch.faults[len(batch.raws)] = "STRAY_QUOTE"
        batch.numbers.append(self._began)
        batch.raws.append(raw.rstrip("\r"))

    def _leaves_open(self, line: str, *, inside: bool) -> bool:
        """Whether the line ends within quotes; `inside` says whether it begins within them."""
        if not inside and _quotes_every_cell(line):
            return False
        position = 0
        if inside and (position := self._after_quoted(line, 0)) < 0:
            return True
        while (quote := line.find('"', position)) >= 0:
            if line[quote - 1 : quote] in {"", ","}:
                if (position := self._after_quoted(line, quote + 1)) < 0:
                    return True
            else:
                self._stray = True
                if (position := line.find(",", quote)) < 0:
                    return False
        return False

    def _after_quoted(self, line: str, start: int) -> int:
        """The place after the quote that closes the cell whose text goes on at `start`; -1 if none does on this line."""
        while (quote := line.find('"', start)) >= 0:
            after = quote + 1
            if not line.startswith('"', after):
                if line[after : after + 1] not in {"", ","} and line[after:].strip("\r"):
                    what = f"text follows the closing quote at character {after}. Double a quote that belongs to the text of its cell."
                    raise FileRefused("BAD_QUOTING", f"Line {self.number}: {what}", self.number)
                return after
            start = after + 1
        return -1


def _quotes_every_cell(line: str) -> bool:
    """Whether a line is `"…","…"` with no other quote in it, as many programs export: asked first because it is quick."""
    last = len(line) - (2 if line[-1] == "\r" else 1)
    if last < 1 or line[0] != '"' or line[last] != '"':
        return False
    inner = line[1:last]
    return inner.count('"') == 2 * inner.count('","')
