"""A rulebook: one region's figures and rules behind a typed face.

Figures are asked once, when the rulebook is built; rules when they are needed, and what they say of an order line
is remembered by its facts, because rules are pure.
"""

from collections.abc import Iterable

from tap_graph.domain.enrollment import EnrollmentFacts
from tap_graph.domain.errors import UnknownName
from tap_graph.domain.evaluation import EvaluationFacts, OptionFigures
from tap_graph.domain.finding import Finding
from tap_graph.domain.option import Option, OptionDates
from tap_graph.domain.order import OrderLineFacts
from tap_graph.domain.period import Period
from tap_graph.domain.theatre import Country
from tap_graph.rules.canon import PublishedFigure, digest_of, published
from tap_graph.rules.figures import read_figures
from tap_graph.rules.findings import collect
from tap_graph.rules.plugins import Panel, Speaker
from tap_graph.values.figure import Figure


class Rulebook:
    """One theatre's rules under one version; built from its plugins, the baseline first.

    `version` is the distribution's version plus the digest of the figures, so that other figures are another
    version by themselves.
    """

    def __init__(self, speakers: tuple[Speaker, ...]) -> None:
        self.speakers = speakers
        self._panel = Panel(speakers)
        figures = read_figures(self._panel)
        region = speakers[1]
        self.theatre = figures.theatre.value
        self.plugin = region.plugin
        self.plugin_version = region.version
        self.digest = digest_of(figures)
        self.version = f"{region.version}+{self.digest[:12]}"
        self.periods = figures.periods.value
        self.options = figures.options.value
        self.programs = figures.programs.value
        self.terms = figures.terms
        self._countries = {number: answered.value for number, answered in figures.countries.items()}
        self._figures = published(figures)
        self._order_line_findings: dict[OrderLineFacts, tuple[Finding, ...]] = {}

    def __repr__(self) -> str:
        return f"<Rulebook {self.theatre.code} {self.version} of {self.plugin}>"

    def period(self, number: int) -> Period:
        """The period with that number."""
        for period in self.periods:
            if period.number == number:
                return period
        raise self._unknown("period", number, (period.number for period in self.periods))

    def option(self, code: str) -> Option:
        """The participation option with that code."""
        for option in self.options:
            if option.code == code:
                return option
        raise self._unknown("option", code, (option.code for option in self.options))

    def dates(self, option: Option) -> OptionDates:
        """The days that count for an option."""
        return OptionDates(tuple(self.period(number) for number in option.periods.value), self.terms.two_tier_cutoff_days.value)

    def countries(self, number: int) -> Figure[tuple[Country, ...]]:
        """The countries and regions of a period."""
        return self._countries[self.period(number).number]

    def option_figures(self, option: Option) -> OptionFigures:
        """The figures of an option that its requirements cite."""
        periods = [self.period(number) for number in option.periods.value]
        return OptionFigures(
            minimum=option.minimum,
            countries=tuple(self.countries(period.number) for period in periods),
            booking_windows=tuple(period.booking_window for period in periods),
            return_deadline=periods[-1].return_deadline,
        )

    def figures(self) -> tuple[PublishedFigure, ...]:
        """Every figure with its source, its provenance and the plugin that answered it."""
        return self._figures

    def check_order_line(self, facts: OrderLineFacts) -> tuple[Finding, ...]:
        """What the rules say of an order line; a rule that fails is a `RuleFailed`."""
        findings = self._order_line_findings.get(facts)
        if findings is None:
            findings = collect(self._panel, self.theatre.code, "tap_check_order_line", line=facts, terms=self.terms)
            self._order_line_findings[facts] = findings
        return findings

    def check_enrollment(self, facts: EnrollmentFacts) -> tuple[Finding, ...]:
        """What the rules say of an enrollment; a rule that fails is a `RuleFailed`."""
        return collect(self._panel, self.theatre.code, "tap_check_enrollment", enrollment=facts, terms=self.terms)

    def check_evaluation(self, facts: EvaluationFacts) -> tuple[Finding, ...]:
        """What the rules say of an evaluation; a rule that fails is a `RuleFailed`."""
        return collect(self._panel, self.theatre.code, "tap_check_evaluation", evaluation=facts, terms=self.terms)

    def _unknown(self, noun: str, name: object, known: Iterable[object]) -> UnknownName:
        return UnknownName(f"{self.theatre.code} has no {noun} {name}; it has {', '.join(map(str, known))}.")
