"""Files made to do harm: too large, packed to burst, formulas, NULs, foreign encodings; refused or shown as text, in bounded memory."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tap_graph.services.receiving import Delivery, Received
from tests.applications import rows
from tests.faults.bench import Bench
from tests.faults.conftest import Benches, InMemory
from tests.faults.every import EVERY, PATIENCE
from tests.faults.facts import differing, standing, unsound
from tests.faults.jobs import ADMIN
from tests.faults.reports import formats, report, small_year
from tests.faults.scenes import two_tiers
from tests.faults.worker import Worker
from tests.services.two_tier import pos, sold

MIB = 1 << 20
MOST_MEMORY = 256
HEAD = b"distributor_id,invoice_number,invoice_line\n"


@dataclass(frozen=True)
class Huge:
    """A file of a hundred megabytes, and what it is refused for."""

    head: bytes
    unit: bytes
    code: str

    def write(self, path: Path) -> None:
        """Writes it, a megabyte at a time."""
        piece = self.unit * (MIB // len(self.unit))
        with path.open("wb") as file:
            file.write(self.head)
            for _ in range(100):
                file.write(piece)


HUGE: Mapping[str, Huge] = {
    "one line": Huge(HEAD + b"D1,", b"x", "RECORD_TOO_LARGE"),
    "one segment": Huge(report("x12-5010")[:300], b"x", "SEGMENT_TOO_LONG"),
    "one segment of EDIFACT": Huge(report("edifact")[:300], b"x", "SEGMENT_TOO_LONG"),
    "header": Huge(b"distributor_id,", b"x", "RECORD_TOO_LARGE"),
    "open quote": Huge(HEAD + b'D1,"', b"x\n", "RECORD_TOO_LARGE"),
    "quotes": Huge(HEAD, b'"', "RECORD_TOO_LARGE"),
    "commas": Huge(HEAD, b",", "RECORD_TOO_LARGE"),
    "NUL": Huge(b"", b"\x00", "RECORD_TOO_LARGE"),
    "lone CR": Huge(HEAD[:-1] + b"\r", b"D1,1,1\r", "RECORD_TOO_LARGE"),
    "ISA": Huge(b"ISA*", b"*", "BAD_DELIMITERS"),
}
TRIED = list(HUGE) if EVERY else list(HUGE)[:3]


def url_of(bench: Bench) -> str:
    return bench.application.database.url.render_as_string(hide_password=False)


def refused(worker: Worker, bench: Bench, path: Path, code: str) -> None:
    """A file is refused for that, by a process that needs little for it."""
    before = standing(bench.application)
    answer = worker.one({"do": "deliver", "kind": "pos", "url": url_of(bench), "path": str(path)})
    assert (answer["ended"], list(answer["reasons"])[:1], answer["lines"]) == (0, [code], 0), answer
    assert answer["grew"] < MOST_MEMORY
    assert differing(standing(bench.application), before) == {}


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("name", TRIED)
def test_hundred_megabytes_that_never_end_a_line(worker: Worker, benches: Benches, name: str, tmp_path: Path) -> None:
    HUGE[name].write(tmp_path / "huge")
    refused(worker, benches("sqlite", small_year), tmp_path / "huge", HUGE[name].code)


def workbook(path: Path, head: bytes, unit: bytes, megabytes: int) -> None:
    """A workbook whose sheet unpacks to that much."""
    with zipfile.ZipFile(io.BytesIO(report("xlsx"))) as origin, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in origin.namelist():
            if "sheet1.xml" not in name:
                bomb.writestr(name, origin.read(name))
                continue
            with bomb.open(name, "w", force_zip64=True) as sheet:
                sheet.write(head)
                for _ in range(megabytes):
                    sheet.write(unit * (MIB // len(unit)))


@pytest.mark.timeout(PATIENCE)
def test_workbook_that_would_fill_the_memory(worker: Worker, benches: Benches, tmp_path: Path) -> None:
    cells = b'<worksheet><sheetData><row r="1">', b'<c r="A1"><v>1</v></c>'
    bombs: Iterable[tuple[bytes, bytes, int]] = [(b"", b"0", 100), (*cells, 60)] if EVERY else [(*cells, 20)]
    for head, unit, megabytes in bombs:
        workbook(tmp_path / "bomb", head, unit, megabytes)
        assert (tmp_path / "bomb").stat().st_size < MIB
        refused(worker, benches("sqlite", small_year), tmp_path / "bomb", "ZIP_BOMB")


def test_packed_file_that_would_fill_the_disk(worker: Worker, benches: Benches, tmp_path: Path) -> None:
    (tmp_path / "bomb").write_bytes(gzip.compress(bytes(20 * MIB)))
    job = {"do": "upload", "kind": "pos", "url": url_of(benches("sqlite", small_year)), "path": str(tmp_path / "bomb")}
    answer = worker.one(job)
    assert (answer["ended"], "holds more than 1,000 times as many" in answer["said"]) == (1, True), answer
    assert list(worker.temporary.iterdir()) == []


FORMULAS = ("=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1+2", "-2+3", '=HYPERLINK("http://x","y")')


def formula_lines() -> str:
    """A formula as a product that is taken, and as an order number that makes a line wait."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number, formula in enumerate(FORMULAS):
        taken, waiting = sold("D1", f"F{number}", order_number="SO3"), sold("D1", f"W{number}", order_number="SO3")
        (known,), (held,) = csv.reader([taken]), csv.reader([waiting])
        known[8], held[5] = formula, formula
        writer.writerows([known, held])
    return text.getvalue()


def ingest(bench: Bench, data: bytes, name: str = "file", kind: str = "pos") -> Received:
    return bench.application.ingest(Delivery(kind, io.BytesIO(data), name))


def told_as_csv(bench: Bench, got: Received) -> list[list[str]]:
    """The answer as a spreadsheet would open it."""
    assert got.delivery is not None
    return list(csv.reader(io.StringIO(bench.application.answer(ADMIN, got.delivery, "CSV").text)))


def test_formulas_are_kept_as_text_and_never_run_where_an_answer_is_opened(in_memory: InMemory) -> None:
    bench = in_memory(two_tiers)
    got = ingest(bench, pos(formula_lines()).encode())
    assert (got.accepted, got.held, got.refused) == (len(FORMULAS), len(FORMULAS), 0)
    kept = [product for (product,) in rows(bench.application, "pos_lines", "product") if product in FORMULAS]
    assert kept == list(FORMULAS)
    cells = [cell for row in told_as_csv(bench, got) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert [cell for cell in cells if cell.startswith("'")] == [f"'{formula}" for formula in FORMULAS]


def test_formula_of_a_workbook_is_the_value_it_had(in_memory: InMemory) -> None:
    bench = in_memory(two_tiers)
    header, row = csv.reader(io.StringIO(pos(sold("D1", "F", order_number="SO3"))))
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, (name, cell) in enumerate(zip(header, row, strict=True)):
            sheet.write_string(0, place, name)
            if name == "product":
                sheet.write_formula(1, place, '=CONCATENATE("PHO","NE")', None, "PHONE")
            else:
                sheet.write_string(1, place, cell)
    assert ingest(bench, stream.getvalue()).accepted == 1
    assert rows(bench.application, "pos_lines", "product")[-1:] == [("PHONE",)]


GOOD_LINE = sold("D1", "GOOD", order_number="SO3")
GOOD = pos(GOOD_LINE)
STRANGE: Mapping[str, tuple[bytes, str, tuple[int, int]]] = {
    "NUL in a cell": (pos(sold("D1", "B\x00AD", order_number="SO3")).encode() + GOOD_LINE.encode(), "CONTROL_CHARACTER", (1, 1)),
    "lone CR in a line": (GOOD.encode() + sold("D1", "B\rAD", order_number="SO3").encode(), "BARE_CARRIAGE_RETURN", (1, 1)),
    "lone CR": (GOOD.replace("\n", "\r").encode(), "BARE_CARRIAGE_RETURN", (0, 0)),
    "UTF-16": (GOOD.encode("utf-16"), "NOT_UTF8", (0, 0)),
    "UTF-16 without its mark": (GOOD.encode("utf-16-le"), "NOT_UTF8", (0, 0)),
    "Latin-1": (GOOD.replace("GOOD", "GÖÖD").encode("latin-1"), "NOT_UTF8", (0, 0)),
    "surrogates": (GOOD.encode().replace(b"GOOD", b"\xed\xa0\x80"), "NOT_UTF8", (0, 0)),
    "nothing": (b"", "EMPTY_FILE", (0, 0)),
    "a mark alone": (b"\xef\xbb\xbf", "EMPTY_FILE", (0, 0)),
    "old Excel": (b"\xd0\xcf\x11\xe0" + bytes(600), "NOT_A_FEED", (0, 0)),
}
"""What a file is, the one reason it gives, and how many of its lines are accepted and refused; none where it is refused whole."""


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_foreign_bytes_are_refused_or_taken_line_by_line(benches: Benches, backend: str) -> None:
    bench = benches(backend, two_tiers)
    for name, (data, code, (accepted, wrong)) in STRANGE.items():
        got = ingest(bench, data, name)
        assert (got.accepted, got.refused, list(got.reasons), got.refusal is None) == (accepted, wrong, [code], accepted > 0), name
        assert unsound(bench.application) == []
        bench.restore()


def test_a_kind_refuses_reports_of_another(in_memory: InMemory) -> None:
    bench = in_memory(small_year)
    before = standing(bench.application)
    for name in formats():
        assert ingest(bench, report(name), name, "orders").refusal is not None
    assert differing(standing(bench.application), before) == {}


NUL_IN = {
    "report number of X12": ("x12-5010", b"BPT*00*", b"BPT*00*\x00"),
    "control number of X12": ("x12-5010", b"GE*1*", b"GE*1*\x00"),
    "report number of EDIFACT": ("edifact", b"BGM+73E::9+", b"BGM+73E::9+\x00"),
}


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
@pytest.mark.parametrize("where", NUL_IN)
def test_nul_in_an_envelope_is_told_and_breaks_nothing(benches: Benches, backend: str, where: str) -> None:
    bench = benches(backend, small_year)
    name, before, spoiled = NUL_IN[where]
    assert report(name).count(before) == 1
    got = ingest(bench, report(name).replace(before, spoiled))
    assert got.refusal is not None or got.lines == got.accepted + got.refused == 4
    assert unsound(bench.application) == []
