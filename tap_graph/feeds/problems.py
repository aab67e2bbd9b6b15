"""Problems: what is wrong with one line or file, told so that whoever sent it can mend it."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from tap_graph.domain.errors import FileRefused

LONGEST_SHOWN = 60


class Place(Struct, frozen=True, omit_defaults=True):
    """Where in an X12 or EDIFACT file: the segment, counted from 1 over the whole file, its tag, the element, the byte."""

    segment: int
    tag: str
    byte: int
    """Offset of the element, or of the segment where none is meant, from the first byte of the file, counted from 1."""
    element: str | None = None
    """As the standard writes it: `PTD01`, or `QTY+C186.6063`; None where the whole segment is meant."""


class Problem(Struct, frozen=True, omit_defaults=True):
    """One reason a line or a file is refused: a stable code, column and value where one is meant, and what to do."""

    code: str
    column: str | None
    value: str | None
    message: str
    place: Place | None = None

    def on_line(self, number: int) -> "Problem":
        """The problem with its physical line number in front."""
        return replace(self, message=f"Line {number}: {self.message}")


class ReportRefused(FileRefused):
    """A file that is refused whole, with every defect that was found in one pass.

    Its code is that of the first defect; its message tells the first few and how many there are.
    """

    def __init__(self, problems: Sequence[Problem], line: int) -> None:
        first, *more = problems
        told = " ".join(problem.message for problem in (first, *more[: MOST_TOLD - 1]))
        rest = len(problems) - MOST_TOLD
        super().__init__(first.code, told if rest <= 0 else f"{told} And {rest} more.", line)
        self.problems = tuple(problems)


MOST_TOLD = 5


class Malformed(ValueError):
    """A cell that cannot be read as its column's type; the text says what is wrong and what to write instead."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code

    def problem(self, column: str, cell: str) -> Problem:
        """What to tell whoever sent the cell."""
        seen = shown(cell)
        return Problem(self.code, column, seen, f"{column} `{seen}` {self}")


def shown(cell: str) -> str:
    """A cell as people can read it: control characters escaped, long text cut; the line's raw text keeps all of it."""
    cut = cell if len(cell) <= LONGEST_SHOWN else cell[: LONGEST_SHOWN - 1] + "…"
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in cut)
