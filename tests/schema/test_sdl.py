"""The schema as a contract: checked in, compatible, and described on every element."""

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
)

from tap_graph.schema.build import build, catalogue, print_sdl

CHECKED_IN = Path(__file__).parents[2] / "docs" / "schema.graphql"


def elements(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    for name, type_ in schema.type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Boolean", "ID"):
            continue
        yield name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{name}.{value}", each.description) for value, each in type_.values.items())
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((f"{name}.{field}", each.description) for field, each in type_.fields.items())
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field, each_field in type_.fields.items():
                yield f"{name}.{field}", each_field.description
                yield from ((f"{name}.{field}({argument})", each.description) for argument, each in each_field.args.items())


def test_the_checked_in_schema_is_the_one_that_is_served() -> None:
    assert CHECKED_IN.read_text() == print_sdl()


def test_the_schema_breaks_nothing_that_was_checked_in() -> None:
    assert find_breaking_changes(build_schema(CHECKED_IN.read_text()), build_schema(print_sdl())) == []


def test_every_element_is_described_and_no_description_starts_with_an_article() -> None:
    found = list(elements(build_schema(CHECKED_IN.read_text())))
    assert len(found) > 500
    assert [name for name, description in found if not description] == []
    assert [name for name, description in found if description and description.split()[0] in ("The", "A", "An")] == []


def test_no_float_and_no_generic_json_is_in_the_schema() -> None:
    names = set(build_schema(CHECKED_IN.read_text()).type_map)
    assert not names & {"Float", "JSON", "BigInt"}


def test_every_field_of_every_noun_is_bound() -> None:
    made = catalogue(build())
    unbound = []
    for name, noun in made.nouns.items():
        type_ = made.core.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        unbound += [f"{noun.name}.{field}" for field in type_.fields if field not in made.shapes[name]]
    assert unbound == []


def test_two_schemas_live_in_one_process() -> None:
    first, second = catalogue(build()), catalogue(build())
    assert first.core is not second.core
    assert set(first.nouns) == set(second.nouns)
