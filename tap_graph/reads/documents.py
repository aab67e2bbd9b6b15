"""Documents: texts parsed, weighed and validated once, and their operations with the variables of a request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    validate,
)
from graphql.execution.values import VariableValues

from tap_graph.reads.plans import CacheCounts, Kept
from tap_graph.reads.refusals import OperationRefused
from tap_graph.reads.selection import Selection
from tap_graph.reads.variables import VariableShapes
from tap_graph.reads.weighing import Limits, Weight, parsed, weigh
from tap_graph.values.text import is_storable

MOST_ERRORS = 20
# What is kept of a document is a hundred times its text: the heaviest that are admitted take 0.4 MB each.
MOST_DOCUMENTS = 256
LONGEST_KEPT = 16_384
LONGEST_MESSAGE = 1_000


class DocumentRefused(Exception):
    """The document cannot be executed; holds its errors, each with a code."""

    def __init__(self, code: str, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = [_coded(error, code) for error in errors]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One operation of a valid document, with what is the same for all its requests."""

    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    shapes: VariableShapes


@dataclass(frozen=True, slots=True)
class Operation:
    """A valid operation with the variables of one request: as they came, and coerced."""

    document: "Document"
    prepared: Prepared
    given: dict[str, Any]
    values: Mapping[str, Any]
    name: str | None

    @property
    def is_mutation(self) -> bool:
        """Whether it changes something."""
        return self.prepared.definition.operation is OperationType.MUTATION

    @property
    def is_subscription(self) -> bool:
        """Whether it is to be told again and again."""
        return self.prepared.definition.operation is OperationType.SUBSCRIPTION

    def coerced(self) -> VariableValues:
        """The variables of this request, as arguments take them."""
        return VariableValues(self.document.sources(self.prepared, self.given), dict(self.values))

    def selection(self, schema: GraphQLSchema) -> Selection:
        """What it asks, with holes for what a plan does not depend on."""
        sources = self.document.sources(self.prepared, self.given)
        hollow = VariableValues(sources, self.prepared.shapes.hollowed(self.values))
        return Selection(schema, self.prepared.definition, self.prepared.fragments, hollow)


@dataclass(slots=True)
class Document:
    """A document that was parsed and is not too heavy; validated when its first operation is asked for."""

    text: str
    node: DocumentNode
    weight: Weight
    schema: GraphQLSchema
    _refused: DocumentRefused | None = None
    _prepared: dict[str | None, Prepared] = field(default_factory=dict)

    def operation(self, name: str | None, variables: Mapping[str, Any] | None) -> Operation:
        """The operation of that name; DocumentRefused where there is none, or it or its variables are not valid."""
        prepared = self._prepared.get(name)
        if prepared is None:
            self._check()
            prepared = self._prepared[name] = self._prepare(_chosen(self.node, name))
        given = dict(variables or {})
        definitions = prepared.definition.variable_definitions
        if not definitions:
            return Operation(self, prepared, given, {}, name)
        if not _is_text(given):
            raise DocumentRefused("BAD_VARIABLES", [GraphQLError("A variable holds a NUL character, or text that is no Unicode.")])
        if (plain := prepared.shapes.plain(given)) is not None:
            return Operation(self, prepared, given, plain, name)
        return Operation(self, prepared, given, self._coerced(prepared, given).coerced, name)

    def kind(self, name: str | None) -> OperationType | None:
        """What kind of operation that name has, as far as it is known before validation."""
        operations = [node for node in self.node.definitions if isinstance(node, OperationDefinitionNode)]
        named = [node for node in operations if name is None or (node.name and node.name.value == name)]
        return named[0].operation if len(named) == 1 else None

    def sources(self, prepared: Prepared, given: dict[str, Any]) -> dict[str, Any]:
        """Where the value of each variable comes from, as graphql-core asks it."""
        return self._coerced(prepared, given).sources if prepared.definition.variable_definitions else {}

    def _coerced(self, prepared: Prepared, given: dict[str, Any]) -> VariableValues:
        values = get_variable_values(self.schema, prepared.definition.variable_definitions or (), given, max_errors=MOST_ERRORS)
        if isinstance(values, list):
            raise DocumentRefused("BAD_VARIABLES", values)
        return values

    def _check(self) -> None:
        if self._refused is None and (
            errors := validate(self.schema, self.node, max_errors=MOST_ERRORS, hide_suggestions=self.weight.hide_suggestions)
        ):
            self._refused = DocumentRefused("INVALID_DOCUMENT", errors)
        if self._refused is not None:
            raise self._refused

    def _prepare(self, definition: OperationDefinitionNode) -> Prepared:
        fragments = {node.name.value: node for node in self.node.definitions if isinstance(node, FragmentDefinitionNode)}
        return Prepared(definition, fragments, VariableShapes(self.schema, definition))


class Documents:
    """The documents of one schema, those lately asked for kept; refusals are kept as well."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, most: int = MOST_DOCUMENTS) -> None:
        self._schema = schema
        self._limits = limits
        self._kept: Kept[Document | DocumentRefused | OperationRefused] = Kept(most)

    def get(self, text: str) -> Document:
        """The document; DocumentRefused where it cannot be parsed, OperationRefused where it is too heavy."""
        found = self._kept.get(text, lambda: self._made(text)) if len(text) <= LONGEST_KEPT else self._made(text)
        if isinstance(found, Document):
            return found
        raise found

    def counts(self) -> CacheCounts:
        """How the cache has done."""
        return self._kept.counts()

    def _made(self, text: str) -> Document | DocumentRefused | OperationRefused:
        try:
            node = parsed(text, self._limits)
            if "\\u" in text and _holds_nul(node):
                return DocumentRefused("SYNTAX", [GraphQLError("A text of the document holds a NUL character; leave it out.")])
            return Document(text, node, weigh(node, self._schema, self._limits), self._schema)
        except GraphQLSyntaxError as error:
            return DocumentRefused("SYNTAX", [error])
        except OperationRefused as refused:
            return refused


def _is_text(value: Any) -> bool:
    """Whether every text in a value can be stored; how deep a value nests is its carrier's business."""
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, Mapping):
        return all(_is_text(key) and _is_text(item) for key, item in value.items())
    return all(_is_text(item) for item in value) if isinstance(value, list) else True


def _holds_nul(node: DocumentNode) -> bool:
    """Whether a text value holds the one character that PostgreSQL does not take."""
    token = node.loc.start_token if node.loc else None
    while token is not None:
        if token.value is not None and "\x00" in token.value:
            return True
        token = token.next
    return False


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
    if len(error.message) > LONGEST_MESSAGE:
        # It quotes what was sent, which may be a name of many thousand letters.
        error.message = error.message[:LONGEST_MESSAGE] + "…"
    error.extensions = {**(error.extensions or {}), "code": (error.extensions or {}).get("code", code)}
    return error
