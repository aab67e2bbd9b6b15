"""Usage: which qualifiers of an 867 mean what; the defaults are the common use of distribution of high technology.

A profile replaces single fields. Where several qualifiers are named for one thing, the earlier one wins.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class X12Usage:
    """What the qualifiers of one distributor's 867 mean."""

    distributor: tuple[str, ...] = ("DS", "SE", "SU")
    """N101 of who reports; `SU` last, for some call the vendor so."""
    reseller: tuple[str, ...] = ("BY",)
    """N101 of who bought: the partner."""

    sale: tuple[str, ...] = ("SS", "SD", "SH", "DS", "CS", "BP")
    """PTD01 of a sale: from stock, ship and debit, drop shipment, by contract, at a broken price."""
    giving_back: tuple[str, ...] = ("BN", "RU", "RB", "RP")
    """PTD01 of a return: its pieces count negative."""
    transfer: tuple[str, ...] = ("IB", "BJ", "TS")
    """PTD01 of a transfer between own stocks."""
    transfers_count: bool = False
    """Whether a transfer is taken as a sale."""
    return_movement: tuple[str, ...] = ("CD",)
    """PTD06 that makes a sale a return: customer to distributor."""
    transfer_movement: tuple[str, ...] = ("TI", "TO")
    """PTD06 that makes a sale a transfer."""

    product: tuple[str, ...] = ("VP", "VN", "VC", "MG", "MF", "BP", "UP", "UI", "EN", "SK")
    """LIN02, LIN04, … (or SLN09, SLN11, …) of the product."""
    sold: tuple[str, ...] = ("38", "39", "32")
    """QTY01 of pieces sold."""
    returned: tuple[str, ...] = ("61", "76")
    """QTY01 of pieces returned: they count negative."""
    pieces: tuple[str, ...] = ("EA", "PC", "UN")
    """Units of measure that are pieces."""

    invoice: tuple[str, ...] = ("IV", "DI")
    """REF01 of the invoice."""
    line_number: tuple[str, ...] = ("LI",)
    """REF01 of the invoice line; in REF04 of an order reference, that of the order line."""
    order: tuple[str, ...] = ("CO", "VN", "PO")
    """REF01 of the vendor's order."""
    order_line: tuple[str, ...] = ("OL",)
    """REF01 of the order line, where the order reference does not name it in REF04 or REF03."""
    deviation: tuple[str, ...] = ("CT", "PR")
    """REF01 of the deviation."""
    serial_number: tuple[str, ...] = ("SE",)
    """REF01 of a serial number."""

    invoiced: tuple[str, ...] = ("003",)
    """DTM01 of the day of the invoice."""
    shipped: tuple[str, ...] = ("011",)
    """DTM01 of the day of shipping."""
    period_begins: tuple[str, ...] = ("090",)
    """DTM01 of the first day reported."""
    period_ends: tuple[str, ...] = ("091",)
    """DTM01 of the last day reported."""


COMMON_USAGE = X12Usage()
