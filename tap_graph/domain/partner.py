"""Partners and their certifications."""

from enum import StrEnum


class Tier(StrEnum):
    """How a partner buys: straight from the vendor, or from a distributor."""

    ONE_TIER = "ONE_TIER"
    TWO_TIER = "TWO_TIER"
