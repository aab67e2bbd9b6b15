"""The viewer: who is asking, as its token says."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, false

from tap_graph.domain.viewer import Role
from tap_graph.reads import bindings as b
from tap_graph.schema import enums  # noqa: F401 - describes the enums used here
from tap_graph.schema.fields import bound
from tap_graph.schema.links import PartnerLink
from tap_graph.schema.scalars import RegionCode


def _own_partner(partner: Any, _arguments: b.Arguments, ask: b.Ask) -> ColumnElement[bool]:
    own: ColumnElement[bool] = partner.c.partner_number == ask.viewer.partner_number
    return false() if ask.viewer.partner_number is None else own


@strawberry.type(description="Viewer: the caller, as its token says.")
class Viewer:
    """Who asks."""

    subject: str = bound(b.Given(lambda viewer: viewer.subject), "Subject of the token.")
    role: Role = bound(b.Given(lambda viewer: viewer.role), "Role of the viewer.")
    partner: PartnerLink | None = bound(b.Lookup("Partner", _own_partner), "Partner the viewer acts for; null for other roles.")
    distributor_id: str | None = bound(b.Given(lambda viewer: viewer.distributor_id), "Id of the distributor; null for other roles.")
    email: str | None = bound(b.Given(lambda viewer: viewer.email), "E-mail address; null where the token has none.")
    regions: list[RegionCode] | None = bound(
        b.Given(lambda viewer: None if viewer.regions is None else list(viewer.regions)),
        "Codes of the viewer's regions; null where the token names none, which for an auditor means all.",
    )
