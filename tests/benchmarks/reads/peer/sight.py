"""What a viewer sees, as SQL conditions over one parameter, `$1`."""

from dataclasses import dataclass

from tap_graph.domain.viewer import CARING_ROLES, REGIONAL_ROLES, Role, Viewer

# A statement must name each of its parameters.
NEVER = "($1::text IS NOT NULL AND FALSE)"
ALWAYS = "($1::text IS NULL)"


@dataclass(frozen=True, slots=True)
class Sight:
    """The conditions of one viewer."""

    viewer: Viewer

    @property
    def parameter(self) -> str | list[str] | None:
        """The value of `$1`."""
        if self.viewer.role is Role.PARTNER:
            return self.viewer.partner_number
        if self.viewer.role in CARING_ROLES:
            return self.viewer.email
        return None if self.viewer.regions is None else list(self.viewer.regions)

    def in_care(self, partner_id: str) -> str:
        """Whether facts of the partner in that column are the viewer's."""
        if self.viewer.role is Role.PARTNER:
            return f"{partner_id} = (SELECT own.id FROM partners own WHERE own.partner_number = $1)"
        if self.viewer.role in CARING_ROLES:
            return f"EXISTS (SELECT 1 FROM partners cared WHERE cared.id = {partner_id} AND cared.cam_email = $1)"
        if self.viewer.sees_all_regions:
            return ALWAYS
        if self.viewer.role not in REGIONAL_ROLES:
            return NEVER
        return (
            "EXISTS (SELECT 1 FROM partner_theatres place JOIN theatres th ON th.id = place.theatre_id "
            f"WHERE place.partner_id = {partner_id} AND th.code = ANY($1::text[]))"
        )

    def in_regions(self, partner_id: str, theatre_id: str) -> str:
        """Whether an enrollment is the viewer's: regional roles see those of their own theatres."""
        if self.viewer.role in REGIONAL_ROLES and not self.viewer.sees_all_regions:
            return f"EXISTS (SELECT 1 FROM theatres th WHERE th.id = {theatre_id} AND th.code = ANY($1::text[]))"
        return self.in_care(partner_id)

    def in_care_or_shared(self, partner_id: str, order_id: str) -> str:
        """The same, or of an order that the viewer has a line of."""
        share = f"EXISTS (SELECT 1 FROM order_shares s WHERE s.order_id = {order_id} AND {self.in_care('s.partner_id')})"
        return f"({self.in_care(partner_id)} OR {share})"
