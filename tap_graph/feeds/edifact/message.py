"""Message: one SLSRPT from UNH to UNT, to its lines and its report."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from tap_graph.feeds.edifact import values
from tap_graph.feeds.edifact.directory import HEADING, INDICATOR, ITEM, OPENS, PLACE, SECTIONS, SUMMARY
from tap_graph.feeds.edifact.item import Context, Item, raw_of
from tap_graph.feeds.edifact.meaning import Meanings, meanings
from tap_graph.feeds.edifact.section import Found, Section
from tap_graph.feeds.edifact.segments import Segment, Splitter
from tap_graph.feeds.feed import Purpose, Report
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.lines import Line, LineReader
from tap_graph.feeds.problems import Malformed, Problem, shown
from tap_graph.feeds.profiles import COMMON_PROFILE, Profile, Profiles

COMMON_MEANINGS = meanings(COMMON_PROFILE.edifact)
PURPOSES = {"9": Purpose.ORIGINAL, "": Purpose.ORIGINAL, "5": Purpose.REPLACE, "1": Purpose.CANCEL}
"""BGM 1225; left out it is an original."""
COUNT_OF_QUANTITIES, COUNT_OF_ITEMS = "1", ("2", "3")
"""CNT 6069."""
MOST_BYTES = 4 * 1024 * 1024
"""Of one section: the directory allows 9,999 GIN to an item."""
OVERHEAD = 100
"""What a segment takes beside its bytes."""
MOST_DEFECTS = 10_000


@dataclass(slots=True)
class Message:
    """A message while it is read; `lines` are numbered from `first_record` on."""

    splitter: Splitter
    profiles: Profiles
    unh: Segment
    sender: Found
    """Who sent the interchange."""
    decimal_marks: str
    first_record: int
    items: int = 0
    defects: list[Problem] = field(default_factory=list)
    _section: str = HEADING
    _by_product: bool = False
    _segments: list[Segment] = field(default_factory=list)
    _bytes: int = 0
    _size: int = 1
    _profile: Profile = COMMON_PROFILE
    _means: Meanings = COMMON_MEANINGS
    _context: Context | None = None
    _heading: list[Segment] = field(default_factory=list)
    _controls: list[Segment] = field(default_factory=list)
    _sums: tuple[Decimal, Decimal] | None = (Decimal(0), Decimal(0))
    """Of the quantities as written, and with returns negative; None once one could not be read."""
    _reader: LineReader = field(default_factory=lambda: LineReader(POS, [column.name for column in POS.columns]))

    def take(self, segment: Segment) -> Line | None:
        """Takes the next segment; the line of the item before it, where one ends here."""
        self._size += 1
        line = None
        opens = OPENS.get(segment.tag)
        if opens == PLACE and self._by_product:
            opens = None
        if opens:
            line = self._close()
            self._section = opens
            self._by_product = self._by_product or opens == INDICATOR
        if self._section != ITEM:
            self.defects += self._unfit(segment)[: MOST_DEFECTS - len(self.defects)]
        self._keep(segment)
        return line

    def end(self, unt: Segment | None) -> tuple[Line | None, Report]:
        """Ends the message, with its UNT if it has one; the last line and the report."""
        line = self._close()
        if unt is None:
            self.wrong(self.unh, "UNT_MISSING", "the message has no UNT. End it with UNT, the number of its segments and its reference.")
        else:
            self._check_unt(unt)
        self._check_controls()
        return line, self._report()

    def wrong(self, segment: Segment, code: str, text: str, element: int | None = None, component: int | None = None) -> None:
        """Notes a defect of the whole message."""
        if len(self.defects) < MOST_DEFECTS:
            self.defects.append(self.splitter.problem(segment, code, text, element, component))

    def _unfit(self, segment: Segment) -> list[Problem]:
        """What is wrong with a segment wherever it stands."""
        problems = []
        if segment.tag not in SECTIONS[self._section]:
            text = f"{shown(segment.tag)} is not expected here ({self._section}). Take it away."
            problems.append(self.splitter.problem(segment, "UNKNOWN_SEGMENT", text))
        if segment.undecodable is not None:
            byte = segment.raw[segment.undecodable]
            text = f"0x{byte:02X} is no character of the set that UNB names. Name the right one in UNB+S001.0001."
            problems.append(self.splitter.problem(segment, "BAD_CHARACTER", text))
        return problems

    def _keep(self, segment: Segment) -> None:
        """Takes a segment into its section, up to a bound."""
        if self._bytes <= MOST_BYTES:
            self._bytes += len(segment.raw) + OVERHEAD
            self._segments.append(segment)
            if self._bytes > MOST_BYTES:
                text = f"here one {self._section} has more than {MOST_BYTES:,} bytes; the rest of it is left out. Split it."
                self.wrong(segment, "SECTION_TOO_LARGE", text)

    def _close(self) -> Line | None:
        """Ends the section that was read."""
        segments, self._segments, self._bytes = self._segments, [], 0
        if self._section == HEADING and self._context is None:
            self._context = self._headed(segments)
        elif self._section == PLACE and self._context:
            self._context.place = self._read(segments)
            self.defects += self._context.place.problems
        elif self._section == ITEM and self._context and segments:
            return self._item(segments, self._context)
        elif self._section == SUMMARY and len(self._controls) < MOST_DEFECTS:
            self._controls += [segment for segment in segments if segment.tag == "CNT"]
        return None

    def _read(self, segments: list[Segment]) -> Section:
        return Section(self._profile.edifact, self._means, self.splitter).read(segments)

    def _item(self, segments: list[Segment], context: Context) -> Line:
        section = self._read(segments)
        for segment in segments:
            if segment.tag not in SECTIONS[ITEM] or segment.undecodable is not None:
                section.problems += self._unfit(segment)
        item = Item(context, section, segments[0]).read()
        self._add(item)
        record = self.first_record + self.items
        self.items += 1
        return item.line(self._reader, record, raw_of(segments, self.splitter.charset, self.splitter.delimiters.terminator))

    def _add(self, item: Item) -> None:
        if item.quantity is None or self._sums is None:
            self._sums = None
            return
        written, signed = Decimal(item.quantity), Decimal(item.cells["quantity"])
        self._sums = (self._sums[0] + written, self._sums[1] + signed)

    def _headed(self, segments: list[Segment]) -> Context:
        """What the heading says: first who reports and when, which finds the profile; then the rest, by that profile."""
        self._heading = segments
        common = self._read(segments)
        ids = [self.sender.text, *([common.found["distributor_id"].text] if "distributor_id" in common.found else [])]
        reported = common.found.get("reported_on")
        self._profile = self.profiles.find(ids, date.fromisoformat(reported.text) if reported else None)
        self._means = meanings(self._profile.edifact)
        heading = self._read(segments) if self._profile is not COMMON_PROFILE else common
        self.defects += heading.problems
        distributor = heading.found.get("distributor_id", self.sender)
        if self._profile.distributor_id:
            distributor = distributor._replace(text=self._profile.distributor_id)
        if "reported_on" not in heading.found:
            wanted = f"DTM+{self._profile.edifact.reported[0]}" if self._profile.edifact.reported else "DTM"
            self.wrong(self.unh, "SEGMENT_MISSING", f"the message does not say when it was made. Add {wanted} before its parties.")
        bgm = self._bgm(segments)
        return Context(
            heading=heading,
            distributor=distributor,
            report_number=bgm.get(2) if bgm else "",
            reported_on=heading.found["reported_on"].text if "reported_on" in heading.found else "",
            currency=self._profile.currency is not None,
            decimal_marks=self.decimal_marks,
        )

    def _bgm(self, segments: list[Segment]) -> Segment | None:
        found = [segment for segment in segments if segment.tag == "BGM"]
        if not found:
            self.wrong(self.unh, "SEGMENT_MISSING", "the message has no BGM. Add it behind UNH, with the number of the report.")
            return None
        bgm, *others = found
        for other in others:
            self.wrong(other, "UNKNOWN_SEGMENT", "the message has another BGM. Keep one.")
        if not bgm.get(2):
            self.wrong(bgm, "ELEMENT_MISSING", "the report has no number. Give it.", 2, 0)
        if bgm.get(3) not in PURPOSES:
            text = f"`{shown(bgm.get(3))}` is none of 9 (original), 5 (replace) and 1 (cancellation). Send it as one of these."
            self.wrong(bgm, "UNKNOWN_CODE", text, 3)
        return bgm

    def _report(self) -> Report:
        context = self._context or self._headed([])
        found = context.heading.found
        bgm = next((segment for segment in self._heading if segment.tag == "BGM"), None)
        return Report(
            distributor_id=context.distributor.text or None,
            number=context.report_number or None,
            replaces=found["replaces"].text if "replaces" in found else None,
            purpose=PURPOSES.get(bgm.get(3) if bgm else "", Purpose.ORIGINAL),
            reported_on=_day(found.get("reported_on")),
            first_day=_day(found.get("first_day")),
            last_day=_day(found.get("last_day")),
            first_record=self.first_record,
            last_record=self.first_record + self.items - 1,
            defects=tuple(sorted(self.defects, key=lambda problem: problem.place.byte if problem.place else 0)),
        )

    def _check_unt(self, unt: Segment) -> None:
        size = self._size + 1
        if unt.get(1) != str(size) and unt.get(1).lstrip("0") != str(size):
            text = f"`{shown(unt.get(1))}` segments are told, but UNH to UNT are {size}. Send the message again, whole."
            self.wrong(unt, "COUNT_DIFFERS", text, 1)
        if unt.get(2) != self.unh.get(1):
            text = f"`{shown(unt.get(2))}` is not the reference `{shown(self.unh.get(1))}` of UNH. Write the same in both."
            self.wrong(unt, "CONTROL_NUMBER_DIFFERS", text, 2)

    def _check_controls(self) -> None:
        for cnt in self._controls:
            qualifier, told = cnt.get(1, 0), cnt.get(1, 1)
            if qualifier in COUNT_OF_ITEMS:
                self._check_control(cnt, told, {Decimal(self.items)}, "items")
            elif qualifier == COUNT_OF_QUANTITIES and self._sums is not None:
                self._check_control(cnt, told, set(self._sums), "pieces")

    def _check_control(self, cnt: Segment, told: str, right: set[Decimal], what: str) -> None:
        try:
            value = Decimal(values.number(told, self.decimal_marks))
        except (Malformed, InvalidOperation):
            self.wrong(cnt, "NOT_A_NUMBER", f"the control total `{shown(told)}` is not a number. Write digits.", 1, 1)
            return
        if value not in right:
            listed = " or ".join(str(each) for each in sorted(right))
            self.wrong(
                cnt, "TOTAL_DIFFERS", f"`{shown(told)}` {what} are told, but there are {listed}. Send the message again, whole.", 1, 1
            )


def _day(found: Found | None) -> date | None:
    return date.fromisoformat(found.text) if found else None
