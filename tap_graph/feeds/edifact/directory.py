"""Directory: segments, elements and sections of a SLSRPT, and the code tables of its envelope, as data.

Sources: ISO 9735 (service segments, character sets), UN/EDIFACT directories D.96A to D.24A (SLSRPT). Segment groups
are numbered differently in each directory, but hold the same segments; what this page calls a section does not change.
"""

from collections.abc import Mapping

# A segment's elements in order: `1082` alone, or a composite with its components.
_SEGMENTS = """
UNB S001:0001:0002 S002:0004:0007:0008 S003:0010:0007:0014 S004:0017:0019 0020 S005:0022:0025 0026 0029 0031 0032 0035
UNG 0038 S006:0040:0007 S007:0044:0007 S004:0017:0019 0048 0051 S008:0052:0054:0057 0058
UNH 0062 S009:0065:0052:0054:0051:0057 0068 S010:0070:0073
UNT 0074 0062
UNE 0060 0048
UNZ 0036 0020
UNS 0081
BGM C002:1001:1131:3055:1000 C106:1004:1056:1060 1225 4343
DTM C507:2005:2380:2379
NAD 3035 C082:3039:1131:3055 C058:3124:3124:3124:3124:3124 C080:3036:3036:3036:3036:3036:3045 C059:3042:3042:3042:3042 3164 3229 3251 3207
RFF C506:1153:1154:1156:4000
CUX C504:6347:6345:6343:6348 C504:6347:6345:6343:6348 5402 6341
LOC 3227 C517:3225:1131:3055:3224 C519:3223:1131:3055:3222 C553:3233:1131:3055:3232 5479
LIN 1082 1229 C212:7140:7143:1131:3055 C829:5495:1082 1222 7083
PIA 4347 C212:7140:7143:1131:3055 C212:7140:7143:1131:3055 C212:7140:7143:1131:3055 C212:7140:7143:1131:3055 C212:7140:7143:1131:3055
QTY C186:6063:6060:6411
PRI C509:5125:5118:5375:5387:5284:6411 5213
MOA C516:5025:5004:6345:6343:4405
GIN 7405 C208:7402:7402 C208:7402:7402 C208:7402:7402 C208:7402:7402 C208:7402:7402
CNT C270:6069:6066:6411
"""
ELEMENTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    tag: tuple(tuple(element.split(":")) for element in elements) for tag, *elements in map(str.split, _SEGMENTS.strip().splitlines())
}
"""By tag, the elements: name, then those of its components."""

HEADING, PLACE, INDICATOR, ITEM, SUMMARY = "heading", "place", "indicator", "item", "summary"
# `CNT` is in no directory's SLSRPT; senders write it all the same, so it is read and checked.
_SECTIONS = """
heading   BGM DTM MKS NAD CTA COM RFF CUX STS
place     LOC DTM FTX RFF NAD CTA COM CUX
indicator GIS GEI
item      LIN PIA IMD DTM PAC RFF DOC ALI MOA PRI CUX PAI GIN QTY MKS NAD STS FTX LOC
summary   UNS MOA STS CNT
"""
SECTIONS: Mapping[str, frozenset[str]] = {name: frozenset(tags) for name, *tags in map(str.split, _SECTIONS.strip().splitlines())}
"""The segments that may stand in each section."""
OPENS: Mapping[str, str] = {"LOC": PLACE, "GIS": INDICATOR, "GEI": INDICATOR, "LIN": ITEM, "UNS": SUMMARY, "CNT": SUMMARY}
"""Segments that begin a section; behind an indicator (reports by product) a `LOC` belongs to its item."""

CHARSETS: Mapping[str, str] = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859_1",
    "UNOD": "iso8859_2",
    "UNOE": "iso8859_5",
    "UNOF": "iso8859_7",
    "UNOG": "iso8859_3",
    "UNOH": "iso8859_4",
    "UNOI": "iso8859_6",
    "UNOJ": "iso8859_8",
    "UNOK": "iso8859_9",
    "UNOW": "utf_8",
    "UNOY": "utf_8",
}
"""By 0001, the character set; all of them write ASCII, and so the delimiters, in one byte."""
VERSIONS = ("1", "2", "3", "4")


def element_name(tag: str, element: int, component: int | None = None) -> str:
    """How the standard names an element: `UNT+0074`, `QTY+C186.6060`; by position where the segment is not in the table."""
    known = ELEMENTS.get(tag, ())
    if element > len(known):
        return f"{tag}+{element}" if component is None else f"{tag}+{element}.{component + 1}"
    name, *components = known[element - 1]
    if component is None or component >= len(components):
        return f"{tag}+{name}"
    return f"{tag}+{name}.{components[component]}"


def positions(name: str) -> tuple[int, int | None]:
    """Where a named element stands in its segment, and the component in it, both counted from 1 (the tag is not counted)."""
    tag, _, path = name.partition("+")
    composite, _, component = path.partition(".")
    for place, (element, *components) in enumerate(ELEMENTS.get(tag, ()), 1):
        if element == composite:
            return place, components.index(component) + 1 if component in components else None
    return (int(composite) if composite.isascii() and composite.isdigit() else 1), None
