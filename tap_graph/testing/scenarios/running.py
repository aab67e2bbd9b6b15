"""Running scenarios: deliver the rows, judge, compare what was expected."""

import csv
import io
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import delete, select

from tap_graph.app import Application
from tap_graph.domain.errors import ScenarioWrong, TapError
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.feeds.kinds import KINDS
from tap_graph.rules.host import find_rulebooks
from tap_graph.rules.rulebook import Rulebook
from tap_graph.rules.whatif import with_figures
from tap_graph.services.evaluating import Request
from tap_graph.services.receiving import Delivery
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tap_graph.testing.scenarios.comparing import differences
from tap_graph.testing.scenarios.reading import Keyed, Scenario, read_scenarios
from tap_graph.testing.scenarios.rows import Row, csv_cells, feed_rows

# Scenarios run at one fixed moment: nothing they say depends on when they are run.
MOMENT = datetime(2009, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """One scenario run; it holds when there are no differences."""

    file: Path
    document: int
    line: int
    name: str
    region: str
    differences: list[str] = field(default_factory=list)


def run_paths(paths: Sequence[Path], rulebooks: Mapping[str, Rulebook] | None = None) -> list[ScenarioResult]:
    """Runs every scenario of the files, and of the files in the folders, in order."""
    runner = _Runner(find_rulebooks() if rulebooks is None else rulebooks)
    return [runner.run(scenario) for file in _files(paths) for scenario in read_scenarios(file)]


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")])
            if not found:
                raise ScenarioWrong(f"{path} holds no scenario file (*.yaml).")
            yield from found
        elif path.is_file():
            yield path
        else:
            raise ScenarioWrong(f"There is no file or folder {path}.")


class _Runner:
    """Runs scenarios; published databases are prepared once per rulebook and copied."""

    def __init__(self, rulebooks: Mapping[str, Rulebook]) -> None:
        self.rulebooks = rulebooks
        self.prepared: dict[str, Database] = {}

    def run(self, scenario: Scenario) -> ScenarioResult:
        region = str(scenario.content["region"])
        result = ScenarioResult(scenario.file, scenario.document, scenario.line, scenario.name, region)
        application = self._application(scenario, region)
        try:
            self._deliver(application, scenario)
            for judged in scenario.content["evaluate"]:
                result.differences.extend(_judge(application, scenario, judged))
        finally:
            application.database.dispose()
        return result

    def _application(self, scenario: Scenario, region: str) -> Application:
        if region not in self.rulebooks:
            known = ", ".join(sorted(self.rulebooks))
            raise scenario.wrong(scenario.content.lines["region"], f"{region} is not a region here; there are {known}.")
        rulebook = self.rulebooks[region]
        if figures := scenario.content.get("figures"):
            try:
                rulebook = with_figures(rulebook, figures)
            except TapError as error:
                raise scenario.wrong(scenario.content.lines["figures"], str(error)) from error
        application = Application(Database("sqlite://"), {region: rulebook}, lambda: MOMENT)
        key = f"{region} {rulebook.version}"
        if key not in self.prepared:
            self.prepared[key] = Database("sqlite://")
            Application(self.prepared[key], {region: rulebook}, lambda: MOMENT).migrate()
        _copy(self.prepared[key], application.database)
        return application

    def _deliver(self, application: Application, scenario: Scenario) -> None:
        for kind, rows in feed_rows(scenario).items():
            if rows:
                received = application.ingest(Delivery(kind, _file(kind, rows), f"{kind}.csv"))
                if received.held or received.refused or received.refusal:
                    raise scenario.wrong(scenario.content.lines.get(kind, scenario.line), _why(application, kind, received.delivery))


def _copy(source: Database, target: Database) -> None:
    with source.engine.connect() as origin, target.engine.connect() as copy:
        from_ = cast("sqlite3.Connection", origin.connection.driver_connection)
        from_.backup(cast("sqlite3.Connection", copy.connection.driver_connection))


def _file(kind: str, rows: Sequence[Row]) -> io.BytesIO:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.name for column in KINDS[kind].columns])
    writer.writerows(csv_cells(kind, row) for row in rows)
    return io.BytesIO(text.getvalue().encode())


def _why(application: Application, kind: str, delivery: int | None) -> str:
    line = t.delivery_lines
    with application.database.reading() as connection:
        bad = connection.execute(
            select(line.c.raw, line.c.state, line.c.reasons).where(line.c.delivery_id == delivery, line.c.state.in_(["HELD", "REFUSED"]))
        ).first()
    return f"a row of {kind} cannot be taken: {bad.raw}: {bad.state} {bad.reasons}" if bad else f"{kind} cannot be read."


def _judge(application: Application, scenario: Scenario, judged: Keyed) -> list[str]:
    enrollment = scenario.content.get("enrollment") or {}
    window, on = judged.get("window"), judged.get("on")
    if window not in list(EvaluationWindow):
        raise scenario.wrong(judged.line, f"window is FIRST or SECOND, not {window}.")
    if on is not None and not isinstance(on, date):
        raise scenario.wrong(judged.lines["on"], f"on is a day such as 2008-07-26, not {on}.")
    number = str(scenario.content["partner"].get("partner_number", "P1"))
    option = str(enrollment.get("option", ""))
    request = Request(str(scenario.content["region"]), option, EvaluationWindow(window), on, number)
    with application.database.writing() as connection:
        # A window judged again further down is judged anew: only the other window's judgement is an earlier one.
        mine = select(t.evaluations.c.id).where(t.evaluations.c.window == window)
        connection.execute(delete(t.evidence).where(t.evidence.c.evaluation_id.in_(mine)))
        connection.execute(delete(t.evaluations).where(t.evaluations.c.window == window))
    run = application.evaluate(request)
    if run.failed:
        return [f"{window}: {next(iter(run.failed.values()))}"]
    rows = application.explain(request, run.evaluated)
    if not rows:
        return [f"{window}: there is no approved enrollment to judge."]
    return [f"{window}: {difference}" for difference in differences(judged.get("expect") or {}, rows[0])]
