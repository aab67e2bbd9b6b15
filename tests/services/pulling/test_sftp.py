"""Pulling over SFTP from a real server: its key, its files, and everything that goes wrong on the wire."""

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from tap_graph.domain.errors import ConfigurationError
from tap_graph.services.pulling import Puller
from tap_graph.services.pulling.place import Arriving
from tap_graph.services.pulling.sftp import SftpPlace
from tap_graph.settings import named_value
from tap_graph.testing.distributor import File, SftpDistributor
from tests.services.pulling.conftest import PARTNERS, Pulling, source, states

Distributors = Callable[..., SftpDistributor]
MISBEHAVIORS = ["resetting", "half_then_silence", "failing"]


def laid_out(name: str, content: bytes = PARTNERS) -> File:
    return File(name, "partners", "text/csv", content)


def puller(pulling: Pulling, distributor: SftpDistributor, step_seconds: float = 5, **given: Any) -> Puller:
    """A puller over SFTP that is patient for so many seconds."""
    url = f"sftp://{distributor.username}@{distributor.host}:{distributor.port}/outbox"
    chosen = source(url, **{"host_key": distributor.host_key, "password_env": "PASSWORD", **given})
    secrets = {"PASSWORD": distributor.password, "WRONG": "wrong", "KEY": distributor.key_file.read_text()}
    return pulling.puller(SftpPlace(chosen, lambda name: named_value(name, secrets), step_seconds), chosen)


def fingerprint(distributor: SftpDistributor) -> str:
    return asyncssh.import_public_key(distributor.host_key).get_fingerprint()


def test_files_of_a_folder_are_received_once_by_password_or_key(pulling: Pulling, tap_sftp_distributor: Distributors) -> None:
    distributor = tap_sftp_distributor()
    distributor.publish(laid_out("march.csv"))
    distributor.publish(laid_out("other.txt"))
    (distributor.root / "outbox" / "folder.csv").mkdir()
    (distributor.root / "outbox" / "link.csv").symlink_to("/etc/passwd")
    pulls = puller(pulling, distributor, pattern="*.csv")
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    assert states(pulls.round()) == []
    by_key = puller(pulling, distributor, pattern="*.csv", password_env=None, private_key_env="KEY", host_key=fingerprint(distributor))
    assert states(by_key.round()) == []
    distributor.publish(laid_out("march.csv", PARTNERS + b"P3,Three\n"))
    (outcome,) = by_key.round()
    assert outcome.received is not None
    assert (outcome.received.accepted, outcome.received.unchanged) == (1, 2)


def test_another_server_than_the_known_one_gets_no_password(pulling: Pulling, tap_sftp_distributor: Distributors) -> None:
    distributor = tap_sftp_distributor()
    distributor.publish(laid_out("march.csv"))
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint()
    (outcome,) = puller(pulling, distributor, host_key=other).round()
    assert (outcome.name, outcome.state) == ("", "FAILED")
    assert outcome.failure is not None
    assert "its key is not the host_key of the source" in outcome.failure
    (outcome,) = puller(pulling, distributor, password_env="WRONG").round()
    assert outcome.failure is not None
    assert "PermissionDenied" in outcome.failure
    assert pulling.received == []


@pytest.mark.parametrize("misbehavior", MISBEHAVIORS)
def test_half_a_file_is_never_received(pulling: Pulling, tap_sftp_distributor: Distributors, misbehavior: str) -> None:
    distributor = tap_sftp_distributor()
    distributor.publish(laid_out("march.csv"))
    distributor.publish(laid_out("may.csv", PARTNERS + b"P3,Three\n"))
    distributor.misbehave(misbehavior)
    pulls = puller(pulling, distributor, step_seconds=0.5)
    # The connection is a new one for the second file.
    assert states(pulls.round()) == [("march.csv", "FAILED"), ("may.csv", "RECEIVED")]
    pulling.clock.at += timedelta(minutes=1)
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]


@pytest.mark.parametrize("misbehavior", MISBEHAVIORS)
def test_a_folder_that_cannot_be_looked_at_is_told(pulling: Pulling, tap_sftp_distributor: Distributors, misbehavior: str) -> None:
    distributor = tap_sftp_distributor()
    distributor.publish(laid_out("march.csv"))
    distributor.misbehave(misbehavior, where="index")
    pulls = puller(pulling, distributor, step_seconds=0.5)
    assert states(pulls.round()) == [("", "FAILED")]
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_look(
    pulling: Pulling, tap_sftp_distributor: Distributors, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributor = tap_sftp_distributor()
    distributor.publish(laid_out("march.csv"))
    path = distributor.root / "outbox" / "march.csv"
    pulls = puller(pulling, distributor)
    write = Arriving.write

    def growing(arriving: Arriving, data: bytes) -> None:
        with path.open("ab") as file:
            file.write(b"P3,Three\n")
        write(arriving, data)

    with monkeypatch.context() as patched:
        patched.setattr(Arriving, "write", growing)
        (outcome,) = pulls.round()
    assert (outcome.state, outcome.failure) == ("FAILED", "The file changed while it was read: it is still being written.")
    assert pulling.received == []
    pulling.clock.at += timedelta(minutes=1)
    (outcome,) = pulls.round()
    assert outcome.received is not None
    assert outcome.received.sha256 != ""
    assert stat.S_ISREG(path.stat().st_mode)


def test_a_server_that_is_not_there_is_told(pulling: Pulling, tap_sftp_distributor: Distributors) -> None:
    distributor = tap_sftp_distributor()
    pulls = puller(pulling, distributor)
    place = pulls.place
    assert isinstance(place, SftpPlace)
    place._port = 1
    (outcome,) = pulls.round()
    assert (outcome.name, outcome.state) == ("", "FAILED")


def test_keys_that_are_none_are_told_without_what_they_hold(tmp_path: Path) -> None:
    url = "sftp://u@127.0.0.1/x"
    with pytest.raises(ConfigurationError, match="its host_key is neither SHA256:… nor a public key"):
        SftpPlace(source(url, host_key="nonsense", password_env="P"), lambda _name: "x")
    with pytest.raises(ConfigurationError) as refused:
        SftpPlace(source(url, host_key="SHA256:a", private_key_env="P"), lambda _name: "s3cret")
    assert str(refused.value) == "Source S: P holds no private key without a passphrase."
