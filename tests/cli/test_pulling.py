"""`tap-graph key`, `pull` and `watch`: what they do, print and end with."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tap_graph.app import open_application
from tap_graph.cli.stopping import Stopping
from tap_graph.testing.distributor import File, HttpDistributor, SftpDistributor
from tests.cli.conftest import CommandLine
from tests.cli.program import PARTNERS

POS = "distributor_id,invoice_number,invoice_line\nD1,I1,1\n"


def sources(tap: CommandLine, **urls: str) -> str:
    """The path of a file of sources of partners, one for each name."""
    tables = [f'[[source]]\nname = "{name}"\nkind = "partners"\nsender = "D1"\nurl = "{url}"\n' for name, url in urls.items()]
    return tap.file("sources.toml", "\n".join(tables))


def test_a_key_is_shown_once_and_delivers_to_the_server(tap: CommandLine) -> None:
    issued = tap.json("key", "issue", "--distributor", "D1", "--kind", "pos", "--days", "30")
    assert (issued["distributor_id"], issued["kind"], issued["ends_at"][-1]) == ("D1", "pos", "Z")
    second = tap("key", "issue", "--distributor", "D1", "--kind", "pos", "--by", "ada")
    assert second.exit_code == 0
    assert second.stdout.startswith("tapk_")
    third = tap("key", "issue", "--distributor", "D1", "--kind", "pos")
    assert (third.exit_code, third.stdout) == (1, "")
    assert third.stderr.startswith("ACT_REFUSED: D1 has 2 live keys for pos already.")
    application = open_application(f"sqlite:///{tap.database}")
    headers = {"Authorization": f"Bearer {issued['key']}", "Idempotency-Key": "k"}
    with TestClient(application.web()) as client:
        answers = [client.post("/feeds/pos", content=POS, headers=headers) for _ in range(2)]
        assert client.get("/metrics").text.count("feeds_deliveries") == 3
    application.database.dispose()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert answers[0].json()[0]["file"] == "pos"
    revoked = tap("key", "revoke", issued["name"], "--reason", "leaked")
    assert revoked.stdout == f"Key {issued['name']} is revoked; servers that know it take it for 60 s more at most.\n"
    listed = tap.json("key", "list")
    assert [(key["name"], key["state"], key["created_by"]) for key in listed] == [
        (issued["name"], "REVOKED", "command-line"), (second.stdout.split("_")[1], "LIVE", "ada"),
    ]  # fmt: skip
    assert issued["key"].rpartition("_")[2] not in tap("key", "list").stdout


def test_files_are_pulled_once_and_what_failed_is_shown(
    tap: CommandLine, tap_http_distributor: Callable[..., HttpDistributor], monkeypatch: pytest.MonkeyPatch
) -> None:
    distributor = tap_http_distributor()
    distributor.publish(File("march.csv", "partners", "text/csv", PARTNERS.encode()))
    monkeypatch.setenv("TAP_SOURCES", sources(tap, one=f"{distributor.url}/", two="http://127.0.0.1:1/"))
    one, two = tap.json("pull", "--once", ends=1)
    assert (one["source"], one["name"], one["state"], one["failure"]) == ("one", "march.csv", "RECEIVED", None)
    assert one["received"]["accepted"] == 2
    assert (two["source"], two["name"], two["state"]) == ("two", "", "FAILED")
    again = tap("pull", "--once", "--sources", sources(tap, one=f"{distributor.url}/"))
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "")
    (status,) = tap.json("pull", "--status", "--sources", sources(tap, one=f"{distributor.url}/", two="http://127.0.0.1:1/"))
    assert (status["source"], status["name"], status["attempts"]) == ("two", "", 1)
    assert "ConnectError" in tap("pull", "--status", "--retry", "--sources", sources(tap, two="http://127.0.0.1:1/")).stdout


def test_files_are_pulled_by_sftp_with_a_password_from_the_environment(
    tap: CommandLine, tap_sftp_distributor: Callable[..., SftpDistributor], monkeypatch: pytest.MonkeyPatch
) -> None:
    distributor = tap_sftp_distributor()
    distributor.publish(File("march.csv", "partners", "text/csv", PARTNERS.encode()))
    path = Path(sources(tap, one=f"sftp://{distributor.username}@{distributor.host}:{distributor.port}/outbox"))
    path.write_text(f'{path.read_text()}password_env = "D1_PASSWORD"\nhost_key = "{distributor.host_key}"\n')
    without = tap("pull", "--once", "--sources", str(path))
    assert (without.exit_code, without.stdout) == (1, "")
    assert without.stderr == "CONFIGURATION: The environment variable D1_PASSWORD is not set; put the secret into it.\n"
    monkeypatch.setenv("D1_PASSWORD", distributor.password)
    pulled = tap("pull", "--once", "--sources", str(path))
    assert (pulled.exit_code, pulled.stdout) == (0, "one: march.csv: RECEIVED, delivery 1, 2 accepted, 0 unchanged, 0 held, 0 refused\n")


def test_sftp_without_its_package_says_what_to_install(tap: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tap_graph.services.pulling.sftp", raising=False)
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    path = Path(sources(tap, one="sftp://u@127.0.0.1/x"))
    path.write_text(f'{path.read_text()}password_env = "P"\nhost_key = "SHA256:a"\n')
    result = tap("pull", "--once", "--sources", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "CONFIGURATION: Source one needs the package asyncssh. Run `pip install tap-graph[sftp]`.\n"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["pull"], "Name the file of sources with --sources, or in TAP_SOURCES."),
        (["pull", "--json", "--sources", "s.toml"], "--json prints one document at the end; add --once or --status."),
        (["watch", ".", "--kind", "pos", "--sender", "D1", "--json"], "--json prints one document at the end; add --once."),
        (["watch", "nowhere", "--kind", "pos", "--sender", "D1"], "Directory 'nowhere' does not exist."),
        (["watch", ".", "--kind", "invoices", "--sender", "D1"], "'invoices' is not one of "),
        (["key", "issue", "--distributor", "D1", "--kind", "orders"], "'orders' is not one of 'pos', 'deviations'."),
        (["key", "revoke", "x"], "Missing option '--reason'."),
    ],
)
def test_a_wrong_call_says_what_is_wrong(tap: CommandLine, monkeypatch: pytest.MonkeyPatch, call: list[str], told: str) -> None:
    monkeypatch.delenv("TAP_SOURCES", raising=False)
    result = tap(*call)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_sources_that_cannot_be_read_are_told(tap: CommandLine) -> None:
    result = tap("pull", "--once", "--sources", "nowhere.toml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("CONFIGURATION: The sources cannot be read: nowhere.toml: ")


def test_a_watched_folder_is_emptied_into_received_and_refused(tap: CommandLine) -> None:
    folder = tap.folder / "drop"
    folder.mkdir()
    (folder / "good.csv").write_text(PARTNERS)
    (folder / "bad.csv").write_text("nonsense\n")
    outcomes = tap.json("watch", str(folder), "--kind", "partners", "--sender", "D1", "--quiet", "0", "--once", ends=1)
    assert [(outcome["name"], outcome["state"]) for outcome in outcomes] == [("bad.csv", "REFUSED"), ("good.csv", "RECEIVED")]
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "received/good.csv", "received/good.csv.answer.json", "refused/bad.csv", "refused/bad.csv.answer.json",
    ]  # fmt: skip
    assert json.loads((folder / "received" / "good.csv.answer.json").read_text())[0]["accepted"] == 2


def test_work_in_hand_is_ended_before_the_program_is() -> None:
    before = signal.getsignal(signal.SIGINT)
    done = []
    with Stopping.heard() as stopping:
        signal.raise_signal(signal.SIGTERM)
        done.append("work")
        with pytest.raises(KeyboardInterrupt):
            stopping.sleep(60)
    with Stopping.heard() as stopping, pytest.raises(KeyboardInterrupt), stopping.waiting():
        signal.raise_signal(signal.SIGINT)
    with Stopping.heard():
        signal.raise_signal(signal.SIGINT)
        # Whoever asks twice is not kept waiting.
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert done == ["work"]
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_ends_cleanly_when_it_is_stopped(tap: CommandLine, sent: signal.Signals) -> None:
    folder = tap.folder / "drop"
    folder.mkdir()
    (folder / "march.csv").write_text(PARTNERS)
    (folder / "march.csv.done").touch()
    call = [sys.executable, "-m", "tap_graph", "watch", str(folder), "--kind", "partners", "--sender", "D1"]
    environment = {**os.environ, "TAP_DATABASE_URL": f"sqlite:///{tap.database}"}
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as watching:
        assert watching.stdout is not None
        told = watching.stdout.readline()
        watching.send_signal(sent)
        _, stderr = watching.communicate(timeout=20)
    assert (watching.returncode, stderr) == (0, "Stopped; what was not received whole is fetched again next time.\n")
    assert told.endswith(": march.csv: RECEIVED, delivery 1, 2 accepted, 0 unchanged, 0 held, 0 refused\n")
