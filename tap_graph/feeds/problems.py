"""Problems: what is wrong with one line, told so that whoever sent it can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason a line is refused: stable code, column and value where one is meant, and what to do."""

    code: str
    column: str | None
    value: str | None
    message: str
