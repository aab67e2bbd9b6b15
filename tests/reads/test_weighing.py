"""The admission rule: what is counted, what is refused, and that deciding takes no longer than it may."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from time import process_time, sleep
from typing import Any

import pytest
from graphql import GraphQLSchema, GraphQLSyntaxError, build_schema, get_introspection_query, validate

from tap_graph.reads.weighing import Limits, TooHeavy, Weight, parsed, weigh
from tap_graph.schema.build import build, catalogue
from tests.reads.hostile import SHAPES, Making, fields, fragments, largest, last

LONGEST = 16 * 1024
# What one document may take, and how much more twice the document.
MOST_SECONDS = 0.020
MOST_RATIO = 2.2
# Below it a difference is noise.
FLOOR_SECONDS = 0.0015
ROUNDS = 12
NONE = 10**15
GENEROUS = Limits(**dict.fromkeys(Limits.__slots__, NONE))

PROGRAM = """type Query { viewer: Viewer! first: Viewer } type Viewer { role: Role! name(short: Boolean): String }
    enum Role { A B }"""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return catalogue(build()).core


def weighed(schema: GraphQLSchema, text: str, limits: Limits = GENEROUS) -> Weight:
    return weigh(parsed(text, limits), schema, limits)


def cost(schema: GraphQLSchema, text: str, variables: Mapping[str, Any] | None = None, name: str | None = None) -> int:
    return weighed(schema, text).cost(name, variables)


@pytest.mark.parametrize(
    ("text", "depth", "root_fields", "selections"),
    [
        ("{ __typename }", 1, 1, 1),
        ("{ viewer { role } }", 2, 1, 2),
        ("{ viewer { role } viewer { subject } }", 2, 1, 4),
        ("{ viewer { role } again: viewer { role } }", 2, 2, 4),
        ("{ ... { ... on Query { viewer { ... { role } } } } }", 2, 1, 2),
        ("query A { viewer { role } } query B { regions { nodes { code } } viewer { role } }", 3, 2, 7),
        ("{ ...A } fragment A on Query { viewer { role } }", 2, 1, 3),
        ("{ a: viewer { ...A } b: viewer { ...A } } fragment A on Viewer { role ...B } fragment B on Viewer { subject }", 2, 2, 10),
        ("{ ...A ...A } fragment A on Query { viewer { role } }", 2, 1, 4),
        ("{ ...Missing }", 1, 0, 1),
        ("{ viewer { } }", 2, 1, 1),
        ("{ __typename } fragment A on Query { viewer { partner { name } } }", 3, 1, 4),
    ],
)
def test_fragments_count_wherever_they_are_spread(schema: GraphQLSchema, text: str, depth: int, root_fields: int, selections: int) -> None:
    weight = weighed(schema, text)
    assert (weight.depth, weight.root_fields, weight.selections) == (depth, root_fields, selections)


def test_aliases_and_directives_count_wherever_they_stand(schema: GraphQLSchema) -> None:
    text = """query A($on: Boolean! @a) @b { x: viewer @skip(if: $on) { y: role ... @include(if: $on) { z: subject } ...F @c } }
        fragment F on Viewer @d @e { w: role }"""
    weight = weighed(schema, text)
    assert (weight.aliases, weight.directives, weight.tokens) == (4, 7, parsed(text).token_count)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("{ __typename }", 0),
        ("{ viewer { role } }", 1),
        ("{ viewer { role } viewer { subject } }", 1),
        ("{ a: viewer { role } b: viewer { role } }", 2),
        ("{ partners { totalCount } }", 1),
        ("{ partners { totalCount pageInfo { hasNextPage } } }", 1),
        ("{ partners { nodes { name } } }", 25),
        ("{ partners { edges { cursor } } }", 25),
        ("{ partners(first: 10) { nodes { name } } }", 10),
        ("{ partners(first: 10) { edges { node { name } } } }", 10),
        ("{ partners(first: 10) { nodes { name } edges { cursor node { tier } } totalCount pageInfo { endCursor } } }", 10),
        ("{ partners(last: 7) { nodes { name } } }", 7),
        ("{ partners(first: null) { nodes { name } } }", 25),
        ("{ partners(first: null, last: 3) { nodes { name } } }", 3),
        ("{ partners(first: 3, last: 8) { nodes { name } } }", 8),
        ("{ partners(first: 100) { nodes { name } } }", 100),
        ("{ partners(first: 101) { nodes { name } } }", 100),
        ("{ partners(first: 0) { nodes { name } } }", 100),
        ("{ partners(first: -1) { nodes { name } } }", 100),
        ('{ partners(first: "5") { nodes { name } } }', 100),
        ("{ partners(first: [5]) { nodes { name } } }", 100),
        ("{ partners(first: 5.0) { nodes { name } } }", 100),
        ("{ partners(first: " + "9" * 5_000 + ") { nodes { name } } }", 100),
        ("{ partners(first: 10) { nodes { orders(first: 5) { nodes { id } } } } }", 60),
        ("{ partners(first: 10) { edges { node { orders(first: 5) { edges { node { id } } } } } } }", 60),
        ("{ partners(first: 10) { nodes { orders(first: 5) { totalCount } } } }", 20),
        ("{ partners(first: 10) { nodes { orders(first: 5) { nodes { partner { name } } } } } }", 110),
        ('{ partner(partnerNumber: "x") { certifications { level } } }', 6),
        ("{ regions(first: 2) { nodes { periods { number countries { code } } } } }", 62),
        ('{ node(id: "x") { id } }', 1),
        ('{ node(id: "x") { ... on Partner { orders(first: 7) { nodes { id } } } ... on Region { periods { number } } } }', 13),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', 3),
        ('{ nodes(ids: "a") { id } }', 1),
        ("{ nodes(ids: []) { id } }", 0),
        ('{ nodes(ids: ["a", "b", "c"]) { ... on Partner { orders(first: 7) { nodes { id } } } } }', 24),
        ("{ nothing }", 1),
        ("{ nothing { more { name } } }", 3),
        ("{ partners { nodes { nothing } } }", 50),
    ],
)
def test_an_operation_costs_the_rows_of_its_pages(schema: GraphQLSchema, text: str, rows: int) -> None:
    assert cost(schema, text) == rows


def test_fields_that_fragments_share_cost_once(schema: GraphQLSchema) -> None:
    shared = """{ partners(first: 10) { nodes { ...A ...B orders(first: 5) { totalCount } } } partners(first: 10) { ...C } }
        fragment A on Partner { orders(first: 5) { nodes { id } } } fragment B on Partner { orders(first: 5) { edges { node { ...D } } } }
        fragment C on PartnerConnection { edges { node { name } } } fragment D on Order { partner { name } }"""
    assert cost(schema, shared) == 10 * (1 + 5 * 2)


def test_of_fields_of_other_types_under_one_name_the_larger_costs(schema: GraphQLSchema) -> None:
    rmas = "... on Order { a: partner { rmas { nodes { id } } } }"
    text = f'{{ node(id: "x") {{ ... on Partner {{ a: orders(first: 3) {{ nodes {{ id }} }} }} {rmas} }} }}'
    assert cost(schema, text) == 1 + 3 * (1 + 25)


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        (None, 50 + 50 * 25),
        ({}, 50 + 50 * 25),
        ({"n": 4}, 4 + 4 * 25),
        ({"n": 4, "m": 2}, 4 + 4 * 2),
        ({"n": None, "m": None, "l": None}, 25 + 25 * 25),
        ({"n": 4, "l": 9}, 4 + 4 * 9),
        ({"n": 4, "m": 2, "l": 9}, 4 + 4 * 9),
        ({"n": 4, "m": 0}, 4 + 4 * 100),
        ({"n": 4, "m": "2"}, 4 + 4 * 100),
        ({"n": 4, "m": True}, 4 + 4 * 100),
        ({"n": 4, "m": 2.0}, 4 + 4 * 100),
        ({"n": 4, "m": [2]}, 4 + 4 * 100),
        ({"n": 4, "m": {"m": 2}}, 4 + 4 * 100),
        ({"n": 4, "m": 10**5_000}, 4 + 4 * 100),
        ({"n": 4, "m": 2, "more": [1]}, 4 + 4 * 2),
    ],
)
def test_variables_give_sizes_unchecked(schema: GraphQLSchema, given: dict[str, Any] | None, rows: int) -> None:
    text = "query ($n: Int = 50, $m: Int, $l: Int) { partners(first: $n) { nodes { orders(first: $m, last: $l) { nodes { id } } } } }"
    assert cost(schema, text, given) == rows


@pytest.mark.parametrize(("ids", "rows"), [(["a", "b", "c"], 3), (["a"] * 250, 100), ("a", 1), (None, 1), (7, 1), ([], 0)])
def test_ids_given_by_a_variable_are_counted(schema: GraphQLSchema, ids: Any, rows: int) -> None:
    assert cost(schema, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids}) == rows
    assert cost(schema, 'query ($ids: [ID!]! = ["a", "b"]) { nodes(ids: $ids) { id } }') == 2


def test_operations_cost_by_name_and_unknown_ones_nothing(schema: GraphQLSchema) -> None:
    shared = "fragment F on Query { partners(first: $n) { nodes { id } } }"
    weight = weighed(schema, f"query A($n: Int = 3) {{ ...F }} query B($n: Int = 4) {{ ...F }} {shared}")
    assert [weight.cost(name, {}) for name in ("A", "B", "C", None)] == [3, 4, 0, 0]
    assert [weight.cost(name, {"n": 9}) for name in ("A", "B")] == [9, 9]
    alone = weighed(schema, f"query A($n: Int = 3) {{ ...F }} {shared}")
    assert [alone.cost(name, None) for name in ("A", None, "B")] == [3, 3, 0]


def test_many_threads_ask_one_weight_for_their_sizes(schema: GraphQLSchema) -> None:
    weight = weighed(schema, "query ($n: Int, $m: Int) { partners(first: $n) { nodes { orders(first: $m) { nodes { id } } } } }")
    asked = [(n, m) for n in range(1, 101) for m in (1, 50, 100)] * 3
    with ThreadPoolExecutor(8) as pool:
        costs = list(pool.map(lambda sizes: weight.cost(None, {"n": sizes[0], "m": sizes[1]}), asked))
    assert costs == [n + n * m for n, m in asked]


def test_a_dashboard_of_twelve_thousand_fields_is_admitted(schema: GraphQLSchema) -> None:
    text = """query ($partners: Int!, $rows: Int!) { partners(first: $partners) { totalCount nodes { partnerNumber name country tier
        orders(first: $rows) { nodes { id orderNumber bookedOn } } rmas(first: $rows) { edges { node { id rmaNumber } } }
        enrollments { nodes { id status } } } } }"""
    assert weighed(schema, text, Limits()).cost(None, {"partners": 50, "rows": 25}) == 50 * (1 + 25 + 25 + 25)


def test_introspection_costs_what_the_schema_lists() -> None:
    small = build_schema(PROGRAM)
    # Six fields in each of its eight objects, those of introspection among them, and less than one argument in a field.
    types, each_fields, directives = len(small.type_map), 6, len(small.directives)
    assert cost(small, "{ __schema { queryType { name } } }") == 2
    assert cost(small, "{ __schema { types { name } } }") == 1 + types
    assert cost(small, "{ __schema { types { fields { name } } } }") == 1 + types * (1 + each_fields)
    assert cost(small, "{ __schema { types { fields { type { ofType { ofType { name } } } } } } }") == 1 + types * (1 + each_fields * 2)
    assert cost(small, '{ __type(name: "Query") { fields { args { name } } } }') == 1 + each_fields * 2
    assert cost(small, "{ __schema { directives { args { name } } } }") == 1 + directives * 2


@pytest.mark.parametrize("options", [{}, {"specified_by_url": True, "directive_is_repeatable": True, "schema_description": True}])
def test_the_standard_introspection_is_admitted(schema: GraphQLSchema, options: dict[str, bool]) -> None:
    text = get_introspection_query(**options, input_value_deprecation=True)
    weight = weighed(schema, text, Limits())
    assert weight.depth == Limits().depth
    assert 0 < weight.cost("IntrospectionQuery", None) <= Limits().nodes
    assert validate(schema, parsed(text)) == []


MADE: dict[str, tuple[str, str]] = {
    "tokens": ("TOO_MANY_TOKENS", "{ viewer { role } }"),
    "depth": ("TOO_DEEP_SELECTION", "{ partners { nodes { orders { nodes { id } } } } }"),
    "aliases": ("TOO_MANY_ALIASES", fields(9, "a#: viewer { role }")),
    "directives": ("TOO_MANY_DIRECTIVES", "{ viewer @skip(if: true) @include(if: true) { role @skip(if: true) } }"),
    "root_fields": ("TOO_MANY_ROOT_FIELDS", fields(9, "a#: viewer { role }")),
    "selections": ("TOO_MANY_FIELDS", "{ ...A0 } " + fragments(9, "a: viewer { role ...A## }")),
    "comparisons": ("TOO_MANY_COMPARISONS", fields(9, "viewer { role }")),
    "steps": ("TOO_MANY_STEPS", fields(9, "viewer { role }")),
}


@pytest.mark.parametrize("limit", MADE)
def test_a_limit_is_allowed_itself_and_no_more(schema: GraphQLSchema, limit: str) -> None:
    code, text = MADE[limit]
    most = getattr(weighed(schema, text), limit)
    assert getattr(weighed(schema, text, with_limit(limit, most)), limit) == most
    with pytest.raises(TooHeavy) as refused:
        weighed(schema, text, with_limit(limit, most - 1))
    assert (refused.value.code, refused.value.limit, refused.value.measured) == (code, limit, most)


@pytest.mark.parametrize(("limit", "most"), [("nodes", 60), ("values", 120)])
def test_a_cost_at_the_limit_is_allowed(schema: GraphQLSchema, limit: str, most: int) -> None:
    text = "query ($n: Int) { partners(first: $n) { nodes { name tier orders(first: 5) { nodes { id orderNumber } } } } }"
    assert weighed(schema, text, with_limit(limit, most)).cost(None, {"n": 10}) == 60
    weight = weighed(schema, text, with_limit(limit, most - 1))
    assert weight.cost(None, {"n": 9}) == 54
    for _ in range(2):
        with pytest.raises(TooHeavy) as refused:
            weight.cost(None, {"n": 10})
        assert (refused.value.code, refused.value.limit, refused.value.measured) == ("TOO_COSTLY", limit, most)


def with_limit(limit: str, most: int) -> Limits:
    return Limits(**{name: most if name == limit else NONE for name in Limits.__slots__})


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("tokens", "The document holds 1,235 tokens or more; at most 1,234 are taken. Send it in parts."),
        (
            "nodes",
            "The answer may hold 1,235 rows; at most 1,234 are taken. Ask for smaller pages by first, or for fewer lists within lists.",
        ),
        ("root_fields", "An operation asks for 1,235 fields of its root; at most 1,234 are taken. Send several operations."),
    ],
)
def test_a_refusal_says_what_was_counted_and_what_to_do(limit: str, message: str) -> None:
    assert str(TooHeavy(limit, 1_235, 1_234)) == message


def test_tokens_are_counted_while_they_are_read(schema: GraphQLSchema) -> None:
    limits = Limits(tokens=10)
    assert parsed("{ a b c d e f }", limits).token_count == 8
    for text in (fields(20_000, "__typename"), "{ a }" + "#\n" * 20):
        with pytest.raises(TooHeavy) as refused:
            parsed(text, limits)
        assert (refused.value.code, refused.value.measured) == ("TOO_MANY_TOKENS", 11)
    with pytest.raises(TooHeavy, match="holds 11 tokens"):
        weigh(parsed("{ a b c d e f g h i }", GENEROUS), schema, limits)


@pytest.mark.parametrize(
    "text", ["", "{", "{ a", "{" * 5_000, "{a" * 5_000, "{ a(b: " + "[" * 15_000, "query ($a: " + "[" * 15_000, "\ud800"]
)
def test_what_is_no_document_is_a_syntax_error(text: str) -> None:
    with pytest.raises(GraphQLSyntaxError):
        parsed(text, GENEROUS)


def test_circular_fragments_end(schema: GraphQLSchema) -> None:
    beside = "{ ...A } fragment A on Query { ...B __typename } fragment B on Query { ...A }"
    assert weighed(schema, beside).selections == 4
    assert [error.message for error in validate(schema, parsed(beside))] == ["Cannot spread fragment 'A' within itself via 'B'."]
    for within in ("a: viewer { ...A }", "a: viewer { ...B } b: viewer { ...A }"):
        for limits in (GENEROUS, Limits()):
            with pytest.raises(TooHeavy) as refused:
                weighed(schema, f"{{ ...A }} fragment A on Query {{ {within} }} fragment B on Query {{ c: viewer {{ ...A }} }}", limits)
            assert refused.value.code == "TOO_DEEP_SELECTION"


def test_fragments_that_double_one_another_are_counted_without_walking_them(schema: GraphQLSchema) -> None:
    doubled = "{ ...A0 } " + fragments(60, "a: viewer { ...A## } b: viewer { ...A## }")
    begun = process_time()
    weight = weighed(schema, doubled)
    assert (weight.selections, weight.cost(None, None)) == (10**12, 10**12)
    assert process_time() - begun < 0.5
    with pytest.raises(TooHeavy) as refused:
        weighed(schema, doubled, with_limit("selections", Limits().selections))
    assert refused.value.code == "TOO_MANY_FIELDS"


def test_guesses_are_left_out_where_they_would_take_long(schema: GraphQLSchema) -> None:
    assert [weighed(schema, text, Limits()).hide_suggestions for text in UNKNOWN] == [False, False, False, True, True]


UNKNOWN = (
    "{ viewer { role } }",
    "{ partnerss { nodes { nam } } }",
    "{ ... on Partnerr { name } }",
    "query ($a: Partnerr, $b: [Ordre!]) { viewer { role } }",
    fields(20, "partnerss#"),
)


def decided(schema: GraphQLSchema, text: str) -> str:
    """The code a document is refused with, or nothing where it is admitted and valid."""
    try:
        document = parsed(text)
        weight = weigh(document, schema)
        weight.cost(None, {"v": "x"})
    except TooHeavy as refused:
        return refused.code
    except GraphQLSyntaxError:
        return "SYNTAX"
    return "INVALID_DOCUMENT" if validate(schema, document, max_errors=20, hide_suggestions=weight.hide_suggestions) else ""


def seconds(schema: GraphQLSchema, text: str) -> float:
    begun = process_time()
    decided(schema, text)
    return process_time() - begun


def is_validated(schema: GraphQLSchema, text: str) -> bool:
    try:
        weigh(parsed(text), schema)
    except (TooHeavy, GraphQLSyntaxError):
        return False
    return True


def hardest(schema: GraphQLSchema, shape: Making) -> list[str]:
    """The longest document of a shape, and the longest that is not refused before validation."""
    most = largest(shape, LONGEST)
    return [shape(most), shape(last(lambda n: n <= most and is_validated(schema, shape(n))))]


@pytest.mark.parametrize("name", SHAPES)
def test_no_document_takes_long_to_decide(schema: GraphQLSchema, name: str) -> None:
    shape = SHAPES[name]
    for text in hardest(schema, shape):
        half = shape(largest(shape, len(text) // 2))
        for attempt in range(ROUNDS):
            one, two = (min(seconds(schema, asked) for _ in range(2)) for asked in (half, text))
            if two <= min(MOST_SECONDS, max(one * MOST_RATIO * len(text) / len(half) / 2, FLOOR_SECONDS)):
                break
            # Another process may have had the processor's caches: ask again a little later.
            sleep(0.02 * attempt)
        else:
            pytest.fail(f"{len(text)} characters took {two * 1000:.1f} ms, {len(half)} took {one * 1000:.1f} ms: {decided(schema, text)}")
