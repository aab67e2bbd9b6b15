"""The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_DATABASE = "sqlite:///tap-graph.db"
DEMO_DATABASE = "sqlite:///tap-graph-demo.db"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation is told from outside; every value has a default that works on one machine."""

    database_url: str | None
    """`TAP_DATABASE_URL`, a SQLAlchemy URL; None where it is not set."""
    development_key: str | None
    """`TAP_DEVELOPMENT_KEY`: signs development tokens; None: the key that `migrate` made in the database."""


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings as the environment gives them; an empty variable is as good as none."""
    return Settings(
        database_url=environment.get("TAP_DATABASE_URL") or None,
        development_key=environment.get("TAP_DEVELOPMENT_KEY") or None,
    )
