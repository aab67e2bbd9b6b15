"""What an operation asks of its root, with the arguments of this request: for what is done or looked at besides reading."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from graphql.execution.values import get_argument_values

from tap_graph.reads.documents import Operation
from tap_graph.reads.selection import Selection

RootField = tuple[str, str, Mapping[str, Any]]


def root_fields(operation: Operation, schema: GraphQLSchema) -> Iterator[RootField]:
    """Response name, name and coerced arguments of each root field, in the order of the document."""
    prepared = operation.prepared
    values = operation.coerced()
    selection = Selection(schema, prepared.definition, prepared.fragments, values)
    root: GraphQLObjectType = selection.root_type()
    for key, nodes in selection.roots().items():
        name = nodes[0].name.value
        if name in root.fields:
            yield key, name, get_argument_values(root.fields[name], nodes[0], values)
