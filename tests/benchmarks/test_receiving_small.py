"""The receiving benchmark's path at a small size, so that it cannot rot: the same files, in blocks, and rules counted."""

from pathlib import Path

import pytest

from tap_graph.services.receiving import staging
from tests.benchmarks.pos_files import PosSize, expected
from tests.benchmarks.program_files import Size
from tests.benchmarks.receiving import count_rules, run


def test_generated_pos_file_ends_as_it_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "BULK_FROM", 0)
    size = PosSize(lines=1_200, partners=10, order_lines=90)
    assert expected(size.lines) == {"accepted": 1_164, "held": 12, "refused": 24}
    run(f"sqlite:///{tmp_path}/receiving.db", size, 1, tmp_path)


def test_rules_are_asked_once_for_each_distinct_set_of_facts(tmp_path: Path) -> None:
    calls, verdicts = count_rules(Size(lines=2_000, partners=10), tmp_path)
    assert calls == verdicts == 22
