"""The skeleton of a new region is written once, overwrites nothing, and passes its own tests as it was written."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tap_graph.domain.errors import ConfigurationError, TapError
from tap_graph.rules import rulebook_of
from tap_graph.testing import skeleton
from tap_graph.testing.skeleton import write_region
from tests.rules.regions import countries, module

ROOT = Path(__file__).parents[2]


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def find() -> None:
        raise ConfigurationError("No region is installed.")

    monkeypatch.setattr(skeleton, "find_rulebooks", find)


def announce(folder: Path, code: str, package: str) -> None:
    """What installing a distribution leaves behind for entry points to be found."""
    info = folder / "atlantis-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package.replace('_', '-')}\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text(f"[tap_graph.regions]\n{code} = {package}\n")


@pytest.mark.usefixtures("nothing_installed")
def test_the_files_are_written_and_named(tmp_path: Path) -> None:
    written = write_region("ATLANTIS", tmp_path / "new")
    assert [str(path.relative_to(tmp_path / "new")) for path in written] == [
        "pyproject.toml",
        "README.md",
        "tap_graph_atlantis/__init__.py",
        "scenarios/first_steps.yaml",
        "test_scenarios.py",
    ]
    assert [path for path in written if "$" in path.read_text("utf-8")] == []
    project = tomllib.loads(written[0].read_text("utf-8"))
    assert project["project"]["name"] == "tap-graph-atlantis"
    assert project["project"]["entry-points"]["tap_graph.regions"] == {"ATLANTIS": "tap_graph_atlantis"}


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("code", ["", "atlantis", "1ST", "NEW-ATLANTIS", "ATLANTIS "])
def test_a_code_that_is_none_is_refused_and_nothing_written(tmp_path: Path, code: str) -> None:
    with pytest.raises(TapError, match=r"is no theatre code\. Write capitals, digits and _ only, a capital first\."):
        write_region(code, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("nothing_installed")
def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(TapError, match=r"README\.md exists already, and nothing is overwritten\. Choose an empty folder\."):
        write_region("ATLANTIS", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_region_that_is_installed_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skeleton, "find_rulebooks", lambda: {"ATLANTIS": rulebook_of(module())})
    with pytest.raises(TapError, match=r"^Region ATLANTIS is installed already\."):
        write_region("ATLANTIS", tmp_path)


def test_a_country_claimed_by_an_installed_region_is_left_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for claimed, written in (("XA", "XH"), ("XH", "XI")):
        installed = {"ATLANTIS": rulebook_of(module(tap_countries=lambda listed=claimed: countries(listed)))}
        monkeypatch.setattr(skeleton, "find_rulebooks", lambda installed=installed: installed)
        scenario = write_region("LEMURIA", tmp_path / claimed)[3].read_text("utf-8")
        assert f"partner: {{partner_number: P1, country: {written}}}" in scenario


@pytest.mark.usefixtures("nothing_installed")
def test_the_skeleton_passes_its_own_tests_as_it_was_written(tmp_path: Path) -> None:
    write_region("ATLANTIS", tmp_path / "new")
    announce(tmp_path, "ATLANTIS", "tap_graph_atlantis")
    paths = os.pathsep.join(map(str, (tmp_path / "new", tmp_path, ROOT, *sys.path)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]
    ran = subprocess.run(command, cwd=tmp_path / "new", env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "11 passed" in ran.stdout
