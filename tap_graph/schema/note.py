"""Notes: oddities across rows, accepted and shown to administrators."""

from datetime import date
from enum import Enum

import strawberry

from tap_graph.schema.choosing import of_partner_number
from tap_graph.schema.enums import FeedKind
from tap_graph.schema.fields import column, one, passing, sorting
from tap_graph.schema.links import PartnerLink
from tap_graph.schema.node import Node, noun
from tap_graph.schema.scalars import ReasonCode
from tap_graph.schema.visibility import notes
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of notes.")
class NoteSort(Enum):
    """By day or code."""

    DAY = sorting("day", "By day of the note; those without one come last.")
    CODE = sorting("code", "By code of the note.", filled=True)


@strawberry.input(description="Tests of notes.")
class NoteFilter:
    """Which notes."""

    kind: FeedKind | None = passing("Kind of the row the note is about.", lambda row, kind, _ask: row.c.kind == kind)
    code: ReasonCode | None = passing("Code of the note.", lambda row, code, _ask: row.c.code == code)
    from_day: date | None = passing("First day.", lambda row, day, _ask: row.c.day >= day)
    until_day: date | None = passing("Last day.", lambda row, day, _ask: row.c.day <= day)
    partner_number: str | None = passing(
        "Number of the partner the note concerns.",
        of_partner_number,
    )


@noun(t.notes, notes, "Note about something odd across rows, which the rules judge and people should see.", filter_=NoteFilter)
class Note(Node):
    """One oddity."""

    kind: FeedKind = column("Kind of the row the note is about.")
    code: ReasonCode = column("Code of the note.")
    key: str = column("Natural key of the row, for people.")
    day: date | None = column("Program day the oddity belongs to; null when the row has none.")
    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner the note concerns; null for none."
    )
    message: str = column("Oddity as a sentence.")
