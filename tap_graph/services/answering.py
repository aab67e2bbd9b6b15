"""Answering: what became of a delivery, told its sender in the form its format knows.

X12 files are answered by a 997 (could it be read) and an 824 (what became of each report and line), EDIFACT files by
CONTRL; every delivery also by CSV and JSON, line by line. An answer says how things stand when it is asked for: a held
line may be accepted by then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from tap_graph.domain.errors import UnknownName
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.feeds.edifact.answering import contrl
from tap_graph.feeds.export import csv_bytes
from tap_graph.feeds.feed import Format
from tap_graph.feeds.problems import Problem
from tap_graph.feeds.reasons import ALL_REASONS
from tap_graph.feeds.x12.advising import application_advice
from tap_graph.feeds.x12.answering import functional_acknowledgement
from tap_graph.storage import tables as t

SEEING_ALL = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
# Control numbers of X12 have nine digits; a 997 and an 824 of one delivery are two interchanges.
CONTROL_NUMBERS = 1_000_000_000
COLUMNS = ("line", "state", "code", "column", "value", "message", "remedy", "raw")


class Form(StrEnum):
    """How an answer is written."""

    FUNCTIONAL_ACKNOWLEDGEMENT = "997"
    APPLICATION_ADVICE = "824"
    CONTRL = "CONTRL"
    CSV = "CSV"
    JSON = "JSON"


FORMS: Mapping[Format, tuple[Form, ...]] = {
    Format.X12: (Form.FUNCTIONAL_ACKNOWLEDGEMENT, Form.APPLICATION_ADVICE, Form.CSV, Form.JSON),
    Format.EDIFACT: (Form.CONTRL, Form.CSV, Form.JSON),
    Format.CSV: (Form.CSV, Form.JSON),
    Format.XLSX: (Form.CSV, Form.JSON),
}
MEDIA = {Form.CSV: "text/csv; charset=utf-8", Form.JSON: "application/json", Form.CONTRL: "application/EDIFACT"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready to be sent: its pieces, their media type and a name for a file."""

    pieces: Iterable[str]
    media_type: str
    file: str


def answer(connection: Connection, viewer: Viewer, delivery_id: int, form: str | None) -> Answer:
    """The answer to a delivery; without a form, the first that its format knows.

    UnknownName where there is no such delivery for the viewer, or its format has no such form.
    """
    delivery = _found(connection, viewer, delivery_id)
    forms = FORMS[Format(delivery.format)]
    if form is not None and form not in forms:
        raise UnknownName(f"Delivery {delivery_id} is {delivery.format}, which has no answer {form}; there are {', '.join(forms)}.")
    chosen = forms[0] if form is None else Form(form)
    if delivery.envelope is None and chosen not in (Form.CSV, Form.JSON):
        raise UnknownName(f"Delivery {delivery_id} ended before its envelope could be read; ask for {Form.CSV} or {Form.JSON}.")
    written = WRITERS[chosen](connection, delivery)
    return Answer(written, MEDIA.get(chosen, "application/EDI-X12"), f"{delivery.id}-{chosen.value.lower()}{SUFFIXES.get(chosen, '.edi')}")


def _found(connection: Connection, viewer: Viewer, delivery_id: int) -> Row[Any]:
    found = connection.execute(select(t.deliveries).where(t.deliveries.c.id == delivery_id)).first()
    own = viewer.role is Role.DISTRIBUTOR and found is not None and found.sender == viewer.distributor_id
    if found is None or not (own or viewer.role in SEEING_ALL):
        raise UnknownName(f"There is no delivery {delivery_id} among yours.")
    return found


def _acknowledged(_connection: Connection, delivery: Row[Any]) -> Iterator[str]:
    yield functional_acknowledgement(_envelope(delivery), _control(delivery, 0), _received_at(delivery))


def _advised(connection: Connection, delivery: Row[Any]) -> Iterator[str]:
    envelope = _envelope(delivery)
    spans = [
        (noted["first_record"], noted["last_record"], noted["control"])
        for interchange in envelope["interchanges"]
        for group in interchange["groups"]
        for noted in group["sets"]
    ]
    yield application_advice(envelope, _outcomes(connection, delivery, spans), _control(delivery, 1), _received_at(delivery))


def _outcomes(connection: Connection, delivery: Row[Any], spans: list[tuple[int, int, str]]) -> Iterator[Any]:
    """Records stand in the order in which they were delivered, and so do the ids of their lines."""
    place = 0
    for record, line in enumerate(_lines(connection, delivery), 1):
        while place < len(spans) and record > spans[place][1]:
            place += 1
        if place < len(spans) and record >= spans[place][0]:
            yield spans[place][2], record, line.state, msgspec.json.decode(line.reasons)


def _controlled(_connection: Connection, delivery: Row[Any]) -> Iterator[str]:
    yield contrl(_envelope(delivery), str(delivery.id), _received_at(delivery))


def _tabled(connection: Connection, delivery: Row[Any]) -> Iterator[str]:
    return csv_bytes(COLUMNS, _told(connection, delivery))


def _listed(connection: Connection, delivery: Row[Any]) -> Iterator[str]:
    yield "["
    for place, row in enumerate(_told(connection, delivery)):
        yield ("," if place else "") + msgspec.json.encode(dict(zip(COLUMNS, row, strict=True))).decode()
    yield "]\n"


def _told(connection: Connection, delivery: Row[Any]) -> Iterator[tuple[Any, ...]]:
    """One row a reason, one a line without any; a file refused whole is told by its defects."""
    for defect in msgspec.json.decode(delivery.defects, type=list[Problem]):
        yield (defect.place.segment if defect.place else None, "REFUSED", *_reason(defect), None)
    for line in _lines(connection, delivery):
        problems = msgspec.json.decode(line.reasons, type=list[Problem])
        for problem in problems:
            yield (line.line, line.state, *_reason(problem), line.raw)
        if not problems:
            yield (line.line, line.state, None, None, None, None, None, line.raw)


def _reason(problem: Problem) -> tuple[str | None, ...]:
    known = ALL_REASONS.get(problem.code)
    return problem.code, problem.column, problem.value, problem.message, known.remedy if known else None


def _lines(connection: Connection, delivery: Row[Any]) -> Iterator[Any]:
    line = t.delivery_lines
    chosen = select(line.c.line, line.c.state, line.c.reasons, line.c.raw).where(line.c.delivery_id == delivery.id).order_by(line.c.id)
    yield from connection.execute(chosen.execution_options(yield_per=10_000))


def _envelope(delivery: Row[Any]) -> Mapping[str, Any]:
    decoded: Mapping[str, Any] = msgspec.json.decode(delivery.envelope)
    return decoded


def _control(delivery: Row[Any], place: int) -> int:
    return int((delivery.id * 2 + place) % CONTROL_NUMBERS)


def _received_at(delivery: Row[Any]) -> datetime:
    at: datetime = delivery.received_at
    return at


SUFFIXES = {Form.CSV: ".csv", Form.JSON: ".json"}
WRITERS = {
    Form.FUNCTIONAL_ACKNOWLEDGEMENT: _acknowledged,
    Form.APPLICATION_ADVICE: _advised,
    Form.CONTRL: _controlled,
    Form.CSV: _tabled,
    Form.JSON: _listed,
}
