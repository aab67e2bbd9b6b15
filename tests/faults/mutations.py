"""Mutations: files that are valid but for what chance did to their bytes, or to what a workbook packs."""

import io
import zipfile
from collections.abc import Callable
from functools import cache
from random import Random

from tests.faults.reports import formats, report

HOSTILE = (
    b"\x00", b"\r", b"\n", b'"', b",", b";", b"~", b"*", b"'", b"+", b":", b"?", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f", b"\x80", b"\xc3",
    b"\xed\xa0\x80", b"\xf0\x9f\x92\xa3", b"-", b"0", b"99999999999999999999", b"1e9", b"NaN", b"=1+1", b"<", b"&#0;", b"]]>",
    b"\xe2\x80\xae", b"2008-02-30", b"0000-00-00", b"\x85", b"\xc2\xa0", b"\t",
)  # fmt: skip
Spoil = Callable[[Random, bytes], bytes]


def mutated(seed: int) -> tuple[str, bytes]:
    """A format, and its report as a seed spoiled it."""
    chance = Random(seed)
    name = chance.choice(formats())
    spoil = _within if name == "xlsx" and chance.random() < 0.7 else _spoiled
    return name, spoil(chance, report(name))


def _spoiled(chance: Random, data: bytes) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        data = chance.choice(SPOILS)(chance, data)
    return data


def _within(chance: Random, data: bytes) -> bytes:
    """A workbook one of whose parts is spoiled, packed again so that its checksum is right."""
    parts = dict(_parts(data))
    # Most of a workbook is decoration: half of the time the sheet or its texts are spoiled.
    cells = [name for name in parts if "sheet1.xml" in name or "sharedStrings" in name]
    spoiled = chance.choice(cells if chance.random() < 0.5 else sorted(parts))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, _spoiled(chance, part) if name == spoiled else part)
    return stream.getvalue()


@cache
def _parts(data: bytes) -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def _span(chance: Random, data: bytes) -> tuple[int, int]:
    begin = chance.randrange(len(data) + 1)
    return begin, min(len(data), begin + chance.choice((1, 1, 2, 5, 20, 100)))


def _flip(chance: Random, data: bytes) -> bytes:
    begin, _ = _span(chance, data[:-1])
    return data[:begin] + bytes([data[begin] ^ (1 << chance.randrange(8))]) + data[begin + 1 :] if data else data


def _put(chance: Random, data: bytes) -> bytes:
    begin, _ = _span(chance, data)
    return data[:begin] + chance.choice(HOSTILE) + data[begin:]


def _put_noise(chance: Random, data: bytes) -> bytes:
    begin, end = _span(chance, data)
    return data[:begin] + chance.randbytes(end - begin) + data[end:]


def _take(chance: Random, data: bytes) -> bytes:
    begin, end = _span(chance, data)
    return data[:begin] + data[end:]


def _repeat(chance: Random, data: bytes) -> bytes:
    begin, end = _span(chance, data)
    return data[:end] + data[begin:end] * chance.choice((1, 2, 50)) + data[end:]


def _swap(chance: Random, data: bytes) -> bytes:
    (begin, end), (place, _) = _span(chance, data), _span(chance, data)
    moved, left = data[begin:end], data[:begin] + data[end:]
    return left[:place] + moved + left[place:]


def _digit(chance: Random, data: bytes) -> bytes:
    places = [place for place, byte in enumerate(data) if chr(byte).isdigit()]
    return data if not places else _at(data, chance.choice(places), b"%d" % chance.randrange(10))


def _replace(chance: Random, data: bytes) -> bytes:
    return data if not data else _at(data, chance.randrange(len(data)), chance.choice(HOSTILE))


def _splice(chance: Random, data: bytes) -> bytes:
    other = report(chance.choice(formats()))
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def _cut(chance: Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _at(data: bytes, place: int, put: bytes) -> bytes:
    return data[:place] + put + data[place + 1 :]


SPOILS: tuple[Spoil, ...] = (_flip, _put, _put, _put_noise, _take, _repeat, _swap, _digit, _replace, _replace, _splice, _cut)
