"""Development tokens: what is believed, and what speaks for nobody."""

import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tap_graph.domain.errors import ConfigurationError, NotAuthenticated, NotMigrated
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.identifying import Tokens, development_key, stored_key, viewer_of
from tap_graph.storage.unit_of_work import Database
from tests.web.conftest import KEY, NOW

TOKENS = Tokens(KEY)
LATER = int(NOW.timestamp()) + 3600
VIEWERS = [
    Viewer(subject="p", role=Role.PARTNER, partner_number="P1"),
    Viewer(subject="c", role=Role.CAM, email="cam@example.com"),
    Viewer(subject="d", role=Role.DISTRIBUTOR, distributor_id="D1"),
    Viewer(subject="a", role=Role.ADMINISTRATOR, regions=("ONE", "TWO")),
    Viewer(subject="u", role=Role.AUDITOR),
    Viewer(subject="v", role=Role.AUDITOR, regions=()),
]


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def signed(claims: dict[str, Any], key: str = KEY, **header: Any) -> str:
    algorithm = header.get("alg", "HS256")
    return jwt.encode({"alg": algorithm, **header}, claims, OctKey.import_key(key), algorithms=[algorithm])


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.role)
def test_a_token_speaks_for_the_viewer_it_was_signed_for(viewer: Viewer) -> None:
    assert TOKENS.verify(TOKENS.sign(viewer, NOW), NOW) == viewer


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "Ä.Ö.Ü",
        "\ud800",
        "x" * 100_000,
        encoded({"alg": "none"}) + "." + encoded({"sub": "u", "role": "AUDITOR", "exp": LATER}) + ".",
        signed({"sub": "u", "role": "AUDITOR", "exp": LATER}, "another key, which is long enough as well"),
        signed({"sub": "u", "role": "AUDITOR", "exp": LATER}, alg="HS512"),
        TOKENS.sign(VIEWERS[0], NOW)[:-4] + "AAAA",
        encoded({"alg": "HS256"}) + "." + encoded([]) + "." + "A" * 43,
    ],
)
def test_what_was_not_signed_by_us_speaks_for_nobody(token: str) -> None:
    with pytest.raises(NotAuthenticated):
        TOKENS.verify(token, NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "u", "role": "AUDITOR"},
        {"sub": "u", "role": "AUDITOR", "exp": int(NOW.timestamp())},
        {"sub": "u", "role": "AUDITOR", "exp": True},
        {"sub": "u", "role": "AUDITOR", "exp": 10**30},
        {"sub": "u", "role": "AUDITOR", "exp": -1},
        {"sub": "u", "role": "AUDITOR", "exp": LATER, "nbf": LATER},
        {"sub": "u", "role": "KING", "exp": LATER},
        {"sub": "u", "role": ["AUDITOR"], "exp": LATER},
        {"sub": "u", "exp": LATER},
        {"role": "AUDITOR", "exp": LATER},
        {"sub": "", "role": "AUDITOR", "exp": LATER},
        {"sub": "u", "role": "AUDITOR", "regions": "ONE", "exp": LATER},
        {"sub": "u", "role": "AUDITOR", "regions": [1], "exp": LATER},
        {"sub": "u", "role": "PARTNER", "exp": LATER},
        {"sub": "u", "role": "PARTNER", "partner": "", "exp": LATER},
        {"sub": "u", "role": "PARTNER", "partner": "P\x00", "exp": LATER},
        {"sub": "u", "role": "CAM", "exp": LATER},
        {"sub": "u", "role": "DISTRIBUTOR", "partner": "P1", "exp": LATER},
        {"sub": "u", "role": "ADMINISTRATOR", "exp": LATER},
    ],
)
def test_signed_claims_that_say_too_little_or_nonsense_speak_for_nobody(claims: dict[str, Any]) -> None:
    with pytest.raises(NotAuthenticated):
        TOKENS.verify(signed(claims), NOW)


@pytest.mark.parametrize("claims", [{"role": "PARTNER", "partner": "P\ud800"}, {"role": "ADMINISTRATOR", "regions": ["R\ud800"]}])
def test_half_a_surrogate_pair_speaks_for_nobody(claims: dict[str, Any]) -> None:
    with pytest.raises(NotAuthenticated, match="The token's"):
        viewer_of({"sub": "u", **claims})


def test_a_viewer_without_what_its_role_needs_gets_no_token() -> None:
    with pytest.raises(NotAuthenticated, match="The token's role PARTNER needs a partner"):
        TOKENS.sign(Viewer(subject="p", role=Role.PARTNER), NOW)


def test_short_keys_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="shorter than 32 bytes"):
        Tokens("secret")


def test_the_key_is_made_once_and_a_setting_goes_before_it(database: Database) -> None:
    with database.reading() as connection, pytest.raises(NotMigrated):
        stored_key(connection)
    with database.writing() as connection:
        made = development_key(connection)
    with database.writing() as connection:
        assert development_key(connection) == made
        assert development_key(connection, KEY) == KEY
    with database.reading() as connection:
        assert (stored_key(connection), stored_key(connection, KEY)) == (made, KEY)
    assert len(made) == 64
