"""Defects: everything that is wrong with one X12 or EDIFACT file, kept until its end, boundedly much."""

from collections.abc import Iterable

from tap_graph.feeds.problems import Problem, ReportRefused

MOST_DEFECTS = 10_000


class Defects:
    """The defects of one file: those of an envelope around reports refuse the file, with all others told beside them."""

    def __init__(self) -> None:
        self._of_file: list[Problem] = []
        self._others: list[Problem] = []

    @property
    def refuses_file(self) -> bool:
        """Whether the file is refused whole."""
        return bool(self._of_file)

    def of_file(self, *problems: Problem) -> None:
        """Takes defects for which the file is refused whole."""
        self._of_file.extend(problems)
        del self._of_file[MOST_DEFECTS:]

    def of_part(self, problems: Iterable[Problem]) -> None:
        """Takes defects of a report or a line: they matter here only if the file is refused."""
        self._others.extend(problems)
        del self._others[MOST_DEFECTS:]

    def in_order(self) -> None:
        """Sorts those of the file as they stand in it, where they were found otherwise."""
        self._of_file.sort(key=_byte)

    def refuse_file(self) -> None:
        """Raises `ReportRefused` where the file as a whole is refused: why first, then the rest as it stands in the file."""
        if self._of_file:
            told = [*self._of_file, *sorted(self._others, key=_byte)][:MOST_DEFECTS]
            raise ReportRefused(told, told[0].place.segment if told[0].place else 1)


def _byte(problem: Problem) -> int:
    return problem.place.byte if problem.place else 0
