"""A large POS report as distributors send it, and what it refers to: three lines in a hundred are bad, each in a known way."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.program_files import day

PARTNERS = 5_000
ORDER_LINES = 300_000
LINES_PER_ORDER = 3
DISTRIBUTORS = 12
# Coprime to every count here: walks over all orders without two neighbours standing together.
STRIDE = 7_919
COLUMNS = (
    "distributor_id,invoice_number,invoice_line,report_number,partner_number,order_number,order_line,deviation_number,"
    "product,quantity,serial_numbers,shipped_on,invoiced_on,reported_on"
)

ORDER_COLUMNS = (
    "order_number,line,partner_number,quote_number,deviation_number,distributor_id,booked_on,confirmed_on,sale_type,"
    "existing_network,product,quantity,net_value,credit"
)


@dataclass(frozen=True)
class PosSize:
    """How many POS lines there are, over how many partners and order lines."""

    lines: int
    partners: int = PARTNERS
    order_lines: int = ORDER_LINES

    @property
    def orders(self) -> int:
        return self.order_lines // LINES_PER_ORDER


def referred(size: PosSize) -> dict[str, tuple[str, Iterator[str]]]:
    """Header and lines by kind of what POS lines refer to, in the order in which they can be delivered."""
    return {
        "partners": ("partner_number,name,country,tier", (f"P{p},Partner {p},SG,TWO_TIER" for p in range(size.partners))),
        "quotes": ("quote_number,line,partner_number,issued_on,valid_until,credit", _quotes(size)),
        "deviations": ("deviation_number,distributor_id,partner_number,type,requested_on,status,decided_on", _deviations(size)),
        "orders": (
            ORDER_COLUMNS,
            _orders(size),
        ),
    }


def _quotes(size: PosSize) -> Iterator[str]:
    for o in range(size.orders):
        yield f"Q{o},1,P{o % size.partners},2008-04-01,2008-12-31,9000.00"


def _deviations(size: PosSize) -> Iterator[str]:
    for o in range(0, size.orders, 2):
        yield f"D{o},{_distributor(o)},P{o % size.partners},TMP,2008-04-20,APPROVED,2008-04-25"


def _orders(size: PosSize) -> Iterator[str]:
    for o in range(size.orders):
        booked = day(o * 4)
        for line in range(1, LINES_PER_ORDER + 1):
            # One line alone names the deviation of every second order: a POS line may be found by it.
            deviation = f"D{o}" if line == 1 and o % 2 == 0 else ""
            yield (
                f"SO{o},{line},P{o % size.partners},Q{o},{deviation},{_distributor(o)},{booked},{booked},RESALE,true,"
                f"WS-C{o % 400},9,{100 + o % 900}.00,{10 + o % 90}.00"
            )


def _distributor(order: int) -> str:
    return f"DIST{order % DISTRIBUTORS}"


def pos_lines(size: PosSize) -> Iterator[str]:
    """The POS lines: of 600, 18 are bad; the others are accepted."""
    for n in range(size.lines):
        yield BAD[n % 600](size, n) if n % 600 in BAD else _line(size, n)


def _line(size: PosSize, n: int, **other: str) -> str:
    order = n * STRIDE % size.orders
    line = n // size.orders % LINES_PER_ORDER + 1
    by_deviation = line == 1 and order % 2 == 0
    named = {"order_number": f"SO{order}", "order_line": str(line)} if not (by_deviation and n % 10 == 0) else {}
    shipped = n * 31 % 170
    cells = {
        "distributor_id": _distributor(order),
        "invoice_number": f"INV-{n // 4 * STRIDE % 10_000_019:08d}",
        "invoice_line": str(n % 4 + 1),
        "report_number": f"R2008{n * 12 // size.lines % 12 + 1:02d}",
        "partner_number": f"P{order % size.partners}",
        "deviation_number": f"D{order}" if by_deviation else "",
        "product": f"WS-C{n % 400}-{n % 7}E",
        "quantity": str(1 + n % 3),
        "serial_numbers": f"FOC{n * STRIDE % 100_000_007:09d}" if n % 12 else "",
        "shipped_on": day(shipped),
        "invoiced_on": day(shipped + n % 5),
        "reported_on": day(shipped + 12),
    }
    cells |= named | other
    return ",".join(cells.get(column, "") for column in COLUMNS.split(","))


def _with(**other: str) -> Callable[[PosSize, int], str]:
    return lambda size, n: _line(size, n, **other)


def _same_key_as_before(size: PosSize, n: int) -> str:
    """The key of the line before with another quantity: both are refused."""
    distributor, invoice, invoice_line = _line(size, n - 1).split(",")[:3]
    return _line(size, n, distributor_id=distributor, invoice_number=invoice, invoice_line=invoice_line, quantity="77")


BAD: dict[int, Callable[[PosSize, int], str]] = {
    31: _with(shipped_on="2008-02-30"),
    64: _with(quantity="1,5"),
    97: _with(invoiced_on="04/27/2008"),
    130: _with(invoice_number=""),
    163: _with(product='19"rack'),
    196: lambda size, n: _line(size, n) + ",surplus",
    229: _same_key_as_before,
    262: _same_key_as_before,
    295: _same_key_as_before,
    328: _with(partner_number="P-UNKNOWN"),
    361: _with(order_number="SO-UNKNOWN", order_line="1"),
    394: _with(order_line="99", order_number="SO1"),
    427: _with(deviation_number="D-UNKNOWN"),
    460: _with(partner_number="P-NEW", order_number="SO-NEW", order_line="2"),
    493: _with(order_number="SO2", order_line=""),
}


def expected(lines: int) -> dict[str, int]:
    """How many lines of a file end in each state."""
    counts = Counter(accepted=lines, held=0, refused=0)
    for n in range(lines):
        if n % 600 in BAD:
            state, taken = ("held", 1) if n % 600 >= 328 else ("refused", 2 if BAD[n % 600] is _same_key_as_before else 1)
            counts[state] += taken
            counts["accepted"] -= taken
    return dict(counts)


def write_lines(path: Path, header: str, lines: Iterator[str]) -> Path:
    """One file of a header and lines."""
    with path.open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        file.writelines(line + "\n" for line in lines)
    return path
