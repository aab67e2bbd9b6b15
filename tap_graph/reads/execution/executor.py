"""The executor finisher: graphql-core walks the decoded rows by response name."""

from typing import Any

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    Undefined,
    execute_sync,
    get_nullable_type,
    is_leaf_type,
)
from graphql.pyutils import Path

from tap_graph.reads.documents import Operation
from tap_graph.reads.execution.decoding import TypedRow
from tap_graph.reads.working import Later

LEAVES = "tap_graph leaves"
"""Where a type keeps its leaf fields: by name the type of the value, and whether null may stand there."""


class RowExecutor(Executor[None]):
    """Takes leaves straight from their row: the statement has answered them already, arguments included.

    Nine of ten fields are leaves, and what graphql-core prepares for a resolver costs more than the value. Objects and lists
    go its own way, and so does everything about the schema.
    """

    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Path | None, grouped_field_set: Any, position_context: None
    ) -> dict[str, Any]:
        """The fields of one object, by response name; a value the schema does not promise is an error at its path."""
        leaves, values = parent_type.extensions.get(LEAVES, {}), {}
        for key, details in grouped_field_set.items():
            leaf = leaves.get(details[0].node.name.value)
            if leaf is None:
                inner = Path(path, key, parent_type.name)
                value = self.execute_field(parent_type, source_value, details, inner, position_context)
                if value is not Undefined:
                    values[key] = value
                continue
            type_, is_nullable = leaf
            value = source_value[key]
            try:
                if value is not None:
                    value = type_.coerce_output_value(value)
                if value is None and not is_nullable:
                    raise TypeError(f"{parent_type}.{key} is null, and may not be")
            except (GraphQLError, KeyError, TypeError, ValueError) as error:
                promised = parent_type.fields[details[0].node.name.value].type
                self.handle_field_error(error, promised, details, Path(path, key, parent_type.name))
                value = None
            values[key] = value
        return values


def by_response_name(row: Any, info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:
    """The value of a field; of what was worked out after the statement, what came of it."""
    value = row[info.path.key]
    return value.value if isinstance(value, Later) else value


def prepare(schema: GraphQLSchema) -> None:
    """Lets a schema be executed over decoded rows: every field reads its response name, enums read stored text."""
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        if isinstance(type_, GraphQLObjectType):
            type_.is_type_of = None
            type_.extensions[LEAVES] = {name: leaf for name, field in type_.fields.items() if (leaf := _leaf(field.type))}
            for field in type_.fields.values():
                field.resolve = by_response_name
        elif isinstance(type_, GraphQLInterfaceType):
            type_.resolve_type = _type_of
        elif isinstance(type_, GraphQLEnumType):
            names: dict[object, str] = {value.value: name for name, value in type_.values.items()}
            type_.serialize = names.__getitem__  # type: ignore[method-assign, assignment]


def execute(schema: GraphQLSchema, operation: Operation, root: dict[str, Any]) -> ExecutionResult:
    """The response of the operation over the rows its statement returned."""
    return execute_sync(
        schema,
        operation.document.node,
        root,
        variable_values=operation.given,
        operation_name=operation.name,
        executor_class=RowExecutor,
    )


def _leaf(type_: Any) -> tuple[Any, bool] | None:
    nullable = get_nullable_type(type_)
    return (nullable, nullable is type_) if is_leaf_type(nullable) else None


def _type_of(row: TypedRow, _info: GraphQLResolveInfo[Any], _type: Any) -> str:
    return row.typename
