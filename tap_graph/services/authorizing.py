"""Authorizing: deviations (DART) requested, revised, cancelled and decided in place (R11; program §6, 3).

Each function is one act inside the caller's transaction: it looks whether the viewer may, says every refusal at once, delivers
the deviation anew as one line (so that each version of it stands on a delivered line, whoever brought it), and writes the act
down. The feed stays: the last word on a deviation is the one that came last, from either side.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, false, select

from tap_graph.domain.deviation import TMP, DeviationState, DeviationStatus, state_on
from tap_graph.domain.errors import NotAllowed, UnknownName
from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.feeds.problems import shown
from tap_graph.services.acting import Act, journal
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.receiving import record
from tap_graph.storage import tables as t
from tap_graph.values.text import is_storable

KIND = "deviations"
Cell = str | int | date | None
REVISABLE = ("partner_number", "quote_number", "type", "quantity", "expires_on", "reason")
UNDECIDED = frozenset({DeviationState.REQUESTED})
IN_FORCE = frozenset({DeviationStatus.REQUESTED, DeviationStatus.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a distributor asks for."""

    partner_number: str
    number: str | None = None
    """None: one is made, `DART-<distributor>-<n>`."""
    quote_number: str | None = None
    type: str = TMP
    quantity: int | None = None
    expires_on: date | None = None
    reason: str | None = None


def request(connection: Connection, rulebooks: Rulebooks, viewer: Viewer, wanted: Wanted, now: datetime, today: date) -> int:
    """A distributor asks for a deviation; returns its id."""
    distributor = _distributor(viewer, "requests deviations")
    _check_texts(
        deviation_number=wanted.number,
        partner_number=wanted.partner_number,
        quote_number=wanted.quote_number,
        type=wanted.type,
        reason=wanted.reason,
    )
    number = wanted.number if wanted.number is not None else _free_number(connection, distributor)
    refusals = [*_number_taken(connection, number), *_partner_missing(wanted.partner_number)]
    row = {
        "deviation_number": number,
        "distributor_id": distributor,
        "partner_number": wanted.partner_number,
        "quote_number": wanted.quote_number,
        "type": wanted.type,
        "requested_on": today,
        "status": DeviationStatus.REQUESTED.value,
        "quantity": wanted.quantity,
        "expires_on": wanted.expires_on,
        "reason": wanted.reason,
    }
    given = {name: row[name] for name in REVISABLE if row[name] is not None}
    return _Act("deviationRequest", viewer, wanted.reason, given).done(connection, rulebooks, row, refusals, now)


def revise(
    connection: Connection, rulebooks: Rulebooks, viewer: Viewer, number: str, changes: Mapping[str, Cell], now: datetime, today: date
) -> int:
    """A distributor changes its request while nobody decided it: columns of `REVISABLE`, None takes one away; returns its id."""
    if unknown := sorted(set(changes) - set(REVISABLE)):
        raise UnknownName(f"`{unknown[0]}` is not to be revised; there are {', '.join(REVISABLE)}.")
    found = _found(connection, viewer, number, "revises deviations", Role.DISTRIBUTOR)
    _check_texts(**changes)
    row = _row(found)
    refusals = []
    if found.status != DeviationStatus.REQUESTED:
        message = f"{_told(found, today)} Only a request that nobody decided is revised; request another deviation."
        refusals.append(Refusal("DEVIATION_NOT_REQUESTED", message, ("deviation_number",)))
    if all(row[name] == value for name, value in changes.items()):
        message = f"Deviation {number} says all of that already. Give what is to be different."
        refusals.append(Refusal("NOTHING_TO_CHANGE", message))
    if "partner_number" in changes:
        refusals += _partner_missing(changes["partner_number"])
    refusals += _ends_in_the_past(changes.get("expires_on"), found.requested_on, today)
    reason = changes.get("reason")
    act = _Act("deviationRevise", viewer, None if reason is None else str(reason), changes)
    return act.done(connection, rulebooks, row | dict(changes), refusals, now)


def cancel(
    connection: Connection, rulebooks: Rulebooks, viewer: Viewer, number: str, reason: str | None, now: datetime, today: date
) -> int:
    """A distributor takes its deviation back, requested or approved, unless an order line names it; returns its id."""
    found = _found(connection, viewer, number, "cancels deviations", Role.DISTRIBUTOR)
    _check_texts(reason=reason)
    refusals = []
    if found.status not in IN_FORCE:
        message = f"{_told(found, today)} There is nothing left to cancel."
        refusals.append(Refusal("DEVIATION_NOT_IN_FORCE", message, ("deviation_number",)))
    if orders := _orders_naming(connection, found.id):
        named = f"Order {orders[0]} names" if len(orders) == 1 else f"Orders {', '.join(orders)} name"
        message = f"{named} deviation {number}. Have the order name another one first."
        refusals.append(Refusal("DEVIATION_IN_USE", message, ("deviation_number",)))
    row = _row(found) | {"status": DeviationStatus.CANCELLED.value} | _said(reason)
    return _Act("deviationCancel", viewer, reason, {}).done(connection, rulebooks, row, refusals, now)


def approve(
    connection: Connection,
    rulebooks: Rulebooks,
    viewer: Viewer,
    number: str,
    now: datetime,
    today: date,
    *,
    quantity: int | None = None,
    reason: str | None = None,
) -> int:
    """An approver of the partner's region grants a request, for another quantity where one is given; returns its id."""
    found = _found(connection, viewer, number, "approves deviations", Role.DEVIATION_APPROVER)
    _check_texts(reason=reason)
    row = _decided(found, DeviationStatus.APPROVED, today) | _said(reason)
    given: dict[str, Cell] = {}
    if quantity is not None:
        row["quantity"] = given["quantity"] = quantity
    return _Act("deviationApprove", viewer, reason, given).done(connection, rulebooks, row, list(_undecidable(found, today)), now)


def decline(connection: Connection, rulebooks: Rulebooks, viewer: Viewer, number: str, reason: str, now: datetime, today: date) -> int:
    """An approver of the partner's region refuses a request, and says why; returns its id."""
    found = _found(connection, viewer, number, "declines deviations", Role.DEVIATION_APPROVER)
    _check_texts(reason=reason)
    refusals = list(_undecidable(found, today))
    if not reason.strip():
        refusals.append(Refusal("REASON_MISSING", "A declined deviation needs a reason. Say why.", ("reason",)))
    row = _decided(found, DeviationStatus.DECLINED, today) | _said(reason)
    return _Act("deviationDecline", viewer, reason, {}).done(connection, rulebooks, row, refusals, now)


@dataclass(frozen=True, slots=True)
class _Act:
    """One act about a deviation: how it is named, who does it, why, and what was given with it."""

    name: str
    viewer: Viewer
    reason: str | None
    given: Mapping[str, Cell]

    def done(
        self, connection: Connection, rulebooks: Rulebooks, row: Mapping[str, Cell], refusals: Sequence[Refusal], now: datetime
    ) -> int:
        """Delivers the row and writes the act down; ActRefused with these refusals and those of the delivery."""
        cells = {name: "" if value is None else str(value) for name, value in row.items()}
        number, distributor = cells["deviation_number"], cells["distributor_id"]
        all_refusals = list(refusals)
        try:
            # Sent also where it is refused already: the caller's transaction ends without it, and every reason is told at once.
            record(connection, rulebooks, KIND, cells, distributor, self.name, now)
        except ActRefused as refused:
            all_refusals += refused.refusals
        if all_refusals:
            raise ActRefused(*all_refusals)
        deviation = t.deviations
        row_id = int(connection.execute(select(deviation.c.id).where(deviation.c.deviation_number == number)).scalar_one())
        detail = {name: value.isoformat() if isinstance(value, date) else value for name, value in self.given.items()}
        act = Act(
            name=self.name,
            noun="deviation",
            row_id=row_id,
            key=number,
            distributor_id=distributor or None,
            reason=self.reason,
            detail=detail,
        )
        journal(connection, self.viewer, act, now)
        return row_id


def _distributor(viewer: Viewer, does: str) -> str:
    if viewer.role is not Role.DISTRIBUTOR or viewer.distributor_id is None:
        raise NotAllowed(f"The role {viewer.role} never {does}; a distributor does, for itself.")
    return viewer.distributor_id


def _check_texts(**texts: Cell) -> None:
    """Refuses, before anything is asked of the database, what no database takes and no file can hold."""
    refusals = [
        Refusal("NOT_STORABLE", f"{name} holds NUL, or half of a letter. Write it again.", (name,))
        for name, text in texts.items()
        if isinstance(text, str) and not is_storable(text)
    ]
    if refusals:
        raise ActRefused(*refusals)


def _free_number(connection: Connection, distributor: str) -> str:
    """The next number nobody has, and no waiting line is of."""
    head, d, held = f"DART-{distributor}-", t.deviations, t.held_lines
    known = select(d.c.deviation_number).where(d.c.deviation_number.startswith(head, autoescape=True))
    waiting = select(held.c.key).where(held.c.kind == KIND, held.c.key.startswith(head, autoescape=True))
    tails = (number[len(head) :] for number in connection.execute(known.union(waiting)).scalars())
    return f"{head}{max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0) + 1}"


def _number_taken(connection: Connection, number: str) -> Iterator[Refusal]:
    known = select(t.deviations.c.id).where(t.deviations.c.deviation_number == number)
    waiting = select(t.held_lines.c.id).where(t.held_lines.c.kind == KIND, t.held_lines.c.key == number)
    if connection.execute(select(exists(known) | exists(waiting))).scalar_one():
        message = f"There is a deviation {number} already. Give another number, or none to have one made."
        yield Refusal("NUMBER_TAKEN", message, ("deviation_number",))


def _partner_missing(number: Cell) -> Iterator[Refusal]:
    if not number:
        yield Refusal("PARTNER_MISSING", "A deviation is for one partner. Give its number.", ("partner_number",))


def _ends_in_the_past(expires_on: Cell, requested_on: date | None, today: date) -> Iterator[Refusal]:
    """A last day before the request is told by the delivery."""
    if isinstance(expires_on, date) and (requested_on or expires_on) <= expires_on < today:
        message = f"expires_on {expires_on} is past. Give a day from {today} on, or none."
        yield Refusal("EXPIRES_IN_THE_PAST", message, ("expires_on",))


def _found(connection: Connection, viewer: Viewer, number: str, does: str, role: Role) -> Row[Any]:
    """The deviation with what it refers to by number; unknown and foreign ones are refused alike."""
    d, partner, quote = t.deviations, t.partners, t.quotes
    if role is Role.DISTRIBUTOR:
        mine = d.c.distributor_id == _distributor(viewer, does)
    elif viewer.role is role:
        mine = _in_regions(viewer).exists() if viewer.regions else false()
    else:
        raise NotAllowed(f"The role {viewer.role} never {does}; a {role} of the partner's region does.")
    source = d.outerjoin(partner, partner.c.id == d.c.partner_id).outerjoin(quote, quote.c.id == d.c.quote_id)
    chosen = select(d, partner.c.partner_number, quote.c.quote_number).select_from(source)
    found = connection.execute(chosen.where(d.c.deviation_number == number, mine)).one_or_none() if is_storable(number) else None
    if found is None:
        message = f"There is no deviation {shown(number)} for you. Look for its number in the list of deviations."
        raise ActRefused(Refusal("NOT_FOUND", message, ("deviation_number",)))
    return found


def _in_regions(viewer: Viewer) -> Select[Any]:
    place, theatre = t.partner_theatres, t.theatres
    here = select(place.c.partner_id).join(theatre, theatre.c.id == place.c.theatre_id)
    return here.where(place.c.partner_id == t.deviations.c.partner_id, theatre.c.code.in_(viewer.regions or ())).correlate(t.deviations)


def _row(found: Row[Any]) -> dict[str, Cell]:
    """The deviation as its feed would deliver it."""
    names = ("deviation_number", "distributor_id", "requested_on", "status", "decided_on", *REVISABLE)
    return {name: getattr(found, name) for name in names}


def _decided(found: Row[Any], status: DeviationStatus, today: date) -> dict[str, Cell]:
    return _row(found) | {"status": status.value, "decided_on": today}


def _said(reason: str | None) -> dict[str, Cell]:
    return {} if reason is None else {"reason": reason}


def _undecidable(found: Row[Any], today: date) -> Iterator[Refusal]:
    if _state(found, today) in UNDECIDED:
        return
    message = f"{_told(found, today)} Only a request that holds is decided; ask the distributor for another one."
    yield Refusal("DEVIATION_NOT_REQUESTED", message, ("deviation_number",))


def _state(found: Row[Any], today: date) -> DeviationState | None:
    return None if found.status is None else state_on(DeviationStatus(found.status), found.expires_on, today)


def _told(found: Row[Any], today: date) -> str:
    """Where a deviation stands, as a sentence."""
    state = _state(found, today)
    if state is None:
        return f"Deviation {found.deviation_number} was delivered without a status."
    if state is DeviationState.EXPIRED:
        return f"Deviation {found.deviation_number} expired on {found.expires_on}."
    since = f" on {found.decided_on}" if found.decided_on and state is not DeviationState.CANCELLED else ""
    return f"Deviation {found.deviation_number} is {state.value.lower()}{since}."


def _orders_naming(connection: Connection, deviation_id: int) -> list[str]:
    line, order = t.order_lines, t.orders
    named = select(order.c.order_number).join(line, line.c.order_id == order.c.id).where(line.c.deviation_id == deviation_id)
    return list(connection.execute(named.distinct().order_by(order.c.order_number).limit(3)).scalars())
