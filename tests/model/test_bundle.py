"""The bundled program year against its expected judgements."""

import json
from datetime import date
from pathlib import Path

from tests.model.bundle import deliveries_of, judge_all
from tests.model.cells import faults_of, is_day
from tests.model.rows import facts_of

DEMO = Path(__file__).parents[2] / "tap_graph" / "demo"
EXPECTED = Path(__file__).with_name("demo_expected.json")


def test_bundle_is_judged_as_expected() -> None:
    assert judge_all(facts_of(deliveries_of(DEMO))) == json.loads(EXPECTED.read_text(encoding="utf-8"))


def test_every_day_of_the_bundle_is_in_its_program_year() -> None:
    days = [
        date.fromisoformat(text)
        for kind, rows in deliveries_of(DEMO)
        for row in rows
        if not faults_of(kind, row)
        for column, text in row.items()
        if is_day(column) and text
    ]
    assert date(2007, 6, 1) <= min(days)
    assert max(days) <= date(2009, 5, 31)
