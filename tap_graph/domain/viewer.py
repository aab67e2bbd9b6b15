"""Viewers: who asks, in which role, and for whom; the rows each role sees stand in the contract, §6."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person or system is to the program."""

    PARTNER = "PARTNER"
    CAM = "CAM"
    FIELD = "FIELD"
    DISTRIBUTOR = "DISTRIBUTOR"
    ADMINISTRATOR = "ADMINISTRATOR"
    APPROVER = "APPROVER"
    DEVIATION_APPROVER = "DEVIATION_APPROVER"
    PARTNER_RELATIONS = "PARTNER_RELATIONS"
    ASSET_RECOVERY = "ASSET_RECOVERY"
    AUDITOR = "AUDITOR"
    SALESPERSON = "SALESPERSON"
    TEAM_LEAD = "TEAM_LEAD"
    SCHEME_AUTHOR = "SCHEME_AUTHOR"
    SUPERVISOR = "SUPERVISOR"


CARING_ROLES = frozenset({Role.CAM, Role.FIELD})
REGIONAL_ROLES = frozenset(
    {Role.ADMINISTRATOR, Role.APPROVER, Role.DEVIATION_APPROVER, Role.PARTNER_RELATIONS, Role.ASSET_RECOVERY, Role.AUDITOR}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """One identified caller; the fields its role needs are set, the others are None."""

    subject: str
    role: Role
    partner_number: str | None = None
    distributor_id: str | None = None
    email: str | None = None
    regions: tuple[str, ...] | None = None

    @property
    def sees_all_regions(self) -> bool:
        """An auditor whose token names no region audits the whole program."""
        return self.role is Role.AUDITOR and self.regions is None
