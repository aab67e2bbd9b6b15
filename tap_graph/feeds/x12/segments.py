"""Segments: delimiters of an interchange, and one segment with its place in the file."""

from dataclasses import dataclass

from tap_graph.feeds.problems import Place, Problem, ReportRefused, shown

ISA_BYTES = 106
"""ISA is the one segment of fixed widths: what separates is read from where it stands."""
SEPARATOR_PLACES = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
REPETITION_PLACE, COMPONENT_PLACE, TERMINATOR_PLACE = 82, 104, 105
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANKS = b" \t\r\n\x1a"
"""What may stand before the first ISA and after an IEA."""
LINE_ENDS = b"\r\n"
NO_DELIMITERS = (b" ", b"-", b".", b"\0")


def looks_like_x12(first: bytes) -> bool:
    """Whether a file that begins with these bytes is X12: an ISA with something that separates behind it."""
    start = first.removeprefix(BYTE_ORDER_MARK).lstrip(BLANKS)
    return len(start) > 3 and start.startswith(b"ISA") and not start[3:4].isalnum() and start[3] not in BLANKS


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What separates elements, components and segments of one interchange."""

    element: str
    component: str
    terminator: str
    repetition: str | None
    """ISA11, from version 00402 on; None in 00401, where it holds `U`."""

    @classmethod
    def of(cls, isa: bytes, byte: int, number: int) -> "Delimiters":
        """Those of the ISA at the beginning of these bytes, which is that segment of the file and stands at that byte (from 1)."""
        if not b"ISA".startswith(isa[:3]):
            what = f"here an interchange should begin, but there is `{shown(isa[:20].decode('utf-8', 'replace'))}`"
            raise refused("NOT_X12", f"{what}. Give ISA to IEA, one interchange after the other.", Place(number, "ISA", byte))
        if len(isa) < ISA_BYTES:
            raise refused("TRUNCATED", "the file ends inside ISA. Deliver the whole file.", Place(number, "ISA", byte + len(isa)))
        separator = isa[3:4]
        for at, place in enumerate(SEPARATOR_PLACES, 1):
            if isa[place : place + 1] != separator:
                what = f"does not begin at byte {place + 2} of ISA. Write the elements in their fixed widths, 106 bytes in all."
                raise refused("BAD_ISA", what, Place(number, "ISA", byte + place, f"ISA{at:02d}"))
        chosen = [isa[place : place + 1] for place in (3, COMPONENT_PLACE, TERMINATOR_PLACE)]
        if len(set(chosen)) < len(chosen) or any(one.isalnum() or one in NO_DELIMITERS or not one.isascii() for one in chosen):
            listed = " ".join(shown(one.decode("latin-1")) for one in chosen)
            what = f"the delimiters `{listed}` cannot be told from data. Choose three different signs, such as * : ~"
            raise refused("BAD_DELIMITERS", what, Place(number, "ISA", byte + 3))
        repetition = isa[REPETITION_PLACE : REPETITION_PLACE + 1].decode("latin-1")
        element, component, terminator = (one.decode() for one in chosen)
        return cls(element, component, terminator, None if repetition.isalnum() else repetition)


class Segment:
    """One segment: its number and first byte in the file, both from 1, and its elements; `elements[0]` is the tag."""

    __slots__ = ("byte", "elements", "number")

    def __init__(self, number: int, byte: int, elements: list[str]) -> None:
        self.number = number
        self.byte = byte
        self.elements = elements

    @property
    def tag(self) -> str:
        """Which segment it is."""
        return self.elements[0]

    def __getitem__(self, element: int) -> str:
        """The text of an element, empty where it is left out."""
        return self.elements[element] if element < len(self.elements) else ""

    def place(self, element: int | None = None) -> Place:
        """Where it stands, or one of its elements; an element left out stands at the end of the segment."""
        if element is None:
            return Place(self.number, shown(self.tag), self.byte)
        before = sum(len(text.encode()) + 1 for text in self.elements[:element])
        if element >= len(self.elements):
            before -= 1
        return Place(self.number, shown(self.tag), self.byte + before, f"{shown(self.tag)}{element:02d}")

    def problem(self, code: str, text: str, element: int | None = None, column: str | None = None) -> Problem:
        """What is wrong with it, or with one of its elements."""
        value = None if element is None else shown(self[element])
        return placed(Problem(code, column, value, text, self.place(element)))


def placed(problem: Problem) -> Problem:
    """The problem with its place told in front of its message."""
    place = problem.place
    if place is None:
        return problem
    where = f"Segment {place.segment}, {place.element or place.tag} at byte {place.byte}"
    return Problem(problem.code, problem.column, problem.value, f"{where}: {problem.message}", place)


def refused(code: str, text: str, place: Place) -> ReportRefused:
    """The refusal of a file that cannot be read on from there."""
    return ReportRefused([placed(Problem(code, None, None, text, place))], place.segment)
