"""The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tap_graph.domain.errors import ConfigurationError

DEFAULT_DATABASE = "sqlite:///tap-graph.db"
DEMO_DATABASE = "sqlite:///tap-graph-demo.db"
LARGEST_ALLOWANCE = 10**9
USUAL_FEED, LARGEST_FEED = 1 << 30, 1 << 36


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation is told from outside; every value has a default that works on one machine."""

    database_url: str | None
    """`TAP_DATABASE_URL`, a SQLAlchemy URL; None where it is not set."""
    development_key: str | None
    """`TAP_DEVELOPMENT_KEY`: signs development tokens; None: the key that `migrate` made in the database."""
    trusted_documents: Path | None
    """`TAP_TRUSTED_DOCUMENTS`: the registry of documents that requests may name by id; None: there is none."""
    trusted_only: bool
    """`TAP_TRUSTED_ONLY`: whether nothing but the registry's documents is answered."""
    rows_a_minute: int | None
    """`TAP_ROWS_A_MINUTE`: what a caller may ask; `none`: as much as it likes."""
    allowance_store: str | None
    """`TAP_ALLOWANCE_STORE`: where processes share allowances, such as `redis://127.0.0.1:6379`; None: each counts for itself."""
    request_seconds: float
    """`TAP_REQUEST_SECONDS`: until a request without an answer is ended."""
    statement_seconds: float
    """`TAP_STATEMENT_SECONDS`: until a statement that reads is ended."""
    read_connections: int
    """`TAP_READ_CONNECTIONS`: how many statements a process reads at once."""
    largest_feed: int
    """`TAP_LARGEST_FEED`: bytes of a delivery that is posted or pulled, as it is and unpacked."""
    sources: Path | None
    """`TAP_SOURCES`: the file that says where to pull files from; None: nowhere."""
    reads_finisher: str
    """`TAP_READS_FINISHER`: `passthrough`, or `executor` to have every answer walked by it; for comparing the two."""


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings as the environment gives them; an empty variable is as good as none, a wrong one is a ConfigurationError."""
    trusted = environment.get("TAP_TRUSTED_DOCUMENTS")
    return Settings(
        database_url=environment.get("TAP_DATABASE_URL") or None,
        development_key=environment.get("TAP_DEVELOPMENT_KEY") or None,
        trusted_documents=Path(trusted) if trusted else None,
        trusted_only=_one_of(environment, "TAP_TRUSTED_ONLY", ("false", "true")) == "true",
        rows_a_minute=_rows(environment),
        allowance_store=environment.get("TAP_ALLOWANCE_STORE") or None,
        request_seconds=_number(environment, "TAP_REQUEST_SECONDS", 15),
        statement_seconds=_number(environment, "TAP_STATEMENT_SECONDS", 10),
        read_connections=_number(environment, "TAP_READ_CONNECTIONS", 10),
        largest_feed=_number(environment, "TAP_LARGEST_FEED", USUAL_FEED, LARGEST_FEED),
        sources=Path(sources) if (sources := environment.get("TAP_SOURCES")) else None,
        reads_finisher=_one_of(environment, "TAP_READS_FINISHER", ("passthrough", "executor")),
    )


def named_value(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The value of a variable that a file of settings names, such as a password; ConfigurationError where it is not set."""
    value = environment.get(name)
    if not value:
        raise ConfigurationError(f"The environment variable {name} is not set; put the secret into it.")
    return value


def _rows(environment: Mapping[str, str]) -> int | None:
    name = "TAP_ROWS_A_MINUTE"
    return None if environment.get(name) == "none" else _number(environment, name, 600_000, LARGEST_ALLOWANCE)


def _number(environment: Mapping[str, str], name: str, usual: int, largest: int = 1_000) -> int:
    text = environment.get(name) or str(usual)
    if not (text.isascii() and text.isdigit() and len(text) < 12 and 1 <= int(text) <= largest):
        raise ConfigurationError(f"{name} is {text[:40]!r}; write a whole number, 1 to {largest}.")
    return int(text)


def _one_of(environment: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    text = environment.get(name) or known[0]
    if text not in known:
        raise ConfigurationError(f"{name} is {text[:40]!r}; write one of {', '.join(known)}.")
    return text
