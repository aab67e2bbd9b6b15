"""The pytest plugin: `pytest --tap-region REGION` runs the conformance checks of an installed region as tests.

Scenario files become tests by one line in a test module beside them, see `tap_graph.testing.scenario_tests`; the fixtures of
integration tests are here too, see `tap_graph.testing.fixtures`.
"""

from collections.abc import Iterator

import pytest

from tap_graph.domain.errors import TapError
from tap_graph.rules import Rulebook
from tap_graph.testing.conformance import CHECKS, Check, rulebook_under_test, run
from tap_graph.testing.fixtures import tap_distributor_year, tap_http_distributor, tap_installation, tap_sftp_distributor

__all__ = ["tap_distributor_year", "tap_http_distributor", "tap_installation", "tap_sftp_distributor"]

OPTION = "--tap-region"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--tap-region CODE`, once for each region to check."""
    group = parser.getgroup("tap_graph")
    group.addoption(
        OPTION, action="append", default=[], metavar="CODE", help="run the conformance checks of this installed region; repeatable"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Adds the conformance checks of the regions asked for to whatever else was collected."""
    for code in dict.fromkeys(config.getoption(OPTION)):
        try:
            rulebook = rulebook_under_test(code)
        except TapError as error:
            raise pytest.UsageError(f"{OPTION} {code}: {error}") from error
        region: Region = Region.from_parent(session, name=code, nodeid=f"conformance/{code}", rulebook=rulebook)
        items.extend(region.collect())


class Region(pytest.Collector):
    """A region whose conformance is tested."""

    def __init__(self, *, rulebook: Rulebook, **of_pytest: object) -> None:
        super().__init__(**of_pytest)  # type: ignore[arg-type]
        self.rulebook = rulebook

    def collect(self) -> Iterator["Conformance"]:
        """A test for each check."""
        for check in CHECKS:
            yield Conformance.from_parent(self, name=check.name, check=check, rulebook=self.rulebook)


class Conformance(pytest.Item):
    """One conformance check of one region."""

    def __init__(self, *, check: Check, rulebook: Rulebook, **of_pytest: object) -> None:
        super().__init__(**of_pytest)  # type: ignore[arg-type]
        self.check = check
        self.rulebook = rulebook

    def runtest(self) -> None:
        """Fails with every problem the check tells."""
        problems = run(self.check, self.rulebook).problems
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)

    def reportinfo(self) -> tuple[str, None, str]:
        """Where pytest says the test stands."""
        return self.nodeid, None, f"{self.rulebook.theatre.code}: {self.name}"
