"""Envelope: interchanges, groups and sets of one file, whether they are whole, and what an answer has to know of them."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field, to_builtins

from tap_graph.feeds.defects import MOST_DEFECTS, Defects
from tap_graph.feeds.feed import Report
from tap_graph.feeds.problems import Problem
from tap_graph.feeds.x12.codes import TRANSACTION_SETS, VERSIONS
from tap_graph.feeds.x12.segments import Delimiters, Segment

GROUP_CODE = "PT"
POS_REPORT = "867"


class Fault(Struct, omit_defaults=True):
    """One defect of a set, as an acknowledgement tells it."""

    code: str
    position: int
    """Of the segment in its set: ST is 1."""
    tag: str
    element: str | None = None
    value: str | None = None


class SetNote(Struct):
    """One transaction set."""

    code: str
    control: str
    first_segment: int
    number: str = ""
    """Number of the report (BPT02)."""
    first_record: int = 1
    last_record: int = 0
    rejected: bool = False
    """Whether the report as a whole is refused."""
    faults: list[Fault] = field(default_factory=list)


class GroupNote(Struct):
    """One functional group."""

    code: str
    sender: str
    receiver: str
    day: str
    time: str
    control: str
    version: str
    claimed: str = ""
    """How many sets GE01 says it has."""
    sets: list[SetNote] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class InterchangeNote(Struct):
    """One interchange."""

    sender: list[str]
    """Qualifier and id, ISA05 and ISA06; the id without its padding."""
    receiver: list[str]
    standards: str
    """ISA11: `U` in 00401, the repetition separator in 00501."""
    version: str
    control: str
    usage: str
    """ISA15: `P` production, `T` test."""
    delimiters: list[str]
    groups: list[GroupNote] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Envelope:
    """What is open while a file is read. Its defects refuse the file, but those of a set's own ST and SE."""

    def __init__(self, defects: Defects) -> None:
        self.interchanges: list[InterchangeNote] = []
        self.interchange: InterchangeNote | None = None
        self.group: GroupNote | None = None
        self.set: SetNote | None = None
        self._defects = defects
        self._faults = 0
        self._controls: set[str] = set()

    def as_json(self) -> dict[str, Any]:
        """All of it, as plain JSON."""
        return {"format": "X12", "refused": self._defects.refuses_file, "interchanges": to_builtins(self.interchanges)}

    def open_interchange(self, segment: Segment, delimiters: Delimiters) -> None:
        """Takes an ISA; one inside an interchange begins the next, with the delimiters of the one that is open."""
        if self.group is not None:
            self._missing(segment, "GE", "the last group is not closed")
        if self.interchange is not None:
            self._missing(segment, "IEA", "the interchange before is not closed")
        self.interchange = InterchangeNote(
            sender=[segment[5], segment[6].strip()],
            receiver=[segment[7], segment[8].strip()],
            standards=segment[11],
            version=segment[12],
            control=segment[13],
            usage=segment[15],
            delimiters=[delimiters.element, delimiters.component, delimiters.terminator],
        )
        self.interchanges.append(self.interchange)

    def open_group(self, segment: Segment) -> None:
        """Takes a GS."""
        if self.group is not None:
            self._missing(segment, "GE", "the group before is not closed")
        code, sender, receiver, day, time, control, version = (segment[place] for place in (1, 2, 3, 4, 5, 6, 8))
        self._controls.clear()
        self.group = GroupNote(code, sender, receiver, day, time, control, version)
        if self.interchange is not None:
            self.interchange.groups.append(self.group)
        if segment[1] != GROUP_CODE:
            self._group_fault(segment.problem("GROUP_NOT_PT", f"is `{segment[1]}`. Product transfer and resale reports are sent as PT.", 1))
        if not segment[8].startswith(VERSIONS):
            what = f"is `{segment[8]}`. Versions {' and '.join(VERSIONS)} are read here."
            self._group_fault(segment.problem("UNKNOWN_VERSION", what, 8))

    def open_set(self, segment: Segment) -> bool:
        """Takes an ST; whether an 867 begins there. Every other set refuses the file, by its name."""
        if self.group is None:
            self._missing(segment, "GS", "no group is open")
        self.set = SetNote(segment[1], segment[2], segment.number)
        if self.group is not None:
            self.group.sets.append(self.set)
        if segment[1] == POS_REPORT:
            return True
        name = TRANSACTION_SETS.get(segment[1])
        told = f"begins set {segment[1]}{f' ({name})' if name else ''}, which is no product transfer and resale report (867)"
        self.not_a_report(segment.problem("NOT_A_POS_REPORT", f"{told}. Deliver 867 only.", 1))
        return False

    def doubled_set(self, segment: Segment) -> list[Problem]:
        """What is wrong with the control number of an ST: no other set of its group may have it."""
        if segment[2] not in self._controls:
            self._controls.add(segment[2])
            return []
        what = f"is `{segment[2]}`, as in another set of this group. Number the sets of a group differently."
        return [segment.problem("DOUBLED_CONTROL_NUMBER", what, 2)]

    def not_a_report(self, problem: Problem) -> None:
        """Takes what shows that the open set reports no sales: the file is refused."""
        self._defects.of_file(problem)
        if self.set is not None:
            self.set.rejected = True

    def note_report(self, report: Report) -> None:
        """Notes what the open set reports."""
        if self.set is not None:
            self.set.number = report.number or ""
            self.set.first_record, self.set.last_record = report.first_record, report.last_record

    def close_set(self, problems: Sequence[Problem], *, rejected: bool) -> None:
        """Closes the open set with all that is wrong in it."""
        if self.set is not None:
            self.set.rejected = self.set.rejected or rejected
            self.faults(problems)
        self.set = None

    def faults(self, problems: Sequence[Problem]) -> None:
        """Notes defects of the open set for the acknowledgement."""
        for problem in problems:
            place = problem.place
            if self.set is not None and place is not None and self._faults < MOST_DEFECTS:
                self._faults += 1
                position = place.segment - self.set.first_segment + 1
                self.set.faults.append(Fault(problem.code, position, place.tag, place.element, problem.value))

    def close_group(self, segment: Segment) -> None:
        """Takes a GE."""
        if self.group is None:
            self._surplus(segment, "GS")
            return
        self.group.claimed = segment[1]
        for problem in differences(segment, self.group.control, len(self.group.sets), "sets"):
            self._group_fault(problem)
        self.group = None

    def close_interchange(self, segment: Segment) -> None:
        """Takes an IEA."""
        if self.interchange is None:
            self._surplus(segment, "ISA")
            return
        if self.group is not None:
            self._missing(segment, "GE", "the last group is not closed")
        for problem in differences(segment, self.interchange.control, len(self.interchange.groups), "groups"):
            self._interchange_fault(problem)
        self.interchange = self.group = None

    def surplus_set_trailer(self, segment: Segment) -> None:
        """Takes an SE where no set is open."""
        self._surplus(segment, "ST")

    def outside(self, segment: Segment) -> None:
        """Takes a segment that stands between the parts of the envelope."""
        self._defects.of_file(segment.problem("SEGMENT_OUTSIDE", "stands outside of a transaction set. Put it between ST and SE."))

    def truncated(self, segment: Segment, byte: int) -> None:
        """Notes that the file ends before its interchange does, after that segment and that many bytes."""
        what = f"the file ends after byte {byte} without IEA. Deliver the whole file."
        self._interchange_fault(segment.problem("TRUNCATED", what))

    def _missing(self, segment: Segment, tag: str, why: str) -> None:
        problem = segment.problem("SEGMENT_MISSING", f"{why}. Put {tag} before it.")
        if tag == "GE":
            self._group_fault(problem)
            self.group = None
        else:
            self._interchange_fault(problem)

    def _surplus(self, segment: Segment, tag: str) -> None:
        self._interchange_fault(segment.problem("SEGMENT_SURPLUS", f"closes what no {tag} has opened. Take it away."))

    def _group_fault(self, problem: Problem) -> None:
        self._defects.of_file(problem)
        if self.group is not None:
            self.group.faults.append(problem.code)

    def _interchange_fault(self, problem: Problem) -> None:
        self._defects.of_file(problem)
        if self.interchange is not None:
            self.interchange.faults.append(problem.code)


def differences(segment: Segment, control: str, count: int, of: str) -> list[Problem]:
    """What a trailer says otherwise than its header and what lies between: its count (element 1) and control number (element 2)."""
    problems = []
    if not (segment[1].isascii() and segment[1].isdigit()):
        problems.append(segment.problem("NOT_A_NUMBER", f"is `{segment[1]}`. Give the number of {of}, {count}.", 1))
    elif segment[1].lstrip("0") != str(count).lstrip("0"):
        problems.append(segment.problem("COUNT_DIFFERS", f"is `{segment[1]}`, but there are {count} {of}. Correct it, or deliver all.", 1))
    if segment[2].lstrip("0") != control.lstrip("0"):
        what = f"is `{segment[2]}`, but its header has `{control}`. Give both the same control number."
        problems.append(segment.problem("CONTROL_NUMBER_DIFFERS", what, 2))
    return problems
