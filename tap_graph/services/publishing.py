"""Publishing: the installed rulebooks become rows, so that figures can be queried, joined and cited.

A new rulebook version never changes what was decided under the old one; only lines that no rule has decided yet
are decided.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from tap_graph.domain.errors import NotMigrated, RulebookChanged
from tap_graph.domain.option import Option
from tap_graph.domain.period import Period
from tap_graph.rules.rulebook import Rulebook
from tap_graph.services.deciding import Rulebooks, decide_undecided
from tap_graph.services.enrolling import check_enrollments
from tap_graph.storage import tables as t
from tap_graph.storage.intake.derived import theatres_of_partners
from tap_graph.values.money import to_minor


def publish(connection: Connection, rulebooks: Rulebooks, now: datetime) -> list[str]:
    """Publishes what is not published yet; returns the regions whose version is new."""
    new = [region for region, rulebook in rulebooks.items() if _publish(connection, rulebook, now)]
    if new:
        _renew_theatres(connection)
    decide_undecided(connection, rulebooks, now)
    check_enrollments(connection, {region: rulebooks[region] for region in new}, select(t.enrollments.c.id))
    return new


def verify(connection: Connection, rulebooks: Rulebooks) -> None:
    """Refuses to go on where installed and published rulebooks differ."""
    published = {
        row.code: row
        for row in connection.execute(
            select(t.theatres.c.code, t.rulebooks.c.version, t.rulebooks.c.digest).join(
                t.rulebooks, t.rulebooks.c.id == t.theatres.c.rulebook_id
            )
        )
    }
    for region, rulebook in rulebooks.items():
        if region not in published:
            raise NotMigrated(f"Region {region} of {rulebook.plugin} is installed and not published. Run `tap-graph migrate`.")
        if published[region].version != rulebook.version:
            raise RulebookChanged(
                f"Region {region}: {rulebook.plugin} {rulebook.version} is installed, {published[region].version} is published. "
                "Run `tap-graph migrate` to publish it, or install the published version."
            )


def _publish(connection: Connection, rulebook: Rulebook, now: datetime) -> bool:
    """Publishes one rulebook; False where it is the one in force already."""
    region = rulebook.theatre.code
    _refuse_changed(connection, rulebook)
    same = (t.rulebooks.c.region == region, t.rulebooks.c.version == rulebook.version)
    rulebook_id = connection.execute(select(t.rulebooks.c.id).where(*same)).scalar()
    in_force = connection.execute(select(t.theatres.c.rulebook_id).where(t.theatres.c.code == region)).scalar()
    if rulebook_id is not None and rulebook_id == in_force:
        return False
    if rulebook_id is None:
        rulebook_id = _add_rulebook(connection, rulebook, now)
    theatre_id = _put_theatre(connection, rulebook, rulebook_id)
    _put_periods(connection, rulebook, theatre_id)
    _put_options(connection, rulebook, theatre_id)
    _put_programs(connection, rulebook, theatre_id)
    return True


def _refuse_changed(connection: Connection, rulebook: Rulebook) -> None:
    region = rulebook.theatre.code
    same = (
        t.rulebooks.c.region == region,
        t.rulebooks.c.plugin_version == rulebook.plugin_version,
        t.rulebooks.c.plugin == rulebook.plugin,
    )
    other = connection.execute(select(t.rulebooks.c.version).where(*same, t.rulebooks.c.digest != rulebook.digest)).scalar()
    if other is not None:
        raise RulebookChanged(
            f"Region {region}: {rulebook.plugin} {rulebook.plugin_version} was published with other figures ({other}). "
            "A published version never changes: raise the plugin's version and migrate again."
        )


def _add_rulebook(connection: Connection, rulebook: Rulebook, now: datetime) -> int:
    row = {
        "region": rulebook.theatre.code,
        "version": rulebook.version,
        "plugin": rulebook.plugin,
        "plugin_version": rulebook.plugin_version,
        "digest": rulebook.digest,
        "published_at": now,
    }
    rulebook_id = connection.execute(insert(t.rulebooks).values(**row).returning(t.rulebooks.c.id)).scalar_one()
    figures = [
        {
            "rulebook_id": rulebook_id,
            "position": position,
            "subject": figure.subject,
            "name": figure.name,
            "value": figure.value,
            "source": figure.source,
            "provenance": figure.provenance.value,
            "plugin": figure.plugin,
            "version": figure.version,
        }
        for position, figure in enumerate(rulebook.figures())
    ]
    connection.execute(insert(t.figures), figures)
    return int(rulebook_id)


def _put(connection: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """Inserts or updates the row with that key and returns its id, which never changes."""
    condition = [table.c[name] == value for name, value in key.items()]
    found = connection.execute(select(table.c.id).where(*condition)).scalar()
    if found is None:
        return int(connection.execute(insert(table).values(**key, **values).returning(table.c.id)).scalar_one())
    connection.execute(update(table).where(table.c.id == found).values(**values))
    return int(found)


def _put_theatre(connection: Connection, rulebook: Rulebook, rulebook_id: int) -> int:
    theatre, terms = rulebook.theatre, rulebook.terms
    values = {
        "name": theatre.name,
        "zone": theatre.zone.value,
        "currency": theatre.currency.value,
        "rulebook_id": rulebook_id,
        "shipped_by": terms.shipped_by.value.value,
        "pos_required": terms.pos_required.value,
    }
    return _put(connection, t.theatres, {"code": theatre.code}, values)


def _put_periods(connection: Connection, rulebook: Rulebook, theatre_id: int) -> None:
    for period in rulebook.periods:
        period_id = _put(connection, t.periods, {"theatre_id": theatre_id, "number": period.number}, _period_values(period))
        connection.execute(delete(t.period_countries).where(t.period_countries.c.period_id == period_id))
        countries = [{"period_id": period_id, "country": c.code, "name": c.name} for c in rulebook.countries(period.number).value]
        connection.execute(insert(t.period_countries), countries)


def _period_values(period: Period) -> dict[str, Any]:
    return {
        "enrollment_first_day": period.enrollment_window.value.first_day,
        "enrollment_last_day": period.enrollment_window.value.last_day,
        "booking_first_day": period.booking_window.value.first_day,
        "booking_last_day": period.booking_window.value.last_day,
        "return_deadline": period.return_deadline.value,
        "first_evaluation_on": period.first_evaluation_on.value,
        "second_evaluation_on": period.second_evaluation_on.value,
        "dispute_deadline": period.dispute_deadline.value,
        "document_version": period.document.version if period.document else None,
        "document_link": period.document.link if period.document else None,
    }


def _put_options(connection: Connection, rulebook: Rulebook, theatre_id: int) -> None:
    for option in rulebook.options:
        _put(connection, t.options, {"theatre_id": theatre_id, "code": option.code}, _option_values(rulebook, option))


def _option_values(rulebook: Rulebook, option: Option) -> dict[str, Any]:
    dates = rulebook.dates(option)
    return {
        "first_period": option.periods.value[0],
        "last_period": option.periods.value[-1],
        "minimum": to_minor(option.minimum.value),
        "enrollment_first_day": dates.enrollment_window.first_day,
        "enrollment_last_day": dates.enrollment_window.last_day,
        "booking_first_day": dates.booking_window.first_day,
        "booking_last_day": dates.booking_window.last_day,
        "last_tracked_day": dates.last_tracked_day,
        "return_deadline": dates.return_deadline,
        "first_evaluation_on": dates.first_evaluation_on,
        "second_evaluation_on": dates.second_evaluation_on,
        "dispute_deadline": dates.dispute_deadline,
    }


def _put_programs(connection: Connection, rulebook: Rulebook, theatre_id: int) -> None:
    connection.execute(delete(t.programs).where(t.programs.c.theatre_id == theatre_id))
    rows: Iterable[dict[str, Any]] = [
        {
            "theatre_id": theatre_id,
            "position": position,
            "code": program.program,
            "name": program.name,
            "combinable": program.combinable.value,
            "first_day": program.window.first_day if program.window else None,
            "last_day": program.window.last_day if program.window else None,
        }
        for position, program in enumerate(rulebook.programs)
    ]
    if rows:
        connection.execute(insert(t.programs), list(rows))


def _renew_theatres(connection: Connection) -> None:
    """Partners join the theatres that list their country now; what was decided for those they leave stays."""
    connection.execute(delete(t.partner_theatres))
    wanted = theatres_of_partners().subquery()
    connection.execute(
        insert(t.partner_theatres).from_select(["partner_id", "theatre_id"], select(wanted.c.partner_id, wanted.c.theatre_id))
    )
