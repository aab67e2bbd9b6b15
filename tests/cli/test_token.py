"""`tap-graph token`: one token for each role, refused where the role lacks something."""

from datetime import UTC, datetime, timedelta

import pytest

from tap_graph.app import open_application
from tap_graph.domain.errors import NotAuthenticated
from tap_graph.domain.viewer import Role, Viewer
from tests.cli.conftest import CommandLine

REGIONAL = ["ADMINISTRATOR", "APPROVER", "DEVIATION_APPROVER", "PARTNER_RELATIONS", "ASSET_RECOVERY"]
GIVEN: dict[str, list[str]] = {
    "PARTNER": ["--partner", "P1"],
    "DISTRIBUTOR": ["--distributor", "D1"],
    "CAM": ["--email", "cam@example.com"],
    "FIELD": ["--email", "field@example.com"],
    "AUDITOR": [],
    **{role: ["--region", "APAC", "--region", "US"] for role in REGIONAL},
}
LACKING = {
    "PARTNER": "a partner", "DISTRIBUTOR": "a distributor", "CAM": "an email", "FIELD": "an email", **dict.fromkeys(REGIONAL, "regions"),
}  # fmt: skip


def verified(tap: CommandLine, token: str, later: timedelta = timedelta()) -> Viewer:
    application = open_application(f"sqlite:///{tap.database}")
    try:
        return application.tokens().verify(token, datetime.now(UTC) + later)
    finally:
        application.database.dispose()


@pytest.mark.parametrize("role", GIVEN)
def test_token_speaks_for_the_role_with_what_was_given(tap: CommandLine, role: str) -> None:
    result = tap("token", "--role", role, *GIVEN[role])
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    viewer = verified(tap, result.stdout.strip())
    assert viewer.role is Role(role)
    assert [viewer.partner_number, viewer.distributor_id, viewer.email, viewer.regions] == [
        "P1" if role == "PARTNER" else None,
        "D1" if role == "DISTRIBUTOR" else None,
        GIVEN[role][1] if role in {"CAM", "FIELD"} else None,
        ("APAC", "US") if role in REGIONAL else None,
    ]


@pytest.mark.parametrize("role", LACKING)
def test_role_that_lacks_something_is_a_wrong_call(tap: CommandLine, role: str) -> None:
    result = tap("token", "--role", role)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"Error: The token's role {role} needs {LACKING[role]}.\n")


def test_every_role_of_the_program_has_a_token() -> None:
    later = {"SALESPERSON", "TEAM_LEAD", "SCHEME_AUTHOR", "SUPERVISOR"}
    assert {role.value for role in Role} - later == set(GIVEN)


def test_token_ends_after_its_hours(tap: CommandLine) -> None:
    token = tap("token", "--role", "AUDITOR", "--hours", "2").stdout.strip()
    assert verified(tap, token, timedelta(hours=1, minutes=59)).role is Role.AUDITOR
    with pytest.raises(NotAuthenticated, match="out of date"):
        verified(tap, token, timedelta(hours=2, minutes=1))


def test_key_that_is_too_short_is_told(tap: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAP_DEVELOPMENT_KEY", "short")
    result = tap("token", "--role", "AUDITOR")
    told = "CONFIGURATION: The development key is shorter than 32 bytes; set a longer one.\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", told)
