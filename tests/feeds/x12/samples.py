"""X12 files to read: small ones written out, and what reading them gives."""

import io
from collections.abc import Iterable

import pytest

from tap_graph.feeds.feed import Report
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.lines import Line
from tap_graph.feeds.problems import Place, Problem, ReportRefused
from tap_graph.feeds.profiles import COMMON, Profiles
from tap_graph.feeds.x12.reading import X12Feed

HEADING = ("BPT*00*R-1*20080305*02", "CUR*SE*USD", "N1*DS*Distribution Inc*92*DIST-7")
LOOP = (
    "PTD*SS",
    "DTM*003*20080214",
    "DTM*011*20080213",
    "REF*IV*INV-1",
    "REF*CO*SO-1**LI:2",
    "REF*CT*D-1",
    "N1*BY*Partner GmbH*92*P-1",
    "QTY*39*5*EA",
    "LIN*1*VP*PHONE-79",
    "UIT*EA*120.50",
)
VALUES = {
    "distributor_id": "DIST-7",
    "invoice_number": "INV-1",
    "invoice_line": "1",
    "report_number": "R-1",
    "partner_number": "P-1",
    "order_number": "SO-1",
    "order_line": 2,
    "deviation_number": "D-1",
    "product": "PHONE-79",
    "quantity": 5,
    "serial_numbers": "[]",
    "shipped_on": "2008-02-13",
    "invoiced_on": "2008-02-14",
    "reported_on": "2008-03-05",
}


def loop(*changed: str, without: Iterable[str] = ()) -> tuple[str, ...]:
    """The usual PTD loop; a changed segment takes the place of the one with its tag and qualifier, or comes last."""
    segments = [segment for segment in LOOP if not segment.startswith(tuple(without) or "?")]
    for one in changed:
        begin = "*".join(one.split("*")[: 1 if one.startswith(("PTD", "LIN", "UIT", "QTY")) else 2])
        places = [at for at, segment in enumerate(segments) if segment.startswith(begin)]
        if places:
            segments[places[0]] = one
        else:
            segments.append(one)
    return tuple(segments)


def transaction(*loops: Iterable[str], heading: Iterable[str] = HEADING, summary: Iterable[str] = (), control: str = "0001") -> list[str]:
    """An 867 with these PTD loops, its count right."""
    body = [*heading, *(segment for each in loops for segment in each), *summary]
    return [f"ST*867*{control}", *body, f"SE*{len(body) + 2}*{control}"]


def group(*sets: Iterable[str], control: str = "7", version: str = "004010") -> list[str]:
    """A group of these sets, its count right."""
    begin = f"GS*PT*DIST7*VENDOR*20080305*1200*{control}*X*{version}"
    return [begin, *(segment for each in sets for segment in each), f"GE*{len(sets)}*{control}"]


def interchange(*groups: Iterable[str], control: str = "000000042", sender: str = "DIST7EDI", version: str = "00401") -> list[str]:
    """An interchange of these groups, its count right."""
    standards = "U" if version < "00402" else "^"
    begin = f"ISA*00*          *00*          *ZZ*{sender:15}*ZZ*{'VENDOR':15}*080305*1200*{standards}*{version}*{control}*0*P*:"
    return [begin, *(segment for each in groups for segment in each), f"IEA*{len(groups)}*{control}"]


def data_of(segments: Iterable[str], end: str = "~") -> bytes:
    """The bytes of a file of these segments."""
    return "".join(segment + end for segment in segments).encode()


def file_of(*loops: Iterable[str], heading: Iterable[str] = HEADING, summary: Iterable[str] = ()) -> bytes:
    """A file of one report with these PTD loops."""
    return data_of(interchange(group(transaction(*loops, heading=heading, summary=summary))))


def read(data: bytes, profiles: Profiles = COMMON) -> tuple[list[Line], list[Report]]:
    """The lines and reports of a file that is not refused."""
    feed = X12Feed(io.BytesIO(data), POS, profiles)
    return list(feed.lines()), feed.reports


def values(line: Line) -> dict[str, object]:
    """A line's values by column."""
    assert line.values is not None, line.problems
    return dict(zip((column.name for column in POS.columns), line.values, strict=True))


def line_of(*segments: str, without: Iterable[str] = (), profiles: Profiles = COMMON, heading: Iterable[str] = HEADING) -> Line:
    """The line of the usual loop with these changes."""
    lines, reports = read(file_of(loop(*segments, without=without), heading=heading), profiles)
    assert [report.defects for report in reports] == [()]
    assert len(lines) == 1
    return lines[0]


def refusal(data: bytes, profiles: Profiles = COMMON) -> tuple[Problem, ...]:
    """The defects for which a file is refused whole."""
    feed = X12Feed(io.BytesIO(data), POS, profiles)
    with pytest.raises(ReportRefused) as refused:
        list(feed.lines())
    assert feed.envelope["format"] == "X12"
    assert refused.value.code == refused.value.problems[0].code
    return refused.value.problems


def where(data: bytes, segment: str, element: int | None = None, *, end: str = "~") -> Place:
    """The place of an element of the one segment that is written so."""
    text = data.decode()
    assert text.count(segment + end) == 1, segment
    start = text.index(segment + end)
    tag, *_ = parts = segment.split("*")
    number = text.count(end, 0, start) + 1
    if element is None:
        return Place(number, tag, len(text[:start].encode()) + 1)
    before = "*".join(parts[:element]) + ("*" if element < len(parts) else "")
    return Place(number, tag, len((text[:start] + before).encode()) + 1, f"{tag}{element:02d}")


def found(problems: Iterable[Problem]) -> list[tuple[str, Place | None]]:
    """Codes and places of problems."""
    return [(problem.code, problem.place) for problem in problems]
