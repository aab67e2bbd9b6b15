"""API keys: issued once, found by their whole, ended by people or by time."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
import pytest
from sqlalchemy import Connection, select

from tap_graph.domain.errors import NotAllowed, NotAuthenticated
from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.keying import KeyOwner, Keyring, issue, keys, live_key, revoke
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database

NOW = datetime(2008, 7, 26, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
ADMINISTRATOR = Viewer(subject="ada", role=Role.ADMINISTRATOR, regions=())
CODES = {"KEY_MISSING", "NOT_A_DISTRIBUTORS_KIND", "ENDS_IN_THE_PAST"}


def codes(refused: ActRefused) -> list[tuple[str, tuple[str, ...]]]:
    return [(refusal.code, refusal.path) for refusal in refused.refusals]


def count(connection: Connection, *tables: str) -> list[int]:
    return [len(connection.execute(select(t.metadata.tables[table])).all()) for table in tables]


def test_a_key_is_stored_as_a_digest_and_told_once(database: Database) -> None:
    with database.writing() as connection:
        name, whole = issue(connection, ADMINISTRATOR, "D1", "pos", LATER, NOW)
        row = connection.execute(select(t.api_keys)).one()
        act = connection.execute(select(t.acts)).one()
        known = connection.execute(select(t.distributors.c.distributor_id)).scalars().all()
    assert re.fullmatch(rf"tapk_{name}_[0-9a-f]{{64}}", whole)
    assert (row.name, row.digest) == (name, sha256(whole.encode()).hexdigest())
    assert (row.distributor_id, row.kind, row.created_by, row.created_at, row.ends_at, row.revoked_at) == (
        "D1",
        "pos",
        "ada",
        NOW,
        LATER,
        None,
    )
    assert (act.act, act.noun, act.row_id, act.key, act.distributor_id, act.acted_by) == (
        "apiKeyIssue",
        "api_key",
        row.id,
        name,
        "D1",
        "ada",
    )
    assert msgspec.json.decode(act.detail) == {"kind": "pos", "ends_at": "2008-08-25T12:00:00.000Z"}
    assert known == ["D1"]
    secret = whole.rpartition("_")[2]
    assert secret not in repr((row, act))


def test_no_two_keys_are_alike(database: Database) -> None:
    with database.writing() as connection:
        made = [issue(connection, ADMINISTRATOR, f"D{number}", "pos", None, NOW)[1] for number in range(50)]
    assert len(set(made)) == 50


def test_two_keys_may_live_at_once_for_each_distributor_and_kind(database: Database) -> None:
    with database.writing() as connection:
        first, _ = issue(connection, ADMINISTRATOR, "D1", "pos", None, NOW)
        issue(connection, ADMINISTRATOR, "D1", "pos", LATER, NOW)
        issue(connection, ADMINISTRATOR, "D1", "deviations", None, NOW)
        issue(connection, ADMINISTRATOR, "D2", "pos", None, NOW)
        with pytest.raises(ActRefused) as refused:
            issue(connection, ADMINISTRATOR, "D1", "pos", None, NOW)
        assert codes(refused.value) == [("TWO_KEYS_LIVE", ("distributor_id",))]
        assert count(connection, "api_keys", "acts") == [4, 4]
        revoke(connection, ADMINISTRATOR, first, "rotated", NOW)
        issue(connection, ADMINISTRATOR, "D1", "pos", None, NOW)
        with pytest.raises(ActRefused):
            issue(connection, ADMINISTRATOR, "D1", "pos", None, LATER - timedelta(seconds=1))
        issue(connection, ADMINISTRATOR, "D1", "pos", None, LATER)


def test_every_reason_against_a_key_is_told_at_once(database: Database) -> None:
    with database.writing() as connection:
        with pytest.raises(ActRefused) as refused:
            issue(connection, ADMINISTRATOR, " ", "orders", NOW, NOW)
        assert codes(refused.value) == [
            ("KEY_MISSING", ("distributor_id",)), ("NOT_A_DISTRIBUTORS_KIND", ("kind",)), ("ENDS_IN_THE_PAST", ("ends_at",)),
        ]  # fmt: skip
        assert count(connection, "api_keys", "acts", "distributors") == [0, 0, 0]


def test_only_administrators_issue_and_revoke(database: Database) -> None:
    others = [Viewer(subject="x", role=role, distributor_id="D1") for role in Role if role is not Role.ADMINISTRATOR]
    with database.writing() as connection:
        name, _ = issue(connection, ADMINISTRATOR, "D1", "pos", None, NOW)
        for viewer in others:
            with pytest.raises(NotAllowed):
                issue(connection, viewer, "D1", "pos", None, NOW)
            with pytest.raises(NotAllowed):
                revoke(connection, viewer, name, "because", NOW)
        assert [key.state for key in keys(connection, NOW)] == ["LIVE"]
        assert count(connection, "acts") == [1]


def test_a_key_speaks_for_its_distributor_until_it_ends_or_is_revoked(database: Database) -> None:
    with database.writing() as connection:
        name, whole = issue(connection, ADMINISTRATOR, "D1", "pos", LATER, NOW)
        owner = KeyOwner(name, "D1", "pos")
        assert live_key(connection, whole, LATER - timedelta(milliseconds=1)) == owner
        assert live_key(connection, whole, LATER) is None
        wrong = whole[:-1] + ("0" if whole[-1] != "0" else "1")
        for other in (wrong, whole + "0", whole[:-1], whole.upper(), f"tapk_{name}_", "", "tapk_x\x00", f" {whole}", f"{whole}\n"):
            assert live_key(connection, other, NOW) is None
        revoke(connection, ADMINISTRATOR, name, " leaked ", NOW)
        assert live_key(connection, whole, NOW) is None
        act = connection.execute(select(t.acts).order_by(t.acts.c.id.desc())).first()
    assert act is not None
    assert (act.act, act.key, act.reason) == ("apiKeyRevoke", name, "leaked")


def test_a_key_is_revoked_once_by_name_and_with_a_reason(database: Database) -> None:
    with database.writing() as connection:
        name, _ = issue(connection, ADMINISTRATOR, "D1", "pos", LATER, NOW)
        for what, reason, expected in (
            ("nonsense", "because", [("UNKNOWN_KEY", ("name",))]),
            ("nonsense\x00", "", [("UNKNOWN_KEY", ("name",)), ("REASON_MISSING", ("reason",))]),
            (name, " ", [("REASON_MISSING", ("reason",))]),
        ):
            with pytest.raises(ActRefused) as refused:
                revoke(connection, ADMINISTRATOR, what, reason, NOW)
            assert codes(refused.value) == expected
        with pytest.raises(ActRefused, match=f"Key {name} is ended already"):
            revoke(connection, ADMINISTRATOR, name, "because", LATER)
        revoke(connection, ADMINISTRATOR, name, "because", NOW)
        with pytest.raises(ActRefused, match=f"Key {name} is revoked already"):
            revoke(connection, ADMINISTRATOR, name, "because", NOW)
        assert count(connection, "acts") == [2]


def test_the_list_tells_every_key_and_no_secret(database: Database) -> None:
    with database.writing() as connection:
        wanted = (("D2", "pos", None), ("D1", "pos", LATER), ("D1", "deviations", None))
        named = [issue(connection, ADMINISTRATOR, who, kind, ends_at, NOW)[0] for who, kind, ends_at in wanted]
        revoke(connection, ADMINISTRATOR, named[0], "because", NOW)
        listed = keys(connection, LATER)
    assert [(key.name, key.distributor_id, key.kind, key.state) for key in listed] == [
        (named[2], "D1", "deviations", "LIVE"), (named[1], "D1", "pos", "ENDED"), (named[0], "D2", "pos", "REVOKED"),
    ]  # fmt: skip


def test_a_keyring_asks_the_database_once_a_minute(database: Database) -> None:
    keyring = Keyring(database)
    with database.writing() as connection:
        name, whole = issue(connection, ADMINISTRATOR, "D1", "pos", NOW + timedelta(seconds=90), NOW)
    assert keyring.known(whole, NOW) is None
    assert keyring.owner(whole, NOW) == KeyOwner(name, "D1", "pos")
    assert keyring.known(whole, NOW + timedelta(seconds=59)) == KeyOwner(name, "D1", "pos")
    assert keyring.known(whole, NOW + timedelta(seconds=60)) is None
    assert keyring.owner(whole, NOW + timedelta(seconds=60)) == KeyOwner(name, "D1", "pos")
    assert keyring.known(whole, NOW + timedelta(seconds=89)) == KeyOwner(name, "D1", "pos")
    # Its end is known, and is kept to the second.
    with pytest.raises(NotAuthenticated, match="has ended or was revoked"):
        keyring.owner(whole, NOW + timedelta(seconds=90))


def test_a_keyring_keeps_nothing_of_what_it_refuses(database: Database) -> None:
    keyring = Keyring(database)
    for number in range(3):
        with pytest.raises(NotAuthenticated):
            keyring.owner(f"tapk_0123456789_{number:064x}", NOW)
    assert keyring._known == {}
