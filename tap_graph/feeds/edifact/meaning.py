"""Meaning: a usage turned around, from qualifiers to what they name."""

from collections.abc import Mapping
from dataclasses import dataclass

from tap_graph.feeds.edifact.usage import EdifactUsage


@dataclass(frozen=True, slots=True)
class Meanings:
    """A usage turned around: for each qualifier, what it names and its rank."""

    parties: Mapping[str, tuple[str, int]]
    references: Mapping[str, tuple[str, int]]
    days: Mapping[str, tuple[str, int]]
    quantities: Mapping[str, tuple[str, int]]
    products: Mapping[str, tuple[str, int]]


def meanings(usage: EdifactUsage) -> Meanings:
    """The meanings of a usage."""
    return Meanings(
        parties=_turned(distributor_id=usage.distributor, partner_number=usage.reseller),
        references=_turned(
            invoice_number=usage.invoice,
            invoice_line=usage.invoice_line,
            order_number=usage.order,
            deviation_number=usage.deviation,
            replaces=usage.replaced,
            serial=usage.serial_number,
        ),
        days=_turned(
            reported_on=usage.reported,
            invoiced_on=usage.invoiced,
            shipped_on=usage.shipped,
            period=usage.period,
            first_day=usage.period_begins,
            last_day=usage.period_ends,
        ),
        quantities=_turned(sold=usage.sold, returned=usage.returned),
        products=_turned(product=usage.product, serial=usage.serial_item),
    )


def _turned(**qualifiers: tuple[str, ...]) -> Mapping[str, tuple[str, int]]:
    return {qualifier: (name, rank) for name, known in qualifiers.items() for rank, qualifier in enumerate(known)}
