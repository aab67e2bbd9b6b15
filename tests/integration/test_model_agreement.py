"""Any order, split and repetition of deliveries gives the same facts and judgements, those of the independent model."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tap_graph.app import Application
from tap_graph.rules.host import find_rulebooks
from tap_graph.storage.integrity import dangling
from tap_graph.storage.tables import metadata
from tap_graph.storage.unit_of_work import Database
from tests.applications import in_memory, over
from tests.integration.judging import deliver, judge_everything
from tests.model.bundle import deliveries_of, judge_all
from tests.model.rows import Delivery, facts_of
from tests.model.years import random_year, shuffled_split

ROOT = Path(__file__).parents[2]
COUNTRIES = {"EMERGING": frozenset(country.code for country in find_rulebooks()["EMERGING"].countries(7).value)}
Arranged = Callable[[int], list[Delivery]]
ARRANGEMENTS: dict[str, Arranged] = {
    "with corrections and refused lines": random_year,
    "in another order, split and repeated": lambda seed: shuffled_split(random_year(seed), seed),
}


def agree(application: Application, deliveries: list[Delivery]) -> None:
    deliver(application, deliveries)
    expected = [block for block in judge_all(facts_of(deliveries), COUNTRIES) if block["results"]]
    # Dry first: it must say what the real run says, and store nothing that the real run would find.
    assert judge_everything(application, dry_run=True)[:1] == expected[:1]
    assert judge_everything(application) == expected
    assert judge_everything(application) == expected
    with application.database.reading() as connection:
        assert dangling(connection) == []


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(seed=st.integers(min_value=0, max_value=10**6))
def test_random_years_are_judged_as_the_model_judges_them(arrangement: str, seed: int) -> None:
    application = in_memory()
    agree(application, ARRANGEMENTS[arrangement](seed))
    application.database.dispose()


def emptied(database: Database) -> None:
    with database.writing() as connection:
        names = ", ".join(f'"{name}"' for name in metadata.tables if name not in KEPT)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


KEPT = {"theatres", "rulebooks", "figures", "periods", "period_countries", "options", "programs", "reasons", "installation"}


def test_random_years_are_judged_on_postgresql_as_the_model_judges_them(postgres_url: str) -> None:
    application = over(Database(postgres_url))
    for seed in range(1):
        for arranged in ARRANGEMENTS.values():
            agree(application, arranged(seed))
            emptied(application.database)
    application.database.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_demo_is_judged_to_the_cent_as_written_down(kind: str, request: pytest.FixtureRequest) -> None:
    application = in_memory() if kind == "sqlite" else over(Database(request.getfixturevalue("postgres_url")))
    deliver(application, deliveries_of(ROOT / "tap_graph" / "demo"))
    expected = json.loads((ROOT / "tests" / "model" / "demo_expected.json").read_text(encoding="utf-8"))
    assert judge_everything(application) == [block for block in expected if block["results"]]
    application.database.dispose()
