"""Profiles: read from TOML with everything wrong at once, found by id and day."""

from datetime import date

import pytest

from tap_graph.domain.errors import ConfigurationError
from tap_graph.feeds.edifact.usage import EdifactUsage
from tap_graph.feeds.profiles import COMMON, COMMON_PROFILE, Profile, Profiles, read_profile
from tap_graph.feeds.x12.usage import X12Usage

TEXT = """
distributor_id = "DIST-7"
valid_from = 2008-02-01
edi_ids = ["0012345678", "DIST7EDI", "0012345678"]
currency = "EUR"

[x12]
order = ["CO"]
transfers_count = true
"""


def profile(owner: str, day: date, *ids: str) -> Profile:
    return Profile(distributor_id=owner, valid_from=day, edi_ids=ids)


def test_a_profile_is_read_and_replaces_single_fields_of_the_common_use() -> None:
    assert read_profile(TEXT) == Profile(
        distributor_id="DIST-7",
        valid_from=date(2008, 2, 1),
        edi_ids=("0012345678", "DIST7EDI"),
        currency="EUR",
        x12=X12Usage(order=("CO",), transfers_count=True),
        edifact=EdifactUsage(),
    )


def test_the_smallest_profile_assumes_no_currency() -> None:
    read = read_profile('distributor_id = "D"\nvalid_from = 2008-02-01\nedi_ids = ["E"]')
    assert (read.currency, read.x12, read.edifact) == (None, X12Usage(), EdifactUsage())


def test_everything_wrong_with_a_profile_is_told_at_once() -> None:
    text = """
    valid_from = "2008-02-01"
    edi_ids = ["E", 7]
    currency = "euro"
    colour = "red"
    edifact = 1
    [x12]
    ordr = ["CO"]
    sold = "39"
    transfers_count = "yes"
    """
    with pytest.raises(ConfigurationError) as refused:
        read_profile(text)
    message = str(refused.value)
    for told in (
        "`colour` is not known. Take it away, or write one of distributor_id, valid_from, edi_ids, currency, x12, edifact.",
        "`x12.ordr` is not known.",
        'x12.sold is not a list of texts. Write it such as x12.sold = ["AB", "CD"].',
        "x12.transfers_count is not true or false. Write true or false.",
        "edifact is not a table. Write its fields under [edifact].",
        "distributor_id is missing",
        "valid_from is not a day. Write it without quotes, such as valid_from = 2008-02-01.",
        "edi_ids is not a list of texts.",
        "currency is not a code of ISO 4217.",
    ):
        assert told in message


def test_what_is_not_toml_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigurationError, match=r"A profile is not TOML: .*line 2.* Correct it there\."):
        read_profile("\ndistributor_id = x")


def test_a_moment_is_no_day() -> None:
    with pytest.raises(ConfigurationError, match="valid_from is not a day"):
        read_profile(TEXT.replace("2008-02-01", "2008-02-01T00:00:00Z"))


def test_the_profile_in_force_on_the_day_is_found_by_any_id_of_its_distributor() -> None:
    early, late = profile("D-1", date(2008, 1, 1), "A"), profile("D-1", date(2008, 3, 1), "B")
    other = profile("D-2", date(2008, 1, 1), "C")
    profiles = Profiles([late, other, early])
    assert profiles.find(["A"], date(2008, 2, 29)) is early
    assert profiles.find(["B"], date(2008, 2, 29)) is early
    assert profiles.find(["A"], date(2008, 3, 1)) is late
    assert profiles.find(["A"], None) is late
    assert profiles.find(["X", "C", "A"], None) is other


def test_who_has_no_profile_yet_is_read_by_the_common_use() -> None:
    profiles = Profiles([profile("D-1", date(2008, 1, 1), "A")])
    assert profiles.find(["A"], date(2007, 12, 31)) is COMMON_PROFILE
    assert profiles.find(["X"], None) is COMMON_PROFILE
    assert COMMON.find(["A"], None) is COMMON_PROFILE
    assert COMMON_PROFILE.distributor_id is None


def test_profiles_that_contradict_each_other_are_refused_together() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Profiles([profile("D-1", date(2008, 1, 1), "A"), profile("D-1", date(2008, 1, 1), "B"), profile("D-2", date(2008, 1, 1), "A")])
    assert str(refused.value) == (
        "Distributor D-1 has two profiles from 2008-01-01 on. Keep one. "
        "The id `A` belongs to distributor D-1 and to D-2. Take it from one of them."
    )


def test_a_profile_without_a_distributor_is_not_taken() -> None:
    with pytest.raises(ConfigurationError, match="names no distributor"):
        Profiles([COMMON_PROFILE])
