"""Segments: bytes to segments with their places, in bounded memory, whatever the delimiters are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tap_graph.feeds.edifact.delimiters import BLANKS, BYTE_ORDER_MARK, PRINTABLE, UNA_BYTES, UNPRINTABLE, Delimiters, advised
from tap_graph.feeds.edifact.directory import CHARSETS, element_name
from tap_graph.feeds.problems import Place, Problem, ReportRefused, shown

CHUNK = 1 << 16
LONGEST_SEGMENT = 1 << 20
LINE_ENDS = b"\r\n"
NUL = "\x00"
REMEMBERED = 4_096
SHORT = 128
"""Bytes of a segment that is remembered: units, days and parties repeat, long texts do not."""

Elements = tuple[tuple[str, ...], ...]


class Segment:
    """One segment: its number and first byte in the file, both from 1, its bytes, and its elements; `elements[0][0]` is the tag."""

    __slots__ = ("byte", "elements", "number", "raw", "tag", "undecodable")

    def __init__(self, number: int, byte: int, raw: bytes, elements: Elements, undecodable: int | None = None) -> None:
        self.number = number
        self.byte = byte
        self.raw = raw
        self.elements = elements
        self.tag = elements[0][0]
        self.undecodable = undecodable

    def get(self, element: int, component: int = 0) -> str:
        """The text of a component, the first counted 0; empty where it is left out."""
        try:
            return self.elements[element][component]
        except IndexError:
            return ""


@dataclass(slots=True)
class Splitter:
    """Splits one file into segments; each UNB sets the character set of what follows it."""

    stream: BinaryIO
    charset: str = "ascii"
    delimiters: Delimiters = PRINTABLE
    truncated: Problem | None = None
    """What stands at the end of the file behind the last terminator, if anything."""
    _data: bytes = b""
    _at: int = 0
    _before: int = 0
    _count: int = 0

    def here(self, tag: str) -> Place:
        """Where a segment would stand that should follow, but is not there."""
        return Place(self._count + 1, tag, self._before + self._at + 1)

    def segments(self) -> Iterator[Segment]:
        """All segments of the file, UNA left out.

        Raises `ReportRefused` for delimiters that cannot be used, and for a segment beyond 1 MiB.
        """
        if self._ensure(len(BYTE_ORDER_MARK)) and self._data.startswith(BYTE_ORDER_MARK):
            self._at = len(BYTE_ORDER_MARK)
        while self._begins():
            yield from self._interchange()

    def place(self, segment: Segment, element: int | None = None, component: int | None = None) -> Place:
        """Where a segment stands, or one of its elements; what is left out stands at the end of what would hold it."""
        tag = shown(segment.tag)
        if element is None:
            return Place(segment.number, tag, segment.byte)
        offset = self._offset(segment.raw, element, component or 0)
        return Place(segment.number, tag, segment.byte + offset, element_name(tag, element, component))

    def problem(
        self, segment: Segment, code: str, text: str, element: int | None = None, component: int | None = None, column: str | None = None
    ) -> Problem:
        """What is wrong with a segment or one of its elements, told with its place."""
        value = None if element is None else shown(segment.get(element, component or 0))
        return placed(Problem(code, column, value, text), self.place(segment, element, component))

    def _ensure(self, size: int) -> bool:
        """Reads on until that many bytes are at hand; whether there are any at all."""
        while len(self._data) - self._at < size and self._more():
            pass
        return len(self._data) > self._at

    def _more(self) -> bool:
        chunk = self.stream.read(CHUNK)
        self._before += self._at
        self._data = self._data[self._at :] + chunk
        self._at = 0
        return bool(chunk)

    def _begins(self) -> bool:
        """Goes to the next interchange and takes its delimiters; whether anything is left."""
        self._skip_blanks()
        if not self._ensure(UNA_BYTES):
            return False
        if self._data.startswith(b"UNA", self._at):
            self.delimiters = self._advised(self._data[self._at : self._at + UNA_BYTES])
            self._at += UNA_BYTES
        elif self._data.startswith(b"UNB", self._at):
            printable = self._data[self._at + 3 : self._at + 4] != UNPRINTABLE.element.encode()
            self.delimiters = PRINTABLE if printable else UNPRINTABLE
        return True

    def _skip_blanks(self) -> None:
        while self._ensure(1):
            rest = self._data[self._at :].lstrip(BLANKS)
            self._at = len(self._data) - len(rest)
            if rest:
                return

    def _advised(self, una: bytes) -> Delimiters:
        """The delimiters that UNA names."""
        chosen = una[3:].decode("latin-1")
        delimiters = advised(chosen)
        if delimiters is None:
            message = f"the delimiters `{shown(chosen)}` cannot be told from data. Write UNA:+.? ' or leave UNA out."
            raise self._refused("BAD_DELIMITERS", "UNA", message)
        return delimiters

    def _refused(self, code: str, tag: str, message: str) -> ReportRefused:
        """Why nothing can be read from here on."""
        place = self.here(shown(tag))
        return ReportRefused([placed(Problem(code, None, None, message), place)], place.segment)

    def _interchange(self) -> Iterator[Segment]:
        """Segments up to and with UNZ, or to the end of the file."""
        known: dict[bytes, Elements] = {}
        charset = self.charset
        while (end := self._end()) >= 0:
            raw = self._data[self._at : end].lstrip(LINE_ENDS)
            byte = self._before + end - len(raw) + 1
            self._at = end + 1
            self._count += 1
            if raw.startswith(b"UNB"):
                self.charset = self._named(raw)
            if charset != self.charset or len(known) > REMEMBERED:
                known, charset = {}, self.charset
            elements = known.get(raw)
            undecodable = None
            if elements is None:
                elements, undecodable = self._split(raw)
                if undecodable is None and len(raw) <= SHORT:
                    known[raw] = elements
            segment = Segment(self._count, byte, raw, elements, undecodable)
            yield segment
            if segment.tag == "UNZ":
                return
        self._rest()

    def _named(self, unb: bytes) -> str:
        """The character set that UNB names; where it names none that is known, one that knows every byte."""
        elements = unb.decode("latin-1").split(self.delimiters.element, 2)
        name = elements[1].partition(self.delimiters.component)[0] if len(elements) > 1 else ""
        return CHARSETS.get(name, "iso8859_1")

    def _end(self) -> int:
        """Where the segment that begins at `_at` ends; -1 at the end of the file."""
        terminator, release = self.delimiters.terminator.encode(), self.delimiters.release.encode()
        start = self._at
        while True:
            end = self._data.find(terminator, start)
            if end - self._at > LONGEST_SEGMENT or (end < 0 and len(self._data) - self._at > LONGEST_SEGMENT):
                tag = self._data[self._at : self._at + 3].decode("latin-1")
                message = f"the segment has more than {LONGEST_SEGMENT:,} bytes. End each segment with `{self.delimiters.terminator}`."
                raise self._refused("SEGMENT_TOO_LONG", tag, message)
            if end < 0:
                start = len(self._data) - self._at
                if not self._more():
                    return -1
                # The release character may be the last byte that was there.
                start = max(start - 1, 0)
            elif release and _released(self._data, end, self._at, release):
                start = end + 1
            else:
                return end

    def _rest(self) -> None:
        rest = self._data[self._at :].strip(BLANKS)
        if rest:
            at = self._before + self._data.index(rest, self._at) + 1
            place = Place(self._count + 1, shown(rest[:3].decode("latin-1")), at)
            message = "the file ends inside this segment. Deliver the whole file."
            self.truncated = placed(Problem("TRUNCATED", None, None, message), place)
        self._at = len(self._data)

    def _split(self, raw: bytes) -> tuple[Elements, int | None]:
        """The elements of a segment, and its first byte that its character set does not know."""
        undecodable = None
        try:
            text = raw.decode(self.charset)
        except UnicodeDecodeError as error:
            text, undecodable = raw.decode(self.charset, errors="replace"), error.start
        if NUL in text:
            # Every set knows it, and no syntax allows it; nor does any database keep it.
            undecodable, text = raw.find(b"\x00") if undecodable is None else undecodable, text.replace(NUL, "\N{REPLACEMENT CHARACTER}")
        signs = self.delimiters
        if not signs.release or signs.release not in text:
            return tuple(tuple(element.split(signs.component)) for element in text.split(signs.element)), undecodable
        return tuple(tuple(element) for element in _unreleased(text, signs)), undecodable

    def _offset(self, raw: bytes, element: int, component: int) -> int:
        """The byte of a component in its segment, counted from 0."""
        signs = self.delimiters
        release, at = signs.release.encode(), 0
        for sign, left in ((signs.element.encode(), element), (signs.component.encode(), component)):
            passed = 0
            while passed < left:
                if at >= len(raw) or (sign == signs.component.encode() and raw[at : at + 1] == signs.element.encode()):
                    return at
                if release and raw[at : at + 1] == release:
                    at += 1
                elif raw[at : at + 1] == sign:
                    passed += 1
                at += 1
        return min(at, len(raw))


def _released(data: bytes, at: int, start: int, release: bytes) -> bool:
    """Whether the sign at that place stands behind an odd number of release characters."""
    count = 0
    while at - count > start and data[at - count - 1 : at - count] == release:
        count += 1
    return count % 2 == 1


def _unreleased(text: str, signs: Delimiters) -> list[list[str]]:
    """The elements of a segment that holds release characters."""
    elements: list[list[str]] = [[""]]
    letters = iter(text)
    for letter in letters:
        if letter == signs.release:
            elements[-1][-1] += next(letters, "")
        elif letter == signs.element:
            elements.append([""])
        elif letter == signs.component:
            elements[-1].append("")
        else:
            elements[-1][-1] += letter
    return elements


def placed(problem: Problem, place: Place) -> Problem:
    """The problem at a place, which is told in front of its message."""
    where = f"Segment {place.segment}, {place.element or place.tag} at byte {place.byte}"
    return Problem(problem.code, problem.column, problem.value, f"{where}: {problem.message}", place)
