"""Mapping: one product of a PTD loop to the cells of a `pos` line, each with where it was found.

docs/formats/x12-867.md has the table. Everything wrong is told; a cell that cannot be read stays empty.
"""

from collections.abc import Iterable, Iterator, Sequence

from tap_graph.feeds.x12.codes import TRANSFERS
from tap_graph.feeds.x12.heading import Heading, currency, day_element, not_a_day
from tap_graph.feeds.x12.item import Reading, Source
from tap_graph.feeds.x12.segments import Segment
from tap_graph.feeds.x12.structure import DETAIL, QUALIFIERS_OF_LIN, QUALIFIERS_OF_SLN, misuses
from tap_graph.feeds.x12.values import day, number, whole

PRICED_PER_PIECE = ("", "PE")
"""UIT03 of a price that is that of one unit."""


class ItemReader:
    """Reads the products of one report."""

    def __init__(self, heading: Heading, component: str) -> None:
        self._heading = heading
        self._usage = heading.usage
        self._component = component

    def read(self, item: Sequence[Segment]) -> Reading:
        """The cells of one product. `invoice_line` stays empty where the loop does not give it."""
        reading = Reading(item, problems=[*misuses(item, DETAIL, "PTD loop")])
        self._transfer(reading)
        self._parties(reading)
        self._references(reading)
        self._product(reading)
        self._quantity(reading)
        self._days(reading)
        self._amounts(reading)
        return reading

    def _transfer(self, reading: Reading) -> None:
        usage, start = self._usage, reading.item[0]
        code, movement = start[1], start[6]
        moved = code in usage.transfer or movement in usage.transfer_movement
        reading.gives_back = code in usage.giving_back or movement in usage.return_movement
        if not code or (moved and usage.transfers_count) or (not moved and code in (*usage.sale, *usage.giving_back)):
            return
        if moved or code in TRANSFERS:
            meant = TRANSFERS.get(code, "transfer")
            what = f"is no sale and no return ({meant}). Leave it out of the report."
            reading.problems.append(start.problem("NOT_A_SALE", what, 6 if moved and code not in usage.transfer else 1))
        else:
            reading.problems.append(start.problem("UNKNOWN_CODE", f"is not known here. Write {', '.join(usage.sale)} for a sale.", 1))

    def _parties(self, reading: Reading) -> None:
        if not self._heading.names_distributor:
            self._party(reading, self._usage.distributor, "distributor_id")
        reading.cells.setdefault("distributor_id", self._heading.distributor)
        reading.cells["partner_number"] = self._heading.partner
        self._party(reading, self._usage.reseller, "partner_number")
        if not reading.cells["partner_number"]:
            who = " or ".join(f"N1*{code}" for code in self._usage.reseller)
            what = f"no reseller is named ({who}), neither here nor in the heading. Name it by N104, or by N102."
            reading.problems.append(reading.item[0].problem("PARTY_MISSING", what, column="partner_number"))

    def _party(self, reading: Reading, qualifiers: Sequence[str], column: str) -> None:
        for qualifier in qualifiers:
            named = [
                Source(at, 4 if segment[4] else 2) for at, segment in _with(reading.item, "N1", (qualifier,)) if segment[4] or segment[2]
            ]
            if named:
                reading.choose(column, named)
                return

    def _references(self, reading: Reading) -> None:
        usage = self._usage
        self._reference(reading, usage.invoice, "invoice_number")
        self._reference(reading, usage.deviation, "deviation_number")
        self._reference(reading, usage.line_number, "invoice_line", inherits=False)
        if "invoice_line" not in reading.cells:
            for at, segment in enumerate(reading.item):
                if segment.tag == "LIN" and segment[1]:
                    reading.take("invoice_line", Source(at, 1))
                    break
        self._reference(reading, usage.order_line, "order_line", inherits=False)
        order = self._reference(reading, usage.order, "order_number")
        if order is not None and reading.item[order.segment].tag == "REF":
            self._order_line(reading, order.segment)
        serials = [Source(at, 2) for at, segment in _with(reading.item, "REF", usage.serial_number) if segment[2]]
        reading.sources["serial_numbers"] = serials
        reading.cells["serial_numbers"] = ";".join(reading.item[source.segment][2] for source in serials)

    def _reference(self, reading: Reading, qualifiers: Sequence[str], column: str, *, inherits: bool = True) -> Source | None:
        start = reading.item[0]
        for qualifier in qualifiers:
            found = [Source(at, 2) for at, segment in _with(reading.item, "REF", (qualifier,)) if segment[2]]
            if start[4] == qualifier and start[5]:
                found.insert(0, Source(0, 5))
            if found:
                reading.choose(column, found)
                return found[0]
        if inherits:
            known = self._heading.references
            reading.cells[column] = next((known[qualifier] for qualifier in qualifiers if qualifier in known), "")
        return None

    def _order_line(self, reading: Reading, at: int) -> None:
        """REF04 `LI:2`, else REF03 where it is a number."""
        segment = reading.item[at]
        qualifier, _, text = segment[4].partition(self._component)
        if qualifier in (*self._usage.line_number, *self._usage.order_line) and text:
            reading.take("order_line", Source(at, 4, 1), text.split(self._component)[0])
        elif segment[3].isascii() and segment[3].isdigit():
            reading.take("order_line", Source(at, 3))
        elif segment[3]:
            reading.unread_lines.append(Source(at, 3))

    def _product(self, reading: Reading) -> None:
        for tag, places in (("LIN", QUALIFIERS_OF_LIN), ("SLN", QUALIFIERS_OF_SLN)):
            for qualifier in self._usage.product:
                for at, segment in enumerate(reading.item):
                    found = [place for place in places if segment.tag == tag and segment[place] == qualifier and segment[place + 1]]
                    if found:
                        reading.take("product", Source(at, found[0] + 1))
                        return
        what = f"no product is named by a qualifier that is used ({', '.join(self._usage.product)}). Name it in LIN."
        reading.problems.append(reading.item[0].problem("PRODUCT_MISSING", what, column="product"))

    def _quantity(self, reading: Reading) -> None:
        for at, segment in enumerate(reading.item):
            if segment.tag == "QTY":
                reading.quantities.append(Source(at, 2))
                reading.hash_all += number(segment[2]) or 0
        sold = self._pieces(reading, self._usage.sold)
        returned = self._pieces(reading, self._usage.returned)
        if "quantity" not in reading.sources:
            codes = ", ".join((*self._usage.sold, *self._usage.returned))
            what = f"no quantity is given by a qualifier that is used ({codes}). Give it in QTY."
            reading.problems.append(reading.item[0].problem("QUANTITY_MISSING", what, column="quantity"))
        elif sold is not None or returned is not None:
            pieces = sold or 0
            reading.negates = reading.gives_back or returned is not None
            reading.cells["quantity"] = str((-abs(pieces) if reading.gives_back else pieces) - abs(returned or 0))

    def _pieces(self, reading: Reading, qualifiers: Sequence[str]) -> int | None:
        found = next((places for code in qualifiers if (places := [Source(at, 2) for at, _ in _with(reading.item, "QTY", (code,))])), None)
        if found is None:
            return None
        before = reading.sources.get("quantity", [])
        reading.choose("quantity", found)
        reading.sources["quantity"] = [*before, found[0]]
        segment = reading.item[found[0].segment]
        reading.hash_used += number(segment[2]) or 0
        self._unit(reading, segment)
        pieces = whole(segment[2])
        if pieces is None and segment[2]:
            what = "is not a whole number. Write the number of pieces in digits, such as 12."
            reading.problems.append(segment.problem("NOT_A_NUMBER", what, 2, "quantity"))
        return pieces

    def _unit(self, reading: Reading, quantity: Segment) -> None:
        priced = next((segment for segment in reading.item if segment.tag == "UIT"), None)
        segment, element = (quantity, 3) if quantity[3] or priced is None else (priced, 1)
        unit = segment[element].split(self._component)[0]
        if unit and unit not in self._usage.pieces:
            what = f"is not a unit of pieces. Count in {', '.join(self._usage.pieces)}."
            reading.problems.append(segment.problem("UNKNOWN_UNIT", what, element, "quantity"))

    def _days(self, reading: Reading) -> None:
        if self._heading.reported_on is not None:
            reading.cells["reported_on"] = self._heading.reported_on.isoformat()
        for column, qualifiers in (("shipped_on", self._usage.shipped), ("invoiced_on", self._usage.invoiced)):
            known = self._heading.days
            reading.cells[column] = next((known[code] for code in qualifiers if code in known), "")
            for code in qualifiers:
                found = [Source(at, day_element(segment)) for at, segment in _with(reading.item, "DTM", (code,))]
                if found:
                    self._day(reading, column, found)
                    break

    def _day(self, reading: Reading, column: str, found: Sequence[Source]) -> None:
        reading.choose(column, found)
        segment, element = reading.item[found[0].segment], found[0].element
        named = day(segment[element])
        reading.cells[column] = "" if named is None else named.isoformat()
        if named is None:
            reading.problems.append(not_a_day(segment, element, column))

    def _amounts(self, reading: Reading) -> None:
        known = currency(reading.item, reading.problems) or self._heading.currency
        for at, segment in enumerate(reading.item):
            element = {"UIT": 2, "CTP": 3, "AMT": 2}.get(segment.tag, 0)
            if not element or not segment[element]:
                continue
            reading.amounts.append(Source(at, element))
            amount = number(segment[element])
            if amount is None:
                what = "is not an amount. Write a plain decimal such as 120.50, without separators."
                reading.problems.append(segment.problem("NOT_AN_AMOUNT", what, element))
            elif reading.price is None and self._prices_a_piece(segment):
                reading.price, reading.price_source = amount, reading.amounts[-1]
            if known is None:
                what = "is an amount without a currency. Name it in CUR, in the heading or in this loop."
                reading.problems.append(segment.problem("CURRENCY_MISSING", what, element))

    def _prices_a_piece(self, segment: Segment) -> bool:
        unit = segment[1].split(self._component)[0]
        return segment.tag == "UIT" and segment[3] in PRICED_PER_PIECE and unit in self._usage.pieces


def _with(item: Iterable[Segment], tag: str, qualifiers: Sequence[str]) -> Iterator[tuple[int, Segment]]:
    """The segments of that tag whose first element is one of the qualifiers, in the order of the qualifiers."""
    found = [(at, segment) for at, segment in enumerate(item) if segment.tag == tag and segment[1] in qualifiers]
    yield from sorted(found, key=lambda pair: qualifiers.index(pair[1][1]))
