"""Operations: a document parsed, validated and its variables coerced, or refused with every error at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
    parse,
    validate,
)

from tap_graph.reads.selection import Selection

MOST_TOKENS = 8_000
MOST_ERRORS = 20


class DocumentRefused(Exception):
    """The document cannot be executed; holds its errors, each with a code."""

    def __init__(self, code: str, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = [_coded(error, code) for error in errors]


@dataclass(frozen=True, slots=True)
class Operation:
    """A valid operation and what is needed to execute it."""

    document: DocumentNode
    selection: Selection
    variables: dict[str, Any]
    name: str | None

    @property
    def is_query(self) -> bool:
        """Whether it only reads."""
        return self.selection.operation.operation is OperationType.QUERY


def operation_of(schema: GraphQLSchema, text: str, variables: Mapping[str, Any] | None, name: str | None) -> Operation:
    """The operation of that name in the document; DocumentRefused where there is none or it is not valid."""
    try:
        document = parse(text, max_tokens=MOST_TOKENS)
    except GraphQLSyntaxError as error:
        raise DocumentRefused("SYNTAX", [error]) from error
    if errors := validate(schema, document, max_errors=MOST_ERRORS):
        raise DocumentRefused("INVALID_DOCUMENT", errors)
    chosen = _chosen(document, name)
    given = dict(variables or {})
    values = get_variable_values(schema, chosen.variable_definitions or (), given, max_errors=MOST_ERRORS)
    if isinstance(values, list):
        raise DocumentRefused("BAD_VARIABLES", values)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    return Operation(document, Selection(schema, chosen, fragments, values), given, name)


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    names = ", ".join(node.name.value for node in operations if node.name) or "none"
    if name is None:
        if len(operations) == 1:
            return operations[0]
        message = f"The document holds {len(operations)} operations; name the one to execute with operationName ({names})."
        raise DocumentRefused("UNKNOWN_OPERATION", [GraphQLError(message)])
    for node in operations:
        if node.name and node.name.value == name:
            return node
    raise DocumentRefused("UNKNOWN_OPERATION", [GraphQLError(f"The document has no operation {name!r}; it has: {names}.")])


def _coded(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = {**(error.extensions or {}), "code": (error.extensions or {}).get("code", code)}
    return error
