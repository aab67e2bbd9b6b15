"""Shrinking: an operation that shows something, made as small as still shows it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    NameNode,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    parse,
    parse_value,
    print_ast,
    type_from_ast,
    validate,
)

from tests.reads.arguments import is_no_literal, literal
from tests.reads.operations import Operation

N = TypeVar("N", bound=Node)
Change = Callable[[Node], list[Node] | None]
MOST_TRIES = 600
TYPENAME = FieldNode(name=NameNode(value="__typename"))


def shrunk(operation: Operation, schema: GraphQLSchema, shows: Callable[[Operation], bool]) -> Operation:
    """The smallest operation found that still shows it: whatever it does not need is left out."""
    tries, smallest, is_smaller = 0, operation, True
    while is_smaller:
        is_smaller = False
        for cut in CUTS:
            place = 0
            while tries < MOST_TRIES and (candidate := _cut(smallest, schema, cut, place)) is not None:
                tries += 1
                is_less = candidate.document != smallest.document and not validate(schema, parse(candidate.document))
                if is_less and shows(candidate):
                    smallest, is_smaller = candidate, True
                else:
                    place += 1
    return smallest


@dataclass(frozen=True, slots=True)
class Whole:
    """The operation that a cut belongs to."""

    document: DocumentNode
    variables: dict[str, Any]
    schema: GraphQLSchema


Cut = Callable[[Any, Whole], list[Node] | None]


def _cut(operation: Operation, schema: GraphQLSchema, cut: Cut, place: int) -> Operation | None:
    """The operation with what stands at that place cut; None where there are not that many places."""
    whole = Whole(parse(operation.document, no_location=True), operation.variables, schema)
    seen = -1

    def change(node: Node) -> list[Node] | None:
        nonlocal seen
        found = cut(node, whole) if seen < place else None
        seen += found is not None
        return found if seen == place else None

    document = _tidy(_changed(whole.document, change))
    if seen < place:
        return None
    used = {node.name.value for node in _all(document, VariableNode)}
    variables = {name: value for name, value in operation.variables.items() if name in used}
    return Operation(print_ast(document), variables, operation.operation_name, operation.viewer)


def _operation(node: Node, whole: Whole) -> list[Node] | None:
    is_one_of_many = isinstance(node, OperationDefinitionNode) and len(list(_all(whole.document, OperationDefinitionNode))) > 1
    return [] if is_one_of_many else None


def _part(node: Node, _whole: Whole) -> list[Node] | None:
    return [] if isinstance(node, SelectionNode) and node != TYPENAME else None


def _detail(node: Node, _whole: Whole) -> list[Node] | None:
    return [] if isinstance(node, DirectiveNode | ArgumentNode | ObjectFieldNode) else None


def _spread(node: Node, whole: Whole) -> list[Node] | None:
    """The content of a named fragment in place of its name."""
    if not isinstance(node, FragmentSpreadNode):
        return None
    [made] = [each for each in _all(whole.document, FragmentDefinitionNode) if each.name == node.name]
    return [InlineFragmentNode(type_condition=made.type_condition, directives=node.directives, selection_set=made.selection_set)]


def _inline(node: Node, _whole: Whole) -> list[Node] | None:
    """The content of an inline fragment in its place."""
    return [*node.selection_set.selections] if isinstance(node, InlineFragmentNode) else None


def _alias(node: Node, _whole: Whole) -> list[Node] | None:
    return [replace(node, alias=None)] if isinstance(node, FieldNode) and node.alias else None


def _items(node: Node, _whole: Whole) -> list[Node] | None:
    """The first item of a list in place of all."""
    return [replace(node, values=node.values[:1])] if isinstance(node, ListValueNode) and len(node.values) > 1 else None


def _variable(node: Node, whole: Whole) -> list[Node] | None:
    """The value of a variable in its place."""
    if not isinstance(node, VariableNode):
        return None
    for defined in _all(whole.document, VariableDefinitionNode):
        if defined.variable == node and node.name.value in whole.variables:
            value = whole.variables[node.name.value]
            return None if is_no_literal(value) else [parse_value(literal(type_from_ast(whole.schema, defined.type), value, is_ascii=True))]
        if defined.variable == node and defined.default_value:
            return [defined.default_value]
    return None


CUTS: tuple[Cut, ...] = (_operation, _part, _spread, _inline, _part, _detail, _variable, _detail, _items, _alias)


def _tidy(document: DocumentNode) -> DocumentNode:
    """The document without empty selections, unused variables and unreached fragments."""
    document = _changed(document, lambda node: [SelectionSetNode(selections=(TYPENAME,))] if _is_empty(node) else None)
    while True:
        spread = {node.name.value for node in _all(document, FragmentSpreadNode)}
        kept = [node for node in document.definitions if not isinstance(node, FragmentDefinitionNode) or node.name.value in spread]
        if len(kept) == len(document.definitions):
            break
        document = replace(document, definitions=tuple(kept))
    return replace(document, definitions=tuple(map(_with_used_variables, document.definitions, [document] * len(document.definitions))))


def _with_used_variables(node: Any, document: DocumentNode) -> Any:
    if not isinstance(node, OperationDefinitionNode):
        return node
    used: set[str] = set()
    reached: set[str] = set()
    found: list[Node] = [node.selection_set]
    while found:
        part = found.pop()
        used |= {each.name.value for each in _all(part, VariableNode)}
        new = {each.name.value for each in _all(part, FragmentSpreadNode)} - reached
        reached |= new
        found += [each.selection_set for each in _all(document, FragmentDefinitionNode) if each.name.value in new]
    defined = tuple(each for each in node.variable_definitions or () if each.variable.name.value in used)
    return replace(node, variable_definitions=defined)


def _is_empty(node: Node) -> bool:
    return isinstance(node, SelectionSetNode) and not node.selections


def _changed(node: N, change: Change) -> N:
    """The node with each node below it changed into several or none; None leaves one, and looks at those below it."""

    def each(child: Node) -> list[Node]:
        found: list[Node] | None = [child] if isinstance(child, VariableDefinitionNode) else change(child)
        return [_changed(child, change)] if found is None else found

    values: dict[str, Any] = {}
    for key in node.keys:
        child = getattr(node, key)
        if isinstance(child, tuple):
            values[key] = tuple(new for item in child for new in each(item))
        elif isinstance(child, Node):
            values[key] = next(iter(each(child)), None)
    return replace(node, **values)


def _all(node: Node, kind: type[N]) -> Iterator[N]:
    """Every node of a kind, definitions of variables apart from what uses them."""
    if isinstance(node, kind):
        yield node
    for key in node.keys:
        child = getattr(node, key)
        if isinstance(node, VariableDefinitionNode) and key == "variable":
            continue
        for item in child if isinstance(child, tuple) else (child,):
            if isinstance(item, Node):
                yield from _all(item, kind)
