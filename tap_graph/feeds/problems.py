"""Problems: what is wrong with one line, told so that whoever sent it can mend it."""

from dataclasses import dataclass, replace

LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason a line is refused: a stable code, column and value where one is meant, and what to do."""

    code: str
    column: str | None
    value: str | None
    message: str

    def on_line(self, number: int) -> "Problem":
        """The problem with its physical line number in front."""
        return replace(self, message=f"Line {number}: {self.message}")


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
