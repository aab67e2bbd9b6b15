"""Structure of an 867 in versions 004010 and 005010 as data: its loops, their segments, and which elements are read.

    heading   ST BPT CUR DTM REF PER MEA PSA · N1 loop (N1 N2 N3 N4 REF PER) · LM loop
    detail    PTD loop: PTD DTM REF PRF PER MAN · N1 loop · QTY loop (QTY LIN UIT AMT … REF DTM CUR · SLN · LX · FA1)
    summary   CTT AMT ITA SE

Senders put the segments of a PTD loop in many orders; what a segment says does not depend on its place in the loop, except
that each LIN beyond the first begins another product (item.py). CTP and SLN are not of this standard but in use.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tap_graph.feeds.problems import Problem
from tap_graph.feeds.x12.segments import Segment


@dataclass(frozen=True, slots=True)
class Use:
    """How one segment is used: elements that must be given, those whose code decides what is read, those that are read."""

    required: tuple[int, ...] = ()
    decides: tuple[int, ...] = ()
    reads: tuple[int, ...] = ()
    once: bool = False


UNREAD = Use()
QUALIFIERS_OF_LIN = tuple(range(2, 31, 2))
QUALIFIERS_OF_SLN = tuple(range(9, 28, 2))

BPT = Use(required=(1, 3), decides=(1,), reads=(2, 3, 9), once=True)
CUR = Use(required=(1, 2), decides=(1, 2))
DTM = Use(required=(1,), decides=(1, 5), reads=(2, 6))
REF = Use(required=(1,), decides=(1, 4), reads=(2, 3))
N1 = Use(required=(1,), decides=(1,), reads=(2, 4))
PTD = Use(required=(1,), decides=(1, 4, 6), reads=(5,), once=True)
QTY = Use(required=(1, 2), decides=(1, 3), reads=(2,))
LIN = Use(required=(2, 3), decides=QUALIFIERS_OF_LIN, reads=(1, *(place + 1 for place in QUALIFIERS_OF_LIN)))
SLN = Use(required=(1, 3), decides=QUALIFIERS_OF_SLN, reads=tuple(place + 1 for place in QUALIFIERS_OF_SLN))
UIT = Use(required=(1,), decides=(1, 3), reads=(2,))
CTP = Use(decides=(1, 2, 5), reads=(3,))
AMT = Use(required=(1, 2), decides=(1,), reads=(2,))
CTT = Use(required=(1,), reads=(1, 2), once=True)

HEADING: Mapping[str, Use] = {
    "BPT": BPT,
    "CUR": CUR,
    "DTM": DTM,
    "REF": REF,
    "N1": N1,
    **dict.fromkeys(("NTE", "PER", "MEA", "PSA", "N2", "N3", "N4", "LM", "LQ", "LCD"), UNREAD),
}
DETAIL: Mapping[str, Use] = {
    "PTD": PTD,
    "DTM": DTM,
    "REF": REF,
    "N1": N1,
    "QTY": QTY,
    "LIN": LIN,
    "UIT": UIT,
    "CTP": CTP,
    "AMT": AMT,
    "CUR": CUR,
    "SLN": SLN,
    **dict.fromkeys(("PRF", "PER", "MAN", "LCD", "LQ", "MEA", "N2", "N3", "N4", "SII", "N9", "NTE", "LS", "LE"), UNREAD),
    **dict.fromkeys(("PO3", "PO4", "ITA", "PID", "PWK", "PKG", "DD", "LDT", "LM", "LX", "FA1", "FA2", "SI", "SAC", "TXI"), UNREAD),
}
SUMMARY: Mapping[str, Use] = {"CTT": CTT, "AMT": AMT, "ITA": UNREAD}

ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"})
ENDS_OF_LOOP = ENVELOPE | {"PTD", "CTT"}


def misuses(segments: Sequence[Segment], table: Mapping[str, Use], part: str) -> Iterator[Problem]:
    """What in these segments the table does not allow: segments it does not know, doubled ones, elements left out."""
    seen = set()
    for segment in segments:
        use = table.get(segment.tag)
        if use is None:
            yield segment.problem("UNKNOWN_SEGMENT", f"the {part} of an 867 has no such segment. Take it away.")
            continue
        if use.once and segment.tag in seen:
            yield segment.problem("DOUBLED_SEGMENT", f"stands more than once in the {part}. Keep one.")
        seen.add(segment.tag)
        for element in use.required:
            if not segment[element]:
                yield segment.problem("ELEMENT_MISSING", "is empty. Give it.", element)
