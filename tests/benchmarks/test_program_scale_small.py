"""The large benchmark's path at a small size, so that it cannot rot: the same files, receiving and judging."""

import csv
from pathlib import Path

from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.services.evaluating import Request
from tap_graph.services.receiving import Delivery
from tests.applications import in_memory
from tests.benchmarks.program_files import Size, write


def test_generated_program_year_is_received_whole_and_judged(tmp_path: Path) -> None:
    application = in_memory()
    for kind, path in write(tmp_path, Size(lines=2_000, partners=10)).items():
        with path.open("rb") as stream:
            received = application.ingest(Delivery(kind, stream, path.name))
        assert (received.lines, received.held, received.refused) == (received.accepted, 0, 0)
    run = application.evaluate(Request("APAC", "P7", EvaluationWindow.FIRST, dry_run=True))
    assert len(run.evaluated) == 10
    assert sum(one.judgement.totals.booked_value for one in run.evaluated) == counted_by_hand(tmp_path / "orders.csv")


def counted_by_hand(orders: Path) -> int:
    """Net value in cents of the lines that count: resale, existing network, no MSCP, two-tier up to the cut-off day."""
    with orders.open(encoding="utf-8") as file:
        counting = [
            row
            for row in csv.DictReader(file)
            if row["sale_type"] == "RESALE"
            and row["existing_network"] == "true"
            and row["programs"] != "MSCP"
            and (not row["distributor_id"] or row["booked_on"] <= "2008-10-18")
        ]
    return sum(int(row["net_value"].replace(".", "")) for row in counting)
