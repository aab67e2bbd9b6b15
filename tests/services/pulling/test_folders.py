"""Folders: what is dropped into one is taken whole, answered beside, and found again after a kill at any step."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tap_graph.services.pulling import Ledger, Puller
from tap_graph.services.pulling import folder as folders
from tap_graph.services.pulling.folder import FolderPlace
from tests.services.pulling.conftest import PARTNERS, Pulling, source, states

QUIET = timedelta(seconds=10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "dropped in"
    made.mkdir()
    return made


def puller(pulling: Pulling, folder: Path, **given: Any) -> Puller:
    chosen = source(folder.as_uri(), **given)
    return pulling.puller(FolderPlace(chosen, pulling.clock.now), chosen)


def dropped(folder: Path, name: str, content: bytes = PARTNERS, *, done: bool = True) -> Path:
    path = folder / name
    path.write_bytes(content)
    if done:
        (folder / f"{name}.done").touch()
    return path


def found(folder: Path) -> list[str]:
    """Every file, by its path in the folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def answer(folder: Path, path: str) -> Any:
    return json.loads((folder / path).read_text())[0]


def test_a_file_marked_as_done_is_taken_at_once_and_answered_beside(each_pulling: Pulling, folder: Path) -> None:
    dropped(folder, "march.csv")
    pulls = puller(each_pulling, folder)
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    assert found(folder) == ["received/march.csv", "received/march.csv.answer.json"]
    told = answer(folder, "received/march.csv.answer.json")
    assert (told["file"], told["accepted"]) == ("march.csv", 2)
    assert states(pulls.round()) == []


def test_a_refused_file_goes_where_people_look_for_it(pulling: Pulling, folder: Path) -> None:
    dropped(folder, "march.csv", b"nonsense\n")
    assert states(puller(pulling, folder).round()) == [("march.csv", "REFUSED")]
    assert found(folder) == ["refused/march.csv", "refused/march.csv.answer.json"]
    assert answer(folder, "refused/march.csv.answer.json")["refusal"].startswith("march.csv: ")


def test_a_file_without_a_mark_is_taken_when_it_kept_its_size_for_long_enough(pulling: Pulling, folder: Path) -> None:
    path, clock = dropped(folder, "march.csv", PARTNERS[:10], done=False), pulling.clock
    pulls = puller(pulling, folder)
    assert states(pulls.round()) == []
    assert pulls.place.ready_in() == QUIET
    clock.at += timedelta(seconds=9)
    path.write_bytes(PARTNERS)
    assert states(pulls.round()) == []
    clock.at += QUIET - timedelta(milliseconds=1)
    assert states(pulls.round()) == []
    assert pulls.place.ready_in() == timedelta(milliseconds=1)
    clock.at += timedelta(milliseconds=1)
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    assert pulls.place.ready_in() is None


def test_a_file_written_anew_with_the_same_size_is_a_changed_one(pulling: Pulling, folder: Path) -> None:
    path, clock = dropped(folder, "march.csv", done=False), pulling.clock
    pulls = puller(pulling, folder)
    assert states(pulls.round()) == []
    clock.at += QUIET
    path.unlink()
    path.write_bytes(PARTNERS)
    assert states(pulls.round()) == []


def test_only_regular_files_of_the_pattern_are_taken(pulling: Pulling, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(PARTNERS)
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "folder.csv").mkdir()
    for name in (".hidden.csv", "march.csv", "march.txt"):
        dropped(folder, name)
    (folder / "link.csv.done").touch()
    (folder / "x.csv.answer.json").write_bytes(b"[]")
    assert states(puller(pulling, folder, pattern="*.csv").round()) == [("march.csv", "RECEIVED")]
    assert (folder / "link.csv").is_symlink()


def test_a_name_that_comes_again_overwrites_nothing(pulling: Pulling, folder: Path) -> None:
    pulls = puller(pulling, folder)
    for content in (PARTNERS, PARTNERS + b"P3,Three\n", PARTNERS):
        dropped(folder, "march.csv", content)
        assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    dropped(folder, "bare")
    dropped(folder, "x")
    assert states(pulls.round()) == [("bare", "RECEIVED"), ("x", "RECEIVED")]
    dropped(folder, "bare")
    assert states(pulls.round()) == [("bare", "RECEIVED")]
    kept = [name for name in found(folder) if not name.endswith(".answer.json")]
    assert kept == [f"received/{name}" for name in ("bare", "bare.2", "march.2.csv", "march.3.csv", "march.csv", "x")]
    counts = [answer(folder, f"received/{name}.answer.json") for name in ("march.csv", "march.2.csv", "march.3.csv")]
    assert [(told["accepted"], told["unchanged"]) for told in counts] == [(2, 0), (1, 2), (0, 2)]


class Killed(BaseException):
    """The process ended here."""


def killing(monkeypatch: pytest.MonkeyPatch, target: object, name: str, *, after: bool) -> None:
    """Ends the process before or after a step, once."""
    real: Callable[..., Any] = getattr(target, name)

    def killed(*arguments: Any, **named: Any) -> Any:
        if after:
            real(*arguments, **named)
        raise Killed

    monkeypatch.setattr(target, name, killed)


STEPS: list[tuple[object, str]] = [
    (FolderPlace, "_take"),
    (FolderPlace, "fetch"),
    (Pulling, "ingest"),
    (folders, "_answer"),
    (FolderPlace, "settle"),
    (Ledger, "received"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("target", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_puller_killed_at_any_step_loses_nothing(
    pulling: Pulling, folder: Path, monkeypatch: pytest.MonkeyPatch, target: object, name: str, after: bool
) -> None:
    dropped(folder, "march.csv")
    with monkeypatch.context() as patched:
        killing(patched, target, name, after=after)
        with pytest.raises(Killed):
            list(puller(pulling, folder).round())
    received, was_answered = len(pulling.rows("deliveries")) > 0, (folder / "received" / "march.csv.answer.json").exists()
    # Another process, which knows nothing of the first one.
    list(puller(pulling, folder).round())
    assert found(folder) == ["received/march.csv", "received/march.csv.answer.json"]
    assert [row.state for row in pulling.rows("deliveries")] == ["RECEIVED"]
    assert len(pulling.rows("partners")) == 2
    told = answer(folder, "received/march.csv.answer.json")
    # The first answer that was written stays.
    assert (told["accepted"], told["unchanged"]) == ((0, 2) if received and not was_answered else (2, 0))


def test_a_file_that_is_dropped_while_one_of_its_name_is_taken_waits_for_its_turn(pulling: Pulling, folder: Path) -> None:
    (folder / "taking").mkdir()
    dropped(folder / "taking", "march.csv", done=False)
    dropped(folder, "march.csv", PARTNERS + b"P3,Three\n")
    pulls = puller(pulling, folder)
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    assert [row.partner_number for row in pulling.rows("partners")] == ["P1", "P2", "P3"]


def test_a_file_that_grows_while_it_is_read_is_left_until_it_is_whole(
    pulling: Pulling, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped(folder, "march.csv", PARTNERS[:25])
    pulls = puller(pulling, folder)
    with monkeypatch.context() as patched:
        real = FolderPlace.offered

        def offered(place: FolderPlace) -> Any:
            found = real(place)
            (folder / "taking" / "march.csv").write_bytes(PARTNERS)
            return found

        patched.setattr(FolderPlace, "offered", offered)
        (outcome,) = pulls.round()
    assert (outcome.state, outcome.failure) == ("FAILED", "The file changed while it was read: it is still being written.")
    assert pulling.received == []
    pulling.clock.at += timedelta(minutes=1)
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    assert pulling.remembered() == [("march.csv", 2, True, None)]


def test_a_folder_that_is_not_there_is_told(pulling: Pulling, folder: Path) -> None:
    folder.rmdir()
    (outcome,) = puller(pulling, folder).round()
    assert (outcome.name, outcome.failure) == ("", f"The folder {folder} cannot be used: No such file or directory.")


def test_a_file_that_cannot_be_moved_aside_is_received_once_and_moved_later(
    pulling: Pulling, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped(folder, "march.csv")
    pulls = puller(pulling, folder)
    with monkeypatch.context() as patched:
        patched.setattr("tap_graph.services.pulling.folder._answer", _full)
        (outcome,) = pulls.round()
    assert (outcome.state, outcome.failure) == ("FAILED", "The file was received and cannot be moved aside: No space left on device.")
    pulling.clock.at += timedelta(minutes=1)
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    assert found(folder) == ["received/march.csv", "received/march.csv.answer.json"]
    assert [row.state for row in pulling.rows("deliveries")] == ["RECEIVED"]


def _full(_path: Path, _received: object) -> None:
    raise OSError(28, "No space left on device")
