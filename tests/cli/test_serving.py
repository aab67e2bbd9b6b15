"""`tap-graph serve --sandbox`: the year from memory at once, on this machine unless told otherwise, in one process."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

from tests.cli.conftest import CommandLine


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, dict[str, Any]]]:
    """What is handed to the server, which ends at once."""
    served: list[tuple[Any, dict[str, Any]]] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **how: served.append((app, how)))
    return served


def test_a_sandbox_answers_and_touches_no_database(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "tap_graph", "serve", "--sandbox", "--port", str(port), "--today", "2008-07-26"]
    environment = {**os.environ, "TAP_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stderr
            assert (
                process.stdout.readline() == f"Sandbox    http://127.0.0.1:{port}/sandbox   (tokens, data, latency and faults by header)\n"
            )
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", transport=httpx2.HTTPTransport(retries=10)) as client:
                told = client.get("/sandbox").json()
                token = told["roles"][-1]["token"]
                headers = {"Authorization": f"Bearer {token}"}
                answer = client.post("/graphql", json={"query": "{ partners { totalCount } }"}, headers=headers)
                assert (told["today"], answer.json()["data"]) == ("2008-07-26", {"partners": {"totalCount": 62}})
                assert client.post("/sandbox/reset").status_code == 204
        finally:
            process.send_signal(signal.SIGTERM)
        printed, errors = process.stdout.read(), process.stderr.read()
    assert f"link  http://127.0.0.1:{port}/graphiql#token={token}" in printed
    assert errors == ""
    assert list(tmp_path.iterdir()) == []


def test_by_itself_a_sandbox_listens_on_this_machine_alone(bare: CommandLine, run: list[tuple[Any, dict[str, Any]]]) -> None:
    result = bare("serve", "--sandbox")
    assert (result.exit_code, result.stderr) == (0, "")
    ((sandbox, how),) = run
    sandbox.year.close()
    assert (how["host"], how["port"]) == ("127.0.0.1", 8000)
    assert not bare.database.exists()


def test_a_sandbox_for_others_says_what_they_may_do(bare: CommandLine, run: list[tuple[Any, dict[str, Any]]]) -> None:
    result = bare("serve", "--sandbox", "--host", "0.0.0.0", "--port", "81")
    ((sandbox, how),) = run
    sandbox.year.close()
    assert how["host"] == "0.0.0.0"
    assert result.stderr == "Whoever reaches http://0.0.0.0:81 may read the sandbox and put it back; its tokens are public.\n\n"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["--sandbox", "--workers", "2"], "A sandbox lives in one process; leave out --workers."),
        (["--today", "2008-07-26"], "--today sets the clock of a sandbox; add --sandbox."),
        (["--sandbox", "--today", "26.7.2008"], "'26.7.2008' is not a day; write it as 2008-07-26."),
    ],
)
def test_wrong_calls_are_told(bare: CommandLine, run: list[tuple[Any, dict[str, Any]]], call: list[str], message: str) -> None:
    result = bare("serve", *call)
    assert (result.exit_code, result.stdout, run) == (2, "", [])
    assert message in result.stderr
