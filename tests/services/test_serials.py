"""Serial numbers count once across distributors, and returns find their sale: whatever arrived first, on both databases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tap_graph.app import Application
from tap_graph.services import retracting
from tap_graph.storage import tables as t
from tests.applications import deliver, rows
from tests.services.two_tier import ADMIN, NOW, copied, counts, done, not_reported, order, orders, pos, sold

Key = tuple[str, str, str]
Found = dict[Key, tuple[str | None, Key | None, Key | None]]
"""By natural key: order line that is covered, line it counts for, sale it takes back."""


def found(application: Application, prefix: str = "") -> Found:
    """What became of the POS lines of invoices that begin so."""
    p, line, header = t.pos_lines, t.order_lines, t.orders
    source = p.outerjoin(line, line.c.id == p.c.order_line_id).outerjoin(header, header.c.id == line.c.order_id)
    with application.database.reading() as connection:
        all_lines = connection.execute(select(p, header.c.order_number).select_from(source)).all()
    keys = {row.id: (row.distributor_id, row.invoice_number, row.invoice_line) for row in all_lines}
    return {
        keys[row.id]: (
            row.order_number,
            None if row.counted_by_id is None else keys[row.counted_by_id],
            None if row.sale_id is None else keys[row.sale_id],
        )
        for row in all_lines
        if row.invoice_number.startswith(prefix)
    }


def covering(application: Application) -> dict[str, tuple[str | None, str | None]]:
    """By invoice: the order line it covers, and the invoice it counts for."""
    return {key[1]: (line, other[1] if other else None) for key, (line, other, _) in found(application).items()}


def kept(application: Application) -> list[tuple[object, object]]:
    """Every serial number with the invoice of a POS line in force that holds it; None for a line that is gone."""
    invoices = {row[0]: row[1] for row in rows(application, "pos_lines", "id", "invoice_number")}
    return sorted((str(serial), str(invoices.get(line))) for serial, line in rows(application, "pos_serials", "serial", "pos_line_id"))


def test_earliest_sale_counts_whatever_came_first(both: Application) -> None:
    late = sold("D1", "I1", order_number="SO2", serial_numbers="S1;S2", shipped_on="2008-02-20")
    deliver(both, "pos", pos(late))
    assert "SO2/1" not in not_reported(both)
    deliver(both, "pos", pos(sold("D2", "I2", order_number="SO3", serial_numbers="S2", shipped_on="2008-02-19")))
    assert covering(both) == {"I1": ("SO2", "I2"), "I2": ("SO3", None)}
    assert not_reported(both) == {"SO1/1", "SO2/1"}
    assert counts(both, "pos", pos(late) + "\n") == (0, 1, 0, 0)
    deliver(both, "pos", pos(sold("D2", "I2", order_number="SO3", serial_numbers="S3", shipped_on="2008-02-19")))
    assert covering(both) == {"I1": ("SO2", None), "I2": ("SO3", None)}
    assert not_reported(both) == {"SO1/1"}
    deliver(both, "pos", pos(sold("D2", "I2", order_number="SO3", serial_numbers="S1", shipped_on="")))
    assert covering(both) == {"I1": ("SO2", None), "I2": ("SO3", "I1")}
    assert not_reported(both) == {"SO1/1", "SO3/1"}


def test_ties_are_broken_by_distributor_invoice_and_line_in_the_order_of_their_characters(both: Application) -> None:
    same = {"serial_numbers": "S1"}
    deliver(both, "pos", pos(sold("d1", "I0", **same), sold("D2", "I1", **same), sold("D1", "Ä", **same)))
    assert {invoice for invoice, (_, other) in covering(both).items() if other is None} == {"Ä"}
    deliver(both, "pos", pos(sold("D1", "a", **same), sold("D1", "Z", **same)))
    deliver(both, "pos", pos(sold("D1", "Z", invoice_line="10", **same), sold("D1", "Z", invoice_line="2", **same)))
    assert {key for key, (_, other, _) in found(both).items() if other is None} == {("D1", "Z", "1")}
    done(both, retracting.retract, both.rulebooks, ADMIN, "pos", "D1/Z/1", "wrong", NOW)
    assert {key for key, (_, other, _) in found(both).items() if other is None} == {("D1", "Z", "10")}


def test_line_that_is_held_again_gives_its_serial_number_to_the_next(alone: Application) -> None:
    winner = sold("D1", "I1", deviation_number="DV2", serial_numbers="S1", shipped_on="2008-02-01")
    deliver(alone, "pos", pos(sold("D2", "I2", order_number="SO3", serial_numbers="S1")))
    deliver(alone, "pos", pos(winner))
    assert covering(alone) == {"I1": ("SO2", None), "I2": ("SO3", "I1")}
    deliver(alone, "orders", orders(order("SO4", deviation="DV2")))
    assert covering(alone) == {"I2": ("SO3", None)}
    assert kept(alone) == [("S1", "I2")]
    assert "SO3/1" not in not_reported(alone)
    deliver(alone, "pos", pos(sold("D3", "I3", order_number="SO4")))
    assert kept(alone) == [("S1", "I2")]
    deliver(alone, "orders", orders(order("SO4")))
    assert covering(alone) == {"I1": ("SO2", None), "I2": ("SO3", "I1"), "I3": ("SO4", None)}
    assert kept(alone) == [("S1", "I1"), ("S1", "I2")]


def test_reinstated_version_brings_its_own_serial_numbers(alone: Application) -> None:
    deliver(alone, "pos", pos(sold("D1", "I1", order_number="SO1", serial_numbers="OLD", shipped_on="2008-02-01")))
    deliver(alone, "pos", pos(sold("D1", "I1", deviation_number="DV2", serial_numbers="NEW", shipped_on="2008-02-01")))
    deliver(alone, "pos", pos(*(sold("D2", f"I-{serial}", order_number="SO3", serial_numbers=serial) for serial in ("OLD", "NEW"))))
    assert covering(alone) == {"I1": ("SO2", None), "I-OLD": ("SO3", None), "I-NEW": ("SO3", "I1")}
    deliver(alone, "orders", orders(order("SO4", deviation="DV2")))
    assert covering(alone) == {"I1": ("SO1", None), "I-OLD": ("SO3", "I1"), "I-NEW": ("SO3", None)}
    assert kept(alone) == [("NEW", "I-NEW"), ("OLD", "I-OLD"), ("OLD", "I1")]


def test_line_that_ended_is_never_mistaken_for_a_new_one(alone: Application) -> None:
    deliver(alone, "pos", pos(sold("D1", "I1", order_number="SO1", serial_numbers="S1")))
    done(alone, retracting.retract, alone.rulebooks, ADMIN, "pos", "D1/I1/1", "wrong", NOW)
    assert kept(alone) == []
    deliver(alone, "pos", pos(sold("D2", "I2", order_number="SO3")))
    [(former,)], [(current,)] = rows(alone, "pos_lines_history", "id"), rows(alone, "pos_lines", "id")
    assert former != current


def test_return_takes_back_its_sale_wherever_that_goes(both: Application) -> None:
    back = sold("D1", "R1", quantity="-1", serial_numbers="S2", shipped_on="2008-02-22")
    assert counts(both, "pos", pos(back)) == (1, 0, 0, 0)
    assert covering(both) == {"R1": (None, None)}
    assert [(code, key) for code, key in rows(both, "notes", "code", "key") if str(key).startswith("D1/")] == [("WITHOUT_ORDER", "D1/R1/1")]
    deliver(both, "pos", pos(sold("D1", "I1", order_number="SO1", quantity="2", serial_numbers="S1;S2")))
    assert found(both) == {("D1", "I1", "1"): ("SO1", None, None), ("D1", "R1", "1"): ("SO1", None, ("D1", "I1", "1"))}
    assert "WITHOUT_ORDER" not in [code for (code,) in rows(both, "notes", "code")]
    assert not_reported(both) == {"SO1/1", "SO2/1", "SO3/1"}
    assert counts(both, "pos", pos(back) + "\n") == (0, 1, 0, 0)
    deliver(both, "pos", pos(sold("D1", "I1", order_number="SO2", quantity="3", serial_numbers="S1;S2")))
    assert found(both)["D1", "R1", "1"] == ("SO2", None, ("D1", "I1", "1"))
    assert not_reported(both) == {"SO1/1", "SO3/1"}
    deliver(both, "pos", pos(sold("D1", "I1", order_number="SO2", quantity="3", serial_numbers="S1")))
    assert found(both)["D1", "R1", "1"] == (None, None, None)


def test_return_of_a_sale_that_counts_for_another_counts_as_little(alone: Application) -> None:
    deliver(alone, "pos", pos(sold("D1", "I1", order_number="SO1", quantity="2", serial_numbers="S1;S2")))
    deliver(alone, "pos", pos(sold("D1", "R1", quantity="-1", serial_numbers="S2", shipped_on="2008-02-22")))
    deliver(alone, "pos", pos(sold("D3", "I3", order_number="SO1", quantity="2")))
    assert "SO1/1" not in not_reported(alone)
    deliver(alone, "pos", pos(sold("D2", "I2", order_number="SO3", serial_numbers="S1", shipped_on="2008-02-01")))
    assert covering(alone) == {"I1": ("SO1", "I2"), "R1": ("SO1", "I2"), "I2": ("SO3", None), "I3": ("SO1", None)}
    assert "SO1/1" not in not_reported(alone)
    done(alone, retracting.retract, alone.rulebooks, ADMIN, "pos", "D2/I2/1", "wrong", NOW)
    assert covering(alone) == {"I1": ("SO1", None), "R1": ("SO1", None), "I3": ("SO1", None)}


def test_return_with_an_order_stays_there_and_another_distributors_sale_is_not_its(alone: Application) -> None:
    deliver(alone, "pos", pos(sold("D2", "I2", order_number="SO3", serial_numbers="S1")))
    back = {"quantity": "-1", "serial_numbers": "S1", "shipped_on": "2008-02-25"}
    deliver(alone, "pos", pos(sold("D1", "R1", **back), sold("D2", "R2", order_number="SO4", **back)))
    assert found(alone) == {
        ("D2", "I2", "1"): ("SO3", None, None), ("D1", "R1", "1"): (None, None, None), ("D2", "R2", "1"): ("SO4", None, None),
    }  # fmt: skip


def test_return_takes_back_the_last_sale_before_it(alone: Application) -> None:
    for day, number in (("2008-02-10", "SO1"), ("2008-02-15", "SO2"), ("2008-02-20", "SO3"), ("", "SO4")):
        deliver(alone, "pos", pos(sold("D1", f"I{number}", order_number=number, serial_numbers="S1", shipped_on=day)))
    for day, number in (("2008-02-14", "SO1"), ("2008-02-15", "SO2"), ("2008-03-01", "SO3"), ("2008-02-01", "SO3"), ("", "SO3")):
        deliver(alone, "pos", pos(sold("D1", f"R{day}", quantity="-1", serial_numbers="S1", shipped_on=day)))
        assert found(alone)["D1", f"R{day}", "1"][0] == number


@dataclass(frozen=True)
class Line:
    """One POS line of the model."""

    distributor: str
    invoice: str
    quantity: int
    serials: tuple[str, ...]
    shipped_on: str
    order_number: str

    @property
    def key(self) -> Key:
        """Its natural key."""
        return (self.distributor, self.invoice, "1")

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands among the sales of one serial number."""
        return (not self.shipped_on, self.shipped_on, *self.key)

    def text(self) -> str:
        """Its row."""
        return sold(
            self.distributor, self.invoice, quantity=self.quantity, serial_numbers=";".join(self.serials), shipped_on=self.shipped_on,
            order_number=self.order_number,
        )  # fmt: skip


def model(lines: Sequence[Line]) -> Found:
    """What must become of these lines, in plain words of the rules."""
    sales = [line for line in lines if line.quantity > 0]

    def counts_for(line: Line) -> Key | None:
        for serial in sorted(line.serials):
            first = min((sale for sale in sales if serial in sale.serials), key=lambda sale: sale.place)
            if first != line:
                return first.key
        return None

    def sale_of(back: Line) -> Line | None:
        own = [sale for sale in sales if sale.distributor == back.distributor and set(sale.serials) & set(back.serials)]

        def nearness(sale: Line) -> tuple[object, ...]:
            is_before = bool(sale.shipped_on and back.shipped_on) and sale.shipped_on <= back.shipped_on
            age = -date.fromisoformat(sale.shipped_on).toordinal() if sale.shipped_on else 0
            return (not is_before, not sale.shipped_on, age, *sale.key)

        return min(own, key=nearness, default=None)

    expected: Found = {}
    for line in lines:
        sale = sale_of(line) if line.quantity < 0 else None
        if line.quantity > 0:
            expected[line.key] = (line.order_number or None, counts_for(line), None)
        elif sale is None:
            expected[line.key] = (line.order_number or None, None, None)
        elif line.order_number:
            expected[line.key] = (line.order_number, counts_for(sale), None)
        else:
            expected[line.key] = (sale.order_number or None, counts_for(sale), sale.key)
    return expected


DAYS = ("", "2008-02-01", "2008-02-02", "2008-02-03")
KEYS = st.tuples(st.sampled_from(["D1", "D2"]), st.integers(1, 3))
CELLS = st.tuples(
    st.sampled_from([2, 1, -1]),
    st.lists(st.sampled_from(["x", "y", "z"]), max_size=3, unique=True),
    st.sampled_from(DAYS),
    st.sampled_from(["", "SO1", "SO2"]),
    st.integers(0, 2),
)
CASES = st.lists(st.dictionaries(KEYS, st.lists(CELLS, min_size=1, max_size=2), min_size=2, max_size=5), min_size=1, max_size=6)
EXAMPLES = count(1)
ROUNDS = 3
Drawn = Sequence[Mapping[tuple[str, int], Sequence[tuple[int, list[str], str, str, int]]]]


def delivered(application: Application, cases: Drawn) -> None:
    """Delivers the lines of all cases in rounds, corrections after what they correct, and compares with the model."""
    prefix = f"E{next(EXAMPLES)}-"
    rounds: list[list[str]] = [[] for _ in range(2 * ROUNDS)]
    last: dict[int, dict[Key, Line]] = {}
    for case, versions_by_key in enumerate(cases):
        for (distributor, number), versions in versions_by_key.items():
            for version, (quantity, serials, shipped_on, order_number, place) in enumerate(versions):
                named = tuple(f"{prefix}{case}{serial}" for serial in serials)
                line = Line(distributor, f"{prefix}{case}-{number}", quantity, named, shipped_on, order_number)
                rounds[version * ROUNDS + place].append(line.text())
                last.setdefault(case, {})[line.key] = line
    for lines in rounds:
        if lines:
            deliver(application, "pos", pos(*lines), again=True)
    expected = {key: became for case in last.values() for key, became in model(list(case.values())).items()}
    assert found(application, prefix) == expected


@pytest.fixture(scope="module")
def property_application() -> Iterator[Application]:
    opened = copied()
    yield opened
    opened.database.dispose()


# Shrinking would deliver thousands of files: a batch of small cases tells enough.
@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(cases=CASES)
def test_any_order_split_and_correction_of_lines_ends_as_the_model_says(property_application: Application, cases: Drawn) -> None:
    delivered(property_application, cases)


def test_many_cases_at_once_end_as_the_model_says(both: Application) -> None:
    random = Random(2008)

    def cells() -> tuple[int, list[str], str, str, int]:
        serials = random.sample(["x", "y", "z"], random.randint(0, 3))
        return (random.choice([2, 1, -1]), serials, random.choice(DAYS), random.choice(["", "SO1", "SO2"]), random.randrange(ROUNDS))

    def case() -> dict[tuple[str, int], list[tuple[int, list[str], str, str, int]]]:
        keys = random.sample([(distributor, number) for distributor in ("D1", "D2") for number in (1, 2, 3)], random.randint(2, 5))
        return {key: [cells() for _ in range(random.randint(1, 2))] for key in keys}

    delivered(both, [case() for _ in range(120)])


def test_many_lines_with_many_serial_numbers(alone: Application) -> None:
    lines = [";".join(f"S{number}" for number in range(line * 40, line * 40 + 50)) for line in range(20)]
    deliver(alone, "pos", pos(*(sold("D1", f"I{line:02}", serial_numbers=serials) for line, serials in enumerate(lines))))
    assert [other for _, (_, other, _) in sorted(found(alone).items())] == [None, *(("D1", f"I{line:02}", "1") for line in range(19))]
    deliver(alone, "pos", pos(*(sold("D0", f"J{line:02}", serial_numbers=serials) for line, serials in enumerate(lines[::2]))))
    assert {key[1] for key, (_, other, _) in found(alone).items() if other is None} == {f"J{line:02}" for line in range(10)}
