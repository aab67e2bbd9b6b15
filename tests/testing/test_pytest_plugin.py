"""`pytest --tap-region` runs the conformance checks of an installed region as tests."""

import os
import subprocess
import sys
from pathlib import Path

from tap_graph.testing.conformance import CHECKS

ROOT = Path(__file__).parents[2]
REGION = """
from tests.rules.regions import module
from tap_graph.domain.finding import note
from tap_graph.sdk import rule
plain = module()
TAP_SDK = 1
tap_theatre, tap_periods, tap_countries, tap_minimums = plain.tap_theatre, plain.tap_periods, plain.tap_countries, plain.tap_minimums
"""
PARTIAL_RULE = """
@rule
def tap_check_order_line(line):
    return [note("LABEL", {"PURCHASE": "bought"}[line.acquisition], "rules, 1")]
"""


def checked(folder: Path, source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "atlantis.py").write_text(source)
    info = folder / "atlantis-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tap-graph-atlantis\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("[tap_graph.regions]\nATLANTIS = atlantis\n")
    (folder / "pytest.ini").write_text("[pytest]\n")
    paths = os.pathsep.join(map(str, (folder, ROOT, *sys.path)))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False)


def test_every_check_is_a_test_of_the_region(tmp_path: Path) -> None:
    ran = checked(tmp_path, REGION, "--tap-region", "ATLANTIS", "-v")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{len(CHECKS)} passed" in ran.stdout
    assert [check.name for check in CHECKS if f"conformance/ATLANTIS::{check.name} PASSED" not in ran.stdout] == []


def test_a_check_that_does_not_hold_fails_with_its_problems(tmp_path: Path) -> None:
    ran = checked(tmp_path, REGION + PARTIAL_RULE, "--tap-region", "ATLANTIS")
    assert ran.returncode == 1
    assert f"1 failed, {len(CHECKS) - 1} passed" in ran.stdout
    assert "ATLANTIS: tap_check_order_line of tap-graph-atlantis 1.2 raised KeyError" in ran.stdout


def test_a_region_that_is_not_installed_is_a_wrong_call(tmp_path: Path) -> None:
    ran = checked(tmp_path, REGION, "--tap-region", "LEMURIA")
    assert ran.returncode == 4
    assert "--tap-region LEMURIA: No region LEMURIA is installed; there are" in ran.stdout + ran.stderr


def test_without_the_option_nothing_is_added(tmp_path: Path) -> None:
    ran = checked(tmp_path, REGION)
    assert ran.returncode == 5
    assert "no tests ran" in ran.stdout
