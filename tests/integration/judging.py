"""What the program and the model say of the same deliveries, in the same form."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from tap_graph.app import Application
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.services.evaluating import Request
from tap_graph.services.receiving import Delivery, Received
from tests.model.figures import THEATRES
from tests.model.rows import Delivery as Rows
from tests.model.years import csv_text

UNCOMPARED = {"source", "provenance", "explanation"}


def deliver(application: Application, deliveries: Sequence[Rows]) -> list[Received]:
    """Delivers rows as CSV files, one after the other."""
    return [
        application.ingest(Delivery(kind, io.BytesIO(csv_text(kind, rows).encode()), f"{number}-{kind}.csv"))
        for number, (kind, rows) in enumerate(deliveries, 1)
    ]


def judge_everything(application: Application, *, dry_run: bool = False) -> list[dict[str, Any]]:
    """Both windows of every option of every theatre on their days, the earliest first, as the model's `judge_all` does."""
    steps = [
        (option.evaluation_day(window), theatre, code, window)
        for theatre, options in THEATRES.items()
        for code, option in options.items()
        for window in ("FIRST", "SECOND")
    ]
    judged = []
    for _, theatre, code, window in sorted(steps):
        request = Request(theatre, code, EvaluationWindow(window), dry_run=dry_run)
        rows = application.explain(request, application.evaluate(request).evaluated)
        if rows:
            results = [comparable(row) for row in rows]
            judged.append({"region": theatre, "option": code, "window": window, "results": results})
    return judged


def comparable(row: Mapping[str, Any]) -> dict[str, Any]:
    """One evaluation without what the model does not tell: sources, explanations and findings."""
    requirements = [{key: value for key, value in found.items() if key not in UNCOMPARED} for found in row["requirements"]]
    return {**{key: value for key, value in row.items() if key != "findings"}, "requirements": requirements}
