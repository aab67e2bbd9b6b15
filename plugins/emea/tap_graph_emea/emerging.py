"""Emerging Markets: its figures; only the rebate rate is public."""

from collections.abc import Sequence

from tap_graph.sdk import Country, Figure, Option, Period, ProgramRule, Terms, Theatre, assumed, rule

from .figures import OPTIONS, PERIODS, PROGRAMS, TERMS

TAP_SDK = 1

MIDDLE_EAST = (
    Country("AE", "United Arab Emirates"),
    Country("BH", "Bahrain"),
    Country("IL", "Israel"),
    Country("JO", "Jordan"),
    Country("KW", "Kuwait"),
    Country("LB", "Lebanon"),
    Country("OM", "Oman"),
    Country("QA", "Qatar"),
    Country("SA", "Saudi Arabia"),
    Country("TR", "Turkey"),
    Country("YE", "Yemen"),
)
AFRICA = (
    Country("AO", "Angola"),
    Country("BW", "Botswana"),
    Country("CI", "Côte d'Ivoire"),
    Country("CM", "Cameroon"),
    Country("DZ", "Algeria"),
    Country("EG", "Egypt"),
    Country("ET", "Ethiopia"),
    Country("GH", "Ghana"),
    Country("KE", "Kenya"),
    Country("MA", "Morocco"),
    Country("MU", "Mauritius"),
    Country("MZ", "Mozambique"),
    Country("NA", "Namibia"),
    Country("NG", "Nigeria"),
    Country("RW", "Rwanda"),
    Country("SN", "Senegal"),
    Country("TN", "Tunisia"),
    Country("TZ", "Tanzania"),
    Country("UG", "Uganda"),
    Country("ZA", "South Africa"),
    Country("ZM", "Zambia"),
)
LATIN_AMERICA = (
    Country("AR", "Argentina"),
    Country("BO", "Bolivia"),
    Country("BR", "Brazil"),
    Country("CL", "Chile"),
    Country("CO", "Colombia"),
    Country("CR", "Costa Rica"),
    Country("DO", "Dominican Republic"),
    Country("EC", "Ecuador"),
    Country("GT", "Guatemala"),
    Country("HN", "Honduras"),
    Country("JM", "Jamaica"),
    Country("MX", "Mexico"),
    Country("NI", "Nicaragua"),
    Country("PA", "Panama"),
    Country("PE", "Peru"),
    Country("PY", "Paraguay"),
    Country("SV", "El Salvador"),
    Country("TT", "Trinidad and Tobago"),
    Country("UY", "Uruguay"),
    Country("VE", "Venezuela"),
)
RUSSIA_AND_CIS = (
    Country("AM", "Armenia"),
    Country("AZ", "Azerbaijan"),
    Country("BY", "Belarus"),
    Country("GE", "Georgia"),
    Country("KG", "Kyrgyzstan"),
    Country("KZ", "Kazakhstan"),
    Country("MD", "Moldova"),
    Country("RU", "Russia"),
    Country("TJ", "Tajikistan"),
    Country("TM", "Turkmenistan"),
    Country("UA", "Ukraine"),
    Country("UZ", "Uzbekistan"),
)


@rule
def tap_theatre() -> Theatre:
    """Emerging Markets; its program days are those of Dubai."""
    return Theatre(
        code="EMERGING",
        name="Emerging Markets",
        zone=assumed("Asia/Dubai", "assumed: seat of the regional office"),
        currency=assumed("USD", "assumed: the program pays in USD"),
    )


@rule
def tap_periods() -> Sequence[Period]:
    """Periods 6 and 7, six months each."""
    return PERIODS


@rule
def tap_countries() -> Figure[tuple[Country, ...]]:
    """The stated list: Middle East, Africa, Latin America, Russia and the CIS countries."""
    return assumed(MIDDLE_EAST + AFRICA + LATIN_AMERICA + RUSSIA_AND_CIS, "assumed: a stated list; no source names the countries")


@rule
def tap_minimums() -> Sequence[Option]:
    """One option for each period, 25,000 for its six months."""
    return OPTIONS


@rule
def tap_combinability() -> Sequence[ProgramRule]:
    """As in Asia Pacific, until this theatre publishes its own list."""
    return PROGRAMS


@rule
def tap_terms() -> Terms:
    """Every term, so that no figure is inherited unseen."""
    return TERMS
