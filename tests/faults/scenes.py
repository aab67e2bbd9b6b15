"""Scenes: a program that stands, and one thing that is done to it, small but with everything that can happen to a line."""

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tap_graph.app import Application
from tap_graph.services import aliasing
from tap_graph.services.receiving import Delivery
from tests.cli.program import PARTNERS, PROGRAM
from tests.faults.bench import NOW
from tests.faults.jobs import ADMIN, Job
from tests.feeds.x12.samples import data_of, group, interchange, loop, transaction
from tests.services import two_tier
from tests.services.two_tier import OTHER_ADMIN, order, orders, pos, sold

Prepare = Callable[[Application], None]


@dataclass(frozen=True)
class Scene:
    """What stands, what is done, and what becomes of it."""

    prepare: Prepare
    job: Job
    """Of `tests.faults.jobs`, without its database."""
    content: bytes | None = None
    """The file that is delivered."""
    became: tuple[int, ...] | None = None
    """Lines, accepted, unchanged, held and refused; None for an act."""
    refused_again: Sequence[str] = field(default_factory=list)
    """What an act is refused with that was done."""

    @property
    def text(self) -> str:
        """The file as text."""
        return (self.content or b"").decode()

    def at(self, url: str, folder: Path) -> Job:
        """The job on a database, its file in a folder."""
        if self.content is None:
            return {**self.job, "url": url}
        path = folder / "delivered"
        path.write_bytes(self.content)
        return {**self.job, "url": url, "path": str(path)}


def take(application: Application, kind: str, content: bytes, name: str = "before") -> None:
    """Delivers what stands before."""
    assert application.ingest(Delivery(kind, io.BytesIO(content), name)).refusal is None


# One file that does everything: it supersedes P1, and frees what waits for P2, transitively.
DELIVERED = PARTNERS.replace("One", "Uno") + "P3,Three,HK,TWO_TIER\nP3,Three,HK,TWO_TIER\n"
WAITING = {
    "partners": "".join(PARTNERS.splitlines(keepends=True)[:2]),
    **{kind: rows for kind, rows in PROGRAM.items() if kind != "partners"},
    "deviations": "deviation_number,distributor_id,partner_number,type,requested_on,status,decided_on\n"
    "D1,DIST,P2,TMP,2008-01-01,APPROVED,2008-01-05\n",
    "pos": "distributor_id,invoice_number,invoice_line,order_number,order_line,quantity,partner_number\nDIST,I1,1,SO4,1,1,P2\n",
}


def waiting(application: Application) -> None:
    """A program whose second partner is not known yet."""
    for kind, text in WAITING.items():
        take(application, kind, text.encode())


# D2 sold S1 and S2 first; D1 writes names of its own, and waits for an order and a partner.
REPORTED = pos(
    sold("D1", "OLD", order_number="SO1", quantity="2", serial_numbers="S1;S2", report_number="R-1"),
    sold("D1", "SAME", order_number="SO3", report_number="R-1"),
    sold("D1", "GONE", order_number="SO2", serial_numbers="S9", report_number="R-1"),
    sold("D1", "WAITS", order_number="SO9", report_number="R-1"),
    sold("D1", "NAMED", order_number="SO3", partner_number="Uno Trading", serial_numbers="S4", report_number="R-1"),
    sold("D1", "TYPO", order_number="SOI", report_number="R-1"),
    sold("D2", "OTHER", order_number="SO3", serial_numbers="S2;S3", shipped_on="2008-02-19", report_number="R-7"),
)
NEWS = (
    sold("D1", "OLD", order_number="SO1", quantity="2", serial_numbers="S1;S5", report_number="R-1"),
    sold("D1", "SAME", order_number="SO3", report_number="R-1"),
    sold("D1", "BACK", quantity="-1", serial_numbers="S1", shipped_on="2008-02-25", report_number="R-2"),
    sold("D1", "BY DEVIATION", deviation_number="DV2", serial_numbers="S6", report_number="R-2"),
    sold("D1", "ALIAS", order_number="SO4", partner_number="Dos", report_number="R-2"),
    sold("D1", "WAITS TOO", order_number="SO8", report_number="R-2"),
    sold("D1", "WRONG", order_number="SO3", shipped_on="2008-02-31", report_number="R-2"),
    sold("D1", "TWICE", order_number="SO3", report_number="R-2"),
    sold("D1", "TWICE", order_number="SO2", report_number="R-2"),
    sold("D2", "EARLY", order_number="SO2", serial_numbers="S4;S5", shipped_on="2008-02-01", report_number="R-8"),
)


def two_tiers(application: Application) -> None:
    """Two distributors have reported; one alias is in use, and one is proposed."""
    two_tier.loaded(application)
    with application.database.writing() as connection:
        for name, meaning in (("Dos", "P2"), ("Uno Trading", "P1")):
            named = aliasing.Name(distributor_id="D1", subject="PARTNER", name=name)
            alias = aliasing.propose(connection, OTHER_ADMIN, named, meaning, None, NOW)
            if name == "Dos":
                aliasing.approve(connection, application.rulebooks, ADMIN, alias, NOW)
    take(application, "pos", REPORTED.encode())


def waiting_for_an_order(application: Application) -> None:
    """The same, where an order's arrival frees a line and changes which line a deviation leads to."""
    two_tiers(application)
    take(application, "pos", pos(sold("D1", "LED", deviation_number="DV2", serial_numbers="S8")).encode())


def x12(*loops: Iterable[str], purpose: str = "05", number: str = "R-1") -> bytes:
    """An 867 of D1 in one interchange."""
    heading = (f"BPT*{purpose}*{number}*20080305*02", "CUR*SE*USD", "N1*DS*Distribution*92*D1")
    return data_of(interchange(group(transaction(*loops, heading=heading))), end="~\n")


def x12_line(invoice: str, order_number: str = "SO1", *, quantity: str = "1", serial: str = "") -> tuple[str, ...]:
    """A PTD loop of one sale to P1."""
    changed = [f"REF*IV*{invoice}", f"REF*CO*{order_number}**LI:1", f"QTY*39*{quantity}*EA", "N1*BY*One*92*P1"]
    return loop(*changed, *([f"REF*SE*{serial}"] if serial else []), without=("REF*CT",))


def xlsx(text: str) -> bytes:
    """The same table as a sheet of texts."""
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(io.StringIO(text))):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
    return stream.getvalue()


REPLACING = x12(
    x12_line("OLD", quantity="2", serial="S1"), x12_line("NEW", "SO2", serial="S9"), x12_line("LATER", "SO9"), x12_line("SAME", "SO3")
)
SLSRPT = (
    b"UNA:+.? '\nUNB+UNOW:4+D1:ZZ+TAPGRAPH:ZZ+20080305:0600+7'\nUNH+1+SLSRPT:D:96A:UN'\nBGM+73E::9+R-1+5'\nDTM+137:20080305:102'\n"
    b"NAD+SE+D1::92'\nNAD+SU+TAPGRAPH::92'\nLIN+1++WS-C3750:SA'\nQTY+153:2:PCE'\nRFF+IV:OLD:1'\nRFF+VN:SO1:1'\nRFF+SE:S1'\n"
    b"DTM+11:20080220:102'\nDTM+3:20080221:102'\nNAD+BY+P1::92'\nCNT+1:2'\nCNT+2:1'\nUNT+16+1'\nUNZ+1+7'\n"
)
DELIVER_POS = {"do": "deliver", "kind": "pos"}

SCENES: Mapping[str, Scene] = {
    "partners": Scene(waiting, {"do": "deliver", "kind": "partners"}, DELIVERED.encode(), (4, 3, 1, 0, 0)),
    "pos": Scene(two_tiers, DELIVER_POS, pos(*NEWS).encode(), (10, 5, 1, 1, 3)),
    "x12": Scene(two_tiers, DELIVER_POS, REPLACING, (4, 3, 0, 1, 0)),
    "orders": Scene(
        waiting_for_an_order,
        {"do": "deliver", "kind": "orders"},
        orders(order("SO9", deviation="DV2"), order("SO3")).encode(),
        (2, 1, 1, 0, 0),
    ),
    "alias": Scene(two_tiers, {"do": "approve alias", "name": "Uno Trading"}, refused_again=["ALIAS_NOT_OPEN"]),
    "retract": Scene(two_tiers, {"do": "retract", "kind": "pos", "key": "D2/OTHER/1"}, refused_again=["ROW_NOT_FOUND"]),
    "resubmit": Scene(two_tiers, {"do": "resubmit", "raw": "D1,TYPO", "changes": {"order_number": "SO1"}}, refused_again=["LINE_NOT_OPEN"]),
}
"""Killed after each statement."""

FILES: Mapping[str, Scene] = {
    **{name: SCENES[name] for name in ("partners", "pos", "x12")},
    "xlsx": Scene(two_tiers, DELIVER_POS, xlsx(pos(*NEWS)), (10, 5, 1, 1, 3)),
    "edifact": Scene(two_tiers, DELIVER_POS, SLSRPT, (1, 1, 0, 0, 0)),
    "gzip": Scene(two_tiers, {"do": "upload", "kind": "pos"}, gzip.compress(pos(*NEWS).encode(), mtime=0), (10, 5, 1, 1, 3)),
}
"""Killed after each operation on a file."""


def many_sales(count: int, *, contested: bool) -> bytes:
    """That many lines of three distributors; some wait, some are wrong, and where it is contested, some share serial numbers."""
    lines = []
    for number in range(count):
        product = f"A product whose name is so long that fewer lines make a large file: number {number % 97}"
        cells: dict[str, object] = {"order_number": f"SO{number % 4 + 1}", "serial_numbers": f"M{number}", "product": product}
        if number % 50 == 7:
            cells["order_number"] = f"SO{1_000 + number}"
        elif number % 50 == 8:
            cells["shipped_on"] = "2008-02-31"
        elif number % 50 == 9 and contested:
            cells |= {"order_number": "", "quantity": "-1", "serial_numbers": f"M{number - 3}"}
        elif number % 50 == 10 and contested:
            cells["serial_numbers"] = f"M{number};M{number - 5}"
        lines.append(sold(f"D{number % 3 + 1}", f"I{number}", report_number=f"R-{number % 3}", **cells))
    return pos(*lines).encode()
