"""What each field of a schema yields: how many rows per row of its parent, and of which type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

# Rows of a list that has no size: periods of a region, lines of an order, certifications of a partner.
LIST_ROWS = 5
ROWS = ("nodes", "edges")
# Lists of introspection that hold less than one on average: most types have neither inputs nor values. Validation refuses
# fields of types of fields of types of fields.
SHORT = (
    ("__Type", "inputFields"),
    ("__Type", "enumValues"),
    ("__Type", "interfaces"),
    ("__Type", "possibleTypes"),
    ("__Directive", "args"),
)

Objects = Sequence[GraphQLObjectType | GraphQLInterfaceType]


@dataclass(frozen=True, slots=True)
class Yield:
    """One field: `times` objects of a type, each `own` rows; as many as a page holds if `paged`, as there are ids if `by_ids`.

    `rows_of_page` marks the fields of a connection that show its rows: they are counted where the connection is, once for both.
    """

    own: int = 1
    times: int = 1
    type: str | None = None
    leaf: bool = False
    paged: bool = False
    by_ids: bool = False
    rows_of_page: bool = False


LEAF = Yield(own=0, leaf=True)
# Validation will refuse the field.
UNKNOWN = Yield()
Yields = Mapping[str, Mapping[str, Yield]]


@lru_cache(maxsize=8)
def yields_of(schema: GraphQLSchema) -> Yields:
    """What the fields of every type yield, by type and field name."""
    types = [type_ for type_ in schema.type_map.values() if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)]
    connections = {type_.name for type_ in types if "pageInfo" in type_.fields and not type_.fields.keys().isdisjoint(ROWS)}
    yields = {type_.name: {name: _yield(field, connections) for name, field in type_.fields.items()} for type_ in types}
    for type_ in types:
        if type_.name in connections:
            _count_at_the_connection(yields, type_)
    if schema.query_type:
        yields[schema.query_type.name] |= {"__schema": Yield(type="__Schema"), "__type": Yield(type="__Type")}
    for (name, field), times in _introspected(schema, types).items():
        yields[name][field] = Yield(times=times, type=yields[name][field].type)
    # A wrapper of a type that is counted already.
    yields["__Type"]["ofType"] = Yield(own=0, type="__Type")
    unions: dict[str, dict[str, Yield]] = {type_.name: {} for type_ in schema.type_map.values() if isinstance(type_, GraphQLUnionType)}
    return {name: {**fields, "__typename": LEAF} for name, fields in {**yields, **unions}.items()}


def _yield(field: GraphQLField, connections: set[str]) -> Yield:
    named: GraphQLNamedType = get_named_type(field.type)
    if is_leaf_type(named):
        return LEAF
    if named.name in connections:
        return Yield(paged=True, type=named.name)
    if not is_list_type(get_nullable_type(field.type)):
        return Yield(type=named.name)
    by_ids = "ids" in field.args and is_list_type(get_nullable_type(field.args["ids"].type))
    return Yield(times=LIST_ROWS, by_ids=by_ids, type=named.name)


def _count_at_the_connection(yields: dict[str, dict[str, Yield]], connection: GraphQLObjectType | GraphQLInterfaceType) -> None:
    """Rows of a page are counted by the connection's size; its nodes, its edges and their nodes are those same rows."""
    fields = yields[connection.name]
    for name, found in fields.items():
        if not found.leaf:
            fields[name] = Yield(own=0, type=found.type, rows_of_page=name in ROWS)
    edge = fields["edges"].type if "edges" in fields else None
    if edge is not None and "node" in yields[edge]:
        yields[edge]["node"] = Yield(own=0, type=yields[edge]["node"].type)


def _introspected(schema: GraphQLSchema, types: Objects) -> dict[tuple[str, str], int]:
    """How many of each an introspection of this schema lists, on average."""
    fields = [field for type_ in types for field in type_.fields.values()]
    return {
        ("__Schema", "types"): len(schema.type_map),
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): ceil(len(fields) / len(types)),
        ("__Field", "args"): ceil(sum(len(field.args) for field in fields) / len(fields)),
        **dict.fromkeys(SHORT, 1),
    }
