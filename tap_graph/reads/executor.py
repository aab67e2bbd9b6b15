"""The executor finisher: graphql-core walks the decoded rows by response name."""

from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute_sync,
)

from tap_graph.reads.decoding import TypedRow
from tap_graph.reads.documents import Operation


def by_response_name(row: Any, info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:
    """The value of a field: the statement has answered it already, arguments included."""
    return row[info.path.key]


def prepare(schema: GraphQLSchema) -> None:
    """Lets a schema be executed over decoded rows: every field reads its response name, enums read stored text."""
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        if isinstance(type_, GraphQLObjectType):
            type_.is_type_of = None
            for field in type_.fields.values():
                field.resolve = by_response_name
        elif isinstance(type_, GraphQLInterfaceType):
            type_.resolve_type = _type_of
        elif isinstance(type_, GraphQLEnumType):
            names: dict[object, str] = {value.value: name for name, value in type_.values.items()}
            type_.serialize = names.__getitem__  # type: ignore[method-assign, assignment]


def execute(schema: GraphQLSchema, operation: Operation, root: dict[str, Any]) -> ExecutionResult:
    """The response of the operation over the rows its statement returned."""
    return execute_sync(schema, operation.document.node, root, variable_values=operation.given, operation_name=operation.name)


def _type_of(row: TypedRow, _info: GraphQLResolveInfo[Any], _type: Any) -> str:
    return row.typename
