"""The fast way reads every file exactly as the careful way does: the same lines, problems and refusals."""

import io
import random
import unicodedata
from collections.abc import Iterator

import pytest

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds import bulk
from tap_graph.feeds.csv import Line, read
from tap_graph.feeds.kinds import ALL, POS, Column, Kind

HOSTILE = [
    "", " ", "  x", "x ", "a b", "a,b", 'a"b', '"', '""', '"quoted"', '"with, comma"', '"line\nbreak"', '"cr\r\nlf"', '"open',
    "a\rb", "\t", "x\ty", "\\", "\\N", "\\.", "\x00", "\x07", "\x1f", "\x7f", "\x85", "\xa0", "\u200b", "\u2028", "\u3000", "\ufeff",
    "é", "漢字", "한글", "Ж", "𝟙𝟚", "😀", "１２", "٣", "1e5", "1 2", "NaN", "1,000.00", "0", "-0", "007", "-3", "+5", "5.0", "1234567890",
    "999999999", "-999999999", "1.5", "1.50", "1.505", ".5", "5.", "13000.00", "-1.00", "00000000000001.00", "99999999999999.99",
    "999999999999999.99", "2008-02-29", "2009-02-29", "2008-2-9", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01",
    "2008-02-29 ", "29.02.2008", "true", "false", "TRUE", "1", "RESALE", "resale", "APPROVED", "DENIED", "DECLINED", "ONE_TIER",
    "PURCHASE", "TMP", "A;B", "A;A;B", ";", "A;;B", " A ; B ", "B;A", "'", "|", "it's", "A|B", "x" * 200, "x" * 201, "é" * 150,
    "x" * 601, "GOLD",
]  # fmt: skip
PLAIN = {
    "name": ["A1", "B-2", "Grüße", "SO 77"], "code": ["DIST1", "X"], "text": ["", "Cisco 7961G", "Kunde é"],
    "prose": ["", "because it is so"], "day": ["", "2008-02-29", "2007-12-31", "2010-01-01"],
    "amount": ["", "13000.00", "0.5", "17", "0.00"], "count": ["1", "2", "31", "007"], "boolean": ["", "true", "false"],
    "list": ["", "FOC123", "A;B", "A;A"], "codes": ["", "EIP", "OIP;EIP"],
}  # fmt: skip


def outcome(lines: Iterator[Line]) -> tuple[list[Line], str | None]:
    """The lines, and why the file was refused; how many lines come before a refusal is nobody's business."""
    taken: list[Line] = []
    try:
        taken.extend(lines)
    except FileRefused as refusal:
        return [], f"{refusal.code} {refusal}"
    return taken, None


def in_bulk(data: bytes, kind: Kind) -> Iterator[Line]:
    """The lines of a file as blocks give them."""
    reading = bulk.Reading(io.BytesIO(data), kind)
    for text in reading.texts():
        block = reading.block(text)
        vouched = [Line(number, record, raw, tuple(values), key, ()) for record, number, raw, key, *values in block.vouched.rows()]
        yield from sorted([*vouched, *block.others], key=lambda line: line.record)
    reading.finish()


def same(data: bytes, kind: Kind) -> None:
    expected, got = outcome(read(io.BytesIO(data), kind)), outcome(in_bulk(data, kind))
    assert got[1] == expected[1]
    # As text, for True is 1 to Python.
    assert list(map(repr, got[0])) == list(map(repr, expected[0]))


def cell(chance: random.Random, column: Column, hostile: float) -> str:
    if chance.random() < hostile:
        return chance.choice(HOSTILE)
    return chance.choice(column.words or PLAIN[column.type])


def file_of(chance: random.Random, kind: Kind, lines: int, hostile: float, *, quotes: bool = True) -> bytes:
    """A file of that many lines, some cells hostile; without quotes it is never refused whole."""
    columns = [column for column in kind.columns if column.key or chance.random() < 0.85]
    chance.shuffle(columns)
    ends = chance.choice(["\n", "\r\n", "\n"])
    text = [",".join(column.name for column in columns)]
    for _ in range(lines):
        cells = [cell(chance, column, hostile) for column in columns]
        cells = cells if quotes else [text.replace('"', "") for text in cells]
        if chance.random() < hostile:
            cells = chance.choice([cells[:-1], [*cells, ""], [f'"{c}"' for c in cells] if quotes else [], [""] * len(cells)])
        text.append(",".join(cells))
        if chance.random() < hostile / 2:
            text.append(chance.choice(["", "\r", "  ", "\r\r"]))
    mark = "\ufeff" if chance.random() < 0.2 else ""
    return (mark + ends.join(text) + chance.choice(["", ends])).encode()


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
@pytest.mark.parametrize("size", [300, 5_000])
def test_hostile_files_are_read_alike(kind: Kind, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BLOCK", size)
    monkeypatch.setattr("tap_graph.feeds.decoding.CHUNK", 97)
    chance = random.Random(f"{kind.name} {size}")
    for number in range(24):
        same(file_of(chance, kind, chance.randrange(0, 60), (0.0, 0.01, 0.05, 0.3)[number % 4]), kind)


def test_file_is_refused_for_what_comes_first_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tap_graph.feeds.decoding.CHUNK", 50)
    lines = b"".join(b"D,I%d,1\n" % number for number in range(100))
    head = b"distributor_id,invoice_number,invoice_line\n"
    for data in (
        lines + b"\xff\n",
        b'D,"I"x,1\n' + lines + b"\xff\n",
        lines + b"\xff\n" + b'D,"I"x,1\n',
        b"\xff" + lines,
        b'D,"I' + lines + b"\xff\n",
    ):
        same(head + data, POS)
        same(b"nonsense," + head + data, POS)


def test_every_letter_that_is_vouched_for_is_one_that_no_cell_refuses() -> None:
    first = iter(bulk.LETTERS)
    spans = [(start, end) for start, dash, end in zip(first, first, first, strict=True) if dash == "-"]
    assert "".join(f"{start}-{end}" for start, end in spans) == bulk.LETTERS
    for start, end in spans:
        for point in range(ord(start), ord(end) + 1):
            letter = chr(point)
            assert unicodedata.category(letter) not in {"Cc", "Cf", "Zl", "Zp", "Zs"}
            assert letter.strip() == letter
