"""Filling: a form is started, empty or from the last one, saved in parts, and its rules document accepted (R16, R30)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, and_, insert, select, update

from tap_graph.domain.enrollment_form import CARRIED, FIELDS, Cell, FormAct, wrong_fields
from tap_graph.domain.errors import UnknownName
from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.services.acting import Act, check_storable, journal
from tap_graph.services.applying.forms import APPLYING, FILLING, Desk, Move, found, may, move, own, standing_in_the_way, state_of
from tap_graph.services.applying.opening import ENDED, OpenOption, open_options
from tap_graph.storage import tables as t

MAY_BE_MENDED = frozenset({"NOT_CERTIFIED"})
"""What does not keep a draft from being started: it may be put right until submission."""


def start(desk: Desk, partner_number: str, region: str, option: str, *, copy_last: bool = False) -> int:
    """Starts a form for an option that is open today; returns its id."""
    may(desk.viewer, FILLING, "starts enrollment forms")
    check_storable(partnerNumber=partner_number, region=region, option=option)
    partner = _partner(desk, partner_number, region)
    opened = option_of(desk, partner.id, region, option)
    refusals = [Refusal(each.code, each.message, ("option",)) for each in opened.obstacles if each.code not in MAY_BE_MENDED]
    if live := _live(desk, partner.id, opened.option_id):
        message = f"There is a form for {option} already, {live.standing.lower()}. Go on with that one, or withdraw it."
        refusals.append(Refusal("FORM_EXISTS", message, ("option",)))
    if refusals:
        raise ActRefused(*refusals)
    cells = _last(desk, partner.id) if copy_last else {}
    form = t.enrollment_forms
    theatre = select(t.theatres.c.id).where(t.theatres.c.code == region).scalar_subquery()
    row = {"partner_id": partner.id, "theatre_id": theatre, "option_id": opened.option_id, "state": "DRAFT", "form_version": 1}
    new = insert(form).values(**row, started_at=desk.now, **cells).returning(form.c.id)
    form_id = int(desk.connection.execute(new).scalar_one())
    act = Act(
        name="enrollmentStart",
        noun="enrollmentForm",
        row_id=form_id,
        key=f"{partner_number} {region} {option}",
        detail={"copyLast": int(copy_last)},
        after={"state": "DRAFT", "version": 1},
    )
    journal(desk.connection, desk.viewer, act, desk.now)
    return form_id


def save(desk: Desk, form_id: int, version: int, changes: Mapping[str, Cell]) -> int:
    """Fills some fields of a draft, None empties one; returns its id. What is missing may be missing still."""
    if unknown := sorted(set(changes) - set(FIELDS)):
        raise UnknownName(f"`{unknown[0]}` is no field of the form; there are {', '.join(FIELDS)}.")
    check_storable(**{name: value for name, value in changes.items() if isinstance(value, str)})
    form = found(desk, form_id, FILLING, "saves enrollment forms")
    refuse([*standing_in_the_way(form, FormAct.SAVE, version), *wrong_fields(changes)])
    return move(desk, form, Move(name="enrollmentSave", act=FormAct.SAVE, changes=changes, given=changes))


def accept_rules(desk: Desk, form_id: int, version: int, document_version: str) -> int:
    """The partner accepts the rules document of the option's first period, in the version it was shown (R30)."""
    check_storable(documentVersion=document_version)
    form = found(desk, form_id, APPLYING, "accepts the rules")
    published = option_of(desk, form.partner_id, form.region, form.option).document_version
    refusals = list(standing_in_the_way(form, FormAct.ACCEPT, version))
    if published != document_version:
        wanted = (
            "No rules document is published; there is none to accept." if published is None else f"Read and accept version {published}."
        )
        refusals.append(Refusal("DOCUMENT_OTHER", f"That is not the rules document of {form.option}. {wanted}", ("documentVersion",)))
    refuse(refusals)
    changes = {"document_version": document_version, "accepted_at": desk.now, "accepted_by": desk.viewer.subject}
    return move(
        desk, form, Move(name="enrollmentAcceptRules", act=FormAct.ACCEPT, changes=changes, given={"documentVersion": document_version})
    )


def refuse(refusals: list[Refusal]) -> None:
    """ActRefused with all of them, where there are any."""
    if refusals:
        raise ActRefused(*refusals)


def option_of(desk: Desk, partner_id: int, region: str, option: str) -> OpenOption:
    """The option as it is open to the partner today; ActRefused where the theatre has none, or is not the partner's."""
    for each in open_options(desk.connection, desk.rulebooks, [partner_id], desk.now).get(partner_id, []):
        if (each.region, each.option) == (region, option):
            return each
    message = f"The partner has no option {option} in {region}. Choose one of its open options."
    raise ActRefused(Refusal("OPTION_UNKNOWN", message, ("option",)))


def _partner(desk: Desk, number: str, region: str) -> Row[Any]:
    partner = t.partners
    mine = own(desk.viewer, partner.c.id, t.theatres)
    chosen = select(partner.c.id).select_from(partner.join(t.theatres, t.theatres.c.code == region))
    row = desk.connection.execute(chosen.where(partner.c.partner_number == number, mine)).one_or_none()
    if row is None:
        message = f"There is no partner {number} in {region} for you. Look for its number in the list of partners."
        raise ActRefused(Refusal("NOT_FOUND", message, ("partnerNumber",)))
    return row


def _live(desk: Desk, partner_id: int, option_id: int) -> Any:
    """The form that holds; one that a feed ended since is closed on the way."""
    form, enrollment = t.enrollment_forms, t.enrollments
    mine = and_(enrollment.c.partner_id == form.c.partner_id, enrollment.c.option_id == form.c.option_id)
    chosen = select(form.c.id, state_of(form, enrollment).label("standing")).select_from(form.outerjoin(enrollment, mine))
    of = and_(form.c.partner_id == partner_id, form.c.option_id == option_id, form.c.state.not_in(ENDED))
    row = desk.connection.execute(chosen.where(of)).one_or_none()
    if row is not None and row.standing in ENDED:
        desk.connection.execute(update(form).where(form.c.id == row.id).values(state=row.standing))
        return None
    return row


def _last(desk: Desk, partner_id: int) -> dict[str, Cell]:
    """The fields of the partner's last form, without its agreement."""
    form = t.enrollment_forms
    chosen = select(*(form.c[name] for name in CARRIED)).where(form.c.partner_id == partner_id).order_by(form.c.id.desc()).limit(1)
    row = desk.connection.execute(chosen).one_or_none()
    return {} if row is None else dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
