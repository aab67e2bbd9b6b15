"""Leading: which fields lead towards a type or field of a schema, by ways not much longer than the shortest."""

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

from tests.reads.scopes import Parent

FAR = 10**6
DETOUR = 2


def leading_to(schema: GraphQLSchema, about: str) -> frozenset[str]:
    """The fields (`Query.orders`) that lead to a type (`Order`) or field (`Order.lines`), or are it."""
    parents = [each for each in schema.type_map.values() if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
    far = dict.fromkeys((each.name for each in parents), FAR) | {about: 0}
    for _ in parents:
        far |= {each.name: min(far[each.name], *_steps(schema, each, about, far).values()) for each in parents}
    return frozenset(
        f"{each.name}.{name}"
        for each in parents
        for name, steps in _steps(schema, each, about, far).items()
        if steps < FAR and steps <= far[each.name] + DETOUR
    )


def _steps(schema: GraphQLSchema, type_: Parent, about: str, far: dict[str, int]) -> dict[str, int]:
    """How many steps away what is sought is by each field."""
    steps = {}
    for name, field in type_.fields.items():
        target = get_named_type(field.type)
        met = [target, *schema.get_possible_types(target)] if isinstance(target, GraphQLInterfaceType) else [target]
        steps[name] = 1 if f"{type_.name}.{name}" == about else 1 + min(far.get(each.name, FAR) for each in met)
    return steps
