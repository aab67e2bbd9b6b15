"""`tap-graph deviation`."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy import Connection, select

from tap_graph.app import Application
from tap_graph.cli.console import Day, console, json_option, print_json, ready_application
from tap_graph.domain.deviation import TMP, DeviationStatus, state_on
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services import authorizing
from tap_graph.services.deciding import Rulebooks
from tap_graph.storage import tables as t

Does = Callable[[Connection, Rulebooks, Viewer, datetime, date], int]
distributor_option = click.option("--distributor", required=True, help="Id of the distributor that asks.")
by_option = click.option("--by", default="command-line", show_default=True, help="Who does it, as the journal keeps it.")
quote_option = click.option("--quote", help="Number of the TMP quote.")
quantity_option = click.option("--quantity", type=click.IntRange(min=1), help="Units; leave it out where not known.")
expires_option = click.option("--expires-on", type=Day(), help="Last day on which it holds.")
reason_option = click.option("--reason", help="Why.")
SHOWN = ("deviation_number", "distributor_id", "type", "requested_on", "status", "decided_on", "quantity", "expires_on", "reason")


@click.group("deviation", epilog="Example: tap-graph deviation request --distributor DIST-1 --partner P-1 --quantity 5")
def command() -> None:
    """Requests, revises, cancels and decides deviations (DART) in place."""


@command.command("request", epilog="Example: tap-graph deviation request --distributor DIST-1 --partner P-1 --expires-on 2008-04-26")
@distributor_option
@click.option("--partner", required=True, help="Number of the partner of the deal.")
@click.option("--number", help="Number of the deviation; one is made where none is given.")
@quote_option
@click.option("--type", "type_", default=TMP, show_default=True, help="Type of the deviation.")
@quantity_option
@expires_option
@reason_option
@by_option
@json_option
def request(
    distributor: str,
    partner: str,
    number: str | None,
    quote: str | None,
    type_: str,
    quantity: int | None,
    expires_on: date | None,
    reason: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Asks for a deviation, as its distributor."""
    wanted = authorizing.Wanted(
        partner_number=partner, number=number, quote_number=quote, type=type_, quantity=quantity, expires_on=expires_on, reason=reason
    )
    _do(_distributor(distributor, by), lambda c, r, v, now, today: authorizing.request(c, r, v, wanted, now, today), as_json=as_json)


@command.command("revise", epilog="Example: tap-graph deviation revise DART-1 --distributor DIST-1 --quantity 8")
@click.argument("number")
@distributor_option
@click.option("--partner", help="Number of the partner of the deal.")
@quote_option
@click.option("--type", "type_", help="Type of the deviation.")
@quantity_option
@expires_option
@reason_option
@by_option
@json_option
def revise(number: str, distributor: str, by: str, as_json: bool, **given: Any) -> None:
    """Changes a request that nobody decided, as its distributor; what is not given stays."""
    columns = {"partner": "partner_number", "quote": "quote_number", "type_": "type"}
    changes = {columns.get(name, name): value for name, value in given.items() if value is not None}
    _do(
        _distributor(distributor, by), lambda c, r, v, now, today: authorizing.revise(c, r, v, number, changes, now, today), as_json=as_json
    )


@command.command("cancel", epilog="Example: tap-graph deviation cancel DART-1 --distributor DIST-1")
@click.argument("number")
@distributor_option
@reason_option
@by_option
@json_option
def cancel(number: str, distributor: str, reason: str | None, by: str, as_json: bool) -> None:
    """Takes a deviation back, as its distributor."""
    _do(_distributor(distributor, by), lambda c, r, v, now, today: authorizing.cancel(c, r, v, number, reason, now, today), as_json=as_json)


@command.command("approve", epilog="Example: tap-graph deviation approve DART-1 --region REGION")
@click.argument("number")
@click.option("--region", "regions", multiple=True, help="Region of the approver; may be given several times; all where none is given.")
@quantity_option
@reason_option
@by_option
@json_option
def approve(number: str, regions: tuple[str, ...], quantity: int | None, reason: str | None, by: str, as_json: bool) -> None:
    """Approves a request, for another quantity where one is given."""
    _do(
        _approver(regions, by),
        lambda c, r, v, now, today: authorizing.approve(c, r, v, number, now, today, quantity=quantity, reason=reason),
        as_json=as_json,
    )


@command.command("decline", epilog="Example: tap-graph deviation decline DART-1 --reason 'The quote ended.'")
@click.argument("number")
@click.option("--region", "regions", multiple=True, help="Region of the approver; may be given several times; all where none is given.")
@click.option("--reason", required=True, help="Why.")
@by_option
@json_option
def decline(number: str, regions: tuple[str, ...], reason: str, by: str, as_json: bool) -> None:
    """Declines a request."""
    _do(_approver(regions, by), lambda c, r, v, now, today: authorizing.decline(c, r, v, number, reason, now, today), as_json=as_json)


def _distributor(distributor: str, by: str) -> Callable[[Application], Viewer]:
    return lambda _opened: Viewer(subject=by, role=Role.DISTRIBUTOR, distributor_id=distributor)


def _approver(regions: tuple[str, ...], by: str) -> Callable[[Application], Viewer]:
    return lambda opened: Viewer(subject=by, role=Role.DEVIATION_APPROVER, regions=regions or tuple(opened.rulebooks))


def _do(viewer_of: Callable[[Application], Viewer], does: Does, *, as_json: bool) -> None:
    """Does one act, and shows the deviation as it is then."""
    opened = ready_application()
    now = opened.now()
    with opened.database.writing() as connection:
        row_id = does(connection, opened.rulebooks, viewer_of(opened), now, now.date())
        row = connection.execute(select(t.deviations).where(t.deviations.c.id == row_id)).one()
    state = state_on(DeviationStatus(row.status), row.expires_on, now.date())
    shown = {name: getattr(row, name) for name in SHOWN} | {"state": state.value}
    if as_json:
        print_json({name: value.isoformat() if isinstance(value, date) else value for name, value in shown.items()})
    else:
        console().print(f"Deviation {row.deviation_number} of {row.distributor_id} is {state.value}.")
