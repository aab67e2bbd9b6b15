"""The outline of a document: its selection sets with what their fields yield, and what can be counted without merging them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeNode,
    ValueNode,
)

from tap_graph.reads.weighing.sizes import Given, Size, literal, size_of
from tap_graph.reads.weighing.yields import UNKNOWN, Yield, Yields, yields_of

NO_SET = -1
# Validation is to end after so many errors.
MOST_PRINTS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as it is selected in one place; `inner` numbers its selection set."""

    response_name: str
    name: str
    yields: Yield
    size: Size
    inner: int
    bare: bool


@dataclass(slots=True)
class Selected:
    """One selection set. Its inline fragments are dissolved: their fields are its own, as validation sees it."""

    fields: list[Asked] = field(default_factory=list)
    spreads: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Root:
    """An operation: its name, the number of its selection set, and the defaults of its variables."""

    name: str | None
    inner: int
    defaults: Mapping[str, Given]


class Outline:
    """A document's selection sets by number, its operations and fragments, and the counts of the whole."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema) -> None:
        self.sets: list[Selected] = []
        self.operations: list[Root] = []
        # Two of one name are an error of validation; until then both are weighed, and the later is the one that is spread.
        self.fragments: dict[str, int] = {}
        self.tops: list[int] = []
        self.aliases = self.directives = self.selections = self.unknown_fields = self.unknown_types = 0
        self.prints = 0
        self._yields: Yields = yields_of(schema)
        self._types = schema.type_map.keys()
        roots = {operation: type_.name for operation in OperationType if (type_ := schema.get_root_type(operation))}
        for node in document.definitions:
            match node:
                case OperationDefinitionNode():
                    self.operations.append(self._operation(node, roots.get(node.operation)))
                case FragmentDefinitionNode():
                    self._count(node.directives)
                    number = self._set(node.selection_set, self._known(node.type_condition))
                    self.fragments[node.name.value] = number
                    self.tops.append(number)

    def _operation(self, node: OperationDefinitionNode, root: str | None) -> Root:
        self._count(node.directives)
        defaults: dict[str, Given] = {}
        for variable in node.variable_definitions or ():
            self._count(variable.directives)
            self._known(variable.type)
            if variable.default_value:
                self._look_into(variable.default_value)
                defaults[variable.variable.name.value] = literal(variable.default_value)
        return Root(node.name.value if node.name else None, self._set(node.selection_set, root), defaults)

    def _set(self, node: SelectionSetNode, type_: str | None) -> int:
        """The number of a selection set, numbered with all sets inside it."""
        number = self._new_set()
        waiting = [(node, type_, self.sets[number])]
        while waiting:
            node, type_, selected = waiting.pop()
            for selection in node.selections:
                self._count(selection.directives)
                if isinstance(selection, FieldNode):
                    asked = self._asked(selection, type_)
                    selected.fields.append(asked)
                    if selection.selection_set:
                        waiting.append((selection.selection_set, asked.yields.type, self.sets[asked.inner]))
                elif isinstance(selection, InlineFragmentNode):
                    condition = selection.type_condition
                    waiting.append((selection.selection_set, self._known(condition) if condition else type_, selected))
                elif isinstance(selection, FragmentSpreadNode):
                    selected.spreads.append(selection.name.value)
            self.selections += len(node.selections)
        return number

    def _asked(self, node: FieldNode, type_: str | None) -> Asked:
        name = node.name.value
        known = self._yields.get(type_) if type_ else None
        found = known.get(name) if known else None
        if known and not found:
            self.unknown_fields += 1
        if node.alias:
            self.aliases += 1
        yields = found or UNKNOWN
        inner = self._new_set() if node.selection_set else NO_SET
        for argument in node.arguments or ():
            self._look_into(argument.value)
        size = size_of(yields, node.arguments or ())
        return Asked(node.alias.value if node.alias else name, name, yields, size, inner, inner == NO_SET and not node.arguments)

    def _new_set(self) -> int:
        self.sets.append(Selected())
        return len(self.sets) - 1

    def _count(self, directives: Sequence[DirectiveNode] | None) -> None:
        if directives:
            self.directives += len(directives)

    def _look_into(self, value: ValueNode) -> None:
        """Note the characters of the largest object literal, once for each field but one: unknown, each prints the whole."""
        waiting = [value]
        while waiting:
            value = waiting.pop()
            if isinstance(value, ListValueNode):
                waiting += value.values
            elif isinstance(value, ObjectValueNode):
                waiting += [field.value for field in value.fields]
                if value.loc:
                    printed = min(len(value.fields), MOST_PRINTS) - 1
                    self.prints = max(self.prints, (value.loc.end - value.loc.start) * printed)

    def _known(self, node: TypeNode) -> str | None:
        """The name of the type, without lists and non-nulls; None where the schema has no such type."""
        while isinstance(node, ListTypeNode | NonNullTypeNode):
            node = node.type
        name = node.name.value if isinstance(node, NamedTypeNode) else None
        if name in self._types:
            return name
        self.unknown_types += 1
        return None
