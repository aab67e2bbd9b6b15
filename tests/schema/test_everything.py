"""Every field of every type is answered, on both databases."""

import json

from graphql import GraphQLObjectType, get_named_type

from tests.schema.conftest import Year

CODES = {
    "partner": ("partnerNumber", "P1"),
    "quote": ("quoteNumber", "Q-P1"),
    "deviation": ("deviationNumber", "DEV-P1"),
    "order": ("orderNumber", "SO-P1"),
    "rma": ("rmaNumber", "R-P1"),
}


def selection(year: Year, type_name: str, depth: int) -> str:
    """Every field of a type that needs no argument, down to a depth."""
    type_ = year.execute.catalogue.core.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    parts = ["__typename"]
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if not isinstance(inner, GraphQLObjectType):
            parts.append(name)
        elif depth > 0:
            parts.append(f"{name} {{ {selection(year, inner.name, depth - 1)} }}")
    return " ".join(parts)


def test_every_field_of_every_noun_is_answered(year: Year) -> None:
    for root, (argument, number) in CODES.items():
        type_ = root[0].upper() + root[1:]
        document = f'{{ {root}({argument}: "{number}") {{ {selection(year, type_, 3)} }} }}'
        assert json.dumps(year.ask(document)[root])
