"""Defects: everything that is wrong with one file, kept until its end, boundedly much."""

from collections.abc import Iterable

from tap_graph.feeds.problems import Problem, ReportRefused

MOST_DEFECTS = 10_000


class Defects:
    """The defects of one file: those of an interchange refuse the file, with all others told beside them."""

    def __init__(self) -> None:
        self.of_file: list[Problem] = []
        self._others: list[Problem] = []

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Takes defects for which the file is refused whole."""
        self.of_file.extend(problems)
        del self.of_file[MOST_DEFECTS:]

    def note(self, problems: Iterable[Problem]) -> None:
        """Takes defects of a message or a line: they are told here only if the file is refused."""
        self._others.extend(problems)
        del self._others[MOST_DEFECTS:]

    def end(self) -> None:
        """Raises `ReportRefused` where the file is refused: why first, then the rest as it stands in the file."""
        if self.of_file:
            told = [*self.of_file, *sorted(self._others, key=_byte)][:MOST_DEFECTS]
            raise ReportRefused(told, told[0].place.segment if told[0].place else 1)


def _byte(problem: Problem) -> int:
    return problem.place.byte if problem.place else 0
