"""Profiles: what one distributor means by the qualifiers of its reports, since a day.

A profile is TOML. Everything may be left out but the first three; what `[x12]` and `[edifact]` name takes the place of the
common use (feeds/x12/usage.py, feeds/edifact/usage.py), field by field::

    distributor_id = "DIST-7"
    valid_from = 2008-02-01
    edi_ids = ["0012345678", "DIST7EDI"]
    currency = "USD"

    [x12]
    order = ["CO"]
    transfers_count = true
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, TypeVar, get_type_hints

from tap_graph.domain.errors import ConfigurationError
from tap_graph.feeds.edifact.usage import EdifactUsage
from tap_graph.feeds.x12.usage import X12Usage

Usage = TypeVar("Usage", X12Usage, EdifactUsage)
CURRENCY_LETTERS = 3
PROFILE_KEYS = ("distributor_id", "valid_from", "edi_ids", "currency", "x12", "edifact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one distributor reports, from a day on; the common one has no distributor."""

    distributor_id: str | None
    valid_from: date
    edi_ids: tuple[str, ...] = ()
    """Ids by which the sender names itself: ISA06, the sender of UNB, N104 of the distributor's N1."""
    currency: str | None = None
    """Assumed where a report names none; None: an amount without a currency is a defect."""
    x12: X12Usage = field(default_factory=X12Usage)
    edifact: EdifactUsage = field(default_factory=EdifactUsage)


COMMON_PROFILE = Profile(distributor_id=None, valid_from=date.min)


class Profiles:
    """The profiles of an installation; an id belongs to one distributor at most."""

    def __init__(self, profiles: Iterable[Profile] = ()) -> None:
        self._of: dict[str, list[Profile]] = defaultdict(list)
        self._owners: dict[str, str] = {}
        wrong: list[str] = []
        for profile in profiles:
            wrong += self._add(profile)
        if wrong:
            raise ConfigurationError(" ".join(wrong))

    def _add(self, profile: Profile) -> list[str]:
        owner = profile.distributor_id
        if owner is None:
            return ["A profile names no distributor. Give distributor_id."]
        wrong = []
        if any(other.valid_from == profile.valid_from for other in self._of[owner]):
            wrong.append(f"Distributor {owner} has two profiles from {profile.valid_from} on. Keep one.")
        for edi_id in profile.edi_ids:
            other_owner = self._owners.setdefault(edi_id, owner)
            if other_owner != owner:
                wrong.append(f"The id `{edi_id}` belongs to distributor {other_owner} and to {owner}. Take it from one of them.")
        self._of[owner].append(profile)
        self._of[owner].sort(key=lambda each: each.valid_from, reverse=True)
        return wrong

    def find(self, edi_ids: Sequence[str], day: date | None) -> Profile:
        """The profile in force on that day (None: the latest) of the distributor whom the first known id names, else the common one."""
        for edi_id in edi_ids:
            owner = self._owners.get(edi_id)
            for profile in self._of[owner] if owner is not None else ():
                if day is None or profile.valid_from <= day:
                    return profile
        return COMMON_PROFILE


COMMON = Profiles()
"""No profile at all: everybody is read by the common use."""


def read_profile(text: str) -> Profile:
    """The profile that a TOML text describes; everything wrong with it is told in one `ConfigurationError`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"A profile is not TOML: {error}. Correct it there.") from None
    wrong = [_unknown("", key, PROFILE_KEYS) for key in table if key not in PROFILE_KEYS]
    x12 = _usage(X12Usage, "x12", table.get("x12", {}), wrong)
    edifact = _usage(EdifactUsage, "edifact", table.get("edifact", {}), wrong)
    distributor_id = _text(table, "distributor_id", wrong)
    valid_from = table.get("valid_from")
    if not isinstance(valid_from, date) or isinstance(valid_from, datetime):
        wrong.append("valid_from is not a day. Write it without quotes, such as valid_from = 2008-02-01.")
        valid_from = date.min
    edi_ids = _texts("edi_ids", table.get("edi_ids"), wrong)
    if not edi_ids:
        wrong.append('edi_ids is empty. Name the ids the distributor sends under, such as edi_ids = ["0012345678"].')
    currency = _currency(table.get("currency"), wrong)
    if wrong:
        of = f" of distributor {distributor_id}" if distributor_id else ""
        raise ConfigurationError(f"The profile{of} cannot be used: {' '.join(wrong)}")
    return Profile(distributor_id=distributor_id, valid_from=valid_from, edi_ids=edi_ids, currency=currency, x12=x12, edifact=edifact)


def _unknown(table: str, key: str, known: Iterable[str]) -> str:
    return f"`{table}{key}` is not known. Take it away, or write one of {', '.join(known)}."


def _text(table: Mapping[str, Any], key: str, wrong: list[str]) -> str:
    value = table.get(key)
    if isinstance(value, str) and value.strip() and value == value.strip():
        return value
    wrong.append(f'{key} is missing or not a text without outer blanks. Write it in quotes, such as {key} = "DIST-7".')
    return ""


def _texts(key: str, value: object, wrong: list[str]) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) and item and item == item.strip() for item in value):
        return tuple(dict.fromkeys(value))
    wrong.append(f'{key} is not a list of texts. Write it such as {key} = ["AB", "CD"].')
    return ()


def _currency(value: object, wrong: list[str]) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and len(value) == CURRENCY_LETTERS and value.isascii() and value.isalpha() and value.isupper():
        return value
    wrong.append('currency is not a code of ISO 4217. Write three capital letters, such as currency = "USD".')
    return None


def _usage(usage: type[Usage], name: str, table: object, wrong: list[str]) -> Usage:
    """Fields of a usage are lists of texts, one text, or true/false."""
    if not isinstance(table, dict):
        wrong.append(f"{name} is not a table. Write its fields under [{name}].")
        return usage()
    types = get_type_hints(usage)
    names = [each.name for each in fields(usage)]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in names:
            wrong.append(_unknown(f"{name}.", key, names))
        elif types[key] is bool or types[key] is str:
            if not isinstance(value, types[key]):
                meant = "true or false" if types[key] is bool else "a text in quotes"
                wrong.append(f"{name}.{key} is not {meant}. Write {meant}.")
            values[key] = value
        else:
            values[key] = _texts(f"{name}.{key}", value, wrong)
    return usage(**values)
