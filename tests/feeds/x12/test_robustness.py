"""Nothing but a refusal comes out of damaged files, and the quick way reads what the careful way reads."""

import io
import random
from collections.abc import Iterator

import pytest

from tap_graph.feeds.feed import Report
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.lines import Line
from tap_graph.feeds.problems import Problem, ReportRefused
from tap_graph.feeds.profiles import COMMON
from tap_graph.feeds.x12 import batches, reporting
from tap_graph.feeds.x12.answering import application_advice, functional_acknowledgement
from tap_graph.feeds.x12.reading import X12Feed
from tests.feeds.x12.samples import HEADING, LOOP, data_of, file_of, group, interchange, loop, read, transaction
from tests.feeds.x12.test_answering import AT

SMALL = data_of(interchange(group(transaction(LOOP, loop("PTD*BN", "REF*SE*S-1"), summary=("CTT*2*10",)))))


def attempted(data: bytes) -> tuple[list[Line], list[Report]] | None:
    """What is read, None where the file is refused; answers can be made either way."""
    feed = X12Feed(io.BytesIO(data), POS, COMMON)
    taken: tuple[list[Line], list[Report]] | None = None
    problems: tuple[Problem, ...] = ()
    try:
        taken = list(feed.lines()), feed.reports
    except ReportRefused as refused:
        problems = refused.problems
    assert (taken is None) == bool(problems) == feed.envelope["refused"]
    functional_acknowledgement(feed.envelope, 1, AT)
    application_advice(feed.envelope, (), 1, AT)
    return taken


def test_a_file_cut_at_any_byte_is_refused() -> None:
    assert [size for size in range(len(SMALL) - 1) if attempted(SMALL[:size]) is not None] == []
    assert attempted(SMALL[:-1]) == attempted(SMALL) == read(SMALL)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four small damages."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        match chance.randrange(5):
            case 0:
                changed[at] = chance.choice(b"*~:\r\n\x00\xff AZ09-.")
            case 1:
                del changed[at : at + chance.randint(1, 30)]
            case 2:
                changed[at:at] = bytes(chance.choice(b"*~:PTDSE0123") for _ in range(chance.randint(1, 6)))
            case 3:
                other = chance.randrange(len(changed))
                changed[at:at] = changed[other : other + chance.randint(1, 60)]
            case _:
                changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("seed", range(4))
def test_five_hundred_damaged_files_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    outcomes = [attempted(damaged(SMALL, chance)) is None for _ in range(500)]
    assert {*outcomes} == {True, False}


POOL = {
    "PTD": ["PTD*SS", "PTD*SS", "PTD*SD", "PTD*BN", "PTD*SS*****CD", "PTD*IB", "PTD*XX", "PTD*SS***IV*INV-P", "PTD"],
    "DTM": [
        "DTM*003*20080214",
        "DTM*011*20080213",
        "DTM*011*20080299",
        "DTM*999*x",
        "DTM*003****D8*20080215",
        "DTM*003",
        "DTM*011* 0080213",
    ],
    "REF": [
        "REF*IV*INV-{}",
        "REF*DI*INV-{}",
        "REF*IV*",
        "REF*IV*{} ",
        "REF*CO*SO-{}**LI:{}",
        "REF*CO*SO-{}*{}",
        "REF*CO*SO-{}*Text {}",
        "REF*PO*SO-{}**ZZ:1",
        "REF*OL*{}",
        "REF*OL*x",
        "REF*LI*{}",
        "REF*SE*S-{}",
        "REF*SE*",
        "REF*CT*D-{}",
        "REF*ZZ*{}",
        "REF",
    ],
    "N1": ["N1*BY*Name {}*92*P-{}", "N1*BY*Name {}", "N1*BY**92*P-{}", "N1*BY", "N1*ST*x*92*{}", "N1*BY* Name"],
    "QTY": [
        "QTY*39*{}*EA",
        "QTY*39*{}*EA",
        "QTY*39*-{}*EA",
        "QTY*76*{}*PC",
        "QTY*32*{}",
        "QTY*17*{}*EA",
        "QTY*39*{}.0*EA",
        "QTY*39*x*EA",
        "QTY*39*{}*KG",
    ],
    "LIN": ["LIN*{}*VP*PHONE-{}", "LIN**VP*PHONE-{}", "LIN*{}*BP*B*VP*V-{}", "LIN*{}*BP**VP*V-{}", "LIN*{}*ZZ*x", "LIN*{}*VP"],
    "UIT": ["UIT*EA*{}.50", "UIT*EA", "UIT*CA*{}", "UIT*EA*{}*HP", "UIT*EA*x", "AMT*1*{}", "CTP**RES*{}.1", "UIT*EA*.5"],
    "": ["CUR*SE*USD", "CUR*SE*?", "PID*F****Text", "SLN*1**I******VP*K-{}", "XYZ*1", "PRF*{}"],
}


def random_loops(chance: random.Random, count: int) -> Iterator[tuple[str, ...]]:
    """Loops of some thirty shapes, right and wrong, each of them many times with other values."""
    shapes = []
    for _ in range(30):
        shape = [chance.choice(POOL["PTD"][: chance.choice((3, 99))])]
        for kind, most in (("DTM", 2), ("REF", 5), ("N1", 2), ("QTY", 2), ("LIN", 1), ("UIT", 2), ("", 1)):
            pool = POOL[kind][: chance.choice((1, 5, 99))]
            shape += chance.sample(pool, min(len(pool), chance.randint(0 if kind == "" else 1, most)))
        shapes.append(shape)
    for _ in range(count):
        yield tuple(chance.choice(segment.split("|")).replace("{}", str(chance.randrange(40))) for segment in chance.choice(shapes))


@pytest.mark.parametrize("seed", range(4))
def test_the_quick_way_reads_what_the_careful_way_reads(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    heading = (*HEADING, *chance.sample(["REF*IV*INV-H", "N1*BY*Heading*92*P-H", "DTM*003*20080301", "DTM*011*20080302"], 2))
    loops = list(random_loops(chance, 400))
    data = file_of(*loops, heading=heading, summary=(f"CTT*{len(loops)}*1", "AMT*TT*1"))
    quickly = read(data)
    monkeypatch.setattr(reporting, "MOST_SHAPES", 0)
    carefully = read(data)
    assert quickly == carefully
    assert 0 < sum(not line.problems for line in quickly[0]) < len(quickly[0])


def test_most_loops_of_a_usual_report_go_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    careful = []
    original = batches.Batch.segments

    def counted(batch: batches.Batch, index: int, text: str) -> object:
        careful.append(text[:3])
        return original(batch, index, text)

    monkeypatch.setattr(batches.Batch, "segments", counted)
    kinds = [LOOP, loop("REF*SE*S-1"), loop("LIN**VP*X"), loop("PTD*BN"), loop("REF*CO*SO-1*Words")]
    lines, reports = read(file_of(*(kinds[at % 5] for at in range(1000)), summary=("CTT*1000*5000", "AMT*TT*361500.00")))
    assert (len(lines), reports[0].defects) == (1000, ())
    assert careful.count("PTD") == 6  # one of each kind, and the one that CTT and SE follow
