"""Aliasing: what distributors write is proposed a meaning by likeness, approved by another person, and read so from then on."""

from typing import Any

import pytest

from tap_graph.app import Application
from tap_graph.services import aliasing, retracting
from tap_graph.services.aliasing import Name
from tests.applications import deliver, rows
from tests.services.two_tier import ADMIN, D1, D2, NOW, OTHER_ADMIN, counts, done, not_reported, order, orders, pos, refused, sold

ALIAS = ("distributor_id", "subject", "name", "meaning", "meaning_line", "score", "state", "proposed_by", "decided_by")
COVERED = ("invoice_number", "order_line_id", "stated_partner_id")


def named(name: str, subject: str = "PARTNER", distributor: str = "D1") -> Name:
    return Name(distributor_id=distributor, subject=subject, name=name)


def alias(application: Application, name: Name, meaning: str, line: int | None = None) -> int:
    """An alias that a distributor proposed and an administrator approved."""
    proposed = done(application, aliasing.propose, ADMIN, name, meaning, line, NOW)
    return done(application, aliasing.approve, application.rulebooks, OTHER_ADMIN, proposed, NOW)


def proposals(application: Application, *columns: str) -> list[tuple[object, ...]]:
    return sorted(rows(application, "aliases", *columns), key=str)


def approved(application: Application, *ids: int) -> None:
    for alias_id in ids:
        done(application, aliasing.approve, application.rulebooks, OTHER_ADMIN, alias_id, NOW)


def test_unknown_names_are_proposed_their_likeliest_meanings_once(both: Application) -> None:
    deliver(both, "orders", orders(order("SO-0047110"), order("SO-0047111", product="WS-C2960")))
    lines = [
        sold("D1", "I1", partner_number="ONE TRADING LTD"), sold("D1", "I2", partner_number="zzzz"),
        sold("D1", "I3", order_number="4711"), sold("D2", "I3", order_number="4711"),
        sold("D1", "I4", product="C3750"), sold("D1", "I5", product="WS-C3750"), sold("D1", "I6", order_number="12"),
    ]  # fmt: skip
    deliver(both, "pos", pos(*lines))
    done(both, aliasing.propose_all, D1, None, NOW)
    expected = [
        ("D1", "ORDER", "4711", "SO-0047110", 1, 90), ("D1", "ORDER", "4711", "SO-0047111", 1, 90),
        ("D1", "PARTNER", "ONE TRADING LTD", "P1", None, 95), ("D1", "PRODUCT", "C3750", "WS-C3750", None, 90),
    ]  # fmt: skip
    assert proposals(both, *ALIAS[:6]) == expected
    assert done(both, aliasing.propose_all, D1, "D2", NOW) == 0
    assert done(both, aliasing.propose_all, ADMIN, "D2", NOW) == 2
    assert done(both, aliasing.propose_all, ADMIN, None, NOW) == 0
    assert {row[0] for row in rows(both, "aliases", "state")} == {"PROPOSED"}
    assert (rows(both, "acts", "id"), len(rows(both, "held_lines", "id"))) == ([], 5)


@pytest.mark.parametrize("hopeless", ["first", "known"])
def test_names_without_a_likely_meaning_keep_no_others_from_theirs(
    alone: Application, monkeypatch: pytest.MonkeyPatch, hopeless: str
) -> None:
    monkeypatch.setattr(aliasing, "MOST_NAMES", 1)
    names = (
        [{"partner_number": "qqqq"}, {"partner_number": "Two Systms"}]
        if hopeless == "first"
        else [{"product": "C3750"}, {"product": "WS C375"}]
    )
    deliver(alone, "pos", pos(*(sold("D1", f"I{place}", **cells) for place, cells in enumerate(names))))
    found = [done(alone, aliasing.propose_all, ADMIN, None, NOW) for _ in range(3)]
    assert sum(found) == len(names) - (hopeless == "first")
    assert {name for (name,) in rows(alone, "aliases", "name")} == {next(iter(cells.values())) for cells in names} - {"qqqq"}


def test_order_that_is_known_is_proposed_to_mean_itself_only_with_the_line_that_was_missing(alone: Application) -> None:
    deliver(alone, "orders", orders(order("SO-4711"), order("SO-4712", 1), order("SO-4712", 2)))
    lines = (sold("D1", f"I{number}", order_number=f"SO-{number}", order_line="") for number in (4711, 4712))
    deliver(alone, "pos", pos(*lines))
    assert done(alone, aliasing.propose_all, ADMIN, None, NOW) >= 1
    meanings = [(name, meaning, line) for name, meaning, line in proposals(alone, "name", "meaning", "meaning_line") if name == meaning]
    assert meanings == [("SO-4711", "SO-4711", 1)]


def test_approved_partner_frees_every_line_at_once_and_later_ones_are_read_by_it(both: Application) -> None:
    mine = [sold("D1", f"I{number}", partner_number="ACME", order_number=f"SO{number}", quantity=number) for number in (1, 2)]
    deliver(both, "pos", pos(*mine, sold("D1", "I3", partner_number="ACME", order_number="SO9"), sold("D2", "I1", partner_number="ACME")))
    deliver(both, "pos", pos(sold("D1", "I4", partner_number="ACME", deviation_number="DV9")))
    first = done(both, aliasing.propose, D1, named("ACME"), "P1", None, NOW)
    other = done(both, aliasing.propose, ADMIN, named("ACME"), "P2", None, NOW)
    assert done(both, aliasing.approve, both.rulebooks, ADMIN, first, NOW) == first
    assert sorted(rows(both, "pos_lines", *COVERED), key=str) == [("I1", 1, 1), ("I2", 2, 1)]
    assert [row[2:] for row in rows(both, "deliveries", "id", "kind", "accepted", "held")][6:] == [(2, 2), (0, 1)]
    waits = rows(both, "held_references", "reference", "number")
    assert sorted(waits) == [("deviation", "DV9"), ("deviation_line", "DV9"), ("order_line", "SO9"), ("partner", "ACME")]
    assert rows(both, "aliases", *ALIAS) == [
        ("D1", "PARTNER", "ACME", "P1", None, 100, "APPROVED", "clerk of D1", "admin"),
        ("D1", "PARTNER", "ACME", "P2", None, 100, "DECLINED", "admin", "admin"),
    ]
    assert not_reported(both) == {"SO1/1", "SO3/1"}
    assert refused(both, aliasing.approve, both.rulebooks, ADMIN, other, NOW) == ["ALIAS_NOT_OPEN"]
    assert counts(both, "pos", pos(*mine) + "\n") == (0, 2, 0, 0)
    deliver(both, "orders", orders(order("SO9")))
    deliver(both, "deviations", "deviation_number,distributor_id,partner_number,type\nDV9,D1,P1,TMP\n")
    deliver(both, "orders", orders(order("SO3", deviation="DV9")))
    assert {row[0] for row in rows(both, "pos_lines", "invoice_number")} == {"I1", "I2", "I3", "I4"}
    assert counts(both, "pos", pos(sold("D1", "I5", partner_number="ACME"), sold("D2", "I5", partner_number="ACME"))) == (1, 0, 1, 0)
    assert (mine[0][:-1], "ACCEPTED") in rows(both, "delivery_lines", "raw", "state")
    assert rows(both, "acts", "act", "noun", "row_id", "key", "acted_by", "detail")[2:] == [
        ("aliasApprove", "alias", first, "D1/PARTNER/ACME", "admin", '{"name":"ACME","meaning":"P1","line":null,"score":100}')
    ]


def test_line_that_still_waits_after_an_alias_tells_only_what_it_waits_for(alone: Application) -> None:
    deliver(alone, "pos", pos(sold("D1", "I1", partner_number="ACME", order_number="SO9")))
    alias(alone, named("ACME"), "P1")
    [reasons] = [str(why) for state, why in rows(alone, "delivery_lines", "state", "reasons") if state == "HELD"]
    assert "ORDER_LINE_UNKNOWN" in reasons
    assert "PARTNER_UNKNOWN" not in reasons


def test_order_alias_gives_number_and_line_where_the_report_has_none(alone: Application) -> None:
    deliver(alone, "orders", orders(order("SO5", 1), order("SO5", 2)))
    lines = [sold("D1", "I1", order_number="PO-5", order_line=""), sold("D1", "I2", order_number="PO-5", order_line="1")]
    deliver(alone, "pos", pos(*lines))
    alias(alone, named("PO-5", "ORDER"), "SO5", 2)
    by_line = {row[0]: row[1] for row in rows(alone, "order_lines", "id", "line")}
    assert [(invoice, by_line[line]) for invoice, line in rows(alone, "pos_lines", "invoice_number", "order_line_id")] == [
        ("I1", 2),
        ("I2", 1),
    ]
    assert counts(alone, "pos", pos(*lines) + "\n") == (0, 2, 0, 0)


def test_alias_is_applied_once_whenever_the_line_takes_effect(alone: Application) -> None:
    alias(alone, named("P1"), "P2")
    alias(alone, named("P2"), "P1")
    deliver(alone, "pos", pos(sold("D1", "I1", partner_number="P1")))
    deliver(alone, "pos", pos(sold("D1", "I2", partner_number="P1", order_number="SO9")))
    deliver(alone, "orders", orders(order("SO9")))
    assert [row[2] for row in rows(alone, "pos_lines", *COVERED)] == [2, 2]
    assert counts(alone, "pos", pos(sold("D1", "I2", partner_number="P1", order_number="SO9")) + "\n") == (0, 1, 0, 0)


def test_product_alias_names_the_product_beside_what_was_reported_until_it_ends(alone: Application) -> None:
    def products() -> list[tuple[object, ...]]:
        return sorted(rows(alone, "pos_lines", "distributor_id", "invoice_number", "product", "known_product"), key=str)

    deliver(alone, "pos", pos(sold("D1", "I1", product="C3750"), sold("D2", "I1", product="C3750")))
    made = alias(alone, named("C3750", "PRODUCT"), "WS-C3750")
    assert products() == [("D1", "I1", "C3750", "WS-C3750"), ("D2", "I1", "C3750", None)]
    again = pos(sold("D1", "I1", product="C3750"), sold("D1", "I2", product="C3750"), sold("D1", "I3", product="X"))
    assert counts(alone, "pos", again) == (2, 1, 0, 0)
    deliver(alone, "pos", pos(sold("D1", "I2", product="Y"), sold("D1", "I3", product="C3750")))
    assert [row[3] for row in products() if row[0] == "D1"] == ["WS-C3750", None, "WS-C3750"]
    done(alone, aliasing.end, ADMIN, made, "a mistake", NOW)
    assert {row[3] for row in products()} == {None}
    assert rows(alone, "aliases", "state", "decided_by") == [("ENDED", "admin")]
    assert done(alone, aliasing.propose_all, D1, None, NOW) == 0
    assert rows(alone, "acts", "act", "reason")[-1] == ("aliasEnd", "a mistake")


def test_ended_alias_leaves_what_was_read_by_it_and_reads_no_more(alone: Application) -> None:
    made = alias(alone, named("ACME"), "P1")
    deliver(alone, "pos", pos(sold("D1", "I1", partner_number="ACME")))
    done(alone, aliasing.end, ADMIN, made, "wrong", NOW)
    assert [row[2] for row in rows(alone, "pos_lines", *COVERED)] == [1]
    assert counts(alone, "pos", pos(sold("D1", "I1", partner_number="ACME"), sold("D1", "I2", partner_number="ACME"))) == (0, 0, 2, 0)
    assert [row[2] for row in rows(alone, "pos_lines", *COVERED)] == [1]
    alias(alone, named("ACME"), "P2")
    assert [row[2] for row in rows(alone, "pos_lines", *COVERED)] == [2, 2]


def test_declined_meaning_is_not_proposed_again(alone: Application) -> None:
    deliver(alone, "pos", pos(sold("D1", "I1", partner_number="One Tradin")))
    assert done(alone, aliasing.propose_all, ADMIN, None, NOW) == 1
    [(made,)] = rows(alone, "aliases", "id")
    done(alone, aliasing.decline, ADMIN, made, "Another firm.", NOW)
    assert done(alone, aliasing.propose_all, ADMIN, None, NOW) == 0
    assert rows(alone, "aliases", "state") == [("DECLINED",)]
    assert rows(alone, "acts", "act", "reason") == [("aliasDecline", "Another firm.")]
    for act in (aliasing.decline, aliasing.end):
        assert refused(alone, act, ADMIN, made, "x", NOW) == ["ALIAS_NOT_OPEN"]
    assert refused(alone, aliasing.decline, ADMIN, 99, "x", NOW) == ["ALIAS_NOT_FOUND"]


def test_own_proposal_is_approved_by_somebody_else_but_what_the_program_proposed_by_anybody(alone: Application) -> None:
    own = done(alone, aliasing.propose, ADMIN, named("ACME"), "P1", None, NOW)
    assert refused(alone, aliasing.approve, alone.rulebooks, ADMIN, own, NOW) == ["OWN_PROPOSAL"]
    approved(alone, own)
    deliver(alone, "pos", pos(sold("D1", "I1", partner_number="one trading"), sold("D1", "I2", partner_number="Two Sytems")))
    assert done(alone, aliasing.propose_all, ADMIN, None, NOW) == 2
    for made, score in rows(alone, "aliases", "id", "score")[1:]:
        assert done(alone, aliasing.approve, alone.rulebooks, ADMIN, made, NOW) == made, score
    assert [row[2] for row in rows(alone, "pos_lines", *COVERED)] == [1, 2]


def test_every_reason_against_a_proposal_is_told_at_once(alone: Application) -> None:
    alias(alone, named("ACME"), "P1")
    given: list[tuple[Any, Any, list[str]]] = [
        (D2, (named("ACME"), "P9", None), ["NOT_YOUR_NAME", "MEANING_UNKNOWN", "NAME_TAKEN"]),
        (D1, (named("X"), "P1", 1), ["LINE_WITHOUT_ORDER"]),
        (D1, (named("X", "ORDER"), "SO77", 1), ["MEANING_UNKNOWN"]),
        (D1, (named("X", "PRODUCT"), "anything", 2), ["LINE_WITHOUT_ORDER"]),
    ]
    for viewer, what, codes in given:
        assert refused(alone, aliasing.propose, viewer, *what, NOW) == codes
    assert refused(alone, aliasing.propose_for, D2, "D1", NOW) == ["NOT_FOUND"]
    assert refused(alone, aliasing.propose_for, ADMIN, "D77", NOW) == ["NOT_FOUND"]


def test_alias_whose_meaning_was_taken_back_is_not_approved(alone: Application) -> None:
    deliver(alone, "partners", "partner_number\nP7\n")
    made = done(alone, aliasing.propose, D1, named("ACME"), "P7", None, NOW)
    done(alone, retracting.retract, alone.rulebooks, ADMIN, "partners", "P7", "never was", NOW)
    assert refused(alone, aliasing.approve, alone.rulebooks, ADMIN, made, NOW) == ["MEANING_UNKNOWN"]
