"""Interchange: what UNB to UNZ must hold, and what an answer to it has to know."""

from dataclasses import dataclass, field
from typing import Any

from tap_graph.feeds.edifact import values
from tap_graph.feeds.edifact.directory import CHARSETS, VERSIONS
from tap_graph.feeds.edifact.segments import Segment, Splitter
from tap_graph.feeds.feed import Report
from tap_graph.feeds.problems import Malformed, Problem, shown

MOST_ANSWERED = 10_000
"""Messages and errors of one interchange that an answer names."""


@dataclass(slots=True)
class Interchange:
    """One interchange while it is read."""

    splitter: Splitter
    unb: Segment
    group: Segment | None = None
    groups: int = 0
    messages: int = 0
    in_group: int = 0
    problems: list[Problem] = field(default_factory=list)
    """Defects for which the file is refused whole."""
    _answered: list[dict[str, Any]] = field(default_factory=list)
    _groups: list[dict[str, Any]] = field(default_factory=list)

    def begin(self) -> None:
        """Checks UNB."""
        unb = self.unb
        syntax, version = unb.get(1, 0), unb.get(1, 1)
        if syntax not in CHARSETS:
            self.wrong(unb, "UNSUPPORTED_SYNTAX", f"`{shown(syntax)}` is not known. Use one of {', '.join(CHARSETS)}.", 1, 0)
        if version not in VERSIONS:
            self.wrong(unb, "UNSUPPORTED_SYNTAX", f"the syntax version `{shown(version)}` is not known. Use 1 to 4.", 1, 1)
        for element, what in ((2, "sender"), (3, "recipient"), (5, "control reference")):
            if not unb.get(element):
                self.wrong(unb, "ELEMENT_MISSING", f"the interchange names no {what}. Give it.", element, 0 if element < 5 else None)
        day = unb.get(4, 0)
        try:
            values.day(day, "101" if len(day) == 6 else "102")
        except Malformed as bad:
            self.wrong(unb, bad.code, f"`{shown(day)}` {bad}", 4, 0)
        if unb.undecodable is not None:
            self.wrong(unb, "BAD_CHARACTER", "a byte is no character of the set it names. Name the right one.", 1, 0)

    def wrong(self, segment: Segment, code: str, text: str, element: int | None = None, component: int | None = None) -> None:
        """Notes a defect for which the file is refused."""
        if len(self.problems) < MOST_ANSWERED:
            self.problems.append(self.splitter.problem(segment, code, text, element, component))

    def open_group(self, ung: Segment) -> None:
        """UNG begins."""
        if self.group is not None:
            self.wrong(ung, "UNE_MISSING", f"the group of segment {self.group.number} has no UNE. End it.")
        if self.messages and not self.groups:
            self.wrong(ung, "GROUPS_MIXED", "messages stand in front of the first group. Put all into groups, or none.")
        self.group, self.in_group = ung, 0
        self.groups += 1
        sender, recipient = [list(element) for element in (*ung.elements, (), (), ())[2:4]]
        if len(self._groups) < MOST_ANSWERED:
            self._groups.append({"reference": ung.get(5), "sender": sender, "recipient": recipient, "errors": []})

    def close_group(self, une: Segment) -> None:
        """UNE ends the group."""
        ung, self.group = self.group, None
        if ung is None:
            self.wrong(une, "SEGMENT_OUTSIDE", "UNE ends no group. Take it away, or add UNG.")
            return
        self._check_count(une, self.in_group, "messages", "group")
        if une.get(2) != ung.get(5):
            text = f"`{shown(une.get(2))}` is not the reference `{shown(ung.get(5))}` of UNG. Write the same in both."
            self.wrong(une, "CONTROL_NUMBER_DIFFERS", text, 2)

    def count_message(self, unh: Segment) -> None:
        """UNH begins a message."""
        if self.groups and self.group is None:
            self.wrong(unh, "GROUPS_MIXED", "the message stands behind the last group. Put all into groups, or none.")
        self.messages += 1
        self.in_group += 1

    def end(self, unz: Segment) -> None:
        """Checks UNZ."""
        if self.group is not None:
            self.wrong(unz, "UNE_MISSING", f"the group of segment {self.group.number} has no UNE. End it.")
        self._check_count(unz, self.groups or self.messages, "groups" if self.groups else "messages", "interchange")
        if unz.get(2) != self.unb.get(5):
            text = f"`{shown(unz.get(2))}` is not the control reference `{shown(self.unb.get(5))}` of UNB. Write the same in both."
            self.wrong(unz, "CONTROL_NUMBER_DIFFERS", text, 2)

    def _check_count(self, trailer: Segment, count: int, what: str, of: str) -> None:
        if trailer.get(1).lstrip("0") != str(count).lstrip("0") or not trailer.get(1):
            text = f"`{shown(trailer.get(1))}` {what} are told, but the {of} holds {count}. Send it again, whole."
            self.wrong(trailer, "COUNT_DIFFERS", text, 1)

    def note(self, unh: Segment, report: Report | None, problems: list[Problem]) -> None:
        """Keeps what an answer says of a message with defects; `report` is None where it is no SLSRPT."""
        found = list(report.defects) if report else problems
        if found and len(self._answered) < MOST_ANSWERED:
            group = self.groups - 1 if self.group is not None else None
            errors = [told(problem, unh.number) for problem in found[:MOST_ANSWERED]]
            self._answered.append({"reference": unh.get(1), "type": list((*unh.elements, (), ())[2]), "group": group, "errors": errors})

    def answered(self) -> dict[str, Any]:
        """What an answer needs, as plain JSON."""
        sender, recipient = [list(element) for element in (*self.unb.elements, (), (), (), ())[2:4]]
        return {
            "syntax": [self.unb.get(1, 0), self.unb.get(1, 1)],
            "sender": sender,
            "recipient": recipient,
            "reference": self.unb.get(5),
            "test": self.unb.get(11) == "1",
            "messages_received": self.messages,
            "errors": [told(problem, self.unb.number) for problem in self.problems[:MOST_ANSWERED]],
            "groups": self._groups,
            "messages": self._answered,
        }


def told(problem: Problem, first: int) -> dict[str, Any]:
    """A defect as an answer needs it; `segment` counts from 1, the header of what it belongs to."""
    place = problem.place
    if place is None:
        return {"code": problem.code, "segment": 1, "tag": "", "element": None}
    return {"code": problem.code, "segment": place.segment - first + 1, "tag": place.tag, "element": place.element}
