"""Selections: which fields a validated operation asks of a type, merged by response name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    is_abstract_type,
)
from graphql.execution.values import VariableValues, get_argument_values

Fields = dict[str, list[FieldNode]]


@dataclass(frozen=True, slots=True)
class Selection:
    """One operation with its fragments and its variables: coerced, with holes for what a plan does not depend on."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues

    def root_type(self) -> GraphQLObjectType:
        """The type whose fields the operation asks first; one that validation let pass is there."""
        root = self.schema.get_root_type(self.operation.operation)
        if root is None:
            raise TypeError(f"the schema has no {self.operation.operation.value}")
        return root

    def roots(self) -> Fields:
        """The root fields, by response name in the order of the response."""
        return self._merged(self.root_type(), [self.operation.selection_set])

    def fields(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Fields:
        """The fields all of *nodes* ask of an object of *type_*, by response name in the order of the response."""
        return self._merged(type_, [node.selection_set for node in nodes if node.selection_set])

    def arguments(self, type_: GraphQLObjectType, node: FieldNode) -> dict[str, Any]:
        """The coerced arguments of a field, defaults included."""
        if not type_.fields[node.name.value].args:
            return {}
        return get_argument_values(type_.fields[node.name.value], node, self.variables)

    def _merged(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Fields:
        merged: Fields = {}
        visited: set[str] = set()
        for selected in sets:
            for node in self._flattened(type_, selected.selections, visited):
                merged.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return merged

    def _flattened(self, type_: GraphQLObjectType, selections: Sequence[SelectionNode], visited: set[str]) -> Iterator[FieldNode]:
        for node in selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition.name.value, type_):
                    yield from self._flattened(type_, node.selection_set.selections, visited)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
                # Spread twice in one selection, a fragment adds nothing the second time; so hostile nesting stays linear.
                visited.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, type_):
                    yield from self._flattened(type_, fragment.selection_set.selections, visited)

    def _applies(self, condition: str, type_: GraphQLObjectType) -> bool:
        if condition == type_.name:
            return True
        named = self.schema.type_map[condition]
        return is_abstract_type(named) and self.schema.is_sub_type(named, type_)

    def _included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not include or bool(include["if"])
