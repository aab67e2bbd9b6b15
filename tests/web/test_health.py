"""Health needs no identity and tells no secrets."""

import pytest

from tests.web.conftest import Web


def test_live_process_says_so(web: Web) -> None:
    response = web.client.get("/livez")
    assert (response.status_code, response.json()) == (200, {"status": "live"})


def test_readiness_follows_the_database(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    assert web.client.get("/readyz").status_code == 200
    web.ready[0] = False
    assert web.client.get("/readyz").status_code == 503
    web.ready.clear()
    response = web.client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "not ready"})
    assert "the readiness check failed" in caplog.text
