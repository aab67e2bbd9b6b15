"""Distributing: distributors are noticed when they are first named, set up by administrators, and read by their profiles."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from tap_graph.app import Application
from tap_graph.domain.errors import NotAllowed
from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services import distributing
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, in_memory, rows
from tests.builders import Rows

NOW = datetime(2008, 3, 3, 10, tzinfo=UTC)
ADMINISTRATOR = Viewer(subject="admin", role=Role.ADMINISTRATOR, regions=("APAC",))
JANUARY = date(2008, 1, 1)
PROFILE = 'distributor_id = "D1"\nvalid_from = 2008-02-01\nedi_ids = ["0012345678"]\ncurrency = "USD"\n'
Refused = Callable[..., list[tuple[str, tuple[str, ...]]]]


@pytest.fixture
def application() -> Iterator[Application]:
    opened = in_memory()
    yield opened
    opened.database.dispose()


@pytest.fixture
def refused(application: Application) -> Refused:
    """The refusals of an act that leaves nothing behind."""

    def told(name: str, *given: Any) -> list[tuple[str, tuple[str, ...]]]:
        before = written(application)
        with pytest.raises(ActRefused) as caught:
            act(application, name, ADMINISTRATOR, *given)
        assert written(application) == before
        return [(refusal.code, refusal.path) for refusal in caught.value.refusals]

    return told


def act(application: Application, name: str, viewer: Viewer, *given: Any) -> int:
    with application.database.writing() as connection:
        done: int = getattr(distributing, name)(connection, viewer, *given, NOW)
    return done


def written(application: Application) -> list[list[tuple[object, ...]]]:
    return [rows(application, table, "id") for table in ("distributors", "distributor_profiles", "expected_reports", "acts")]


def test_whoever_is_named_gets_a_row_once_and_without_using_up_numbers(database: Database) -> None:
    with database.writing() as connection:
        filled = Rows(connection)
        partner = filled.partner("P1")
        filled.deviation("DV1", partner, distributor_id="D1")
        filled.deviation("DV2", partner, distributor_id=None)
        filled.order("SO1", partner, distributor_id="D2")
        filled.pos_line(partner, "I1", distributor_id="D3")
        filled.delivery("pos", "D4")
        filled.delivery("orders", "not a distributor")
        filled.delivery("deviations", "")
        key = {"name": "k", "digest": "x", "kind": "pos", "created_by": "a", "created_at": NOW}
        connection.execute(insert(t.api_keys).values(distributor_id="D5", **key))
        for _ in range(3):
            distributing.notice(connection, NOW)
        distributing.notice(connection, NOW, select(t.pos_lines.c.distributor_id))
        distributing.notice(connection, NOW, select(t.deliveries.c.file).where(t.deliveries.c.sender == "D4"))
        chosen = select(t.distributors.c.id, t.distributors.c.distributor_id, t.distributors.c.due_days).order_by(t.distributors.c.id)
        found = connection.execute(chosen).all()
    assert sorted(name for _, name, _ in found) == ["D1", "D2", "D3", "D4", "D5", "pos.csv"]
    assert [(id_, due) for id_, _, due in found] == [(id_, 10) for id_ in range(1, 7)]


def test_register_makes_and_changes_a_distributor_with_its_months(application: Application) -> None:
    row_id = act(application, "register", ADMINISTRATOR, "D1", "Distributor One", "SG", JANUARY, 10)
    assert rows(application, "distributors", "id", "distributor_id", "name", "country", "reports_from", "due_days") == [
        (row_id, "D1", "Distributor One", "SG", JANUARY, 10)
    ]
    months = rows(application, "expected_reports", "id", "first_day", "last_day", "due_on")
    assert len(months) == 120
    assert [row[1:] for row in (months[1], months[-1])] == [
        (date(2008, 2, 1), date(2008, 2, 29), date(2008, 3, 10)),
        (date(2017, 12, 1), date(2017, 12, 31), date(2018, 1, 10)),
    ]
    assert act(application, "register", ADMINISTRATOR, "D1", None, None, date(2008, 2, 1), 5) == row_id
    changed = rows(application, "expected_reports", "id", "first_day", "due_on")
    assert (len(changed), changed[0]) == (120, (months[1][0], date(2008, 2, 1), date(2008, 3, 5)))
    assert act(application, "register", ADMINISTRATOR, "D1", None, None, None, 5) == row_id
    assert rows(application, "expected_reports", "id") == []
    assert rows(application, "acts", "act", "noun", "row_id", "key", "distributor_id", "detail")[:2] == [
        (
            "distributorSet", "distributor", row_id, "D1", "D1",
            '{"name":"Distributor One","country":"SG","reports_from":"2008-01-01","due_days":10}',
        ),
        ("distributorSet", "distributor", row_id, "D1", "D1", '{"name":null,"country":null,"reports_from":"2008-02-01","due_days":5}'),
    ]  # fmt: skip


def test_months_of_a_distributor_that_began_long_ago_reach_into_the_next_year(application: Application) -> None:
    act(application, "register", ADMINISTRATOR, "D1", None, None, date(2000, 1, 1), 10)
    assert rows(application, "expected_reports", "first_day")[-1] == (date(2009, 12, 1),)
    with application.database.writing() as connection:
        distributing.register(connection, ADMINISTRATOR, "D1", None, None, date(2000, 1, 1), 10, datetime(2011, 5, 5, tzinfo=UTC))
    assert rows(application, "expected_reports", "first_day")[-1] == (date(2012, 5, 1),)


def test_register_tells_every_refusal_at_once(refused: Refused) -> None:
    assert refused("register", "D 1'", "x\x07", "sg", date(2008, 1, 2), 366) == [
        ("NOT_A_CODE", ("distributor_id",)),
        ("CONTROL_CHARACTER", ("name",)),
        ("NOT_A_COUNTRY", ("country",)),
        ("NOT_A_MONTH", ("reports_from",)),
        ("DUE_DAYS_OUT_OF_RANGE", ("due_days",)),
    ]
    assert refused("register", "D\ud800", "x\x00", None, None, 0) == [("NOT_STORABLE", ("distributor_id",)), ("NOT_STORABLE", ("name",))]
    assert refused("register", "", None, None, date(1999, 12, 1), -1) == [
        ("KEY_MISSING", ("distributor_id",)),
        ("NOT_A_MONTH", ("reports_from",)),
        ("DUE_DAYS_OUT_OF_RANGE", ("due_days",)),
    ]


def test_only_administrators_set_up_distributors(application: Application) -> None:
    before = written(application)
    for viewer in (Viewer(subject="d", role=Role.DISTRIBUTOR, distributor_id="D1"), Viewer(subject="a", role=Role.AUDITOR)):
        with pytest.raises(NotAllowed, match="sets up no distributors"):
            act(application, "register", viewer, "D1", None, None, None, 10)
        with pytest.raises(NotAllowed, match="sets up no distributors"):
            act(application, "set_profile", viewer, PROFILE)
    assert written(application) == before


def test_profiles_are_kept_by_day_and_found_by_id(application: Application) -> None:
    row_id = act(application, "set_profile", ADMINISTRATOR, PROFILE)
    act(application, "set_profile", ADMINISTRATOR, PROFILE.replace("2008-02-01", "2008-03-01").replace('"USD"', '"EUR"'))
    act(application, "set_profile", ADMINISTRATOR, PROFILE.replace('"USD"', '"SGD"'))
    assert rows(application, "distributors", "id", "distributor_id") == [(row_id, "D1")]
    assert rows(application, "distributor_profiles", "valid_from", "text") == [
        (date(2008, 2, 1), PROFILE.replace('"USD"', '"SGD"')),
        (date(2008, 3, 1), PROFILE.replace("2008-02-01", "2008-03-01").replace('"USD"', '"EUR"')),
    ]
    with application.database.reading() as connection:
        profiles = distributing.profiles(connection)
    assert [profiles.find(["0012345678"], day).currency for day in (JANUARY, date(2008, 2, 29), date(2008, 3, 1), None)] == [
        None, "SGD", "EUR", "EUR",
    ]  # fmt: skip
    assert [row[0] for row in rows(application, "acts", "act")] == ["distributorProfileSet"] * 3


def test_profile_that_cannot_be_used_is_refused(application: Application, refused: Refused) -> None:
    act(application, "set_profile", ADMINISTRATOR, PROFILE)
    unusable = [("PROFILE_UNUSABLE", ("text",))]
    assert refused("set_profile", "no toml") == refused("set_profile", PROFILE + "# \ud800") == unusable
    assert refused("set_profile", PROFILE.replace('"D1"', '"D2"')) == unusable
    assert refused("set_profile", PROFILE.replace('"D1"', '"D\'1"').replace("0012345678", "X")) == [("NOT_A_CODE", ("distributor_id",))]


def test_delivered_facts_name_distributors(application: Application) -> None:
    deliver(application, "partners", "partner_number,country\nP1,SG\n")
    deliver(application, "deviations", "deviation_number,distributor_id,partner_number\nDV1,D7,P1\n")
    with application.database.writing() as connection:
        distributing.notice(connection, NOW)
    assert rows(application, "distributors", "distributor_id", "name", "reports_from") == [("D7", None, None)]
