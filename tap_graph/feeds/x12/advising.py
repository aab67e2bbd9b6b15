"""Advising: the application advice (824): which lines of which report were not taken, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tap_graph.feeds.x12.writing import Answer, conversations

REFUSED, HELD = "REFUSED", "HELD"
APPLICATION_ERRORS = {
    "KEY_MISSING": "007",
    "ELEMENT_MISSING": "007",
    "SEGMENT_MISSING": "007",
    "PARTY_MISSING": "007",
    "PRODUCT_MISSING": "007",
    "QUANTITY_MISSING": "007",
    "CURRENCY_MISSING": "007",
    "COUNT_DIFFERS": "010",
    "HASH_DIFFERS": "010",
    "AMOUNT_DIFFERS": "010",
    "NOT_A_DAY": "DTE",
}
"""TED01, element 647: missing data, total out of balance, incorrect date."""
INCORRECT, OTHER = "848", "024"
"""TED01 of every other refusal, and of a line that waits."""
LONGEST_TEXT, LONGEST_NOTE = 60, 80
"""TED02, NTE02."""

Outcome = tuple[str, int, str, Sequence[Mapping[str, Any]]]
"""ST02 of the report, record, state (`ACCEPTED`, `UNCHANGED`, `HELD`, `REFUSED`), reasons: code and message, place where there is one."""


@dataclass(slots=True)
class _Result:
    """What became of the lines of one report."""

    lines: int = 0
    refused: int = 0
    told: list[Outcome] = field(default_factory=list)


def application_advice(envelope: Mapping[str, Any], outcomes: Iterable[Outcome], control_number: int, at: datetime) -> str:
    """The 824 of a file, by the `envelope` of its feed and what became of its lines, in any order.

    OTI tells of each report that it is accepted (TA), accepted with errors (TE) or rejected (TR), TED of each reason for which a
    line was refused or waits; NTE has the whole message. Interchanges are answered and numbered as in the 997.
    """
    results = _results(envelope, outcomes)
    written: list[str] = []
    for interchanges in conversations(envelope):
        answer = Answer(interchanges[0], control_number + len(written), at)
        for interchange in interchanges:
            for group in interchange["groups"]:
                beginning = ("BGN", "11", answer.clean(group["control"], 30), at.strftime("%Y%m%d"))
                told = [one for noted in group["sets"] for one in _report(answer, group, noted, results, refused=envelope["refused"])]
                answer.add("AG", group, "824", [beginning, *told])
        written.append(answer.text())
    return "".join(written)


def _results(envelope: Mapping[str, Any], outcomes: Iterable[Outcome]) -> dict[int, _Result]:
    """What became of each report, by the segment number of its ST."""
    reports: dict[str, list[Mapping[str, Any]]] = {}
    for interchange in envelope["interchanges"]:
        for group in interchange["groups"]:
            for noted in group["sets"]:
                reports.setdefault(noted["control"], []).append(noted)
    results: dict[int, _Result] = {}
    for outcome in outcomes:
        control, record, state, _ = outcome
        for noted in reports.get(control, ()):
            if noted["first_record"] <= record <= noted["last_record"]:
                result = results.setdefault(noted["first_segment"], _Result())
                result.lines += 1
                result.refused += state == REFUSED
                if state in {REFUSED, HELD}:
                    result.told.append(outcome)
    return results


def _report(
    answer: Answer, group: Mapping[str, Any], noted: Mapping[str, Any], results: Mapping[int, _Result], *, refused: bool
) -> Iterator[Sequence[str]]:
    result = results.get(noted["first_segment"], _Result())
    rejected = refused or noted["rejected"] or (result.lines > 0 and result.refused == result.lines)
    state = "TR" if rejected else "TE" if result.told else "TA"
    number = answer.clean(noted["number"] or noted["control"], 30) or "0"
    sent = (group["sender"], group["receiver"], group["day"], group["time"], group["control"])
    yield ("OTI", state, "TN", number, *sent, noted["control"], noted["code"], group["version"])
    for _, record, line_state, reasons in sorted(result.told, key=lambda outcome: outcome[1]):
        for reason in reasons:
            yield from _reason(answer, noted, record, line_state, reason)
    if not result.told:
        for fault in noted["faults"]:
            place = {"segment": noted["first_segment"] + fault["position"] - 1, "tag": fault["tag"], "element": fault.get("element")}
            yield from _reason(answer, noted, None, REFUSED, {"code": fault["code"], "place": place, "value": fault.get("value")})


def _reason(answer: Answer, noted: Mapping[str, Any], record: int | None, state: str, reason: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    code = OTHER if state == HELD else APPLICATION_ERRORS.get(reason["code"], INCORRECT)
    of_line = "" if record is None else f"record {record} "
    where: tuple[str, ...] = ()
    place = reason.get("place")
    if place:
        element = (place.get("element") or "")[len(place["tag"]) :]
        bad = answer.clean(reason.get("value") or "", 99) if element else ""
        where = (answer.clean(place["tag"], 3), str(place["segment"] - noted["first_segment"] + 1), element.lstrip("0"), "", bad)
    yield ("TED", code, answer.clean(f"{of_line}{state.lower()} {reason['code']}", LONGEST_TEXT), *where)
    words = answer.clean(reason.get("message") or "", 20 * LONGEST_NOTE)
    for at in range(0, len(words), LONGEST_NOTE):
        if piece := words[at : at + LONGEST_NOTE].strip():
            yield ("NTE", "", piece)
