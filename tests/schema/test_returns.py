"""Return rates come from SQL with whole numbers only, and are those of values/rate.py to the last place."""

from random import Random

import pytest

from tap_graph.storage import tables as t
from tap_graph.values.money import LARGEST_MINOR
from tap_graph.values.rate import Share
from tests.builders import Rows
from tests.schema.conftest import Year

ODD = [
    (1, 0, 0),
    (3, 1, LARGEST_MINOR),
    (3, 2, LARGEST_MINOR),
    (20_000, 1, 20_000),
    (20_000, 3, 20_000),
    (7, 7, 1),
    (2, 1, 1),
    (10**6, 10**6 - 1, 10**12),
]


def cases() -> list[tuple[int, int, int]]:
    """Units due, units received and value due: edges first, then anything."""
    random = Random(2008)
    made = list(ODD)
    for _ in range(60):
        due = random.choice([random.randint(1, 9), random.randint(1, 10**9 - 1)])
        made.append((due, random.randint(0, due), random.choice([random.randint(0, 999), random.randint(0, LARGEST_MINOR)])))
    return made


def received_value(due: int, received: int, value: int) -> int:
    """`value × received / due`, half up."""
    return (2 * value * received + due) // (2 * due)


def test_return_rates_are_exact_to_the_fourth_place(year: Year) -> None:
    expected = {}
    with year.database.writing() as connection:
        rows = Rows(connection)
        partner = rows.value(t.partners, "id", partner_number="P1")
        order = rows.value(t.orders, "id", order_number="SO-P1")
        for place, (due, received, value) in enumerate(cases()):
            number = f"X{place:03}"
            rma = rows.rma(number, order, partner, units_due=due, value_due=value)
            rows.receipt(f"RC-{number}", rows.value(t.rma_lines, "id", rma_id=rma), partner, received)
            fraction = Share(received_value(due, received, value), value).fraction()
            expected[number] = None if fraction is None else str(fraction)
    document = (
        "query ($n: [String!]) { rmas(first: 100, filter: {rmaNumbers: $n}) { nodes { rmaNumber returnRate lines { returnRate } } } }"
    )
    found = year.ask(document, n=list(expected))["rmas"]["nodes"]
    assert {node["rmaNumber"]: node["returnRate"] for node in found} == expected
    assert {node["rmaNumber"]: node["lines"][0]["returnRate"] for node in found} == expected
    assert len(set(expected.values())) > 40


@pytest.mark.parametrize("value", [1, 12_345, LARGEST_MINOR])
def test_sums_of_many_lines_stay_whole(year: Year, value: int) -> None:
    with year.database.writing() as connection:
        rows = Rows(connection)
        partner = rows.value(t.partners, "id", partner_number="P1")
        order = rows.value(t.orders, "id", order_number="SO-P1")
        rma = rows.rma("MANY", order, partner, units_due=3, value_due=value)
        for line in range(2, 41):
            rows.add(t.rma_lines, rma_id=rma, line=line, order_id=order, partner_id=partner, units_due=3, value_due=value)
        rows.receipt("RC-MANY", rows.value(t.rma_lines, "id", rma_id=rma, line=1), partner, 1)
    [node] = year.ask('{ rmas(filter: {rmaNumbers: ["MANY"]}) { nodes { unitsDue valueDue { amount } returnRate } } }')["rmas"]["nodes"]
    whole = 40 * value
    fraction = Share(received_value(3, 1, value), whole).fraction()
    assert node == {"unitsDue": 120, "valueDue": {"amount": f"{whole // 100}.{whole % 100:02}"}, "returnRate": str(fraction)}
