"""Rates are compared exactly and rounded only for people."""

from decimal import Decimal

import pytest

from tap_graph.values.rate import Share, rate_text

REQUIRED = Decimal("0.85")


def test_exactly_the_required_share_reaches_it_and_a_cent_less_does_not() -> None:
    assert Share(340_000, 400_000).reaches(REQUIRED)
    assert not Share(339_999, 400_000).reaches(REQUIRED)


def test_nothing_due_reaches_everything_and_has_no_fraction() -> None:
    nothing = Share(0, 0)
    assert nothing.reaches(Decimal(1))
    assert nothing.fraction() is None
    assert nothing.missing(REQUIRED) == Decimal("0.0000")


def test_what_prints_as_85_percent_may_still_fall_short() -> None:
    close = Share(84_996, 100_000)
    assert str(close.fraction()) == "0.8500"
    assert not close.reaches(REQUIRED)
    assert str(close.missing(REQUIRED)) == "0.0000"


@pytest.mark.parametrize(
    ("part", "whole", "fraction", "missing"),
    [(9, 10, "0.9000", "0.0000"), (4, 5, "0.8000", "0.0500"), (0, 7, "0.0000", "0.8500"), (2, 3, "0.6667", "0.1833")],
)
def test_fraction_and_shortfall_have_four_places(part: int, whole: int, fraction: str, missing: str) -> None:
    assert str(Share(part, whole).fraction()) == fraction
    assert str(Share(part, whole).missing(REQUIRED)) == missing


def test_a_rate_is_written_with_four_places() -> None:
    assert (rate_text(Decimal("0.85")), rate_text(Decimal(1)), rate_text(Decimal("0.12345"))) == ("0.8500", "1.0000", "0.1235")
