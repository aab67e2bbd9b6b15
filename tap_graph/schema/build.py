"""Building the schema: the GraphQL types, and for reads what each type and field means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from tap_graph.reads import bindings as b
from tap_graph.reads.execution.executor import prepare
from tap_graph.schema.acts import ACT, Act
from tap_graph.schema.fields import BINDING, FILTER
from tap_graph.schema.mutation import Mutation
from tap_graph.schema.node import NOUN
from tap_graph.schema.option import ParticipationOption
from tap_graph.schema.root import Query
from tap_graph.schema.scalars import SCALARS
from tap_graph.schema.subscription import Subscription

DEFINITION = "strawberry-definition"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The core schema with the nouns and shapes its types stand for."""

    core: GraphQLSchema
    nouns: Mapping[str, b.Noun]
    shapes: Mapping[str, b.Shape]
    acts: Mapping[str, Act]
    """What each field of the mutation root does."""


def build() -> strawberry.Schema:
    """A new schema; two of them do not know of one another."""
    return strawberry.Schema(Query, Mutation, Subscription, types=[ParticipationOption], config=StrawberryConfig(scalar_map=SCALARS))


def catalogue(schema: strawberry.Schema) -> Catalogue:
    """What reads needs to know of a schema; its types read decoded rows from then on."""
    core: GraphQLSchema = schema._schema  # noqa: SLF001 - strawberry offers no other way to the core schema
    objects = [type_ for type_ in core.type_map.values() if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__")]
    shapes = {type_.name: _shape(type_) for type_ in objects}
    nouns = {noun.name: noun for type_ in objects if (noun := _noun(type_, core)) is not None}
    prepare(core)
    return Catalogue(core, nouns, shapes, _acts(core))


def print_sdl() -> str:
    """The schema as docs/schema.graphql holds it."""
    return build().as_str() + "\n"


def _acts(core: GraphQLSchema) -> Mapping[str, Act]:
    fields = core.mutation_type.fields if core.mutation_type else {}
    return {name: field.extensions[DEFINITION].metadata[ACT] for name, field in fields.items()}


def _shape(type_: GraphQLObjectType) -> b.Shape:
    """The bindings of a type by GraphQL name; a column without a name of its own has the field's."""
    shape: dict[str, b.Binding] = {}
    for name, field in type_.fields.items():
        definition = field.extensions[DEFINITION]
        binding = definition.metadata.get(BINDING)
        if isinstance(binding, b.Column) and binding.name is None:
            binding = replace(binding, name=definition.python_name)
        if isinstance(binding, b.Part) and binding.name is None:
            binding = replace(binding, name=definition.python_name)
        if isinstance(binding, b.Items) and binding.column is None:
            binding = replace(binding, column=definition.python_name)
        if binding is not None:
            shape[name] = binding
    return shape


def _noun(type_: GraphQLObjectType, core: GraphQLSchema) -> b.Noun | None:
    made: tuple[b.Noun, type | None] | None = getattr(type_.extensions[DEFINITION].origin, NOUN, None)
    if made is None:
        return None
    noun, filter_ = made
    return noun if filter_ is None else replace(noun, filters=_filters(core.type_map[filter_.__name__]))


def _filters(type_: Any) -> Mapping[str, b.Filter]:
    if not isinstance(type_, GraphQLInputObjectType):
        raise TypeError(f"{type_} is no input type")
    return {name: field.extensions[DEFINITION].metadata[FILTER] for name, field in type_.fields.items()}
