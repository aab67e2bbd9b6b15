"""Enums of the program, described for the schema without a second list of their values."""

from enum import Enum
from typing import TypeVar

import strawberry

E = TypeVar("E", bound=type[Enum])


def described(enum: E, name: str, description: str, values: dict[str, str]) -> E:
    """The enum as a GraphQL type; a value without a description is a TypeError at import."""
    members = [member.name for member in enum]
    if members != list(values):
        raise TypeError(f"{name}: {members} are not the values described, {list(values)}")
    strawberry.enum(enum, name=name, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]
    return enum
