"""Aliasing: what distributors write for partners, products and orders, proposed by likeness and approved by a person.

An approved alias is used for every line of that distributor from then on; the lines that were held for the name are
read again at once. What was delivered stays as it came: the raw text, and `product` as reported.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process, utils
from sqlalchemy import Connection, Row, Select, func, insert, select, update

from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.acting import Act, check_storable, journal
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.receiving.applying import decide_again, name_again
from tap_graph.storage import tables as t
from tap_graph.storage.intake.references import ORDER_NAME as ORDER
from tap_graph.storage.intake.references import PARTNER_NAME as PARTNER
from tap_graph.storage.intake.references import PRODUCT_NAME as PRODUCT

PROPOSED, APPROVED, DECLINED, ENDED = "PROPOSED", "APPROVED", "DECLINED", "ENDED"
WAITS_FOR = {PARTNER: "partner", ORDER: "order_line"}
LEAST_SCORE = 70
MOST_PROPOSED = 3
MOST_NAMES = 500
MOST_LOOKED_AT = 5_000
# Orders are many: those are compared that hold the longest run of digits of what was written.
FEWEST_DIGITS = 3
MOST_COMPARED = 200
PERSON_SAID_SO = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a distributor writes, and for what."""

    distributor_id: str
    subject: str
    name: str


def propose_all(connection: Connection, viewer: Viewer, distributor_id: str | None, now: datetime) -> int:
    """Proposes meanings for what held lines wait for and for unknown products; returns how many are new.

    Names that were decided about, or have proposals already, are passed over; at most 500 names at once.
    """
    count = 0
    named = 0
    for name in _unknown_names(connection, _own(viewer, distributor_id)):
        likely = _likely(connection, name)
        for meaning, line, score in likely:
            _insert(connection, name, meaning, line, score, viewer, now)
        count += len(likely)
        named += bool(likely)
        if named >= MOST_NAMES:
            break
    return count


def propose_for(connection: Connection, viewer: Viewer, distributor_id: str, now: datetime) -> int:
    """Proposes for one distributor; returns the id of the distributor."""
    known = select(t.distributors.c.id).where(t.distributors.c.distributor_id == distributor_id)
    row_id = connection.execute(known).scalar_one_or_none()
    if row_id is None or _own(viewer, distributor_id) != distributor_id:
        raise ActRefused(Refusal("NOT_FOUND", f"There is no distributor {distributor_id} for you.", ("distributorId",)))
    propose_all(connection, viewer, distributor_id, now)
    return int(row_id)


def propose(connection: Connection, viewer: Viewer, name: Name, meaning: str, line: int | None, now: datetime) -> int:
    """A person says what a name means; another one still has to approve it."""
    own = _own(viewer, name.distributor_id)
    check_storable(distributorId=name.distributor_id, name=name.name, meaning=meaning)
    refusals = []
    if own != name.distributor_id:
        refusals.append(Refusal("NOT_YOUR_NAME", f"The name is {name.distributor_id}'s; propose for {own}.", ("distributorId",)))
    refusals += _meaningless(connection, name.subject, meaning, line)
    if _in_state(connection, name, APPROVED).first() is not None:
        message = f"{name.distributor_id} has a meaning for {name.name} already; end that alias first."
        refusals.append(Refusal("NAME_TAKEN", message, ("name",)))
    if refusals:
        raise ActRefused(*refusals)
    alias_id = _insert(connection, name, meaning, line, PERSON_SAID_SO, viewer, now)
    _journal(connection, viewer, "aliasPropose", alias_id, now, None)
    return alias_id


def approve(connection: Connection, rulebooks: Rulebooks, viewer: Viewer, alias_id: int, now: datetime) -> int:
    """The alias is used from now on; other proposals for its name are declined, and the lines it frees are decided again."""
    alias = _open(connection, alias_id, PROPOSED)
    name = Name(distributor_id=alias.distributor_id, subject=alias.subject, name=alias.name)
    refusals = _meaningless(connection, alias.subject, alias.meaning, alias.meaning_line)
    if alias.proposed_by == viewer.subject and alias.score == PERSON_SAID_SO:
        refusals.append(Refusal("OWN_PROPOSAL", "You proposed this meaning yourself; somebody else has to approve it.", ("id",)))
    if refusals:
        raise ActRefused(*refusals)
    a = t.aliases
    others = (a.c.distributor_id == name.distributor_id, a.c.subject == name.subject, a.c.name == name.name, a.c.state == PROPOSED)
    decided = {"decided_by": viewer.subject, "decided_at": now}
    connection.execute(update(a).where(*others, a.c.id != alias_id).values(state=DECLINED, **decided))
    connection.execute(update(a).where(a.c.id == alias_id).values(state=APPROVED, **decided))
    _journal(connection, viewer, "aliasApprove", alias_id, now, None)
    if name.subject == PRODUCT:
        name_again(connection, name.distributor_id, name.name)
    elif held := _held_for(connection, name):
        decide_again(connection, rulebooks, "pos", held, now)
    return alias_id


def decline(connection: Connection, viewer: Viewer, alias_id: int, reason: str, now: datetime) -> int:
    """The proposal is no good; it is kept, and not made again."""
    _open(connection, alias_id, PROPOSED)
    return _decide(connection, viewer, alias_id, DECLINED, "aliasDecline", reason, now)


def end(connection: Connection, viewer: Viewer, alias_id: int, reason: str, now: datetime) -> int:
    """The alias is used no more; lines that were read by it stay as they are until they are delivered again."""
    alias = _open(connection, alias_id, APPROVED)
    _decide(connection, viewer, alias_id, ENDED, "aliasEnd", reason, now)
    if alias.subject == PRODUCT:
        name_again(connection, alias.distributor_id, alias.name)
    return alias_id


def best_meanings(connection: Connection, distributor_id: str, waits_for: Iterable[tuple[str, str]]) -> dict[str, Row[Any]]:
    """The one best proposal for each (reference, number) a held line waits for, by reference; none where two are equally good."""
    subjects = {reference: subject for subject, reference in WAITS_FOR.items()}
    found = {}
    for reference, number in waits_for:
        if reference not in subjects:
            continue
        name = Name(distributor_id=distributor_id, subject=subjects[reference], name=number)
        rows = _in_state(connection, name, PROPOSED).all()
        if rows and (len(rows) == 1 or rows[0].score > rows[1].score):
            found[reference] = rows[0]
    return found


def _own(viewer: Viewer, distributor_id: str | None) -> str | None:
    return viewer.distributor_id if viewer.role is Role.DISTRIBUTOR else distributor_id


def _unknown_names(connection: Connection, distributor_id: str | None) -> list[Name]:
    held, needs, alias = t.held_lines, t.held_references, t.aliases
    subjects = {reference: subject for subject, reference in WAITS_FOR.items()}
    chosen = (
        select(needs.c.reference, needs.c.number, held.c.key)
        .join(held, held.c.id == needs.c.held_id)
        .where(held.c.kind == "pos", needs.c.reference.in_(subjects))
        .order_by(held.c.id)
    )
    names = {
        Name(distributor_id=row.key.partition("\x1f")[0], subject=subjects[row.reference], name=row.number): None
        for row in connection.execute(chosen)
    }
    names |= dict.fromkeys(_unknown_products(connection))
    known = {
        Name(distributor_id=row.distributor_id, subject=row.subject, name=row.name)
        for row in connection.execute(select(alias.c.distributor_id, alias.c.subject, alias.c.name).distinct())
    }
    wanted = [name for name in names if name not in known and distributor_id in (None, name.distributor_id)]
    return wanted[:MOST_LOOKED_AT]


def _unknown_products(connection: Connection) -> list[Name]:
    pos, line = t.pos_lines, t.order_lines
    ordered = select(line.c.id).where(line.c.product == pos.c.product).exists()
    alias = t.aliases
    named = select(alias.c.id).where(
        alias.c.distributor_id == pos.c.distributor_id, alias.c.subject == PRODUCT, alias.c.name == pos.c.product
    )
    unknown = (pos.c.product.is_not(None), ~ordered, ~named.correlate(pos).exists())
    chosen = (
        select(pos.c.distributor_id, pos.c.product)
        .where(*unknown)
        .distinct()
        .order_by(pos.c.distributor_id, pos.c.product)
        .limit(MOST_LOOKED_AT)
    )
    return [Name(distributor_id=row.distributor_id, subject=PRODUCT, name=row.product) for row in connection.execute(chosen)]


def _likely(connection: Connection, name: Name) -> list[tuple[str, int | None, int]]:
    """The likeliest meanings with the one line they have, if it is an order's, and their scores, best first."""
    candidates = CANDIDATES[name.subject](connection, name.name)
    scores: dict[str, float] = {}
    for meaning, text in candidates:
        score = fuzz.WRatio(name.name, text, processor=utils.default_process)
        scores[meaning] = max(score, scores.get(meaning, 0))
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:MOST_PROPOSED]
    # A hundred is for what a person said.
    scored = [(meaning, _only_line(connection, name, meaning), min(round(score), 99)) for meaning, score in best if score >= LEAST_SCORE]
    # A name that means itself helps where it brings the line that was missing, and nowhere else.
    return [found for found in scored if found[0] != name.name or found[1] is not None]


def _only_line(connection: Connection, name: Name, meaning: str) -> int | None:
    if name.subject != ORDER:
        return None
    line, order = t.order_lines, t.orders
    lines = connection.execute(
        select(line.c.line).join(order, order.c.id == line.c.order_id).where(order.c.order_number == meaning).limit(2)
    )
    found = list(lines.scalars())
    return found[0] if len(found) == 1 else None


def _partners(connection: Connection, name: str) -> list[tuple[str, str]]:
    rows = connection.execute(select(t.partners.c.partner_number, t.partners.c.name)).all()
    texts = [(row.partner_number, text) for row in rows for text in (row.partner_number, row.name) if text]
    # Narrowed down first: the finer comparison takes longer than thousands of rows can bear.
    return [texts[place] for _, _, place in _near(name, [text for _, text in texts])]


def _orders(connection: Connection, name: str) -> list[tuple[str, str]]:
    digits = max(re.findall(r"[0-9]+", name), key=len, default="")
    if len(digits) < FEWEST_DIGITS:
        return []
    number = t.orders.c.order_number
    found = select(number).where(number.contains(digits.lstrip("0") or digits, autoescape=True)).order_by(number).limit(MOST_COMPARED)
    return [(text, text) for text in connection.execute(found).scalars()]


def _products(connection: Connection, name: str) -> list[tuple[str, str]]:
    product = t.order_lines.c.product
    texts: Sequence[str] = connection.execute(select(product).where(product.is_not(None)).distinct()).scalars().all()
    return [(text, text) for text, _, _ in _near(name, texts)]


def _near(name: str, texts: Sequence[str]) -> Any:
    return process.extract(name, texts, scorer=fuzz.token_set_ratio, processor=utils.default_process, limit=MOST_COMPARED)


CANDIDATES = {PARTNER: _partners, ORDER: _orders, PRODUCT: _products}


def _meaningless(connection: Connection, subject: str, meaning: str, line: int | None) -> list[Refusal]:
    known = {
        PARTNER: select(t.partners.c.id).where(t.partners.c.partner_number == meaning),
        ORDER: select(t.orders.c.id).where(t.orders.c.order_number == meaning),
        PRODUCT: select(func.count()),
    }
    if connection.execute(known[subject].limit(1)).first() is None:
        return [Refusal("MEANING_UNKNOWN", f"There is no {subject.lower()} {meaning}; give a number that is known.", ("meaning",))]
    if line is not None and subject != ORDER:
        return [Refusal("LINE_WITHOUT_ORDER", "Only an order has lines; leave the line out.", ("line",))]
    return []


def _in_state(connection: Connection, name: Name, state: str) -> Any:
    a = t.aliases
    chosen: Select[Any] = select(a).where(
        a.c.distributor_id == name.distributor_id, a.c.subject == name.subject, a.c.name == name.name, a.c.state == state
    )
    return connection.execute(chosen.order_by(a.c.score.desc(), a.c.id))


def _held_for(connection: Connection, name: Name) -> list[int]:
    held, needs = t.held_lines, t.held_references
    own = held.c.key.startswith(f"{name.distributor_id}\x1f", autoescape=True)
    chosen = select(held.c.id).join(needs, needs.c.held_id == held.c.id)
    chosen = chosen.where(needs.c.reference == WAITS_FOR[name.subject], needs.c.number == name.name, held.c.kind == "pos", own)
    return list(connection.execute(chosen.order_by(held.c.id)).scalars())


def _open(connection: Connection, alias_id: int, state: str) -> Row[Any]:
    found = connection.execute(select(t.aliases).where(t.aliases.c.id == alias_id)).first()
    if found is None:
        raise ActRefused(Refusal("ALIAS_NOT_FOUND", "There is no such alias.", ("id",)))
    if found.state != state:
        raise ActRefused(Refusal("ALIAS_NOT_OPEN", f"The alias is {found.state}; only {state} ones can be decided so.", ("id",)))
    return found


def _decide(connection: Connection, viewer: Viewer, alias_id: int, state: str, act: str, reason: str, now: datetime) -> int:
    a = t.aliases
    connection.execute(update(a).where(a.c.id == alias_id).values(state=state, decided_by=viewer.subject, decided_at=now))
    _journal(connection, viewer, act, alias_id, now, reason)
    return alias_id


def _insert(connection: Connection, name: Name, meaning: str, line: int | None, score: int, viewer: Viewer, now: datetime) -> int:
    row = {
        "distributor_id": name.distributor_id,
        "subject": name.subject,
        "name": name.name,
        "meaning": meaning,
        "meaning_line": line,
        "score": score,
        "state": PROPOSED,
        "proposed_by": viewer.subject,
        "proposed_at": now,
    }
    return int(connection.execute(insert(t.aliases).values(**row).returning(t.aliases.c.id)).scalar_one())


def _journal(connection: Connection, viewer: Viewer, act: str, alias_id: int, now: datetime, reason: str | None) -> None:
    alias = connection.execute(select(t.aliases).where(t.aliases.c.id == alias_id)).one()
    detail = {"name": alias.name, "meaning": alias.meaning, "line": alias.meaning_line, "score": alias.score}
    key = f"{alias.distributor_id}/{alias.subject}/{alias.name}"
    given = Act(name=act, noun="alias", row_id=alias_id, key=key, distributor_id=alias.distributor_id, reason=reason, detail=detail)
    journal(connection, viewer, given, now)
