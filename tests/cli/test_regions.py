"""`regions`, `check-region`, `new-region`, `schema`: what is installed, and how one more begins."""

from pathlib import Path

import pytest

from tap_graph.rules.host import find_rulebooks
from tests.cli.conftest import CommandLine

ROOT = Path(__file__).parents[2]
REGIONS = ["APAC", "CANADA", "EMERGING", "EUROPE", "US"]


def test_json_tells_theatre_plugin_countries_periods_and_options(bare: CommandLine) -> None:
    told = bare.json("regions")
    assert [region["region"] for region in told] == REGIONS
    apac = told[0]
    assert (apac["name"], apac["plugin"], apac["zone"], apac["currency"]) == ("Asia Pacific", "tap-graph-apac", "Asia/Singapore", "USD")
    assert apac["version"].startswith(f"{apac['plugin_version']}+")
    assert apac["options"] == [
        {"code": "P5", "periods": [5], "minimum": "12500.00"},
        {"code": "P5-P6", "periods": [5, 6], "minimum": "25000.00"},
        {"code": "P6", "periods": [6], "minimum": "12500.00"},
        {"code": "P7", "periods": [7], "minimum": "25000.00"},
    ]
    assert [(period["number"], period["booking_window"]) for period in apac["periods"]] == [
        (5, ["2007-10-28", "2008-01-26"]),
        (6, ["2008-01-27", "2008-04-26"]),
        (7, ["2008-04-27", "2008-10-25"]),
    ]
    assert [country["code"] for country in apac["periods"][2]["countries"]] == [
        "KR", "CN", "AU", "NZ", "SG", "MY", "PH", "VN", "TW", "ID", "TH", "HK", "IN",
    ]  # fmt: skip
    assert {"code": "HK", "name": "中国香港"} in apac["periods"][1]["countries"]


@pytest.mark.parametrize("region", REGIONS)
def test_every_figure_has_value_source_and_provenance(bare: CommandLine, region: str) -> None:
    told = next(one for one in bare.json("regions") if one["region"] == region)
    figures = find_rulebooks()[region].figures()
    assert len(told["figures"]) == len(figures) > 20
    for figure in told["figures"]:
        assert all(figure[name] for name in ("subject", "name", "value", "source", "plugin", "version"))
        assert figure["provenance"] in {"OFFICIAL", "ASSUMED"}


def test_people_get_a_table_of_each_theatre(bare: CommandLine) -> None:
    result = bare("regions")
    assert result.exit_code == 0
    assert all(f"{region}: " in result.stdout for region in REGIONS)
    assert "TAP Q&A, Table 1" in result.stdout


@pytest.mark.parametrize("region", REGIONS)
def test_every_installed_region_conforms(bare: CommandLine, region: str) -> None:
    result = bare("check-region", region)
    assert result.exit_code == 0
    assert {line.split()[0] for line in result.stdout.splitlines()} == {"holds"}


def test_region_that_is_not_installed_is_an_error(bare: CommandLine) -> None:
    result = bare("check-region", "ATLANTIS")
    told = "UNKNOWN_NAME: No region ATLANTIS is installed; there are APAC, CANADA, EMERGING, EUROPE, US.\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", told)


def test_new_region_names_the_files_it_wrote(bare: CommandLine) -> None:
    folder = bare.folder / "atlantis"
    result = bare("new-region", "ATLANTIS", str(folder))
    assert result.exit_code == 0
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert written == {
        "pyproject.toml", "README.md", "tap_graph_atlantis/__init__.py", "scenarios/first_steps.yaml", "test_scenarios.py",
    }  # fmt: skip
    assert all(f"{folder.as_posix()}/{name}\n" in result.stdout for name in written)


def test_new_region_overwrites_nothing(bare: CommandLine) -> None:
    (bare.folder / "mine").mkdir()
    bare.file("mine/pyproject.toml", "mine\n")
    result = bare("new-region", "ATLANTIS", str(bare.folder / "mine"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "pyproject.toml exists already, and nothing is overwritten. Choose an empty folder." in result.stderr
    assert [path.name for path in (bare.folder / "mine").iterdir()] == ["pyproject.toml"]
    assert (bare.folder / "mine" / "pyproject.toml").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("APAC", "TAP_ERROR: Region APAC is installed already. Choose another code, or change the installed one.\n"),
        ("at-lantis", "TAP_ERROR: 'at-lantis' is no theatre code. Write capitals, digits and _ only, a capital first.\n"),
    ],
)
def test_new_region_refuses_a_code_that_cannot_be(bare: CommandLine, code: str, told: str) -> None:
    result = bare("new-region", code, str(bare.folder / "new"))
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", told)
    assert not (bare.folder / "new").exists()


def test_schema_is_the_one_checked_in(bare: CommandLine) -> None:
    result = bare("schema")
    assert result.exit_code == 0
    assert result.stdout_bytes == (ROOT / "docs" / "schema.graphql").read_bytes()
