"""No viewer reaches a foreign row: all nouns × roles × relations, against a plain model of the contract's table."""

from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.identity import named_row, node_id
from tap_graph.schema.visibility import DEALING_ROLES, DISTRIBUTOR_OPENING, ORDER_OPENING, PARTNER_OPENING
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tests.asking import Asking
from tests.builders import Rows
from tests.schema.conftest import SECRET, TODAY, Year, fill
from tests.schema.rows_seen import all_rows, rows_seen

REGIONAL = [Role.ADMINISTRATOR, Role.APPROVER, Role.DEVIATION_APPROVER, Role.PARTNER_RELATIONS, Role.ASSET_RECOVERY, Role.AUDITOR]
VIEWERS = [
    Viewer(subject="auditor of all", role=Role.AUDITOR),
    Viewer(subject="auditor of none", role=Role.AUDITOR, regions=()),
    *(Viewer(subject=f"{role} of {region}", role=role, regions=(region,)) for role in REGIONAL for region in ("ONE", "TWO", "NOWHERE")),
    *(Viewer(subject=number, role=Role.PARTNER, partner_number=number) for number in ("P1", "P2", "P3", "P9")),
    *(Viewer(subject=role, role=role, email=f"cam{n}@example.com") for role in (Role.CAM, Role.FIELD) for n in (1, 2, 9)),
    *(Viewer(subject=name, role=Role.DISTRIBUTOR, distributor_id=name) for name in ("D1", "D2", "D9")),
    *(Viewer(subject=role, role=role) for role in (Role.SALESPERSON, Role.TEAM_LEAD, Role.SCHEME_AUTHOR, Role.SUPERVISOR)),
]
OPENINGS = {
    (Role.DISTRIBUTOR, "Partner"): PARTNER_OPENING.fields,
    (Role.DISTRIBUTOR, "Order"): ORDER_OPENING.fields,
    **{(role, "Distributor"): DISTRIBUTOR_OPENING.fields for role in DEALING_ROLES},
}


def ways(year: Year, type_name: str, viewer: Viewer, depth: int) -> str:
    """The id of a row and every relation that leads on from it."""
    type_ = year.execute.catalogue.core.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    names = OPENINGS.get((viewer.role, type_name))
    parts = ["__typename"]
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if (names is not None and name not in names) or isinstance(inner, GraphQLInterfaceType):
            continue
        if name == "id":
            parts.append(name)
        elif isinstance(inner, GraphQLObjectType) and (depth > 0 or inner.name.endswith("Edge")):
            parts.append(f"{name} {{ {ways(year, inner.name, viewer, depth if name in ('nodes', 'edges', 'node') else depth - 1)} }}")
    return " ".join(parts)


def ids(value: Any) -> set[tuple[str, int]]:
    """Every row that an answer names."""
    if isinstance(value, list):
        return {found for item in value for found in ids(item)}
    if not isinstance(value, dict):
        return set()
    here = {named_row(value["id"])} if isinstance(value.get("id"), str) else set()
    return {found for found in here if found} | {found for item in value.values() for found in ids(item)}


def test_a_viewer_sees_its_rows_and_no_others(year: Year) -> None:
    for viewer in VIEWERS:
        check_rows(year, viewer)


def check_rows(year: Year, viewer: Viewer) -> None:
    with year.database.reading() as connection:
        mine, everything = rows_seen(connection, viewer), all_rows(connection)
    asked = [(noun, key) for noun, keys in everything.items() for key in keys]
    answered = set()
    for start in range(0, len(asked), 100):
        chunk = [node_id(*pair) for pair in asked[start : start + 100]]
        nodes = year.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", viewer, ids=chunk)["nodes"]
        answered |= ids(nodes)
    assert answered == {(noun, key) for noun, keys in mine.items() for key in keys}, viewer
    reached = set()
    for noun, keys in mine.items():
        for key in keys:
            document = f"query ($id: ID!) {{ node(id: $id) {{ ... on {noun} {{ {ways(year, noun, viewer, 1)} }} }} }}"
            reached |= ids(year.ask(document, viewer, id=node_id(noun, key)))
    assert reached <= answered, viewer


def test_lists_hold_the_viewers_rows_and_count_only_them(year: Year) -> None:
    for viewer in VIEWERS:
        check_lists(year, viewer)


def check_lists(year: Year, viewer: Viewer) -> None:
    with year.database.reading() as connection:
        mine = rows_seen(connection, viewer)
    lists = {
        "partners": "Partner", "enrollments": "Enrollment", "deviations": "Deviation", "orders": "Order", "rmas": "Rma",
        "deliveries": "Delivery", "notes": "Note", "evaluations": "Evaluation", "regions": "Region", "periods": "Period",
        "distributors": "Distributor", "expectedReports": "ExpectedReport",
    }  # fmt: skip
    for name, noun in lists.items():
        page = year.ask(f"{{ {name}(first: 100) {{ totalCount nodes {{ id }} }} }}", viewer)[name]
        assert ids(page) == {(noun, key) for key in mine[noun]}, viewer
        assert page["totalCount"] == len(mine[noun])


def test_a_shared_order_is_seen_without_what_its_first_line_says(year: Year) -> None:
    document = """{ order(orderNumber: "SO-SHARED") { orderNumber bookedOn confirmedOn shippedOn distributorId endCustomer partner { name }
        lines { line endCustomer } rmas { rmaNumber unitsDue partner { name } returnDeadline } } }"""
    second = Viewer(subject="p", role=Role.PARTNER, partner_number="P2")
    assert year.ask(document, second)["order"] == {
        "orderNumber": "SO-SHARED", "bookedOn": None, "confirmedOn": None, "shippedOn": None, "distributorId": None, "endCustomer": None,
        "partner": None, "lines": [{"line": 2, "endCustomer": "Customer shared"}],
        "rmas": [{"rmaNumber": "R-SHARED", "unitsDue": 10, "partner": None, "returnDeadline": None}],
    }  # fmt: skip
    first = Viewer(subject="p", role=Role.PARTNER, partner_number="P1")
    assert year.ask(document, first)["order"]["bookedOn"] == "2008-02-10"


def test_filters_and_sorting_tell_nothing_of_a_shared_orders_first_line(year: Year) -> None:
    second = Viewer(subject="p", role=Role.PARTNER, partner_number="P2")

    def numbers(arguments: str) -> list[str]:
        return [
            node["orderNumber"] for node in year.ask(f"{{ orders{arguments} {{ nodes {{ orderNumber }} }} }}", second)["orders"]["nodes"]
        ]

    assert numbers("") == ["SO-P2", "SO-P2-LATE", "SO-SHARED"]
    assert numbers("(sort: BOOKED_ON)") == ["SO-P2", "SO-P2-LATE"]
    assert numbers('(filter: {bookedFrom: "2008-02-10"})') == ["SO-P2", "SO-P2-LATE"]
    assert numbers('(filter: {partnerNumber: "P1"})') == []


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ('{ partner(partnerNumber: "P1") { tier } }', "Partner.tier"),
        ("{ partners { nodes { orders { totalCount } } } }", "Partner.orders"),
        ("{ deviations { nodes { partner { country } } } }", "Partner.country"),
        ('{ order(orderNumber: "SO-P1") { bookedOn } }', "Order.bookedOn"),
        ('{ partners(filter: {country: "SG"}) { totalCount } }', "Partner"),
        ("{ partners(sort: COUNTRY) { totalCount } }", "Partner"),
        ("{ orders(sort: BOOKED_ON) { totalCount } }", "Order"),
        ('{ orders(filter: {bookedFrom: "2008-01-01"}) { totalCount } }', "Order"),
    ],
)
def test_what_is_closed_to_distributors_is_refused(year: Year, document: str, field: str) -> None:
    error = year.refusal(document, Viewer(subject="d", role=Role.DISTRIBUTOR, distributor_id="D1"))
    assert error["extensions"] == {"code": "FIELD_NOT_VISIBLE"}
    assert error["message"].startswith(field)


def test_distributors_see_number_and_name_of_their_partners(year: Year) -> None:
    document = "{ deviations { nodes { deviationNumber partner { partnerNumber name } } } posted: orders { nodes { orderNumber } } }"
    data = year.ask(document, Viewer(subject="d", role=Role.DISTRIBUTOR, distributor_id="D1"))
    assert data["deviations"]["nodes"] == [{"deviationNumber": "DEV-P1", "partner": {"partnerNumber": "P1", "name": "Partner P1"}}]
    assert data["posted"]["nodes"] == [{"orderNumber": "SO-P1"}]


def test_unknown_and_forbidden_are_answered_alike(year: Year) -> None:
    partner = Viewer(subject="p", role=Role.PARTNER, partner_number="P1")
    with year.database.reading() as connection:
        foreign = Rows(connection).value(t.partners, "id", partner_number="P2")
    answers = {
        str(year.execute(partner, "query ($id: ID!) { node(id: $id) { id } }", {"id": opaque}))
        for opaque in (node_id("Partner", foreign), node_id("Partner", 999), node_id("Nothing", 1), "", "%%%", "ÄÖ", node_id("Money", 1))
    }
    assert answers == {"{'data': {'node': None}}"}
    numbers = {str(year.execute(partner, f'{{ partner(partnerNumber: "{number}") {{ tier }} }}')) for number in ("P2", "P99")}
    assert numbers == {"{'data': {'partner': None}}"}


def test_judgements_of_another_region_cannot_be_found_out_by_filtering(year: Year) -> None:
    with year.database.writing() as connection:
        rows = Rows(connection)
        partner, theatre = rows.value(t.partners, "id", partner_number="P1"), rows.value(t.theatres, "id", code="TWO")
        rows.add(t.partner_theatres, partner_id=partner, theatre_id=theatre)
    document = """query ($line: LineJudgement) { orders(filter: {line: $line}) { totalCount }
        partner(partnerNumber: "P1") { orderLines(filter: {judged: $line}) { totalCount } } }"""
    judgement = {"region": "ONE", "option": "P6", "on": "2008-07-26"}

    def found(region: str, **more: object) -> list[int]:
        viewer = Viewer(subject="a", role=Role.APPROVER, regions=(region,))
        data = year.ask(document, viewer, line={**judgement, **more})
        return [data["orders"]["totalCount"], data["partner"]["orderLines"]["totalCount"]]

    assert [found("ONE", counts=True)[1], found("ONE", counts=False)[1]] == [1, 2]
    for more in ({}, {"counts": True}, {"counts": False}, {"reason": "INTERNAL_USE"}):
        assert found("TWO", **more) == [0, 0]


YEARS: dict[str, Year] = {}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    viewer=st.sampled_from(VIEWERS),
    root=st.sampled_from(["partners", "orders", "rmas", "evaluations", "deviations", "distributors", "expectedReports"]),
    data=st.data(),
)
def test_random_walks_stay_inside_what_the_viewer_may_see(viewer: Viewer, root: str, data: st.DataObject) -> None:
    year = YEARS.get("year")
    if year is None:
        database = Database("sqlite://")
        t.metadata.create_all(database.engine)
        with database.writing() as connection:
            fill(Rows(connection))
        year = YEARS["year"] = Year(database, Asking(database, SECRET, lambda: TODAY))
    with year.database.reading() as connection:
        mine = {(noun, key) for noun, keys in rows_seen(connection, viewer).items() for key in keys}
    type_ = year.execute.catalogue.core.type_map["Query"]
    assert isinstance(type_, GraphQLObjectType)
    document = f"{{ {root} {{ {_walk(year, get_named_type(type_.fields[root].type), viewer, 6, data)} }} }}"
    response = year.execute(viewer, document)
    assume(response.get("errors", [{}])[0].get("extensions") != {"code": "TOO_DEEP"})
    assert "errors" not in response
    assert ids(response["data"]) <= mine


def _walk(year: Year, type_: Any, viewer: Viewer, steps: int, data: st.DataObject) -> str:
    """A chain of relations picked at random, with the id of every row on the way."""
    names = OPENINGS.get((viewer.role, type_.name))
    onward = [
        name for name, field in type_.fields.items()
        if isinstance(get_named_type(field.type), GraphQLObjectType) and (names is None or name in names) and name != "pageInfo"
    ]  # fmt: skip
    here = ["__typename"] + (["id"] if "id" in type_.fields else [])
    if steps > 0 and onward:
        name = data.draw(st.sampled_from(onward))
        here.append(f"{name} {{ {_walk(year, get_named_type(type_.fields[name].type), viewer, steps - 1, data)} }}")
    return " ".join(here)
