"""Usage: which qualifiers of a SLSRPT mean what; the defaults are what the directory D.96A calls them.

A profile replaces single fields. Where several qualifiers are named for one thing, the earlier one wins.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EdifactUsage:
    """What the qualifiers of one distributor's SLSRPT mean."""

    distributor: tuple[str, ...] = ("DS", "SE", "MS", "FR", "WS", "DB")
    """NAD 3035 of who reports. Not `SU`: in a sales report that is the supplier it is sent to."""
    reseller: tuple[str, ...] = ("PC", "SO", "BY")
    """NAD 3035 of who bought: the partner. `PC` first: where it stands, `BY` is the distributor, which bought from us."""

    sold: tuple[str, ...] = ("153", "47", "12", "1")
    """QTY 6063 of pieces sold: statistical sales, invoiced, despatched, discrete."""
    returned: tuple[str, ...] = ("61",)
    """QTY 6063 of pieces returned: they count negative."""
    pieces: tuple[str, ...] = ("PCE", "EA", "C62", "H87", "NAR")
    """6411 of units that are pieces; none is pieces too."""

    product: tuple[str, ...] = ("SA", "MF", "VP", "VN", "MN", "EN", "SRV", "UP", "BP", "IN", "SK")
    """7143 of LIN and PIA that names the product."""
    serial_item: tuple[str, ...] = ("SN",)
    """7143 of PIA that is a serial number."""
    serial_number: tuple[str, ...] = ("SE",)
    """RFF 1153 of a serial number."""
    serial_goods: tuple[str, ...] = ("BN", "SN")
    """GIN 7405 whose numbers are serial numbers."""

    invoice: tuple[str, ...] = ("IV",)
    """RFF 1153 of the invoice; its 1156 is the invoice's line."""
    invoice_line: tuple[str, ...] = ("LI",)
    """RFF 1153 of the invoice's line, where the invoice's reference names none."""
    order: tuple[str, ...] = ("VN", "ON", "CO")
    """RFF 1153 of the order: the vendor's number first; its 1156 is the order's line."""
    deviation: tuple[str, ...] = ("CT", "PD", "PR")
    """RFF 1153 of the deviation: contract, promotion deal, price quote."""
    replaced: tuple[str, ...] = ("ACW",)
    """RFF 1153 of the report that this one replaces or cancels."""

    reported: tuple[str, ...] = ("137",)
    """DTM 2005 of the day of the report."""
    invoiced: tuple[str, ...] = ("3",)
    """DTM 2005 of the day of the invoice."""
    of_reference: tuple[str, ...] = ("171", "137")
    """DTM 2005 that right behind a reference means its day: behind that of the invoice the day of the invoice."""
    shipped: tuple[str, ...] = ("11",)
    """DTM 2005 of the day of despatch."""
    period: tuple[str, ...] = ("263",)
    """DTM 2005 of the period reported, written as a range."""
    period_begins: tuple[str, ...] = ("90", "194", "157")
    """DTM 2005 of the first day reported."""
    period_ends: tuple[str, ...] = ("91", "206")
    """DTM 2005 of the last day reported."""
