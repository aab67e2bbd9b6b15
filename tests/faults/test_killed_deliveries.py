"""A delivery killed after any of its statements took effect as a whole or not at all, and may simply be repeated.

`TAP_EVERY_FAULT=1` kills after each statement; else after a dozen spread over all of them, the commit among them.
"""

import os

import pytest

from tap_graph.services.receiving import Received
from tests.applications import deliver
from tests.faults.conftest import Copied
from tests.faults.program import DELIVERED, WAITING, drop, facts, opened, prepare
from tests.faults.worker import ran

SPREAD = 12
EVERY = bool(os.environ.get("TAP_EVERY_FAULT"))
KILLED = -9


def committing(statements: list[str]) -> int:
    """The statement that makes the delivery take effect, counted from 1; what is staged before commits nothing of it."""
    return len(statements) - statements[::-1].index("COMMIT")


def moments(statements: list[str]) -> list[int]:
    """After which statements to kill, counted from 1: the last before the commit, the commit, and others between."""
    last = len(statements)
    commit = committing(statements)
    if EVERY:
        return list(range(1, last + 1))
    spread = {1 + step * (commit - 2) // (SPREAD - 3) for step in range(SPREAD - 2)}
    return sorted(spread | {commit - 1, commit, last})


def again(url: str) -> Received:
    with opened(url) as application:
        return deliver(application, "partners", DELIVERED)


def counted(received: Received) -> tuple[int, int, int, int, int]:
    return (received.lines, received.accepted, received.unchanged, received.held, received.refused)


@pytest.mark.timeout(3600 if EVERY else 300)
def test_killed_delivery_is_whole_or_nothing_and_the_same_file_again_is_right(database_url: str, copied: Copied) -> None:
    prepare(database_url, WAITING)
    before = facts(database_url)
    job = {"kind": "partners", "text": DELIVERED}
    (undisturbed,) = copied(1)
    (done,) = ran([{**job, "url": undisturbed}])
    after = facts(undisturbed)
    assert (done["ended"], done["accepted"], done["unchanged"]) == (0, 3, 1)
    assert before["held_lines"]
    assert after["held_lines"] == []

    commit = committing(done["statements"])
    kills = moments(done["statements"])
    for start in range(0, len(kills), SPREAD):
        batch = kills[start : start + SPREAD]
        killed = copied(len(batch))
        ended = ran([{**job, "url": url, "kill_after": kill} for url, kill in zip(killed, batch, strict=True)])
        assert [one["ended"] for one in ended] == [KILLED] * len(batch)
        for url, kill in zip(killed, batch, strict=True):
            committed = kill >= commit
            assert facts(url) == (after if committed else before), f"killed after statement {kill} of {len(done['statements'])}"
            assert counted(again(url)) == ((4, 0, 4, 0, 0) if committed else (4, 3, 1, 0, 0))
            assert facts(url) == after, f"repeated after the kill at statement {kill} of {len(done['statements'])}"
        drop(killed)


def test_killed_delivery_leaves_the_database_free_for_others(database_url: str, copied: Copied) -> None:
    prepare(database_url, WAITING)
    (done,) = ran([{"kind": "partners", "text": DELIVERED, "url": copied(1)[0]}])
    commit = committing(done["statements"])
    other = DELIVERED.replace("Three", "Tres")
    first = {"kind": "partners", "text": DELIVERED, "url": database_url, "kill_after": commit - 1}
    second = {"kind": "partners", "text": other, "url": database_url}
    killed, next_one = ran([first, second])
    assert killed["ended"] == KILLED
    assert (next_one["ended"], next_one["accepted"], next_one["unchanged"]) == (0, 3, 1)
