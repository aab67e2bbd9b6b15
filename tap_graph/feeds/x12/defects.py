"""Defects: everything that is wrong with one file, kept until its end, boundedly much."""

from collections.abc import Iterable

from tap_graph.feeds.problems import Problem, ReportRefused

MOST_DEFECTS = 10_000


class Defects:
    """The defects of one file: those of the file as a whole refuse it, with all others told beside them."""

    def __init__(self) -> None:
        self._of_file: list[Problem] = []
        self._others: list[Problem] = []

    @property
    def refuses_file(self) -> bool:
        """Whether the file is refused whole."""
        return bool(self._of_file)

    def of_file(self, problem: Problem) -> None:
        """Takes a defect for which the file is refused whole."""
        if len(self._of_file) < MOST_DEFECTS:
            self._of_file.append(problem)

    def of_part(self, problems: Iterable[Problem]) -> None:
        """Takes defects of a report or a line: they matter here only if the file is refused."""
        self._others.extend(problems)
        del self._others[MOST_DEFECTS:]

    def refuse_file(self) -> None:
        """Raises `ReportRefused` where the file as a whole is refused: why first, then the rest as it stands in the file."""
        if self._of_file:
            told = [*self._of_file, *sorted(self._others, key=_byte)][:MOST_DEFECTS]
            raise ReportRefused(told, _segment(told[0]))


def _byte(problem: Problem) -> int:
    return problem.place.byte if problem.place else 0


def _segment(problem: Problem) -> int:
    return problem.place.segment if problem.place else 1
