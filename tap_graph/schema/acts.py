"""Acts: how a mutation says, in one place, who may do it, what it takes, what it does and why it may be refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import Connection

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads import bindings as b
from tap_graph.schema.described import described
from tap_graph.schema.fields import BINDING, Argument, bound, one, signed
from tap_graph.services.deciding import Rulebooks

ACT = "act"


@dataclass(frozen=True, slots=True)
class Acting:
    """What services are called with: the one transaction, the rules, who acts or asks, and when.

    For what is worked out while reading, the transaction only reads.
    """

    connection: Connection
    rulebooks: Rulebooks
    viewer: Viewer
    now: datetime
    today: date


ALWAYS = {"IDEMPOTENCY_KEY_REUSED": "Key of the request was used for another request."}

Do = Callable[[Acting, Mapping[str, Any]], int]
"""Does an act with the field's arguments and returns the id of the row it was about; ActRefused with all reasons."""


@dataclass(frozen=True, slots=True)
class Act:
    """One mutation: who may do it, what it does, and the codes it may be refused with."""

    roles: frozenset[Role]
    do: Do
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What an act's payload shows: the field, the noun of the row and the type that stands for it."""

    field: str
    noun: str
    link: Any
    description: str


def act(
    name: str, description: str, roles: frozenset[Role], shown: Shown, do: Do, codes: Mapping[str, str], given: Mapping[str, Argument]
) -> Any:
    """A field of the mutation root; *codes* are the reasons it may be refused for, each with what it means.

    The payload, its errors and their closed list of codes are types named after the act.
    """
    codes = {**codes, **ALWAYS}
    metadata = {BINDING: b.Done(), ACT: Act(roles, do, frozenset(codes))}
    return strawberry.field(resolver=signed(given), description=description, metadata=metadata, graphql_type=_payload(name, shown, codes))


def _payload(name: str, shown: Shown, codes: Mapping[str, str]) -> type:
    members: dict[str, Any] = {
        shown.field: one(shown.noun, lambda row, child: child.c.id == row.c.row_id, shown.description),
        "user_errors": bound(b.Items("user_errors"), "Reasons why the act was not done, all at once; empty where it was."),
    }
    annotations = {shown.field: shown.link | None, "user_errors": list[_user_error(name, codes)]}  # type: ignore[misc]
    return _made(f"{name}Payload", f"Result of {name[0].lower()}{name[1:]}.", members, annotations)


def _user_error(name: str, codes: Mapping[str, str]) -> type:
    code: Any = StrEnum(f"{name}ErrorCode", {code: code for code in codes})  # type: ignore[misc]
    described(code, f"{name}ErrorCode", f"Reason why {name[0].lower()}{name[1:]} is refused.", dict(codes))
    members: dict[str, Any] = {
        "message": bound(b.Key(), "Message for people: what is wrong, and what to do."),
        "path": bound(b.Key(), "Path of the argument it is about, with dots; empty when it is about the whole act."),
        "code": bound(b.Key(), "Code of the reason."),
    }
    return _made(f"{name}UserError", "Reason why an act was not done.", members, {"message": str, "path": str, "code": code})


def _made(name: str, description: str, members: Mapping[str, Any], annotations: Mapping[str, Any]) -> type:
    plain = type(name, (), {"__doc__": description, "__annotations__": dict(annotations), "__module__": __name__, **members})
    return strawberry.type(plain, description=description)
