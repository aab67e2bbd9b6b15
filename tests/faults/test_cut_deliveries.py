"""A delivery that ends at any byte is refused, or is taken line by whole line where its format cannot know that it was cut.

CSV alone cannot know: it has no end. What is left of its last line counts where only that line's last cell is shorter, as RFC 4180
lets a file end without a line end; a line with fewer cells is refused.
"""

import gzip
import io
from collections import Counter
from random import Random

import pytest

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.lines import Line
from tap_graph.feeds.profiles import COMMON
from tap_graph.feeds.recognizing import open_feed
from tap_graph.services.receiving import Delivery
from tap_graph.web.refusing import RequestRefused
from tap_graph.web.uploading import Upload
from tests.faults.bench import Bench
from tests.faults.conftest import InMemory
from tests.faults.every import EVERY, PATIENCE
from tests.faults.facts import differing, standing, unsound
from tests.faults.reports import formats, report, small_year

CUTS = 400 if EVERY else 8
"""How many of each format's go all the way; what reads a file is tried at every byte."""
REPEATED = 8 if EVERY else 4
HTTP_LARGEST = 1 << 20


def lines_of(data: bytes) -> list[Line]:
    """What is read of a file and could become a fact; FileRefused where nothing may."""
    feed = open_feed(io.BytesIO(data), POS, COMMON)
    read = list(feed.lines())
    spoiled = {record for each in feed.reports if each.defects for record in range(each.first_record, each.last_record + 1)}
    return [line for line in read if not line.problems and line.record not in spoiled]


def is_shorter(line: Line, whole: Line) -> bool:
    """Whether a CSV line is another one whose last cell was cut."""
    return whole.raw.startswith(line.raw) and line.raw.rpartition(",")[0] == whole.raw.rpartition(",")[0]


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("name", formats())
def test_what_reads_a_file_cut_at_any_byte(name: str) -> None:
    data = report(name)
    whole = lines_of(data)
    assert len(whole) == 4
    step = 1 if EVERY else 7
    refused = 0
    for end in range(0, len(data), step):
        try:
            left = lines_of(data[:end])
        except FileRefused:
            refused += 1
            continue
        assert name == "csv" or left in (whole, []), f"cut after {end} of {len(data)} bytes"
        same = [line for line, known in zip(left, whole, strict=False) if line == known]
        assert len(left) - len(same) <= 1
        assert left[:-1] == whole[: len(left[:-1])]
        assert left[-1:] == same[-1:] or is_shorter(left[-1], whole[len(left) - 1])
    assert name == "csv" or refused >= len(range(0, len(data), step)) - 3


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("name", formats())
def test_delivery_cut_at_any_byte(in_memory: InMemory, name: str) -> None:
    bench = in_memory(small_year)
    data = report(name)
    before = sold_of(bench)
    deliver(bench, data)
    after, whole = standing(bench.application), sold_of(bench)
    assert (before.total(), whole.total()) == (0, 4)
    bench.restore()
    for count, end in enumerate(sorted(Random(name).sample(range(1, len(data)), min(CUTS, len(data) - 1)))):
        deliver(bench, data[:end])
        foreign = sold_of(bench) - whole
        assert foreign.total() <= (1 if name == "csv" else 0), f"cut after {end} of {len(data)} bytes"
        assert name == "csv" or sold_of(bench) in (before, whole)
        if count % REPEATED == 0:
            deliver(bench, data)
            assert differing(standing(bench.application), after) == {}
        assert unsound(bench.application) == []
        bench.restore()


@pytest.mark.parametrize("name", formats())
def test_packed_body_cut_at_any_byte(name: str) -> None:
    packed = gzip.compress(report(name), mtime=0)
    for end in range(len(packed)):
        with Upload() as upload:
            upload.write(packed[:end])
            with pytest.raises(RequestRefused) as refused:
                upload.unpack(HTTP_LARGEST)
        assert (refused.value.status, refused.value.code) == (400, "BAD_GZIP")
    with Upload() as upload:
        upload.write(packed)
        upload.unpack(HTTP_LARGEST)
        assert upload.file.read() == report(name)


def deliver(bench: Bench, data: bytes) -> None:
    bench.application.ingest(Delivery("pos", io.BytesIO(data), "cut"))


def sold_of(bench: Bench) -> Counter[str]:
    return standing(bench.application)["pos_lines"]
