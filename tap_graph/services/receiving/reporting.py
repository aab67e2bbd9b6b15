"""Reporting: the POS reports of a staged file, which lines of it may not be taken, and whose they may be."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec

from tap_graph.feeds.feed import Feed, Report
from tap_graph.feeds.problems import Problem
from tap_graph.services.receiving.delivery import Delivery
from tap_graph.storage.intake.reports import ReportedSpan, refuse_lines, refuse_others, refuse_taken, reports_of_lines, taken_back
from tap_graph.storage.intake.stage import Stage
from tap_graph.values.text import is_storable

MOST_DEFECTS_KEPT = 1_000
# Why a line is refused for its whole report, the report's own defects tell; a line repeats the first few.
MOST_DEFECTS_TOLD = 5


def reports_of(stage: Stage, feed: Feed, delivery: Delivery) -> list[ReportedSpan]:
    """The reports of a POS file; lines of reports that are refused, or were taken back before they came, are refused in the stage."""
    if stage.kind != "pos":
        return []
    named = [_span(_storable(report)) for report in feed.reports if report.distributor_id]
    before = {} if delivery.again else taken_back(stage.connection)
    reports = []
    for found in named or reports_of_lines(stage):
        report = _checked(found, delivery, before)
        reports.append(report)
        if report.is_refused:
            defects = msgspec.json.decode(report.defects, type=list[Problem])[:MOST_DEFECTS_TOLD]
            refuse_lines(stage, report, _encoded(defects))
        elif report.target is not None and not delivery.again:
            before[report.distributor_id, report.target] = report.number or report.target
    own = delivery.only_distributor
    return [report for report in reports if own is None or report.distributor_id == own]


def keep_to_sender(stage: Stage, delivery: Delivery) -> None:
    """Refuses staged lines that name another distributor than the one that may send them."""
    if delivery.only_distributor is not None and "distributor_id" in stage.columns:
        message = f"The line names another distributor than its sender, {delivery.only_distributor}. Deliver your own lines only."
        refuse_others(stage, delivery.only_distributor, _encoded([Problem("NOT_YOUR_LINE", "distributor_id", None, message)]))
    if delivery.only_distributor is not None and stage.kind == "deviations":
        message = f"The deviation is another distributor's than its sender's, {delivery.only_distributor}. Take another number."
        refuse_taken(stage, delivery.only_distributor, _encoded([Problem("NOT_YOUR_LINE", "deviation_number", None, message)]))


def _storable(report: Report) -> Report:
    """The report without what no database keeps; one whose numbers held such a thing is refused."""
    names = ("distributor_id", "number", "replaces")
    texts = {name: getattr(report, name) for name in names}
    wrong = {name: text for name, text in texts.items() if text is not None and not is_storable(text)}
    if not wrong:
        return report
    message = "holds NUL or half of a letter. Write it again, and deliver the report anew."
    problems = [Problem("BAD_CHARACTER", name, None, f"The report's {name} {message}") for name in wrong]
    cleaned = {name: text.replace("\x00", "").encode(errors="ignore").decode() for name, text in wrong.items()}
    return replace(report, **cleaned, defects=(*report.defects, *problems))


def _span(report: Report) -> ReportedSpan:
    return ReportedSpan(
        distributor_id=report.distributor_id or "",
        number=report.number,
        replaces=report.replaces,
        purpose=report.purpose.value,
        reported_on=report.reported_on,
        first_day=report.first_day,
        last_day=report.last_day,
        first=report.first_record,
        last=report.last_record,
        lines=report.last_record - report.first_record + 1,
        defects=_encoded(report.defects[:MOST_DEFECTS_KEPT]),
    )


def _checked(report: ReportedSpan, delivery: Delivery, before: Mapping[tuple[str, str], str]) -> ReportedSpan:
    problems = [*_foreign(report, delivery), *_late(report, before)]
    if not problems:
        return report
    defects = [*msgspec.json.decode(report.defects, type=list[Problem]), *problems]
    return msgspec.structs.replace(report, defects=_encoded(defects))


def _foreign(report: ReportedSpan, delivery: Delivery) -> Iterator[Problem]:
    """A report about another distributor's lines would take them back."""
    if delivery.only_distributor is not None and report.distributor_id != delivery.only_distributor and report.purpose != "ORIGINAL":
        message = f"The report is {report.distributor_id}'s, and its sender is {delivery.only_distributor}. Send your own reports only."
        yield Problem("NOT_YOUR_REPORT", "distributor_id", report.distributor_id, message)


def _late(report: ReportedSpan, before: Mapping[tuple[str, str], str]) -> Iterator[Problem]:
    """An original report that was taken back before it came."""
    later = before.get((report.distributor_id, report.number or ""))
    if later is not None and report.purpose == "ORIGINAL":
        message = (
            f"Report {report.number} was replaced or cancelled by {later}, which came before it. Deliver it again if it holds after all."
        )
        yield Problem("REPORT_TAKEN_BACK", "report_number", report.number, message)


def _encoded(problems: object) -> str:
    return msgspec.json.encode(problems).decode()
