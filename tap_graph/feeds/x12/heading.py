"""Heading: what the segments before the first PTD say of the whole report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tap_graph.feeds.feed import Purpose
from tap_graph.feeds.problems import Problem
from tap_graph.feeds.profiles import Profile, Profiles
from tap_graph.feeds.x12.codes import PURPOSES
from tap_graph.feeds.x12.segments import Segment
from tap_graph.feeds.x12.structure import HEADING, misuses
from tap_graph.feeds.x12.usage import COMMON_USAGE, X12Usage
from tap_graph.feeds.x12.values import CURRENCY, day


@dataclass(slots=True)
class Heading:
    """The facts of one report that hold for all of its PTD loops."""

    profile: Profile
    distributor: str
    names_distributor: bool
    """Whether a profile or the heading names it; else it is the sender of the interchange, and a loop may name it."""
    purpose: Purpose
    number: str
    replaces: str
    reported_on: date | None
    first_day: date | None = None
    last_day: date | None = None
    partner: str = ""
    currency: str | None = None
    references: dict[str, str] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    """Days that loops inherit, as CCYY-MM-DD, by their qualifier."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def usage(self) -> X12Usage:
        """What the qualifiers mean in this report."""
        return self.profile.x12


def _without_nul(segments: Sequence[Segment]) -> Iterator[Problem]:
    """Takes NUL out of a heading, whose texts all its lines would carry and no database keeps, and tells where it was."""
    for segment in segments:
        for at, text in enumerate(segment.elements):
            if "\x00" in text:
                segment.elements[at] = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
                yield segment.problem("BAD_CHARACTER", "holds NUL. Write it again.", at)


def read_heading(start: Segment, segments: Sequence[Segment], profiles: Profiles, senders: Sequence[str]) -> Heading:
    """The heading of the set that begins with that ST; `senders` are the ids of its interchange and group, the most exact first."""
    problems = [*misuses(segments, HEADING, "heading"), *_without_nul(segments)]
    beginning = _beginning(start, segments, problems)
    reported_on = _reported_on(beginning, problems)
    named = [party[4] for party in segments if party.tag == "N1" and party[1] in COMMON_USAGE.distributor and party[4]]
    profile = profiles.find([*named, *senders], reported_on)
    distributor = profile.distributor_id or _party(segments, profile.x12.distributor)
    heading = Heading(
        profile=profile,
        distributor=distributor or senders[0],
        names_distributor=bool(distributor),
        purpose=_purpose(beginning, problems),
        number=beginning[2],
        replaces=beginning[9],
        reported_on=reported_on,
        partner=_party(segments, profile.x12.reseller),
        problems=problems,
    )
    heading.currency = currency(segments, problems) or profile.currency
    _days(heading, segments)
    for reference in segments:
        if reference.tag == "REF" and reference[2]:
            heading.references.setdefault(reference[1], reference[2])
    return heading


def currency(segments: Iterable[Segment], problems: list[Problem]) -> str | None:
    """The currency that a CUR names, if one does."""
    for segment in segments:
        if segment.tag == "CUR" and segment[2]:
            if not CURRENCY.fullmatch(segment[2]):
                problems.append(segment.problem("UNKNOWN_CODE", "is no currency. Write a code of ISO 4217, such as USD.", 2))
            return segment[2]
    return None


def day_element(segment: Segment) -> int:
    """Which element of a DTM holds its day: DTM02, or DTM06 where DTM05 says D8."""
    return 6 if not segment[2] and segment[5] == "D8" else 2


def not_a_day(segment: Segment, element: int, column: str | None = None) -> Problem:
    """What to say of an element that should hold a day and does not."""
    if not segment[element]:
        return segment.problem("ELEMENT_MISSING", "is empty. Give the day as CCYYMMDD.", element, column)
    return segment.problem("NOT_A_DAY", "is not a day. Write one of the calendar as CCYYMMDD, such as 20080229.", element, column)


def _beginning(start: Segment, segments: Sequence[Segment], problems: list[Problem]) -> Segment:
    for segment in segments:
        if segment.tag == "BPT":
            return segment
    problems.append(start.problem("SEGMENT_MISSING", "no BPT follows. Begin the report with one."))
    return Segment(start.number, start.byte, ["BPT"])


def _purpose(beginning: Segment, problems: list[Problem]) -> Purpose:
    purpose = PURPOSES.get(beginning[1])
    if purpose is None and beginning[1]:
        what = "is not a purpose that is taken here. Write 00 (original), 05 (replace) or 01 (cancel)."
        problems.append(beginning.problem("UNKNOWN_CODE", what, 1))
    return purpose or Purpose.ORIGINAL


def _reported_on(beginning: Segment, problems: list[Problem]) -> date | None:
    found = day(beginning[3])
    if found is None and beginning[3]:
        problems.append(not_a_day(beginning, 3))
    return found


def _party(segments: Iterable[Segment], qualifiers: Sequence[str]) -> str:
    parties: Mapping[str, str] = {
        segment[1]: segment[4] or segment[2] for segment in reversed([*segments]) if segment.tag == "N1" and (segment[4] or segment[2])
    }
    return next((parties[qualifier] for qualifier in qualifiers if qualifier in parties), "")


def _days(heading: Heading, segments: Iterable[Segment]) -> None:
    usage = heading.usage
    used = {*usage.invoiced, *usage.shipped, *usage.period_begins, *usage.period_ends}
    found: dict[str, date] = {}
    for segment in segments:
        if segment.tag != "DTM" or segment[1] not in used or segment[1] in found:
            continue
        element = day_element(segment)
        named = day(segment[element])
        if named is None:
            heading.problems.append(not_a_day(segment, element))
        else:
            found[segment[1]] = named
    heading.first_day = next((found[code] for code in usage.period_begins if code in found), None)
    heading.last_day = next((found[code] for code in usage.period_ends if code in found), None)
    heading.days = {code: named.isoformat() for code, named in found.items()}
