"""A round: what is fetched, received, tried again and given up, whatever kind of place it lies at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

import pytest

from tap_graph.services.pulling import FetchFailed, Ledger, Offered
from tap_graph.services.pulling.ledger import wait
from tap_graph.services.pulling.place import Arriving, SourceAway
from tap_graph.services.receiving import Delivery, Received
from tests.services.pulling.conftest import PARTNERS, Pulling, source, states

SOURCE = source("https://h/x/")


@dataclass
class Shelf:
    """A place in memory; a file is its fingerprint and its bytes, or what goes wrong."""

    files: dict[str, tuple[str, bytes | Exception]] = field(default_factory=dict)
    keeps_files: bool = True
    tells: bool = True
    """Whether fingerprints show before a file is fetched."""
    away: str | None = None
    fetched: list[str] = field(default_factory=list)
    settled: list[tuple[str, str | None]] = field(default_factory=list)
    closed: int = 0
    waits: timedelta | None = None

    def offered(self) -> Sequence[Offered]:
        if self.away is not None:
            raise SourceAway(self.away)
        return [Offered(name, name, fingerprint if self.tells else None) for name, (fingerprint, _) in self.files.items()]

    def fetch(self, offered: Offered, known: Sequence[str], into: Arriving) -> str | None:
        fingerprint, content = self.files[offered.name]
        if fingerprint in known:
            return None
        self.fetched.append(offered.name)
        if isinstance(content, Exception):
            raise content
        into.write(content)
        return fingerprint

    def settle(self, offered: Offered, received: Received) -> None:
        self.settled.append((offered.name, received.refusal))

    def ready_in(self) -> timedelta | None:
        return self.waits

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("tells", [True, False])
def test_a_file_is_received_once(each_pulling: Pulling, tells: bool) -> None:
    shelf = Shelf({"a": ("1", PARTNERS)}, tells=tells)
    puller = each_pulling.puller(shelf, SOURCE)
    assert states(puller.round()) == [("a", "RECEIVED")]
    assert states(puller.round()) == []
    assert (shelf.fetched, shelf.settled, shelf.closed) == (["a"], [("a", None)], 2)
    (delivery,) = each_pulling.received
    assert (delivery.kind, delivery.file, delivery.sender, delivery.again, delivery.only_distributor) == (
        "partners",
        "a",
        "D1",
        False,
        None,
    )
    assert [row.partner_number for row in each_pulling.rows("partners")] == ["P1", "P2"]
    (row,) = each_pulling.rows("pulled_files")
    assert (row.source, row.name, row.fingerprint, row.attempts, row.failure, row.delivery_id) == ("S", "a", "1", 1, None, 1)


def test_a_changed_file_is_received_again_and_one_that_changed_back_is_not(pulling: Pulling) -> None:
    shelf = Shelf({"a": ("1", PARTNERS)}, tells=False)
    puller = pulling.puller(shelf, SOURCE)
    seen = []
    for fingerprint, content in (("1", PARTNERS), ("2", PARTNERS + b"P3,Three\n"), ("1", PARTNERS)):
        shelf.files["a"] = (fingerprint, content)
        seen.append(states(puller.round()))
    assert seen == [[("a", "RECEIVED")], [("a", "RECEIVED")], []]


def test_a_file_killed_between_its_delivery_and_the_ledger_is_known_by_its_bytes(pulling: Pulling) -> None:
    shelf = Shelf({"a": ("1", PARTNERS)})
    pulling.ingest(Delivery("partners", BytesIO(PARTNERS), "a", "D1"))
    (outcome,) = pulling.puller(shelf, SOURCE).round()
    assert outcome.received is not None
    assert (outcome.received.delivery, outcome.received.unchanged) == (1, 2)
    assert [row.id for row in pulling.rows("deliveries")] == [1]


def test_a_refused_file_is_not_fetched_again(pulling: Pulling) -> None:
    puller = pulling.puller(Shelf({"a": ("1", b"nonsense\n")}), SOURCE)
    (outcome,) = puller.round()
    assert (outcome.state, outcome.failure) == ("REFUSED", outcome.received and outcome.received.refusal)
    assert states(puller.round()) == []
    ((name, attempts, was_received, failure),) = pulling.remembered()
    assert (name, attempts, was_received) == ("a", 1, True)
    assert failure is not None
    assert failure.startswith("a: ")


@pytest.mark.parametrize("tells", [True, False])
def test_a_file_that_fails_waits_longer_each_time_and_is_given_up_after_eight(each_pulling: Pulling, tells: bool) -> None:
    shelf = Shelf({"a": ("1", FetchFailed("It broke off.", "1"))}, tells=tells)
    puller, clock = each_pulling.puller(shelf, SOURCE), each_pulling.clock
    waits = []
    for attempt in range(1, 9):
        (outcome,) = puller.round()
        assert (outcome.state, outcome.failure) == ("FAILED" if attempt < 8 else "GIVEN_UP", "It broke off.")
        assert states(puller.round()) == []
        if outcome.next_attempt_at is not None:
            waits.append(int((outcome.next_attempt_at - clock.at).total_seconds()))
            clock.at = outcome.next_attempt_at - timedelta(milliseconds=1)
            assert states(puller.round()) == []
            clock.at += timedelta(milliseconds=1)
    assert waits == [60, 120, 240, 480, 960, 1920, 3840]
    clock.at += timedelta(days=30)
    assert states(puller.round()) == []
    assert each_pulling.remembered() == [("a", 8, False, "It broke off.")]
    assert each_pulling.rows("deliveries") == []
    # Another version begins anew; a person may take up the old one.
    shelf.files["a"] = ("2", FetchFailed("Again.", "2"))
    (outcome,) = puller.round()
    assert outcome.state == "FAILED"
    assert Ledger(each_pulling.database, "S").retry(clock.at) == 1
    shelf.files["a"] = ("1", PARTNERS)
    clock.at += timedelta(minutes=1)
    assert states(puller.round()) == [("a", "RECEIVED")]
    assert each_pulling.remembered() == [("a", 1, True, None)]


def test_a_file_that_comes_whole_at_last_leaves_no_failure(pulling: Pulling) -> None:
    shelf = Shelf({"a": ("1", FetchFailed("Nothing came."))}, tells=False)
    puller = pulling.puller(shelf, SOURCE)
    assert states(puller.round()) == [("a", "FAILED")]
    assert pulling.remembered() == [("a", 1, False, "Nothing came.")]
    shelf.files["a"] = ("1", PARTNERS)
    pulling.clock.at += timedelta(minutes=1)
    assert states(puller.round()) == [("a", "RECEIVED")]
    assert pulling.remembered() == [("a", 2, True, None)]


def test_one_file_that_fails_keeps_no_other_back(pulling: Pulling) -> None:
    shelf = Shelf({"a": ("1", FetchFailed("It broke off.")), "b": ("1", PARTNERS)})
    assert states(pulling.puller(shelf, SOURCE).round()) == [("a", "FAILED"), ("b", "RECEIVED")]


def test_a_source_that_is_away_is_told_and_never_given_up(pulling: Pulling) -> None:
    shelf = Shelf({"a": ("1", PARTNERS)}, away="Nobody answers.")
    puller, clock = pulling.puller(shelf, SOURCE), pulling.clock
    for attempt in range(1, 12):
        (outcome,) = puller.round()
        assert (outcome.name, outcome.state, outcome.failure) == ("", "FAILED", "Nobody answers.")
        assert outcome.next_attempt_at == clock.at + min(timedelta(minutes=15), timedelta(minutes=2 ** (attempt - 1)))
        assert puller.next_look_at() == outcome.next_attempt_at
        clock.at = outcome.next_attempt_at
    assert pulling.remembered() == [("", 11, False, "Nobody answers.")]
    shelf.away = None
    assert states(puller.round()) == [("a", "RECEIVED")]
    assert pulling.remembered() == [("a", 1, True, None)]


def test_a_source_that_goes_away_between_two_files_keeps_what_was_received(pulling: Pulling) -> None:
    shelf = Shelf({"a": ("1", PARTNERS), "b": ("1", SourceAway("The line is dead."))})
    assert states(pulling.puller(shelf, SOURCE).round()) == [("a", "RECEIVED"), ("", "FAILED")]
    assert pulling.remembered() == [("a", 1, True, None), ("", 1, False, "The line is dead.")]


def test_the_next_look_comes_sooner_where_something_waits(pulling: Pulling) -> None:
    shelf = Shelf({"a": ("1", PARTNERS)})
    puller, at = pulling.puller(shelf, SOURCE), pulling.clock.at
    list(puller.round())
    assert puller.next_look_at() == at + timedelta(minutes=15)
    shelf.files["b"] = ("1", FetchFailed("It broke off."))
    list(puller.round())
    assert puller.next_look_at() == at + timedelta(minutes=1)
    shelf.waits = timedelta(seconds=10)
    assert puller.next_look_at() == at + timedelta(seconds=10)
    shelf.waits = timedelta(0)
    assert puller.next_look_at() == at + timedelta(seconds=1)


def test_a_file_that_is_too_large_or_too_slow_is_not_received(pulling: Pulling) -> None:
    class Slow(Shelf):
        def fetch(self, offered: Offered, known: Sequence[str], into: Arriving) -> str | None:  # noqa: ARG002 - as a place's
            into.write(b"x" * 32_768)
            pulling.clock.at += timedelta(seconds=62)
            into.write(b"x")
            return "1"

    large = pulling.puller(Shelf({"a": ("1", PARTNERS)}), SOURCE, most=len(PARTNERS) - 1)
    (outcome,) = large.round()
    assert outcome.failure == f"The file has more than {len(PARTNERS) - 1} bytes. Ask its owner to split it, or raise TAP_LARGEST_FEED."
    (outcome,) = pulling.puller(Slow({"b": ("1", b"")}), SOURCE).round()
    assert outcome.failure == "The file comes slower than 32,768 bytes a second; 32,769 were there."
    assert pulling.received == []


def test_waits_are_cut_by_chance_by_up_to_a_half() -> None:
    assert [wait(1, chance) for chance in (0.0, 0.5, 1.0)] == [timedelta(seconds=seconds) for seconds in (60, 45, 30)]
    assert wait(30, 0.0) == timedelta(hours=6)


def test_reports_of_a_source_hold_lines_of_its_sender_alone(pulling: Pulling) -> None:
    shelf = Shelf({"a": ("1", b"distributor_id,invoice_number,invoice_line\nD1,I1,1\n")})
    list(pulling.puller(shelf, source("https://h/x/", kind="pos")).round())
    assert [delivery.only_distributor for delivery in pulling.received] == ["D1"]
