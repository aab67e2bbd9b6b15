"""Aliases: what distributors write for partners, products and orders, and what it means here."""

from datetime import datetime
from enum import Enum

import strawberry

from tap_graph.reads import bindings as b
from tap_graph.schema.act import Act, acts_about
from tap_graph.schema.enums import AliasState, AliasSubject
from tap_graph.schema.fields import bound, column, one, passing, sorting
from tap_graph.schema.links import DistributorLink
from tap_graph.schema.node import Node, noun
from tap_graph.schema.visibility import of_distributor, person
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of aliases.")
class AliasSort(Enum):
    """By name, score or moment."""

    NAME = sorting("name", "By name as the distributor writes it.", filled=True)
    SCORE = sorting("score", "By likeness.", filled=True)
    PROPOSED_AT = sorting("proposed_at", "By timestamp of the proposal.", filled=True)


@strawberry.input(description="Tests of aliases.")
class AliasFilter:
    """Which aliases."""

    state: AliasState | None = passing("State of the alias.", lambda row, state, _ask: row.c.state == state)
    subject: AliasSubject | None = passing("Subject of the name.", lambda row, subject, _ask: row.c.subject == subject)
    distributor_id: str | None = passing("Id of the distributor.", lambda row, distributor, _ask: row.c.distributor_id == distributor)


@noun(t.aliases, of_distributor, "Name that a distributor writes, and what it means here.", filter_=AliasFilter)
class Alias(Node):
    """One name with one meaning."""

    distributor: DistributorLink = one(
        "Distributor", lambda row, distributor: distributor.c.distributor_id == row.c.distributor_id, "Distributor that writes the name."
    )
    subject: AliasSubject = column("Subject of the name.")
    name: str = column("Name as the distributor writes it.")
    meaning: str = column("Partner number, product or order number it means.")
    line: int | None = column("Line of that order, where reports name none; null for none.", "meaning_line")
    score: int = column("Likeness of name and meaning, 0 to 100; 100 where a person named both.")
    state: AliasState = column("State of the alias.")
    proposed_by: str | None = bound(b.Expression(person("proposed_by")), "Subject of who proposed it; null for distributors.")
    proposed_at: datetime = column("Timestamp of the proposal.")
    decided_at: datetime | None = column("Timestamp of the last decision; null while there is none.")
    acts: list[Act] = acts_about("alias", "Acts about the alias, in their order.")
