"""Open options: what a partner may enroll in on a day, and why not."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import strawberry

from tap_graph.domain.viewer import REGIONAL_ROLES
from tap_graph.schema.acts import Acting
from tap_graph.schema.money import Money
from tap_graph.schema.scalars import OptionCode, RegionCode
from tap_graph.schema.worked import part, part_money, worked
from tap_graph.services.applying.opening import OpenOption as Opened
from tap_graph.services.applying.opening import open_options as opened


@strawberry.type(description="Reason why an option is not for a partner on a day.")
class Obstacle:
    """One reason."""

    code: str = part("Code of the reason.")
    message: str = part("Message for people: what is in the way, and what to do.")


@strawberry.type(description="Option of a region the partner is in, as of a day in the region's zone.")
class OpenOption:
    """What may be chosen."""

    region: RegionCode = part("Code of the region.")
    option: OptionCode = part("Code of the option.")
    on: date = part("Day it is told for.")
    minimum: Money = part_money("Amount that must be reached to earn a rebate.")
    enrollment_first_day: date = part("First day of the enrollment window.")
    enrollment_last_day: date = part("Last day of the enrollment window; its end in the region's zone is the deadline.")
    booking_first_day: date = part("First day of the booking window.")
    booking_last_day: date = part("Last day of the booking window.")
    last_tracked_day: date = part("Last booking day that counts for a two-tier partner.")
    return_deadline: date = part("Last day on which a return may show.")
    first_evaluation_on: date = part("Day of the first evaluation.")
    second_evaluation_on: date = part("Day of the second evaluation.")
    dispute_deadline: date = part("Last day on which a dispute may be opened.")
    document_version: str | None = part("Version of the rules document to accept; null where none is published and none need be accepted.")
    document_link: str | None = part("Link of the rules document; null where none is published.")
    eligible: bool = part("Whether the partner may apply on the day.")
    obstacles: list[Obstacle] = part("Reasons why it may not, all of them; empty where it may.")


def _work(acting: Acting, ids: Sequence[int], given: Mapping[str, Any]) -> Mapping[int, list[Opened]]:
    viewer = acting.viewer
    regional = viewer.role in REGIONAL_ROLES and not viewer.sees_all_regions
    books = {code: book for code, book in acting.rulebooks.items() if not regional or code in (viewer.regions or ())}
    found = opened(acting.connection, books, ids, acting.now, given.get("on"))
    return {key: found.get(key, []) for key in ids}


OPEN_OPTIONS = worked(
    _work,
    "Options of the regions the partner is in, with what is in the way of each.",
    {"on": (date | None, "Day to tell it for; null for today in each region's zone.", None)},
)
