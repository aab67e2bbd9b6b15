"""Care: the partners whose facts a viewer may see, for services that add up rows themselves (contract §6)."""

from typing import Any

from sqlalchemy import Select, false, select

from tap_graph.domain.viewer import CARING_ROLES, REGIONAL_ROLES, Role, Viewer
from tap_graph.storage import tables as t


def partners_of(viewer: Viewer) -> Select[Any]:
    """The ids of those partners; none for roles that see no partner's facts."""
    partner, place, theatre = t.partners, t.partner_theatres, t.theatres
    chosen = select(partner.c.id)
    if viewer.role is Role.PARTNER:
        return chosen.where(partner.c.partner_number == viewer.partner_number)
    if viewer.role in CARING_ROLES:
        return chosen.where(partner.c.cam_email == viewer.email)
    if viewer.sees_all_regions:
        return chosen
    if viewer.role not in REGIONAL_ROLES:
        return chosen.where(false())
    here = select(place.c.partner_id).join(theatre, theatre.c.id == place.c.theatre_id).where(theatre.c.code.in_(viewer.regions or ()))
    return chosen.where(partner.c.id.in_(here))
