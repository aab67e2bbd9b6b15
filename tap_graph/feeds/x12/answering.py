"""Answering: the functional acknowledgement (997) of a file of 867; the application advice (824) is in advising.py.

A 997 tells of the syntax alone: what is wrong with the business of a report or a line is told by the 824.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from tap_graph.feeds.x12.advising import application_advice
from tap_graph.feeds.x12.envelope import POS_REPORT
from tap_graph.feeds.x12.writing import Answer, Set, conversations

__all__ = ["application_advice", "functional_acknowledgement"]

SEGMENT_ERRORS = {"UNKNOWN_SEGMENT": "1", "SEGMENT_MISSING": "3", "DOUBLED_SEGMENT": "5"}
"""AK304, element 720; an error in an element is `8`."""
ELEMENT_ERRORS = {
    "ELEMENT_MISSING": "1",
    "VALUE_TOO_LONG": "5",
    "NOT_A_NUMBER": "6",
    "NOT_AN_AMOUNT": "6",
    "CONTROL_CHARACTER": "6",
    "UNKNOWN_CODE": "7",
    "UNKNOWN_UNIT": "7",
    "NOT_A_DAY": "8",
}
"""AK403, element 723."""
SET_ERRORS = {
    ("SEGMENT_MISSING", "ST", None): "2",
    ("CONTROL_NUMBER_DIFFERS", "SE", "SE02"): "3",
    ("COUNT_DIFFERS", "SE", "SE01"): "4",
    ("NOT_A_NUMBER", "SE", "SE01"): "4",
    ("DOUBLED_CONTROL_NUMBER", "ST", "ST02"): "23",
}
"""AK502 to AK506, element 718; `5` where segments are in error, `1` where the set is not taken here."""
GROUP_ERRORS = {
    "GROUP_NOT_PT": "1",
    "UNKNOWN_VERSION": "2",
    "SEGMENT_MISSING": "3",
    "TRUNCATED": "3",
    "CONTROL_NUMBER_DIFFERS": "4",
    "COUNT_DIFFERS": "5",
    "NOT_A_NUMBER": "5",
}
"""AK905 to AK909, element 716."""
MOST_CODES = 5
MOST_ELEMENTS = 99
TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")


def functional_acknowledgement(envelope: Mapping[str, Any], control_number: int, at: datetime) -> str:
    """The 997 of a file, by the `envelope` of its feed: one interchange to its sender, one set for each group.

    Where the interchanges of a file have different senders, each sender gets one, numbered from `control_number` on. Empty where
    the file has no group.
    """
    written: list[str] = []
    for interchanges in conversations(envelope):
        answer = Answer(interchanges[0], control_number + len(written), at)
        for interchange in interchanges:
            for group in interchange["groups"]:
                answer.add("FA", group, "997", [*_group(answer, group, interchange["faults"], refused=envelope["refused"])])
        written.append(answer.text())
    return "".join(written)


def _group(answer: Answer, group: Mapping[str, Any], faults: Sequence[str], *, refused: bool) -> Iterator[Sequence[str]]:
    yield ("AK1", group["code"], group["control"])
    states = []
    for noted in group["sets"]:
        state, segments = _set(answer, noted, refused=refused)
        states.append(state)
        yield from segments
    accepted = len(states) - states.count("R")
    codes = [*group["faults"], *(["TRUNCATED"] if "TRUNCATED" in faults and not group["claimed"] else [])]
    errors = [*dict.fromkeys(GROUP_ERRORS[code] for code in codes if code in GROUP_ERRORS)]
    state = "R" if refused or not accepted else "P" if accepted < len(states) else "E" if "E" in states else "A"
    claimed = group["claimed"] if group["claimed"].isdigit() else str(len(states))
    yield ("AK9", state, claimed, str(len(states)), str(accepted), *errors[:MOST_CODES])


def _set(answer: Answer, noted: Mapping[str, Any], *, refused: bool) -> tuple[str, Set]:
    segments: Set = [("AK2", noted["code"], noted["control"])]
    codes = ["1"] if noted["code"] != POS_REPORT else []
    codes += [SET_ERRORS[where] for fault in noted["faults"] if (where := _where(fault)) in SET_ERRORS]
    others = [fault for fault in noted["faults"] if _where(fault) not in SET_ERRORS and _is_syntax(fault)]
    if others:
        codes.append("5")
        segments += _segments(answer, others)
    state = "R" if refused or (codes and noted["rejected"]) else "E" if codes else "A"
    segments.append(("AK5", state, *[*dict.fromkeys(codes)][:MOST_CODES]))
    return state, segments


def _where(fault: Mapping[str, Any]) -> tuple[str, str, str | None]:
    return fault["code"], fault["tag"], fault.get("element")


def _is_syntax(fault: Mapping[str, Any]) -> bool:
    return fault["code"] in (ELEMENT_ERRORS if fault.get("element") else SEGMENT_ERRORS)


def _segments(answer: Answer, faults: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    """AK3 for each segment in error, with an AK4 for each element of it."""
    for position, of_segment in groupby(sorted(faults, key=_position), key=_position):
        found = [*of_segment]
        tag = found[0]["tag"]
        if not TAG.fullmatch(tag):
            continue
        whole = [SEGMENT_ERRORS[fault["code"]] for fault in found if not fault.get("element")]
        elements = [fault for fault in found if fault.get("element")]
        yield ("AK3", tag, str(position), "", whole[0] if whole else "8")
        for fault in elements[:MOST_ELEMENTS]:
            value = answer.clean(fault.get("value") or "", 99)
            yield ("AK4", str(int(fault["element"][len(tag) :])), "", ELEMENT_ERRORS[fault["code"]], value)


def _position(fault: Mapping[str, Any]) -> int:
    position: int = fault["position"]
    return position
