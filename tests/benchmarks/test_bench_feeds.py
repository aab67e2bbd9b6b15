"""Reading a feed: microseconds a line, against the bare csv reader of Python over the same bytes."""

import csv
import io
import time
from collections.abc import Callable

import pytest

from tap_graph.feeds.csv import read
from tap_graph.feeds.kinds import ORDERS

LINES = 200_000
ROUNDS = 3
MOST_TIMES_BARE = 7.0
"""On two idle cores: 5 µs an order line beside 0.9 µs of the bare reader; the ratio holds on a busy machine too."""


def order_file() -> bytes:
    """Order lines with all columns, as varied as a year of a theatre."""
    rows = [",".join(column.name for column in ORDERS.columns)]
    for i in range(LINES):
        day = f"{i % 28 + 1:02d}"
        rows.append(
            f"SO-{i // 3},{i % 3 + 1},P-{i % 5000},Q-{i % 900},D-{i % 900},DIST-7,2008-02-{day},2008-02-{day},2008-03-{day},,"
            f"RESALE,PURCHASE,true,EIP;OIP,Kunde GmbH {i % 5000},PHONE-79{i % 5000},{i % 40 + 1},{i * 7919 % 100_000}.00,{i % 3000}.50"
        )
    return ("\n".join(rows) + "\n").encode()


def microseconds(work: Callable[[], int]) -> float:
    """The processor time of the best of some rounds, a line."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        assert work() == LINES
        times.append(time.process_time() - start)
    return min(times) / LINES * 1e6


@pytest.mark.benchmark
def test_an_order_line_is_typed_in_seven_times_the_bare_reading(capsys: pytest.CaptureFixture[str]) -> None:
    data = order_file()
    bare = microseconds(lambda: sum(1 for _ in csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""))) - 1)
    typed = microseconds(lambda: sum(1 for line in read(io.BytesIO(data), ORDERS) if not line.problems))
    with capsys.disabled():
        print(f"\nfeeds: {typed:.2f} µs an order line, {typed / bare:.1f} × csv.reader ({bare:.2f} µs)")
    assert typed <= MOST_TIMES_BARE * bare
