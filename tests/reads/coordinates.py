"""Coordinates: everything of a schema that can be asked, and what of it an operation asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    EnumValueNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableNode,
    Visitor,
    get_named_type,
    parse,
    visit,
)

from tap_graph.domain.viewer import Role
from tests.reads.operations import Operation


def coordinates(schema: GraphQLSchema) -> set[str]:
    """Every field, argument, input field, sorting, directive and role that a query can ask."""
    found = {f"role {role}" for role in Role} | {"@skip", "@include"}
    given: set[GraphQLEnumType] = set()
    for type_ in _asked_by_queries(schema):
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            found |= {f"{type_.name}.{name}" for name in type_.fields}
            found |= {f"{type_.name}.{name}({key}:)" for name, field in type_.fields.items() for key in field.args}
            named = [get_named_type(argument.type) for field in type_.fields.values() for argument in field.args.values()]
        elif isinstance(type_, GraphQLInputObjectType):
            found |= {f"{type_.name}.{name}" for name in type_.fields}
            named = [get_named_type(field.type) for field in type_.fields.values()]
        else:
            continue
        given |= {each for each in named if isinstance(each, GraphQLEnumType) and each.name.endswith(("Sort", "Direction"))}
    return found | {f"{type_.name}.{value}" for type_ in given for value in type_.values}


def _asked_by_queries(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    """The types that a query reaches; those of mutations and subscriptions alone are no questions."""
    found: dict[str, GraphQLNamedType] = {}
    waiting: list[GraphQLNamedType | None] = [schema.query_type]
    while waiting:
        type_ = waiting.pop()
        if type_ is None or type_.name in found or type_.name.startswith("__"):
            continue
        found[type_.name] = type_
        if isinstance(type_, GraphQLInterfaceType):
            waiting += schema.get_possible_types(type_)
        for field in getattr(type_, "fields", {}).values():
            waiting += [get_named_type(each) for each in (field.type, *(argument.type for argument in getattr(field, "args", {}).values()))]
    return list(found.values())


def asked(schema: GraphQLSchema, operation: Operation) -> set[str]:
    """What of it an operation asks."""
    document, info = parse(operation.document), TypeInfo(schema)
    defaults = {
        made.variable.name.value: made.default_value
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        for made in node.variable_definitions or ()
        if made.default_value
    }
    asking = _Asking(info, operation.variables, defaults, {f"role {operation.viewer.role}"})
    visit(document, TypeInfoVisitor(info, asking))
    return asking.found


@dataclass
class _Asking(Visitor):
    """Collects what a document asks."""

    info: TypeInfo
    variables: dict[str, Any]
    defaults: Mapping[str, ValueNode]
    found: set[str]

    def __post_init__(self) -> None:
        super().__init__()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self.info.get_parent_type()
        if parent and not parent.name.startswith("__"):
            self.found.add(f"{parent.name}.{node.name.value}")

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.found.add(f"@{node.name.value}")

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        parent, field, argument = self.info.get_parent_type(), self.info.get_field_def(), self.info.get_argument()
        names = [name for name, each in getattr(parent, "fields", {}).items() if each is field]
        if parent and names and argument and not self.info.get_directive():
            self.found.add(f"{parent.name}.{names[0]}({node.name.value}:)")
            self.found |= set(self._values(get_named_type(argument.type), node.value))

    def _values(self, type_: Any, value: Any) -> Iterator[str]:
        """The input fields and enum values in a literal or a variable's value."""
        if isinstance(value, VariableNode):
            name = value.name.value
            value = self.variables.get(name, self.defaults.get(name))
        if isinstance(value, ListValueNode | list):
            for item in value if isinstance(value, list) else value.values:
                yield from self._values(type_, item)
        elif isinstance(type_, GraphQLEnumType) and isinstance(value, EnumValueNode | str):
            yield f"{type_.name}.{value if isinstance(value, str) else value.value}"
        elif isinstance(type_, GraphQLInputObjectType) and isinstance(value, ObjectValueNode | dict):
            pairs = value.items() if isinstance(value, dict) else [(each.name.value, each.value) for each in value.fields]
            for key, part in pairs:
                yield f"{type_.name}.{key}"
                yield from self._values(get_named_type(type_.fields[key].type), part)
