"""A large program year as feed files: partners with enrollments, orders, quotes, RMAs and receipts, a fifth two-tier."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

LINES_PER_ORDER = 5
ORDER_COLUMNS = (
    "order_number,line,partner_number,quote_number,deviation_number,distributor_id,booked_on,confirmed_on,shipped_on,"
    "sale_type,acquisition,existing_network,programs,end_customer,product,quantity,net_value,credit"
)
FIRST_DAY = date(2008, 4, 27)
DAYS = 182


@dataclass(frozen=True)
class Size:
    """How much there is; everything else follows."""

    lines: int
    partners: int

    @property
    def orders(self) -> int:
        return self.lines // LINES_PER_ORDER

    def is_two_tier(self, partner: int) -> bool:
        return partner % 5 == 0


def day(number: int) -> str:
    """A program day of the booking window, spread evenly."""
    return (FIRST_DAY + timedelta(days=number % DAYS)).isoformat()


def write(folder: Path, size: Size) -> dict[str, Path]:
    """Writes one file a kind, in the order in which they can be delivered; returns them by kind."""
    makers = {
        "partners": ("partner_number,name,country,tier,cam_email", _partners(size)),
        "certifications": ("partner_number,level,first_day,last_day", (f"P{p},GOLD,2007-01-01," for p in range(size.partners))),
        "enrollments": (
            "partner_number,region,option,submitted_on,status,decided_on",
            (f"P{p},APAC,P7,2008-05-01,APPROVED,2008-05-05" for p in range(size.partners)),
        ),
        "quotes": ("quote_number,line,partner_number,issued_on,valid_until,credit", _quotes(size)),
        "deviations": (
            "deviation_number,distributor_id,partner_number,quote_number,type,requested_on,status,decided_on",
            _deviations(size),
        ),
        "orders": (
            ORDER_COLUMNS,
            _orders(size),
        ),
        "pos": (
            "distributor_id,invoice_number,invoice_line,partner_number,order_number,order_line,quantity,shipped_on,invoiced_on,reported_on",
            _pos(size),
        ),
        "rmas": ("rma_number,line,order_number,quote_number,product,units_due,value_due", _rmas(size)),
        "receipts": ("receipt_number,rma_number,line,units,received_on,posted_on", _receipts(size)),
    }
    return {kind: _file(folder / f"{kind}.csv", header, lines) for kind, (header, lines) in makers.items()}


def _file(path: Path, header: str, lines: Iterable[str]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        file.writelines(line + "\n" for line in lines)
    return path


def _partners(size: Size) -> Iterator[str]:
    for p in range(size.partners):
        yield f"P{p},Partner {p},SG,{'TWO_TIER' if size.is_two_tier(p) else 'ONE_TIER'},cam{p % 50}@vendor.example"


def _order_of(size: Size, o: int) -> tuple[int, bool]:
    # Partners alternate, as they do when orders arrive by day: no partner's lines lie together.
    partner = o % size.partners
    return partner, size.is_two_tier(partner)


def _quotes(size: Size) -> Iterator[str]:
    for o in range(size.orders):
        yield f"Q{o},1,P{_order_of(size, o)[0]},2008-04-01,2008-12-31,9000.00"


def _deviations(size: Size) -> Iterator[str]:
    for o in range(size.orders):
        partner, two_tier = _order_of(size, o)
        if two_tier:
            yield f"D{o},DIST{o % 7},P{partner},Q{o},TMP,2008-04-20,APPROVED,2008-04-25"


def _orders(size: Size) -> Iterator[str]:
    for o in range(size.orders):
        partner, two_tier = _order_of(size, o)
        booked = day(o // size.partners * 4)
        deviation, distributor = (f"D{o}", f"DIST{o % 7}") if two_tier else ("", "")
        for line in range(1, LINES_PER_ORDER + 1):
            n = o * LINES_PER_ORDER + line
            sale = "INTERNAL" if n % 97 == 0 else "" if n % 101 == 0 else "RESALE"
            program = "MSCP" if n % 89 == 0 else "VIP" if n % 31 == 0 else ""
            yield (
                f"SO{o},{line},P{partner},Q{o},{deviation},{distributor},{booked},{booked},{booked},{sale},"
                f"{'LEASE' if n % 11 == 0 else 'PURCHASE'},{'false' if n % 83 == 0 else 'true'},{program},Customer {o % 9999},"
                f"WS-C{n % 400},{1 + n % 3},{100 + n % 900}.{n % 100:02d},{10 + n % 90}.{n % 100:02d}"
            )


def _pos(size: Size) -> Iterator[str]:
    for o in range(size.orders):
        partner, two_tier = _order_of(size, o)
        for line in range(1, LINES_PER_ORDER + 1) if two_tier else ():
            n, shipped = o * LINES_PER_ORDER + line, day(o // size.partners * 4)
            yield f"DIST{o % 7},I{o},{line},P{partner},SO{o},{line},{1 + n % 3},{shipped},{shipped},{shipped}"


def _rmas(size: Size) -> Iterator[str]:
    for o in range(size.orders):
        for line in range(1, 3 if o % 2 else 2):
            yield f"R{o},{line},SO{o},Q{o},OLD-{o % 50},{2 + o % 5},{100 + o % 300}.00"


def _receipts(size: Size) -> Iterator[str]:
    for o in range(size.orders):
        for line in range(1, 3 if o % 2 else 2):
            units = (2 + o % 5) if (o + line) % 9 else 1
            yield f"RC{o}-{line},R{o},{line},{units},2008-11-10,2008-11-12"
