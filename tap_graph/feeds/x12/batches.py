"""Batches: a stream of bytes to whole PTD loops and other segments, some hundred at a time, never the whole file.

A batch never ends inside a loop that begins with `PTD*`, and holds segments of one interchange: delimiters may change with the next.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from tap_graph.feeds.defects import Defects
from tap_graph.feeds.problems import Place, Problem
from tap_graph.feeds.x12.segments import BLANKS, BYTE_ORDER_MARK, ISA_BYTES, LINE_ENDS, Delimiters, Segment, placed, refused

# Small on purpose: text and lines of one batch stay in the processor's cache.
CHUNK = 1 << 16
CONTROLS = bytes([*range(32), 127])
LARGEST_SEGMENT = 1 << 20
LARGEST_LOOP = 1 << 22


@dataclass(slots=True)
class Batch:
    """Segments that follow one another in the file."""

    delimiters: Delimiters
    text: str
    """The segments joined by the terminator; line ends and blank lines between them are gone."""
    original: bytes
    byte: int
    """Where `original` begins in the file, from 1."""
    number: int
    """Number of the first segment."""
    count: int
    printable: bool
    """Whether no character of it is invisible."""
    cut: bool = False
    """Whether the file ends inside the last segment."""
    _offsets: list[int] = field(default_factory=list)

    def segments(self, index: int, text: str) -> list[Segment]:
        """The segments of a piece of `text` that begins with its `index`th segment (from 0)."""
        offsets = self._offsets or self._found_offsets()
        return [
            Segment(self.number + at, offsets[at], one.split(self.delimiters.element))
            for at, one in enumerate(text.split(self.delimiters.terminator), index)
        ]

    def last(self) -> Segment:
        """The last segment."""
        index = self.count - 1
        return self.segments(index, self.text.rpartition(self.delimiters.terminator)[2])[0]

    def _found_offsets(self) -> list[int]:
        byte = self.byte
        pieces = self.original.split(self.delimiters.terminator.encode())
        if not pieces[-1].strip(LINE_ENDS):
            pieces.pop()
        for piece in pieces:
            bare = piece.lstrip(LINE_ENDS)
            # Where lines end segments, an empty line is none; `~~` is an empty segment.
            if bare or self.delimiters.terminator not in "\r\n":
                self._offsets.append(byte + len(piece) - len(bare))
            byte += len(piece) + 1
        return self._offsets


class Batches:
    """Reads one stream."""

    def __init__(self, stream: BinaryIO, defects: Defects) -> None:
        self._stream = stream
        self._defects = defects
        self._data = b""
        self._ended = False
        self._byte = 1
        self._number = 1

    def __iter__(self) -> Iterator[Batch]:
        """The batches of all interchanges. `ReportRefused` where bytes cannot be read as segments."""
        self._fill(ISA_BYTES)
        if self._data.startswith(BYTE_ORDER_MARK):
            self._drop(len(BYTE_ORDER_MARK))
        while self._begins():
            delimiters = Delimiters.of(self._data[:ISA_BYTES], self._byte, self._number)
            yield from self._interchange(delimiters)

    def _begins(self) -> bool:
        while True:
            self._drop(len(self._data) - len(self._data.lstrip(BLANKS)))
            if len(self._data) >= ISA_BYTES or self._ended:
                break
            self._fill(ISA_BYTES)
        if not self._data and self._byte <= 1 + len(BYTE_ORDER_MARK):
            raise refused("EMPTY_FILE", "the file is empty. Give an interchange from ISA to IEA.", Place(1, "ISA", 1))
        return bool(self._data)

    def _fill(self, wanted: int) -> None:
        while len(self._data) < wanted and not self._ended:
            chunk = self._stream.read(CHUNK)
            self._ended = not chunk
            self._data += chunk

    def _drop(self, size: int) -> None:
        self._data = self._data[size:]
        self._byte += size

    def _interchange(self, delimiters: Delimiters) -> Iterator[Batch]:
        borders = _Borders(delimiters)
        seen, closed = 0, False
        while not closed:
            size, closed = borders.cut(self._data, seen, ended=self._ended)
            if size:
                batch = self._batch(delimiters, self._data[:size])
                self._drop(size)
                if batch.count:
                    yield batch
            elif self._ended:
                return
            self._check_sizes(borders)
            if not closed:
                seen = len(self._data)
                self._fill(seen + 1)

    def _check_sizes(self, borders: "_Borders") -> None:
        rest = len(self._data) - self._data.rfind(borders.terminator) - 1
        if rest > LARGEST_SEGMENT:
            what = "a segment has more than 1 MiB. End segments with the terminator that follows ISA16."
            place = Place(self._number + self._data.count(borders.terminator), "segment", self._byte + len(self._data) - rest)
            raise refused("SEGMENT_TOO_LONG", what, place)
        if len(self._data) > LARGEST_LOOP:
            what = "the PTD loop that begins here has more than 4 MiB. Report it in several."
            raise refused("RECORD_TOO_LARGE", what, Place(self._number, "PTD", self._byte))

    def _batch(self, delimiters: Delimiters, original: bytes) -> Batch:
        terminator = delimiters.terminator
        text = self._decoded(original, terminator)
        whole = original.rstrip(LINE_ENDS.replace(terminator.encode(), b"")).endswith(terminator.encode())
        if "\n" in text or "\r" in text:
            text = re.sub(f"{re.escape(terminator)}[\r\n]+", lambda _: terminator, text).strip("\r\n")
        count = text.count(terminator) + (not text.endswith(terminator)) if text else 0
        text = text.removesuffix(terminator)
        batch = Batch(delimiters, text, original, self._byte, self._number, count, _is_printable(text, terminator), not whole)
        self._number += count
        return batch

    def _decoded(self, original: bytes, terminator: str) -> str:
        try:
            return original.decode()
        except UnicodeDecodeError as error:
            byte = self._byte + error.start
            message = f"0x{original[error.start]:02X} is not UTF-8. Save the file as UTF-8 and deliver it again."
            segment = self._number + original.count(terminator.encode(), 0, error.start)
            self._defects.of_file(placed(Problem("NOT_UTF8", None, None, message, Place(segment, "byte", byte))))
            return original.decode("utf-8", "replace")


def _is_printable(text: str, terminator: str) -> bool:
    visible = text if terminator.isprintable() else text.replace(terminator, "")
    if visible.isascii():  # five times as quick as to ask of each character
        return len(visible.encode().translate(None, CONTROLS)) == len(visible)
    return visible.isprintable()


class _Borders:
    """Finds where a batch can end; what was looked at before is not looked at again."""

    def __init__(self, delimiters: Delimiters) -> None:
        self.terminator = delimiters.terminator.encode()
        self._ends = self.terminator[0]
        self._loop = b"PTD" + delimiters.element.encode()
        self._trailer = b"IEA" + delimiters.element.encode()

    def cut(self, data: bytes, seen: int, *, ended: bool) -> tuple[int, bool]:
        """How many bytes can be taken now (0: more have to be read), and whether they end the interchange.

        The first `seen` bytes were looked at before and hold no end, though their last segment may now be complete.
        """
        opened = data.rfind(self.terminator, 0, seen) + 1
        while opened < len(data) and data[opened] in LINE_ENDS and data[opened] != self._ends:
            opened += 1
        if (trailer := self._first_trailer(data, opened, seen)) >= 0:
            end = data.find(self.terminator, trailer)
            if end >= 0:
                return end + 1, True
        if ended:
            return len(data), False
        if (loop := self._last_loop(data, opened, seen)) >= 0:
            return loop, False
        return data.rfind(self.terminator) + 1, False

    def _first_trailer(self, data: bytes, opened: int, seen: int) -> int:
        if data.startswith(self._trailer, opened):
            return opened
        at = data.find(self._trailer, max(seen - len(self._trailer), 0))
        while at >= 0 and not self._after_terminator(data, at):
            at = data.find(self._trailer, at + 1)
        return at

    def _last_loop(self, data: bytes, opened: int, seen: int) -> int:
        """Where the last PTD begins; 0 where only the first bytes are one, -1 where there is none."""
        least = max(seen - len(self._loop), 0)
        at = data.rfind(self._loop, least)
        while at >= 0 and not self._after_terminator(data, at):
            at = data.rfind(self._loop, least, at + len(self._loop) - 1)
        if at < 0 and data.startswith(self._loop, opened):
            return opened
        return 0 if at < 0 and data.startswith(self._loop) else at

    def _after_terminator(self, data: bytes, at: int) -> bool:
        at -= 1
        while at >= 0 and data[at] in LINE_ENDS and data[at] != self._ends:
            at -= 1
        return at < 0 or data[at] == self._ends
