"""Reading an 867: microseconds a PTD loop, against splitting the same bytes into segments and elements; and its memory."""

import io
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from tap_graph.feeds.kinds import POS
from tap_graph.feeds.profiles import COMMON
from tap_graph.feeds.x12.reading import X12Feed

LOOPS = 200_000
ROUNDS = 3
MOST_TIMES_SPLITTING = 4.0
"""On two idle cores: 3.4 µs a loop beside 1.3 µs of splitting (2.7 ×); the ratio holds on a busy machine too."""
MOST_MORE_MEMORY = 512
"""KiB that five times the loops may take more: the memories of a reader are full after some thousand."""

BEGINNING = (
    f"ISA*00*          *00*          *ZZ*{'DIST7EDI':15}*ZZ*{'VENDOR':15}*080305*1200*U*00401*000000001*0*P*:~"
    "GS*PT*DIST7*VENDOR*20080305*1200*1*X*004010~ST*867*0001~BPT*00*R-1*20080305*02~CUR*SE*USD~N1*DS*Distribution Inc*92*DIST-7~"
)
SEGMENTS = 9
"""Of a loop."""
BESIDE_LOOPS = 11
"""Pieces that splitting at terminators gives beside those of the loops."""


def parts(loops: int) -> Iterator[bytes]:
    """A report of so many loops, as varied as a month of a distributor, in parts of a thousand loops."""
    yield BEGINNING.encode()
    pieces = 0
    for begin in range(0, loops, 1000):
        part = []
        for i in range(begin, begin + 1000):
            day = f"{i % 28 + 1:02d}"
            pieces += i % 40 + 1
            part.append(
                f"PTD*SS~DTM*003*200802{day}~DTM*011*200802{day}~REF*IV*INV-{i // 3}~REF*CO*SO-{i}**LI:{i % 4 + 1}~"
                f"N1*BY*Partner GmbH {i % 5000}*92*P-{i % 5000}~QTY*39*{i % 40 + 1}*EA~LIN*{i % 3 + 1}*VP*PHONE-79{i % 5000}~"
                f"UIT*EA*{i % 1000}.50~"
            )
        yield "".join(part).encode()
    yield f"CTT*{loops}*{pieces}~SE*{loops * 9 + 6}*0001~GE*1*1~IEA*1*000000001~".encode()


def read(stream: io.RawIOBase | io.BytesIO) -> int:
    """The lines of a report in which nothing is wrong."""
    feed = X12Feed(stream, POS, COMMON)  # type: ignore[arg-type]
    count = sum(1 for line in feed.lines() if not line.problems)
    assert feed.reports[0].defects == ()
    return count


def split(data: bytes) -> int:
    """What any reader has to do at least."""
    segments = data.split(b"~")
    for segment in segments:
        segment.split(b"*")
    return (len(segments) - BESIDE_LOOPS) // SEGMENTS


def microseconds(work: Callable[[], int]) -> float:
    """The processor time of the best of some rounds, a loop."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        assert work() == LOOPS
        times.append(time.process_time() - start)
    return min(times) / LOOPS * 1e6


class Generated(io.RawIOBase):
    """A report that is made while it is read."""

    def __init__(self, loops: int) -> None:
        self._loops = loops
        self._parts = parts(loops)
        self._rest = b""

    def seek(self, offset: int, whence: int = 0) -> int:
        assert (offset, whence) == (0, 0)
        self._parts, self._rest = parts(self._loops), b""
        return 0

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (part := next(self._parts, b"")):
            self._rest += part
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def peak(loops: int) -> int:
    """KiB that reading so many loops takes at most."""
    tracemalloc.start()
    try:
        assert read(Generated(loops)) == loops
        return tracemalloc.get_traced_memory()[1] // 1024
    finally:
        tracemalloc.stop()


@pytest.mark.benchmark
def test_a_loop_is_typed_in_four_times_the_splitting(capsys: pytest.CaptureFixture[str]) -> None:
    data = b"".join(parts(LOOPS))
    bare = microseconds(lambda: split(data))
    typed = microseconds(lambda: read(io.BytesIO(data)))
    with capsys.disabled():
        print(f"\nx12: {typed:.2f} µs a PTD loop, {typed / bare:.1f} × splitting ({bare:.2f} µs)")
    assert typed <= MOST_TIMES_SPLITTING * bare


@pytest.mark.benchmark
def test_memory_stays_flat(capsys: pytest.CaptureFixture[str]) -> None:
    small, large = peak(LOOPS // 10), peak(LOOPS // 2)
    with capsys.disabled():
        print(f"\nx12: {small:,} KiB at {LOOPS // 10:,} loops, {large:,} KiB at {LOOPS // 2:,}")
    assert large - small <= MOST_MORE_MEMORY
