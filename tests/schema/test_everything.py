"""Every field of every type is answered, on both databases."""

from graphql import GraphQLObjectType, get_named_type

from tests.schema.conftest import Year

CODES = {
    "partner": ("partnerNumber", "P1"),
    "quote": ("quoteNumber", "Q-P1"),
    "deviation": ("deviationNumber", "DEV-P1"),
    "distributor": ("distributorId", "D1"),
    "order": ("orderNumber", "SO-P1"),
    "rma": ("rmaNumber", "R-P1"),
}


def fields(year: Year, type_name: str, depth: int) -> list[str]:
    """Every field of a type that needs no argument, down to a depth."""
    type_ = year.execute.catalogue.core.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    parts = ["__typename"]
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if not isinstance(inner, GraphQLObjectType):
            parts.append(name)
        elif depth > 0:
            parts.append(f"{name} {{ {' '.join(fields(year, inner.name, depth - 1))} }}")
    return parts


def test_every_field_of_every_noun_is_answered(year: Year) -> None:
    for root, (argument, number) in CODES.items():
        type_ = root[0].upper() + root[1:]
        # One by one: all that leads on from a noun is more than one operation may ask for.
        for field in fields(year, type_, 3):
            document = f'{{ {root}({argument}: "{number}") {{ {field} }} }}'
            assert year.ask(document)[root], document
