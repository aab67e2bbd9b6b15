"""Applying: partners enroll in place, from the draft to the decision, on both databases."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tap_graph.app import Application
from tap_graph.domain.enrollment_form import DenialCode
from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services import reminding, setting_holidays
from tap_graph.services.applying import deciding, filling, submitting
from tap_graph.services.applying.forms import Desk
from tap_graph.services.applying.opening import open_options
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, rows
from tests.services.two_tier import published

NOW = datetime(2008, 2, 1, 10, tzinfo=UTC)
P1 = Viewer(subject="one", role=Role.PARTNER, partner_number="P1")
P2 = Viewer(subject="two", role=Role.PARTNER, partner_number="P2")
ADMIN = Viewer(subject="admin", role=Role.ADMINISTRATOR, regions=("APAC",))
US_ADMIN = Viewer(subject="us admin", role=Role.ADMINISTRATOR, regions=("US",))
PARTNERS = "partner_number,name,country,tier,cam_email\nP1,One,SG,ONE_TIER,cam@example.com\nP2,Two,SG,TWO_TIER,\n"
FIELDS: dict[str, Any] = {
    "contact_name": "Ann",
    "contact_email": "ann@example.com",
    "expected_booked_value": 1_300_000,
    "expected_deals": 3,
    "signatory": "Ann Lee",
}
# The last enrollment day of P6 is 2008-03-09 (the first booking day and 42 days), in Singapore (UTC+8).
LAST_MOMENT = datetime(2008, 3, 9, 15, 59, 59, 999000, tzinfo=UTC)
TOO_LATE = datetime(2008, 3, 9, 16, tzinfo=UTC)


@pytest.fixture
def application(database: Database) -> Application:
    opened = published(database)
    deliver(opened, "partners", PARTNERS)
    deliver(opened, "certifications", "partner_number,level,first_day\nP1,GOLD,2007-01-01\n")
    return opened


def do(application: Application, service: Any, viewer: Viewer, *given: Any, now: datetime = NOW, **more: Any) -> int:
    with application.database.writing() as connection:
        done: int = service(Desk(connection, application.rulebooks, viewer, now), *given, **more)
    return done


def refused(application: Application, service: Any, viewer: Viewer, *given: Any, **more: Any) -> list[str]:
    before = [rows(application, table, "id") for table in ("enrollments", "enrollment_forms", "acts", "deliveries", "events")]
    with pytest.raises(ActRefused) as told:
        do(application, service, viewer, *given, **more)
    assert [rows(application, table, "id") for table in ("enrollments", "enrollment_forms", "acts", "deliveries", "events")] == before
    return [refusal.code for refusal in told.value.refusals]


def submitted(application: Application, now: datetime = NOW) -> int:
    form = do(application, filling.start, P1, "P1", "APAC", "P6")
    do(application, filling.save, P1, form, 1, FIELDS)
    return do(application, submitting.submit, P1, form, 2, now=now)


def test_a_form_is_filled_submitted_and_approved(application: Application) -> None:
    submitted(application)
    # Ten business days after Friday 1 February 2008: Chinese New Year on 7 and 8 February is left out.
    assert rows(application, "enrollment_forms", "state", "form_version", "due_on", "calendar_warning") == [
        ("SUBMITTED", 3, date(2008, 2, 19), None)
    ]
    assert rows(application, "enrollments", "status", "submitted_on") == [("SUBMITTED", date(2008, 2, 1))]
    [(enrollment,)] = rows(application, "enrollments", "id")
    assert refused(application, deciding.approve, ADMIN, enrollment, 2, None) == ["CHANGED_SINCE"]
    assert refused(application, deciding.approve, US_ADMIN, enrollment, 3, None) == ["NOT_FOUND"]
    do(application, deciding.approve, ADMIN, enrollment, 3, None)
    assert rows(application, "enrollments", "status", "decided_on") == [("APPROVED", date(2008, 2, 1))]
    assert rows(application, "enrollment_forms", "state", "form_version") == [("APPROVED", 4)]
    assert [kind for (kind,) in rows(application, "events", "kind")] == ["ENROLLMENT_SUBMITTED", "ENROLLMENT_DECIDED"]
    acts = ["enrollmentStart", "enrollmentSave", "enrollmentSubmit", "enrollmentApprove"]
    assert [act for (act,) in rows(application, "acts", "act")] == acts


def test_every_missing_and_wrong_thing_is_told_at_once(application: Application) -> None:
    form = do(application, filling.start, P2, "P2", "APAC", "P6")
    assert refused(application, filling.save, P2, form, 9, {"contact_email": "ann", "expected_deals": 0}) == [
        "CHANGED_SINCE",
        "FIELD_WRONG",
        "FIELD_WRONG",
    ]
    assert refused(application, submitting.submit, P2, form, 1) == ["FIELD_MISSING"] * 6 + ["RULES_REFUSE"]


def test_foreign_forms_are_not_found(application: Application) -> None:
    form = do(application, filling.start, P1, "P1", "APAC", "P6")
    assert refused(application, filling.save, P2, form, 1, {"contact_name": "Eve"}) == ["NOT_FOUND"]
    assert refused(application, filling.start, P2, "P1", "APAC", "P6") == ["NOT_FOUND"]


def test_the_last_millisecond_of_the_last_day_is_in_time_and_the_next_is_not(application: Application) -> None:
    form = do(application, filling.start, P1, "P1", "APAC", "P6")
    do(application, filling.save, P1, form, 1, FIELDS)
    assert refused(application, submitting.submit, P1, form, 2, now=TOO_LATE)[0] == "WINDOW_OVER"
    do(application, submitting.submit, P1, form, 2, now=LAST_MOMENT)
    assert rows(application, "enrollments", "submitted_on") == [(date(2008, 3, 9),)]


def test_a_denied_form_is_started_anew_from_the_last_one(application: Application) -> None:
    submitted(application)
    [(enrollment,)] = rows(application, "enrollments", "id")
    assert refused(application, deciding.deny, ADMIN, enrollment, 3, DenialCode.OTHER, " ") == ["REASON_MISSING"]
    do(application, deciding.deny, ADMIN, enrollment, 3, DenialCode.INCOMPLETE, "Whose deals?")
    assert rows(application, "enrollments", "status", "reason") == [("DENIED", "INCOMPLETE: Whose deals?")]
    do(application, filling.start, P1, "P1", "APAC", "P6", copy_last=True)
    assert rows(application, "enrollment_forms", "state", "contact_name", "signatory") == [
        ("DENIED", "Ann", "Ann Lee"),
        ("DRAFT", "Ann", None),
    ]


def test_a_withdrawn_application_is_withdrawn_in_the_facts_too(application: Application) -> None:
    form = submitted(application)
    assert refused(application, filling.save, P1, form, 3, {"contact_name": "Bob"}) == ["FORM_NOT_IN_STATE"]
    do(application, submitting.withdraw, P1, form, 3, "Too early.")
    assert rows(application, "enrollments", "status", "reason") == [("WITHDRAWN", "Too early.")]


def test_an_application_of_a_feed_is_decided_in_place(application: Application) -> None:
    deliver(application, "enrollments", "partner_number,region,option,submitted_on,status\nP1,APAC,P6,2008-02-01,SUBMITTED\n")
    [(enrollment,)] = rows(application, "enrollments", "id")
    do(application, deciding.approve, ADMIN, enrollment, None, "Known partner.")
    assert rows(application, "enrollments", "status", "reason") == [("APPROVED", "Known partner.")]


def test_a_form_that_a_feed_denied_makes_room_for_another(application: Application) -> None:
    submitted(application)
    line = "P1,APAC,P6,2008-02-01,DENIED,2008-02-04"
    deliver(application, "enrollments", f"partner_number,region,option,submitted_on,status,decided_on\n{line}\n")
    do(application, filling.start, P1, "P1", "APAC", "P6")
    assert rows(application, "enrollment_forms", "state") == [("DENIED",), ("DRAFT",)]


def test_options_tell_every_obstacle(application: Application) -> None:
    deliver(application, "enrollments", "partner_number,region,option,submitted_on,status\nP1,APAC,P5-P6,2007-11-01,SUBMITTED\n")
    ids = [int(str(id_)) for (id_,) in rows(application, "partners", "id")]
    with application.database.reading() as connection:
        found = open_options(connection, application.rulebooks, ids, NOW)
    told = {each.option: [obstacle.code for obstacle in each.obstacles] for each in found[ids[0]]}
    assert told == {
        "P5": ["WINDOW_OVER", "OVERLAPS"], "P5-P6": ["WINDOW_OVER", "ALREADY_ENROLLED"], "P6": ["OVERLAPS"], "P7": ["WINDOW_NOT_OPEN"],
    }  # fmt: skip
    told = {each.option: [obstacle.code for obstacle in each.obstacles] for each in found[ids[1]]}
    assert told["P6"] == ["NOT_CERTIFIED"]


def test_two_editors_do_not_overwrite_each_other(application: Application) -> None:
    form = do(application, filling.start, P1, "P1", "APAC", "P6")
    barrier, outcomes = threading.Barrier(2), []

    def edit(name: str) -> None:
        barrier.wait()
        try:
            do(application, filling.save, P1, form, 1, {"contact_name": name})
            outcomes.append(name)
        except ActRefused as told:
            outcomes.append(told.refusals[0].code)

    threads = [threading.Thread(target=edit, args=(name,)) for name in ("Ann", "Bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [(name, version)] = rows(application, "enrollment_forms", "contact_name", "form_version")
    assert sorted(outcomes) == sorted(["CHANGED_SINCE", str(name)])
    assert version == 2


def test_a_holiday_set_by_hand_moves_the_due_day_and_is_written_down(application: Application) -> None:
    submitted(application)
    with application.database.writing() as connection:
        day = date(2008, 2, 11)
        setting_holidays.set_holiday(connection, application.rulebooks, ADMIN, "SG", day, is_holiday=True, name="Storm", now=NOW)
    assert rows(application, "enrollment_forms", "due_on") == [(date(2008, 2, 20),)]
    assert rows(application, "acts", "act", "detail")[-1] == ("dueDayRecounted", '{"before":"2008-02-19","after":"2008-02-20"}')
    with application.database.writing() as connection:
        setting_holidays.remove_holiday(connection, application.rulebooks, ADMIN, "SG", day, NOW)
    assert rows(application, "enrollment_forms", "due_on") == [(date(2008, 2, 19),)]


def test_reminders_are_told_once(application: Application) -> None:
    def remind(now: datetime) -> int:
        with application.database.writing() as connection:
            return reminding.remind(connection, application.rulebooks, now)

    do(application, filling.start, P1, "P1", "APAC", "P6")
    near = datetime(2008, 3, 2, 1, tzinfo=UTC)
    assert (remind(near), remind(near)) == (1, 0)
    [(once,)] = rows(application, "events", "once")
    assert str(once).endswith("enrollment 2008-03-09/7")
    assert remind(datetime(2008, 3, 30, 1, tzinfo=UTC)) == 1
    assert rows(application, "events", "kind", "key")[-1] == ("ENROLLMENT_OPENED", "P1")


def test_an_overdue_application_is_told_with_the_account_manager(application: Application) -> None:
    submitted(application)
    for now, count in ((datetime(2008, 2, 19, 15, 59, tzinfo=UTC), 0), (datetime(2008, 2, 19, 16, tzinfo=UTC), 1)):
        with application.database.writing() as connection:
            assert reminding.remind(connection, application.rulebooks, now) == count
    assert rows(application, "events", "kind", "data")[-1] == ("ENROLLMENT_OVERDUE", '{"dueOn":"2008-02-19","camEmail":"cam@example.com"}')
