"""Bulk: a large CSV file in blocks of columns, each line exactly as `feeds/csv.py` would read it.

A line that is plain in every respect asked here is vouched for column by column; every other line, and every record with a
quote in it, is read by `LineReader` as in any file, which is where problems are told.
"""

import io
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, BinaryIO

import polars as pl

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.cells import AMOUNT_DIGITS, COUNT_DIGITS, LONGEST_NAME, LONGEST_TEXT, Value, converter
from tap_graph.feeds.contradictions import CHECKS, Check
from tap_graph.feeds.decoding import decoded
from tap_graph.feeds.header import columns_of
from tap_graph.feeds.kinds import Column, Kind
from tap_graph.feeds.lines import KEY_JOINT, Line, LineReader, Remembered
from tap_graph.feeds.problems import Malformed
from tap_graph.feeds.records import Batch, Splitter, parsed, records

# Characters of text in a block: enough for columns to pay, and little to hold.
BLOCK = 1 << 20
# Signs that no column refuses, beside printable ASCII: nothing invisible and no blank is among them.
LETTERS = "¡-¬®-ɏͰ-ϿЀ-ӿ぀-ヿ一-鿿가-힣"
# What makes a line one to be read with care: quotes, backslashes, blanks around a cell, and anything unusual.
UNUSUAL = rf'["\\]|^ | $| ,|, |[^ -~{LETTERS}]'
# What a code may not hold beside quotes and backslashes.
NOT_IN_CODES = ["'", "|"]
COUNT = rf"^-?[0-9]{{1,{COUNT_DIGITS}}}$"
AMOUNT = rf"^[0-9]{{1,{AMOUNT_DIGITS}}}(\.[0-9]{{1,2}})?$"
TYPES: dict[str, type[pl.DataType]] = {"count": pl.Int64, "amount": pl.Int64, "boolean": pl.Boolean}
NUMBER = pl.UInt32
PARTS = 16

# A column's values, and which of them may be taken; None where all may.
Read = tuple[pl.Series, pl.Series | None]


@dataclass(frozen=True, slots=True)
class Block:
    """Some thousand lines of a file: those vouched for as columns, the others as lines."""

    vouched: pl.DataFrame
    """Columns `seq` (the record), `physical_line`, `raw`, `record_key`, and the kind's."""
    others: list[Line]

    def rows(self) -> list[tuple[Any, ...]]:
        """The vouched lines as rows."""
        return self.vouched.rows()

    def copy_text(self) -> bytes:
        r"""The vouched lines as PostgreSQL's COPY reads them: tabs between cells, `\N` for null; none of them needs escaping."""
        text = io.BytesIO()
        self.vouched.write_csv(text, include_header=False, separator="\t", quote_style="never", null_value=r"\N")
        return text.getvalue()


class Doubled:
    """Looks for keys that stand on several lines of a file, remembering twelve bytes a line."""

    def __init__(self) -> None:
        self._marks: list[pl.DataFrame] = []

    def add(self, block: Block) -> None:
        """Remembers the keys of a block; only lines with values have one that counts."""
        others = [(line.record, line.key) for line in block.others if line.values is not None]
        for lines in (block.vouched, pl.DataFrame(others, schema={"seq": pl.Int64, "record_key": pl.String}, orient="row")):
            self._marks.append(lines.select(pl.col("seq").cast(NUMBER), mark=pl.col("record_key").hash()))

    def seqs(self) -> list[int]:
        """The lines whose key may stand on another line too: all that do, and rarely one that does not."""
        marks = pl.concat(self._marks, rechunk=False) if self._marks else pl.DataFrame(schema={"seq": NUMBER, "mark": pl.UInt64})
        # One part after the other: looking for them takes many times the memory of what is looked at.
        parts = (marks.filter(pl.col("mark") % PARTS == part) for part in range(PARTS))
        found = [part.filter(pl.col("mark").is_duplicated())["seq"] for part in parts]
        return pl.concat(found).sort().to_list()


class Reading:
    """One file of a kind while it is read.

    Its texts come from one thread and are made blocks by another, one after the other. It raises `FileRefused` exactly
    where `feeds.csv.read` does, if not after as many lines.
    """

    def __init__(self, stream: BinaryIO, kind: Kind) -> None:
        began = stream.tell()
        names = columns_of(kind, next(records(stream), None))
        stream.seek(began)
        self._splitter = Splitter()
        self._texts = _texts(stream)
        self._begun = _after_header(self._texts, self._splitter)
        self._voucher, self._reader = _Voucher(kind, names), LineReader(kind, names)
        self._count = 0

    def texts(self) -> Iterator[str]:
        """What follows the header, in pieces of whole physical lines."""
        return chain(self._begun, self._texts)

    def block(self, text: str) -> Block:
        """The records that end in the next piece."""
        plain, quoted = _split(text, self._splitter)
        vouched, unusual = self._voucher.vouched(_counted(plain, quoted, self._count))
        others = _others(self._reader, unusual, quoted, self._count, plain["number"])
        self._count += len(plain) + len(quoted.numbers)
        return Block(vouched, others)

    def finish(self) -> None:
        """Refuses a file that ends inside quotes."""
        self._splitter.finish()


def _texts(stream: BinaryIO) -> Iterator[str]:
    """The file's text in pieces of whole physical lines, without the last line end of each."""
    pieces: list[str] = []
    size = 0
    try:
        for piece in decoded(stream):
            pieces.append(piece)
            size += len(piece)
            if size >= BLOCK and "\n" in piece:
                text, _, rest = "".join(pieces).rpartition("\n")
                pieces, size = [rest], len(rest)
                yield text
    except FileRefused:
        # What stands before is read first, as in a file that is read line by line: it may be refused for that.
        text, end, _ = "".join(pieces).rpartition("\n")
        if end:
            yield text
        raise
    if last := "".join(pieces):
        yield last.removesuffix("\n")


def _after_header(texts: Iterator[str], splitter: Splitter) -> list[str]:
    """What follows the first record in its piece of text, if anything does."""
    for text in texts:
        rest, more = text, True
        while more:
            line, end, rest = rest.partition("\n")
            more = bool(end)
            if splitter.split([line]).raws:
                return [rest] if more else []
    return []


def _split(text: str, splitter: Splitter) -> tuple[pl.DataFrame, Batch]:
    """The records of one line each that hold no quote, with their numbers, and the records with quotes."""
    first = splitter.number + 1
    lines = pl.DataFrame({"raw": pl.Series([text]).str.split("\n").explode()}).with_row_index("number", first)
    raw, quoted = pl.col("raw"), Batch()
    blank = (raw == "") | (raw == "\r")
    if splitter.is_inside or '"' in text:
        taken = _take_quoted(lines["raw"].to_list(), splitter, quoted)
        blank |= pl.col("number").is_in(pl.Series(taken, dtype=NUMBER).implode())
    splitter.number = first + len(lines) - 1
    plain = lines.filter(~blank)
    return plain.with_columns(raw.str.strip_chars_end("\r")) if "\r" in text else plain, quoted


def _take_quoted(lines: list[str], splitter: Splitter, quoted: Batch) -> list[int]:
    """Joins the lines of records with quotes; returns the numbers of all these lines."""
    first = splitter.number + 1
    marked = [place for place, line in enumerate(lines) if '"' in line]
    taken = []
    place = 0
    while place < len(lines):
        if not splitter.is_inside:
            following = bisect_left(marked, place)
            if following == len(marked):
                break
            place = marked[following]
        splitter.number = first + place - 1
        splitter.split([lines[place]], quoted)
        taken.append(first + place)
        place += 1
    return taken


def _counted(plain: pl.DataFrame, quoted: Batch, count: int) -> pl.DataFrame:
    """Plain lines with their record numbers: records with quotes are counted between them."""
    before = pl.Series(quoted.numbers, dtype=NUMBER).search_sorted(plain["number"]) if quoted.numbers else 0
    return plain.with_row_index("seq", count + 1).with_columns(pl.col("seq") + before)


def _others(reader: LineReader, unusual: pl.DataFrame, quoted: Batch, count: int, plain: pl.Series) -> list[Line]:
    found = [(number, seq, raw, "") for seq, number, raw in unusual.select("seq", "number", "raw").rows()]
    if quoted.numbers:
        before = plain.search_sorted(pl.Series(quoted.numbers, dtype=NUMBER)).to_list()
        seqs = (count + 1 + place + others for place, others in enumerate(before))
        faults = (quoted.faults.get(place, "") for place in range(len(quoted.numbers)))
        found += zip(quoted.numbers, seqs, quoted.raws, faults, strict=True)
    found.sort()
    faulty = {place: fault for place, (*_, fault) in enumerate(found) if fault}
    batch = Batch([number for number, *_ in found], [raw for _, _, raw, _ in found], faulty)
    return [reader.line(seq, record) for (_, seq, _, _), record in zip(found, parsed(batch), strict=True)]


class _Voucher:
    """Takes the lines of a file that are plain, as typed columns."""

    def __init__(self, kind: Kind, header: Sequence[str]) -> None:
        self._kind = kind
        self._width = len(header)
        self._places = {name: place for place, name in enumerate(header)}
        self._readers = {column.name: _reader(column) for column in kind.columns if column.name in header}
        # A vouched amount has no minus: checks of amounts alone find nothing.
        self._checks = [check for check in CHECKS.get(kind.name, ()) if any(kind.columns[at].type != "amount" for at in check.positions)]

    def vouched(self, lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The lines that are plain, ready to be staged, and all others."""
        raw = pl.col("raw")
        fits = (raw.str.count_matches(",", literal=True) == self._width - 1) & (raw.str.len_chars() <= LONGEST_TEXT)
        usual = lines.select(fits & ~raw.str.contains(UNUSUAL)).to_series()
        likely, unusual = lines.filter(usual), lines.filter(~usual)
        values, masks = self._read(likely["raw"])
        masks += self._consistent(values)
        ready = self._staged(likely, values)
        if masks:
            good = pl.select(pl.all_horizontal(masks)).to_series()
            ready, unusual = ready.filter(good), pl.concat([unusual, likely.filter(~good)])
        return ready, unusual

    def _read(self, raws: pl.Series) -> tuple[pl.DataFrame, list[pl.Series]]:
        cells = raws.str.split_exact(",", self._width - 1).struct.unnest().get_columns()
        values, masks = [], []
        for column in self._kind.columns:
            if column.name in self._readers:
                read, good = self._readers[column.name](cells[self._places[column.name]])
                masks += [] if good is None else [good]
            else:
                read = pl.repeat(column.empty, len(raws), dtype=TYPES.get(column.type, pl.String), eager=True)
            values.append(read.alias(column.name))
        return pl.DataFrame(values), masks

    def _consistent(self, values: pl.DataFrame) -> list[pl.Series]:
        """Which rows do not contradict themselves, a mask for each check that finds any."""
        masks = []
        for check in self._checks:
            names = [self._kind.columns[at].name for at in check.positions]
            given = values.select(names)
            distinct = given.unique()
            bad = distinct.filter(pl.Series([self._is_found(check, row) for row in distinct.rows()], dtype=pl.Boolean))
            if len(bad):
                rest = given.with_row_index("place").join(bad, on=names, how="anti", nulls_equal=True)["place"]
                masks.append(pl.select(pl.int_range(len(given), dtype=NUMBER)).to_series().is_in(rest.implode()))
        return masks

    def _is_found(self, check: Check, cells: Sequence[Value]) -> bool:
        row: list[Value] = [None] * len(self._kind.columns)
        for at, cell in zip(check.positions, cells, strict=True):
            row[at] = cell
        return check.find(row) is not None

    def _staged(self, likely: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
        parts = [pl.col(name).cast(pl.String).fill_null("") for name in self._kind.keys]
        key = values.select(pl.concat_str(parts, separator=KEY_JOINT)).to_series()
        head = likely.select(
            pl.col("seq").cast(pl.Int64),
            pl.col("number").cast(pl.Int64).alias("physical_line"),
            "raw",
            key.alias("record_key"),
        )
        return pl.concat([head, values], how="horizontal")


def _reader(column: Column) -> Callable[[pl.Series], Read]:
    """How the cells of a column of plain lines are read."""
    readers: dict[str, Callable[[pl.Series], Read]] = {
        "name": partial(_names, column),
        "code": partial(_codes, column),
        "text": _texts_or_null,
        "prose": _texts_or_null,
        "count": partial(_counts, column),
        "amount": _amounts,
        "list": partial(_lists, Remembered(converter(column))),
    }
    return readers.get(column.type) or partial(_remembered, Remembered(converter(column)), TYPES.get(column.type, pl.String))


def _texts_or_null(cells: pl.Series) -> Read:
    return _or_null(cells, cells.str.len_bytes() > 0), None


def _or_null(cells: pl.Series, filled: pl.Series) -> pl.Series:
    return cells if filled.all() else pl.select(pl.when(filled).then(cells)).to_series()


def _names(column: Column, cells: pl.Series) -> Read:
    lengths = cells.str.len_bytes()
    filled = lengths > 0
    short = lengths <= LONGEST_NAME
    good = None if short.all() else short
    if column.key and not column.may_be_empty and not filled.all():
        good = filled if good is None else good & filled
    return _or_null(cells, filled), good


def _codes(column: Column, cells: pl.Series) -> Read:
    values, good = _names(column, cells)
    found = cells.str.contains_any(NOT_IN_CODES)
    if found.any():
        good = ~found if good is None else good & ~found
    return values, good


def _counts(column: Column, cells: pl.Series) -> Read:
    empty = cells.str.len_bytes() == 0
    good = cells.str.contains(COUNT)
    if not (column.key and not column.may_be_empty):
        good |= empty
    counts = cells.cast(pl.Int64, strict=False)
    return counts if column.empty is None else counts.fill_null(column.empty), good


def _amounts(cells: pl.Series) -> Read:
    filled = cells.str.len_bytes() > 0
    whole, places = cells.str.split_exact(".", 1).struct.unnest().get_columns()
    cents = pl.concat_str([whole, places.fill_null("").str.pad_end(2, "0")]).cast(pl.Int64, strict=False)
    return pl.select(pl.when(filled).then(cents)).to_series(), cells.str.contains(AMOUNT) | ~filled


def _lists(memory: Remembered, cells: pl.Series) -> Read:
    """Lists of one item, as most are, by column; others as they are met."""
    lengths = cells.str.len_bytes()
    other = cells.str.contains(";", literal=True) | (lengths > LONGEST_NAME) | (lengths == 0)
    one = pl.concat_str([pl.lit('["'), cells, pl.lit('"]')])
    if not other.any():
        return pl.select(one).to_series(), None
    values, good = _remembered(memory, pl.String, pl.select(pl.when(other).then(cells).otherwise(pl.lit(""))).to_series())
    return pl.select(pl.when(other).then(values).otherwise(one)).to_series(), good


def _remembered(memory: Remembered, type_: type[pl.DataType], cells: pl.Series) -> Read:
    """Columns that repeat themselves: each distinct cell is read once."""
    values: dict[str, Value] = {}
    bad: list[str] = []
    for cell in cells.unique().to_list():
        try:
            values[cell] = memory[cell]
        except Malformed:
            bad.append(cell)
    good = ~cells.is_in(bad) if bad else None
    if all(value == cell for cell, value in values.items()):
        return cells, good
    return cells.replace_strict(list(values), list(values.values()), default=None, return_dtype=type_), good
