"""Aliases, fragments, merging, directives and variables, and one statement for it all."""

from typing import Any

from tests.reads.conftest import AUDITOR, Asked


def data(asked: Asked, document: str, **variables: Any) -> Any:
    response = asked.execute(AUDITOR, document, variables)
    assert "errors" not in response, response
    return response["data"]


def test_one_operation_is_one_statement_whatever_it_asks(asked: Asked) -> None:
    document = """{ partners { totalCount pageInfo { hasNextPage } nodes { orders { nodes {
        lines { decisions { counts } } rmas { returnRate } } }
        enrollments { nodes { evaluations { linesCounted { nodes { line } } } } } } } regions { nodes { figures { name } } }
        node(id: "x") { id } viewer { role } orders { totalCount } }"""
    data(asked, document)
    assert len(asked.execute.statements) == 1


def test_one_field_asked_twice_with_other_arguments_is_two_answers(asked: Asked) -> None:
    document = """{ few: partners(first: 1) { nodes { n: partnerNumber } }
        more: partners(last: 2) { n: nodes { a: partnerNumber partnerNumber } edges { node { a: country } } } }"""
    assert data(asked, document) == {
        "few": {"nodes": [{"n": "P01"}]},
        "more": {
            "n": [{"a": "P11", "partnerNumber": "P11"}, {"a": "P12", "partnerNumber": "P12"}],
            "edges": [{"node": {"a": "KR"}}, {"node": {"a": "SG"}}],
        },
    }


def test_fragments_on_types_and_interfaces_are_merged_in_order(asked: Asked) -> None:
    [identity] = [edge["id"] for edge in data(asked, "{ partners(first: 1) { nodes { id } } }")["partners"]["nodes"]]
    document = """query ($id: ID!) { node(id: $id) { __typename ...A ... on Order { orderNumber } ... on Node { again: id } ... { id } } }
        fragment A on Partner { name ...B certifications { level } } fragment B on Partner { certifications { firstDay } name }"""
    node = data(asked, document, id=identity)["node"]
    assert node == {"__typename": "Partner", "name": "Partner P01", "certifications": [], "again": identity, "id": identity}
    assert list(node) == ["__typename", "name", "certifications", "again", "id"]


def test_nodes_are_answered_in_the_order_of_their_ids(asked: Asked) -> None:
    ids = [node["id"] for node in data(asked, "{ partners(first: 3) { nodes { id } } }")["partners"]["nodes"]]
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Partner { partnerNumber } } }"
    assert data(asked, document, ids=[ids[2], "unknown", ids[0], ids[2]])["nodes"] == [
        {"partnerNumber": "P03"}, None, {"partnerNumber": "P01"}, {"partnerNumber": "P03"},
    ]  # fmt: skip


def test_skip_and_include_leave_fields_out(asked: Asked) -> None:
    document = """query ($yes: Boolean!, $no: Boolean!) { partner(partnerNumber: "P01") {
        name @skip(if: $yes) tier @include(if: $yes) country @include(if: $no) @skip(if: $no)
        ... @include(if: $no) { camEmail } ...F @skip(if: $yes) ...F @include(if: $yes) } }
        fragment F on Partner { partnerNumber }"""
    assert data(asked, document, yes=True, no=False)["partner"] == {"tier": "ONE_TIER", "partnerNumber": "P01"}


def test_names_longer_than_databases_take_are_kept(asked: Asked) -> None:
    long = "a" * 200
    assert data(asked, f'{{ {long}: partner(partnerNumber: "P01") {{ {long}b: name }} }}') == {long: {f"{long}b": "Partner P01"}}


def test_hundreds_of_fields_fit_in_one_row(asked: Asked) -> None:
    fields = " ".join(f"f{number}: certifications {{ level }} g{number}: name" for number in range(150))
    partner = data(asked, f'{{ partner(partnerNumber: "P01") {{ {fields} partnerNumber }} }}')["partner"]
    assert len(partner) == 301
    assert (partner["f149"], partner["g149"], partner["partnerNumber"]) == ([], "Partner P01", "P01")
    page = data(asked, f"{{ partners(first: 2) {{ edges {{ cursor node {{ {fields} partnerNumber }} }} }} }}")["partners"]["edges"]
    assert [edge["node"]["partnerNumber"] for edge in page] == ["P01", "P02"]


def test_variables_reach_nested_arguments_and_filters(asked: Asked) -> None:
    document = """query ($country: String, $size: Int, $sort: PartnerSort!) {
        partners(first: $size, sort: $sort, direction: DESCENDING, filter: {country: $country}) { nodes { partnerNumber } } }"""
    found = data(asked, document, country="KR", size=2, sort="NUMBER")["partners"]["nodes"]
    assert found == [{"partnerNumber": "P11"}, {"partnerNumber": "P08"}]
    assert len(data(asked, document, country=None, size=None, sort="NAME")["partners"]["nodes"]) == 12


def test_nesting_beyond_the_parser_is_refused_with_a_code_on_sqlite(asked: Asked) -> None:
    inner = "orderNumber"
    for _ in range(8):
        inner = f"partner {{ orders {{ nodes {{ {inner} }} }} }}"
    response = asked.execute(AUDITOR, f"{{ orders {{ nodes {{ {inner} }} }} }}")
    if asked.database.dialect == "sqlite":
        assert response["errors"][0]["extensions"] == {"code": "TOO_DEEP"}
    else:
        assert response == {"data": {"orders": {"nodes": []}}}


def test_introspection_reads_defaults(asked: Asked) -> None:
    document = '{ __type(name: "Query") { fields { args { name defaultValue } } } }'
    defaults = {
        arg["defaultValue"] for field in data(asked, document)["__type"]["fields"] for arg in field["args"] if arg["name"] == "direction"
    }
    assert defaults == {"ASCENDING"}
