"""Random program years as deliveries: in any order, with corrections, stale copies, held and refused lines."""

import csv
import io
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from tests.model.cells import COLUMNS, Row, canonical, key_of
from tests.model.rows import Delivery
from tests.model.stories import Story, tell

CORRECTIONS: dict[str, list[tuple[str, list[str]]]] = {
    "partners": [("tier", ["ONE_TIER", "TWO_TIER"]), ("country", ["SG", "US", "DE"])],
    "certifications": [("last_day", ["2009-12-31", ""])],
    "enrollments": [("reason", ["see letter"]), ("status", ["APPROVED"])],
    "quotes": [("valid_until", ["2009-12-31"]), ("partner_number", ["UNKNOWN"])],
    "deviations": [("type", ["TMP", "OTHER"]), ("quote_number", ["", "UNKNOWN"])],
    "orders": [("net_value", ["12500.00", "1.00"]), ("shipped_on", ["", "2008-05-01"]), ("quote_number", ["UNKNOWN"]), ("quantity", ["1"])],
    "pos": [("reported_on", ["", "2008-06-01"]), ("quantity", ["1", "2"]), ("partner_number", ["UNKNOWN"])],
    "rmas": [("value_due", ["500.00"]), ("units_due", ["10"]), ("order_number", ["UNKNOWN"])],
    "receipts": [("units", ["1", "20"]), ("posted_on", ["2008-10-25"]), ("rma_number", ["UNKNOWN"])],
}
SPOILED: dict[str, tuple[str, str]] = {
    "partners": ("tier", "THREE_TIER"),
    "certifications": ("last_day", "2001-01-01"),
    "enrollments": ("option", "P99"),
    "quotes": ("quantity", "0"),
    "deviations": ("requested_on", "2008-02-30"),
    "orders": ("net_value", "13000.005"),
    "pos": ("shipped_on", "1/2/2008"),
    "rmas": ("value_due", "-1.00"),
    "receipts": ("units", "2.5"),
}


def random_year(seed: int, partners: int = 6) -> list[Delivery]:
    """A program year as deliveries, always the same for one seed; rows bear every column of their kind."""
    chance = Random(seed)
    story = Story(chance)
    for number in range(1, partners + 1):
        tell(story, number)
    deliveries = [part for kind in COLUMNS for part in _parts(chance, kind, story.rows[kind])]
    if chance.randrange(2):
        chance.shuffle(deliveries)
    for _ in range(partners):
        _correct(chance, deliveries)
        _spoil(chance, deliveries)
    deliveries.insert(chance.randrange(len(deliveries) + 1), chance.choice(deliveries))
    _lose(chance, deliveries)
    return deliveries


def agreed(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The same deliveries with one value per key, that of its last row; so they do not disagree."""
    last = {(kind, key_of(kind, canonical(kind, row))): row for kind, rows in deliveries for row in rows}
    return [
        (kind, [row for row in rows if canonical(kind, row) == canonical(kind, last[kind, key_of(kind, canonical(kind, row))])])
        for kind, rows in deliveries
    ]


def shuffled_split(deliveries: Sequence[Delivery], seed: int) -> list[Delivery]:
    """The agreed rows of some deliveries in another order, split and repetition; the facts must be those of `agreed`."""
    chance = Random(seed)
    parts: list[Delivery] = []
    for kind in COLUMNS:
        rows = [row for of, some in agreed(deliveries) if of == kind for row in some]
        rows += chance.sample(rows, len(rows) // 4)
        chance.shuffle(rows)
        parts += _parts(chance, kind, rows)
    parts += chance.sample(parts, len(parts) // 4)
    chance.shuffle(parts)
    return parts


def csv_text(kind: str, rows: Sequence[Row]) -> str:
    """One delivery as the text of its feed file."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS[kind], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _parts(chance: Random, kind: str, rows: list[Row]) -> list[Delivery]:
    cuts = sorted(chance.randrange(len(rows) + 1) for _ in range(chance.choice([0, 0, 1, 2])))
    bounds = [0, *cuts, len(rows)]
    return [(kind, rows[first:last]) for first, last in pairwise(bounds) if first < last]


def _correct(chance: Random, deliveries: list[Delivery]) -> None:
    """Deliver some row again with another value, at the end or anywhere; sometimes one that waits for ever."""
    kind, rows = chance.choice(deliveries)
    corrected = dict(chance.choice(rows))
    column, values = chance.choice(CORRECTIONS[kind])
    corrected[column] = chance.choice(values)
    if kind == "pos" and not corrected["order_number"]:
        return
    if corrected.get("status") == "APPROVED" and not corrected["decided_on"]:
        corrected["decided_on"] = corrected.get("submitted_on") or corrected["requested_on"]
    deliveries.insert(chance.choice([len(deliveries), chance.randrange(len(deliveries) + 1)]), (kind, [corrected]))


def _spoil(chance: Random, deliveries: list[Delivery]) -> None:
    """Deliver some row again malformed, or twice in one file with values that disagree: refused either way."""
    kind, rows = chance.choice(deliveries)
    row = chance.choice(rows)
    column, value = SPOILED[kind]
    if chance.randrange(3):
        spoiled = [{**row, column: value}]
    else:
        column, values = CORRECTIONS[kind][0]
        spoiled = [row, {**row, column: next(value for value in [*values, "2009-11-30"] if value != row[column])}]
    deliveries.insert(chance.randrange(len(deliveries) + 1), (kind, spoiled))


def _lose(chance: Random, deliveries: list[Delivery]) -> None:
    """Forget some row altogether now and then, so that whatever refers to it waits for ever."""
    if chance.randrange(3):
        return
    position = chance.randrange(len(deliveries))
    kind, rows = deliveries[position]
    if kind != "partners" and len(rows) > 1:
        deliveries[position] = (kind, rows[1:])
