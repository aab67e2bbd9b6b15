"""What is known of the program after all deliveries: which row of each key is in force, and which wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.model.cells import COLUMNS, Key, Row, canonical, faults_of, full, key_of

Delivery = tuple[str, list[Row]]
Table = dict[Key, Row]


@dataclass(frozen=True)
class Facts:
    """The rows in force per kind and key; the newest held row of each key; the order line each POS line belongs to."""

    in_force: dict[str, Table]
    held: dict[str, Table]
    pos_lines: dict[Key, Key]

    def rows(self, kind: str) -> Iterable[Row]:
        """All rows of one kind that are in force."""
        return self.in_force[kind].values()


@dataclass
class Desk:
    """Takes deliveries one after another, as the receiving desk of the program does."""

    in_force: dict[str, Table] = field(default_factory=lambda: {kind: {} for kind in COLUMNS})
    held: dict[str, Table] = field(default_factory=lambda: {kind: {} for kind in COLUMNS})

    def take(self, kind: str, rows: Sequence[Mapping[str, str]]) -> None:
        """One delivery: its refused lines change nothing, every other line is the newest word on its key."""
        for key, row in well_formed(kind, rows).items():
            self.held[kind][key] = row
        self._settle()

    def _settle(self) -> None:
        """Free whatever refers only to known rows; kinds in order, since each refers only to those before it."""
        for kind in COLUMNS:
            self._hold_lost(kind)
            for key, row in list(self.held[kind].items()):
                if self._is_known(kind, row):
                    self.in_force[kind][key] = row
                    del self.held[kind][key]

    def _hold_lost(self, kind: str) -> None:
        """A POS line whose deviation no longer finds exactly one order line waits again, unless a newer one does."""
        for key, row in list(self.in_force[kind].items()):
            if not self._is_known(kind, row):
                del self.in_force[kind][key]
                self.held[kind].setdefault(key, row)

    def _is_known(self, kind: str, row: Row) -> bool:
        if kind == "partners":
            return True
        known = [
            not row.get("partner_number") or (row["partner_number"],) in self.in_force["partners"],
            kind == "quotes" or self._names_known("quotes", row, "quote_number"),
            kind == "deviations" or self._names_known("deviations", row, "deviation_number"),
        ]
        if kind == "pos":
            known.append(bool(self.order_line_of(row)) or not (row["order_number"] or row["deviation_number"]))
        elif kind == "rmas":
            known.append(self._names_known("orders", row, "order_number"))
        elif kind == "receipts":
            known.append(not row["rma_number"] or (row["rma_number"], row["line"]) in self.in_force["rmas"])
        return all(known)

    def _names_known(self, kind: str, row: Row, column: str) -> bool:
        return not row.get(column) or any(other[column] == row[column] for other in self.in_force[kind].values())

    def order_line_of(self, pos: Row) -> Key | None:
        """The order line a POS line belongs to: the one it names, else the only one that names its deviation."""
        orders = self.in_force["orders"]
        if pos["order_number"]:
            named = (pos["order_number"], pos["order_line"])
            return named if named in orders else None
        if not pos["deviation_number"]:
            return None
        found = [key for key, order in orders.items() if order["deviation_number"] == pos["deviation_number"]]
        return found[0] if len(found) == 1 else None

    def facts(self) -> Facts:
        """Where everything stands now."""
        lines = {key: self.order_line_of(row) for key, row in self.in_force["pos"].items()}
        return Facts(self.in_force, self.held, {key: line for key, line in lines.items() if line})


def well_formed(kind: str, rows: Sequence[Mapping[str, str]]) -> Table:
    """The lines of one file that are not refused; two with one key and different values refuse each other."""
    values: dict[Key, list[Row]] = {}
    for row in rows:
        plain = canonical(kind, row)
        values.setdefault(key_of(kind, plain), []).append(plain)
    return {key: same[0] for key, same in values.items() if all(row == same[0] for row in same) and not faults_of(kind, same[0])}


def facts_of(deliveries: Sequence[Delivery]) -> Facts:
    """The facts in force after all deliveries; the same file again changes nothing, whatever came since."""
    desk = Desk()
    delivered: list[Delivery] = []
    for kind, rows in deliveries:
        delivery = (kind, [full(kind, row) for row in rows])
        if delivery not in delivered:
            delivered.append(delivery)
            desk.take(kind, rows)
    return desk.facts()
