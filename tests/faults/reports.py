"""Reports of one small program year in every format, and how they stand when they are delivered whole."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from tap_graph.app import Application
from tap_graph.testing.distributor import ProgramYear, WireFormat, file_of
from tests.faults.scenes import take

YEAR = ProgramYear(seed=7, first_day=date(2008, 2, 1), months=2, distributors=2, partners=4, lines_a_month=20)
SMALL = ProgramYear(seed=9, first_day=date(2008, 2, 1), months=1, distributors=1, partners=2, lines_a_month=4)


@cache
def facts_of(year: ProgramYear) -> Mapping[str, bytes]:
    """The year's facts but for its reports, by kind."""
    return {file.kind: file.content for file in year.files() if file.kind != "pos"}


@cache
def report(name: str) -> bytes:
    """The small year's one report in the format of that name."""
    return file_of(SMALL.report(SMALL.distributor_ids[0]), name).content


def small_year(application: Application) -> None:
    """What the small year's report refers to."""
    for kind, content in facts_of(SMALL).items():
        take(application, kind, content)


def formats() -> list[str]:
    """Every format that a distributor writes."""
    return [str(name) for name in WireFormat]


def table(content: bytes) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV file."""
    header, *rows = csv.reader(io.StringIO(content.decode()))
    return header, rows


def file(header: list[str], rows: Iterator[list[str]] | list[list[str]]) -> bytes:
    """A CSV file of these rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
