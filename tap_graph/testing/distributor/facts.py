"""Facts behind the reports: what a deal says in the columns of each kind of feed."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from tap_graph.testing.distributor.deals import Deal
from tap_graph.values.money import printed

Row = tuple[str, ...]

QUOTE_COLUMNS = (
    "quote_number", "line", "partner_number", "issued_on", "valid_until", "traded_in_product", "traded_in_maker", "end_customer",
    "quantity", "credit",
)  # fmt: skip
DEVIATION_COLUMNS = (
    "deviation_number", "distributor_id", "partner_number", "quote_number", "type", "requested_on", "status", "decided_on",
)  # fmt: skip
ORDER_COLUMNS = (
    "order_number", "line", "partner_number", "quote_number", "deviation_number", "distributor_id", "booked_on", "confirmed_on",
    "sale_type", "acquisition", "existing_network", "end_customer", "product", "quantity", "net_value", "credit",
)  # fmt: skip
RMA_COLUMNS = ("rma_number", "line", "order_number", "quote_number", "product", "units_due", "value_due")
RECEIPT_COLUMNS = ("receipt_number", "rma_number", "line", "units", "received_on", "posted_on")


def order_number(deal: Deal) -> str:
    """Number of the order of a deal."""
    return f"SO-{deal.code}"


def deviation_number(deal: Deal) -> str:
    """Number of the deviation that the order of a deal needs."""
    return f"DV-{deal.code}"


def quotes(deal: Deal) -> Iterator[Row]:
    """The quote of a deal, issued before the order was booked and valid for a quarter."""
    issued, until = _day(deal, -21), _day(deal, 70)
    for number, line in enumerate(deal.lines, 1):
        product, maker = line.traded_in
        yield (
            f"Q-{deal.code}", str(number), deal.partner_number, issued, until, product, maker, deal.end_customer,
            str(line.units), printed(line.credit),
        )  # fmt: skip


def deviations(deal: Deal) -> Iterator[Row]:
    """The deviation of a deal, approved before the order was confirmed."""
    numbers = (deviation_number(deal), deal.distributor_id, deal.partner_number, f"Q-{deal.code}")
    yield (*numbers, "TMP", _day(deal, -14), "APPROVED", _day(deal, -7))


def orders(deal: Deal) -> Iterator[Row]:
    """The order of a deal, line by line; when a line shipped is known from the reports alone."""
    numbers = (deal.partner_number, f"Q-{deal.code}", deviation_number(deal), deal.distributor_id)
    days = (_day(deal, 0), _day(deal, 1))
    for number, line in enumerate(deal.lines, 1):
        use = ("RESALE", "PURCHASE", "true", deal.end_customer, line.product)
        yield (
            order_number(deal), str(number), *numbers, *days, *use, str(line.units), printed(line.net_value), printed(line.credit),
        )  # fmt: skip


def rmas(deal: Deal) -> Iterator[Row]:
    """The RMA of a deal: for each unit sold an old one is due, worth the credit."""
    for number, line in enumerate(deal.lines, 1):
        numbers = (f"RMA-{deal.code}", str(number), order_number(deal), f"Q-{deal.code}")
        yield (*numbers, line.traded_in[0], str(line.units), printed(line.credit))


def receipts(deal: Deal) -> Iterator[Row]:
    """What came back, two days before it shows in the status tool."""
    for number, line in enumerate(deal.lines, 1):
        if line.returned_units:
            posted_on = line.returned_on + timedelta(days=2)
            days = (line.returned_on.isoformat(), posted_on.isoformat())
            yield (f"RC-{deal.code}-{number}", f"RMA-{deal.code}", str(number), str(line.returned_units), *days)


OF_DEALS: Mapping[str, tuple[Row, Callable[[Deal], Iterator[Row]]]] = {
    "quotes": (QUOTE_COLUMNS, quotes),
    "deviations": (DEVIATION_COLUMNS, deviations),
    "orders": (ORDER_COLUMNS, orders),
    "rmas": (RMA_COLUMNS, rmas),
    "receipts": (RECEIPT_COLUMNS, receipts),
}
"""Kinds whose rows follow from deals: their columns and how a deal fills them."""


def _day(deal: Deal, distance: int) -> str:
    day: date = deal.booked_on + timedelta(days=distance)
    return day.isoformat()
