"""Writing: answers as X12, with the delimiters and in the version of what is answered, from its receiver to its sender."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tap_graph.feeds.x12.codes import VERSIONS

Set = list[Sequence[str]]
"""The segments of a transaction set between ST and SE, each its tag and elements."""
NOT_BASIC = re.compile(r"[^ -~]")


class Answer:
    """One interchange that answers another, as it is written."""

    def __init__(self, answered: Mapping[str, Any], control_number: int, at: datetime) -> None:
        self._answered = answered
        self._control = f"{control_number:09d}"
        self._at = at
        self._groups = 0
        self._sets = 0
        delimiters: list[str] = answered["delimiters"]
        self._element, self._component, self._terminator = delimiters
        self._written: list[str] = []

    def add(self, code: str, group: Mapping[str, Any], set_code: str, segments: Set) -> None:
        """Adds a group (`FA`, `AG`) with one set that answers a group."""
        self._groups += 1
        self._sets += 1
        control, number = str(self._groups), f"{self._sets:04d}"
        version = group["version"][:6] if group["version"].startswith(VERSIONS) else VERSIONS[self._answered["version"] >= "00500"]
        day, time = self._at.strftime("%Y%m%d"), self._at.strftime("%H%M")
        self._write(("GS", code, group["receiver"], group["sender"], day, time, control, "X", version))
        self._write(("ST", set_code, number))
        for segment in segments:
            self._write(segment)
        self._write(("SE", str(len(segments) + 2), number))
        self._write(("GE", "1", control))

    def text(self) -> str:
        """The interchange, empty where it answers no group."""
        if not self._groups:
            return ""
        (our_code, our_id), (their_code, their_id) = self._answered["receiver"], self._answered["sender"]
        isa = ("ISA", "00", " " * 10, "00", " " * 10, our_code, f"{our_id:15}", their_code, f"{their_id:15}")
        moment = (self._at.strftime("%y%m%d"), self._at.strftime("%H%M"))
        rest = (self._answered["standards"], self._answered["version"], self._control, "0", self._answered["usage"], self._component)
        beginning = self._element.join((*isa, *moment, *rest)) + self._terminator
        return beginning + "".join(self._written) + self._element.join(("IEA", str(self._groups), self._control)) + self._terminator

    def clean(self, text: str, longest: int) -> str:
        """Text as an element can hold it: no delimiter in it, only letters and signs of the basic set, not too long."""
        plain = NOT_BASIC.sub("?", text.replace("…", "..."))
        for delimiter in (self._element, self._component, self._terminator):
            plain = plain.replace(delimiter, " ")
        return plain[:longest].strip()

    def _write(self, elements: Sequence[str]) -> None:
        self._written.append(self._element.join(elements).rstrip(self._element) + self._terminator)


def conversations(envelope: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    """The interchanges of a file, those between the same two parties together: each of these gets one answer."""
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for interchange in envelope["interchanges"]:
        found.setdefault((*interchange["sender"], *interchange["receiver"], interchange["version"]), []).append(interchange)
    yield from found.values()
