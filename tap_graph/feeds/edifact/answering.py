"""Answering: the CONTRL to an interchange, which says what of it was taken and what was not.

Source: ISO 9735 part 4 and UN/EDIFACT CONTRL D.3; action codes 4 (rejected) and 7 (acknowledged, unless a lower level is
rejected explicitly). Only messages that were rejected are named.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tap_graph.feeds.edifact.directory import positions

REJECTED, ACKNOWLEDGED = "4", "7"
SYNTAX_ERRORS: Mapping[str, str] = {
    "UNSUPPORTED_SYNTAX": "2",
    "UNSUPPORTED_RELEASE": "3",
    "NOT_A_POS_REPORT": "17",
    "UNKNOWN_CODE": "14",
    "NOT_A_DAY": "12",
    "NOT_A_NUMBER": "12",
    "TOLD_TWICE": "12",
    "ELEMENT_MISSING": "13",
    "SEGMENT_MISSING": "13",
    "UNT_MISSING": "13",
    "UNE_MISSING": "13",
    "UNZ_MISSING": "13",
    "TRUNCATED": "13",
    "UNKNOWN_SEGMENT": "15",
    "BAD_CHARACTER": "21",
    "BAD_DELIMITERS": "22",
    "CONTROL_NUMBER_DIFFERS": "28",
    "COUNT_DIFFERS": "29",
    "TOTAL_DIFFERS": "29",
    "GROUPS_MIXED": "30",
    "SEGMENT_OUTSIDE": "33",
    "SEGMENT_TOO_LONG": "39",
    "SECTION_TOO_LARGE": "35",
}
"""By our code, 0085; any other is 18, unspecified."""
UNSPECIFIED = "18"
OF_INTERCHANGE = ("UNA", "UNB", "UNZ")
OF_MESSAGE = ("UNH", "UNT")
OF_GROUP = ("UNG", "UNE")
MOST_SEGMENTS, MOST_ELEMENTS = 999, 99
"""UCS of a message, and UCD of a UCS, that the message allows."""
LONGEST_REFERENCE = 14

Segment = Sequence[str | Sequence[str]]


def contrl(envelope: Mapping[str, Any], control_reference: str, at: datetime) -> str:
    """The answer to each interchange of a file, from what its feed kept in `envelope`.

    The answer to the first has that control reference; those to further ones have `-2`, `-3` … behind it. A file without
    UNB has no sender to be answered: the text is empty.
    """
    texts = []
    for number, interchange in enumerate(envelope["interchanges"], 1):
        suffix = "" if number == 1 else f"-{number}"
        reference = control_reference[: LONGEST_REFERENCE - len(suffix)] + suffix
        texts.append(_answer(interchange, reference, at, refused=envelope["refused"]))
    return "".join(texts)


def _answer(interchange: Mapping[str, Any], reference: str, at: datetime, *, refused: bool) -> str:
    syntax, version = interchange["syntax"]
    of_version_4 = version == "4"
    kind = ["CONTRL", "4", "1", "UN"] if of_version_4 else ["CONTRL", "D", "3", "UN"]
    body: list[Segment] = [["UNH", "1", kind], _uci(interchange, refused=refused)]
    if interchange["groups"]:
        for place, group in enumerate(interchange["groups"]):
            body.append(_ucf(group, refused=refused))
            body += _messages(interchange, place)
    else:
        body += _messages(interchange, None)
    moment = at.strftime("%Y%m%d" if of_version_4 else "%y%m%d"), at.strftime("%H%M")
    unb = ["UNB", [syntax or "UNOA", version or "3"], interchange["recipient"], interchange["sender"], list(moment), reference]
    if interchange["test"]:
        unb += ["", "", "", "", "", "1"]
    segments = [unb, *body, ["UNT", str(len(body) + 1), "1"], ["UNZ", "1", reference]]
    una = "UNA:+.?*'" if of_version_4 else "UNA:+.? '"
    return una + "".join(f"{written(segment)}'" for segment in segments)


def _uci(interchange: Mapping[str, Any], *, refused: bool) -> Segment:
    """What becomes of the interchange; where another one made the file be refused, without an error of its own."""
    action = REJECTED if refused else ACKNOWLEDGED
    return [
        "UCI",
        interchange["reference"],
        interchange["sender"],
        interchange["recipient"],
        action,
        *_error(interchange["errors"], OF_INTERCHANGE),
    ]


def _ucf(group: Mapping[str, Any], *, refused: bool) -> Segment:
    action = REJECTED if refused else ACKNOWLEDGED
    return ["UCF", group["reference"], group["sender"], group["recipient"], action, *_error(group["errors"], OF_GROUP)]


def _messages(interchange: Mapping[str, Any], group: int | None) -> list[Segment]:
    """UCM with UCS and UCD of each message with defects; all of them are rejected."""
    segments: list[Segment] = []
    for message in interchange["messages"]:
        if message["group"] != group:
            continue
        segments.append(["UCM", message["reference"], message["type"][:5], REJECTED, *_error(message["errors"], OF_MESSAGE)])
        inner = [error for error in message["errors"] if error["tag"] not in OF_MESSAGE]
        by_segment: dict[int, list[Mapping[str, Any]]] = {}
        for error in inner:
            by_segment.setdefault(error["segment"], []).append(error)
        for place in sorted(by_segment)[:MOST_SEGMENTS]:
            segments += _of_segment(place, by_segment[place])
    return segments


def _of_segment(place: int, errors: Sequence[Mapping[str, Any]]) -> list[Segment]:
    """UCS of one segment, with a UCD for each element in error; its own error only where none is an element's."""
    whole = [_code(error) for error in errors if not error["element"]]
    in_elements = [error for error in errors if error["element"]][:MOST_ELEMENTS]
    ucs: list[str | Sequence[str]] = ["UCS", str(place), *whole[:1]]
    return [ucs, *(["UCD", _code(error), _position(error["element"])] for error in in_elements)]


def _error(errors: Sequence[Mapping[str, Any]], tags: Sequence[str]) -> list[str | Sequence[str]]:
    """0085, 0013 and S011 of the first error in one of these service segments; without one, of any other the code alone."""
    for error in errors:
        if error["tag"] in tags:
            element = [_position(error["element"])] if error["element"] else []
            return [_code(error), error["tag"], *element]
    return [_code(errors[0])] if errors and tags == OF_INTERCHANGE else []


def _code(error: Mapping[str, Any]) -> str:
    return SYNTAX_ERRORS.get(error["code"], UNSPECIFIED)


def _position(element: str) -> list[str]:
    """S011: the element, counted with the tag as 1, and the component in it."""
    place, component = positions(element)
    return [str(place + 1)] if component is None else [str(place + 1), str(component)]


def written(segment: Segment) -> str:
    """A segment without its terminator; empty ends are left out."""
    elements = [element if isinstance(element, str) else ":".join(map(_released, _cut(element))) for element in map(_plain, segment)]
    return "+".join(_cut(elements))


def _plain(element: str | Sequence[str]) -> str | Sequence[str]:
    return _released(element) if isinstance(element, str) else element


def _cut(parts: Sequence[str]) -> list[str]:
    kept = list(parts)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _released(text: str) -> str:
    """A text in which nothing separates."""
    for sign in "?:+'*":
        text = text.replace(sign, f"?{sign}")
    return text
