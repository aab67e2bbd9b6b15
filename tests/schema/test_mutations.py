"""Mutations: one act a field, done in order and whole or not at all; all reasons at once, and under one key but once."""

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tap_graph.app import Application
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.exchange import Question
from tap_graph.reads.identity import node_id
from tap_graph.schema.performing import Performing
from tap_graph.services.receiving import Delivery
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, rows
from tests.asking import Asking, shared_schema
from tests.feeds.x12.samples import file_of, loop
from tests.services.two_tier import ADMIN, D1, D2, NOW, OTHER_ADMIN, copied, loaded, pos, published, sold

RESUBMIT = """mutation ($id: ID!, $changes: [CellInput!]!) { deliveryLineResubmit(id: $id, changes: $changes, reason: "typo") {
    deliveryLine { state delivery { lineCount accepted } } userErrors { code path message } } }"""
REFUSE = 'mutation ($id: ID!) { deliveryLineRefuse(id: $id, reason: "No sale.") { deliveryLine { state } userErrors { code path } } }'
PROPOSE = """mutation ($name: String!) { aliasPropose(distributorId: "D1", subject: PARTNER, name: $name, meaning: "P1") {
    alias { name state score proposedBy } userErrors { code path } } }"""


@dataclass
class Acting:
    """An application, and its execution that takes mutations."""

    application: Application
    execute: Asking

    def ask(self, viewer: Viewer, document: str, variables: dict[str, Any] | None = None, **how: Any) -> dict[str, Any]:
        """The response without what is said of its cost."""
        response: dict[str, Any] = json.loads(self.execute.answer(viewer, Question(document, variables, **how)).body)
        response.pop("extensions", None)
        return response

    def done(self, viewer: Viewer, document: str, variables: dict[str, Any] | None = None, **how: Any) -> Any:
        """What the one field of a mutation answered."""
        response = self.ask(viewer, document, variables, **how)
        assert "errors" not in response, response["errors"]
        [payload] = response["data"].values()
        return payload

    def waiting(self, *invoices: str, sender: str = "D1") -> list[str]:
        """Ids of lines of that sender that wait for partner P9."""
        deliver(self.application, "pos", pos(*(sold(sender, invoice, partner_number="P9") for invoice in invoices)), sender=sender)
        return [node_id("DeliveryLine", int(str(id_))) for (id_,) in self.rows("delivery_lines", "id")[-len(invoices) :]]

    def rows(self, table: str, *columns: str) -> list[tuple[object, ...]]:
        """Rows of a table."""
        return rows(self.application, table, *columns)

    def counts(self) -> tuple[int, ...]:
        """How many rows acts wrote."""
        return tuple(len(self.rows(table, "id")) for table in ("acts", "aliases", "deliveries", "held_lines", "deviations"))


def acting(opened: ExitStack, application: Application, *, passthrough: bool = True) -> Acting:
    performing = Performing(application.database, application.rulebooks, lambda: NOW)
    asking = Asking(application.database, b"secret", NOW.date, passthrough=passthrough, performing=performing)
    return Acting(application, opened.enter_context(asking))


@pytest.fixture(params=[True, False], ids=["passthrough", "walked"])
def alone(request: pytest.FixtureRequest) -> Iterator[Acting]:
    """The program in memory, with each finisher."""
    with ExitStack() as opened:
        yield acting(opened, copied(), passthrough=request.param)


@pytest.fixture
def one() -> Iterator[Acting]:
    """The program in memory, with the finisher of every day."""
    with ExitStack() as opened:
        yield acting(opened, copied())


def test_acts_are_done_and_shown_on_both_databases(database: Database) -> None:
    with ExitStack() as opened:
        act = acting(opened, loaded(published(database)))
        [line, other] = act.waiting("I1", "I2")
        changes = [{"column": "partner_number", "value": "P1"}]
        assert act.done(D1, RESUBMIT, {"id": line, "changes": changes}) == {
            "deliveryLine": {"state": "ACCEPTED", "delivery": {"lineCount": 1, "accepted": 1}}, "userErrors": [],
        }  # fmt: skip
        refused = act.done(D1, RESUBMIT, {"id": line, "changes": changes})
        assert (refused["deliveryLine"], [error["code"] for error in refused["userErrors"]]) == (None, ["LINE_NOT_OPEN"])
        history = (
            f'{{ node(id: "{line}") {{ ... on DeliveryLine {{ replacedBy {{ state }} acts {{ act reason role actedBy actedAt }} }} }} }}'
        )
        said = {"act": "deliveryLineResubmit", "reason": "typo", "role": "DISTRIBUTOR", "actedAt": "2008-03-03T10:00:00.000Z"}
        assert act.done(D1, history) == {"replacedBy": {"state": "ACCEPTED"}, "acts": [{**said, "actedBy": None}]}
        assert act.done(ADMIN, history)["acts"] == [{**said, "actedBy": "clerk of D1"}]
        assert act.done(D1, REFUSE, {"id": other}) == {"deliveryLine": {"state": "REFUSED"}, "userErrors": []}
        proposed = act.done(D1, PROPOSE, {"name": "ACME"})
        assert proposed == {"alias": {"name": "ACME", "state": "PROPOSED", "score": 100, "proposedBy": None}, "userErrors": []}
        approve = "mutation ($id: ID!) { aliasApprove(id: $id) { alias { state decidedAt acts { act actedBy } } userErrors { code } } }"
        acts = [{"act": "aliasPropose", "actedBy": "clerk of D1"}, {"act": "aliasApprove", "actedBy": "admin"}]
        assert act.done(ADMIN, approve, {"id": node_id("Alias", 1)})["alias"] == {
            "state": "APPROVED",
            "decidedAt": "2008-03-03T10:00:00.000Z",
            "acts": acts,
        }
        retract = 'mutation { factRetract(kind: PARTNERS, key: "P1", reason: "x") { act { act } userErrors { code path message } } }'
        errors = act.done(ADMIN, retract)["userErrors"]
        assert {(error["code"], error["path"]) for error in errors} == {("ROW_REFERRED_TO", "key")}
        assert [error["message"].partition(" in force")[0] for error in errors] == [
            "1 certification", "1 enrollment", "1 quote line", "3 deviations", "3 order lines", "1 POS line",
        ]  # fmt: skip
        deliver(act.application, "partners", "partner_number\nP9\n")
        assert act.done(ADMIN, retract.replace('"P1"', '"P9"')) == {"act": {"act": "factRetract"}, "userErrors": []}


def test_fields_are_done_in_order_each_for_itself(alone: Acting) -> None:
    first, second = alone.waiting("I1", "I2")
    document = """mutation ($a: ID!, $b: ID!, $r: String!) {
        one: deliveryLineRefuse(id: $a, reason: $r) { ...Told } again: deliveryLineRefuse(id: $a, reason: $r) { ...Told }
        ... { __typename two: deliveryLineRefuse(id: $b, reason: $r) { ...Told } }
        never: deliveryLineRefuse(id: $b, reason: $r) @skip(if: true) { ...Told }
      } fragment Told on DeliveryLineRefusePayload { __typename deliveryLine { state acts { reason } } userErrors { code path } }"""
    done = {"__typename": "DeliveryLineRefusePayload", "deliveryLine": {"state": "REFUSED", "acts": [{"reason": "why"}]}, "userErrors": []}
    errors = [{"code": "LINE_NOT_OPEN", "path": "id"}]
    assert alone.ask(D1, document, {"a": first, "b": second, "r": "why"}) == {
        "data": {"one": done, "again": {**done, "deliveryLine": None, "userErrors": errors}, "__typename": "Mutation", "two": done}
    }
    assert [act for (act,) in alone.rows("acts", "act")] == ["deliveryLineRefuse"] * 2


def test_all_reasons_come_at_once_and_nothing_is_written(alone: Acting) -> None:
    [line] = alone.waiting("I1")
    before = alone.counts()
    cells = {"quantity": "x", "shipped_on": "y", "invoice_number": ""}
    given = {"id": line, "changes": [{"column": column, "value": value} for column, value in cells.items()]}
    payload = alone.done(D1, RESUBMIT, given)
    assert payload["deliveryLine"] is None
    assert [error["code"] for error in payload["userErrors"]] == ["KEY_MISSING", "NOT_A_NUMBER", "NOT_A_DAY"]
    assert all(error["message"].endswith(".") for error in payload["userErrors"])
    assert alone.counts() == before


def test_field_of_another_role_ends_the_whole_before_anything_is_done(alone: Acting) -> None:
    [line] = alone.waiting("I1")
    before = alone.counts()
    document = """mutation ($id: ID!, $skips: Boolean!) { deliveryLineRefuse(id: $id, reason: "x") { userErrors { code } }
        gone: factRetract(kind: PARTNERS, key: "P2", reason: "x") @skip(if: $skips) { userErrors { code } } }"""
    message = "Mutation.factRetract is not for the role DISTRIBUTOR; leave it out."
    refusal = {"message": message, "path": ["gone"], "extensions": {"code": "FIELD_NOT_VISIBLE"}}
    assert alone.ask(D1, document, {"id": line, "skips": False}) == {"data": None, "errors": [refusal]}
    assert alone.counts() == before
    assert alone.done(D1, document, {"id": line, "skips": True}) == {"userErrors": []}


def test_each_act_is_for_its_roles_alone() -> None:
    roles = {name: {role.value for role in act.roles} for name, act in shared_schema().acts.items()}
    correcting, deciding = {"ADMINISTRATOR", "DISTRIBUTOR"}, {"ADMINISTRATOR"}
    filling = {"PARTNER", "CAM", "ADMINISTRATOR", "PARTNER_RELATIONS"}
    assert roles == {
        "deliveryLineApprove": correcting, "deliveryLineResubmit": correcting, "deliveryLineRefuse": correcting, "aliasPropose": correcting,
        "aliasesPropose": correcting, "aliasApprove": deciding, "aliasDecline": deciding, "aliasEnd": deciding, "factRetract": deciding,
        "deviationRequest": {"DISTRIBUTOR"}, "deviationRevise": {"DISTRIBUTOR"}, "deviationCancel": {"DISTRIBUTOR"},
        "deviationApprove": {"DEVIATION_APPROVER"}, "deviationDecline": {"DEVIATION_APPROVER"}, "distributorSet": deciding,
        "distributorProfileSet": deciding, "reportDeclareZero": correcting, "enrollmentStart": filling, "enrollmentSave": filling,
        "enrollmentAcceptRules": {"PARTNER"}, "enrollmentSubmit": {"PARTNER"}, "enrollmentWithdraw": {"PARTNER"},
        "enrollmentApprove": deciding, "enrollmentDeny": deciding, "holidaySet": deciding, "holidayRemove": deciding,
    }  # fmt: skip


def test_payloads_have_one_shape_and_closed_codes() -> None:
    core = shared_schema().core
    assert core.mutation_type is not None
    for name, field in core.mutation_type.fields.items():
        title = name[0].upper() + name[1:]
        payload = core.type_map[f"{title}Payload"]
        assert str(field.type) == f"{title}Payload!"
        shown, errors = payload.fields  # type: ignore[attr-defined]
        assert (errors, str(payload.fields["userErrors"].type)) == ("userErrors", f"[{title}UserError!]!")  # type: ignore[attr-defined]
        assert not str(payload.fields[shown].type).endswith("!")  # type: ignore[attr-defined]
        error = core.type_map[f"{title}UserError"].fields  # type: ignore[attr-defined]
        assert {key: str(value.type) for key, value in error.items()} == {
            "message": "String!", "path": "String!", "code": f"{title}ErrorCode!",
        }  # fmt: skip
        codes = set(core.type_map[f"{title}ErrorCode"].values)  # type: ignore[attr-defined]
        assert codes == shared_schema().acts[name].codes


def test_distributors_touch_no_line_of_another(one: Acting) -> None:
    [line] = one.waiting("I1", sender="D2")
    before = one.counts()
    for given in (line, "x", node_id("Alias", 1), node_id("DeliveryLine", 2**63 - 1)):
        assert one.done(D1, REFUSE, {"id": given})["userErrors"] == [{"code": "LINE_NOT_FOUND", "path": "id"}]
    assert one.counts() == before
    assert one.done(D2, REFUSE, {"id": line})["userErrors"] == []


def test_line_of_another_distributor_in_an_own_file_is_a_refusal_like_others(one: Acting) -> None:
    deliver(one.application, "pos", pos(sold("D2", "I1", partner_number="One Tradin")), sender="D1")
    one.ask(ADMIN, 'mutation { aliasesPropose(distributorId: "D2") { userErrors { code } } }')
    [(line,)] = one.rows("held_lines", "id")
    approve = "mutation ($id: ID!) { deliveryLineApprove(id: $id) { deliveryLine { state } userErrors { code } } }"
    refused = one.done(D1, approve, {"id": node_id("DeliveryLine", int(str(line)))})
    assert refused == {"deliveryLine": None, "userErrors": [{"code": "NOT_YOUR_LINE"}]}


def test_under_one_key_an_act_is_done_once_and_answered_alike(alone: Acting) -> None:
    first = alone.done(D1, PROPOSE, {"name": "A"}, idempotency_key="k")
    assert alone.done(D1, PROPOSE, {"name": "A"}, idempotency_key="k") == first
    assert len(alone.rows("aliases", "id")) == 1
    assert alone.done(D1, PROPOSE, {"name": "B"}, idempotency_key="k") == {
        "alias": None, "userErrors": [{"code": "IDEMPOTENCY_KEY_REUSED", "path": ""}],
    }  # fmt: skip
    for other in (D2, ADMIN, OTHER_ADMIN):
        alone.ask(other, PROPOSE, {"name": f"of {other.subject}"}, idempotency_key="k")
    assert [name for (name,) in alone.rows("aliases", "name")] == ["A", "of admin", "of other admin"]
    alone.done(D1, PROPOSE, {"name": "A"}, idempotency_key="l")
    alone.done(D1, PROPOSE, {"name": "A"})
    assert len(alone.rows("aliases", "id")) == 5


def test_key_covers_each_field_and_a_refused_act_may_be_done_later(one: Acting) -> None:
    document = """mutation { a: aliasPropose(distributorId: "D1", subject: PARTNER, name: "A", meaning: "P1") { userErrors { code } }
        b: aliasPropose(distributorId: "D1", subject: PARTNER, name: "B", meaning: "P5") { userErrors { code } } }"""
    refused = {"a": {"userErrors": []}, "b": {"userErrors": [{"code": "MEANING_UNKNOWN"}]}}
    assert one.ask(D1, document, idempotency_key="k")["data"] == refused
    deliver(one.application, "partners", "partner_number\nP5\n")
    assert one.ask(D1, document, idempotency_key="k")["data"]["b"] == {"userErrors": []}
    assert one.ask(D1, document, idempotency_key="k")["data"]["b"] == {"userErrors": []}
    assert one.rows("aliases", "name") == [("A",), ("B",)]


def test_another_operation_of_the_document_is_another_request_under_its_key(one: Acting) -> None:
    first, second = one.waiting("I1", "I2")
    operations = "".join(
        f'mutation {name} {{ x: deliveryLineRefuse(id: "{line}", reason: "x") {{ userErrors {{ code }} }} }} '
        for name, line in (("A", first), ("B", second))
    )
    assert one.done(D1, operations, operation_name="A", idempotency_key="k") == {"userErrors": []}
    assert one.done(D1, operations, operation_name="B", idempotency_key="k") == {"userErrors": [{"code": "IDEMPOTENCY_KEY_REUSED"}]}


def test_line_of_edi_that_lacks_its_key_is_a_refusal_and_hides_no_act_that_was_done(one: Acting) -> None:
    [line] = one.waiting("I1")
    one.application.ingest(Delivery("pos", io.BytesIO(file_of(loop("QTY*39*x*EA"))), "x.edi", "D1"))
    unread = node_id("DeliveryLine", int(str(one.rows("delivery_lines", "id")[-1][0])))
    document = """mutation ($line: ID!, $unread: ID!) { a: deliveryLineRefuse(id: $line, reason: "x") { userErrors { code } }
        b: deliveryLineResubmit(id: $unread, changes: []) { userErrors { code } }
        c: deliveryLineResubmit(id: $unread, changes: [{column: "quantity", value: "1"}]) { userErrors { code } } }"""
    response = one.ask(ADMIN, document, {"line": line, "unread": unread})
    assert response["data"]["a"] == {"userErrors": []}
    assert [response["data"][field]["userErrors"] for field in "bc"] == [[{"code": "KEY_MISSING"}] * 3] * 2


def test_carriers_that_only_read_and_roles_that_only_look_change_nothing(one: Acting) -> None:
    before = one.counts()
    response = one.ask(D1, PROPOSE, {"name": "A"}, may_write=False)
    assert response["errors"][0]["extensions"] == {"code": "METHOD_NOT_ALLOWED"}
    for role in set(Role) - {Role.ADMINISTRATOR, Role.DISTRIBUTOR}:
        viewer = Viewer(subject="s", role=role, partner_number="P1", distributor_id="D1", email="e@example.com", regions=("APAC",))
        assert one.ask(viewer, PROPOSE, {"name": "A"})["errors"][0]["extensions"] == {"code": "FIELD_NOT_VISIBLE"}
    assert one.counts() == before


def test_text_that_is_no_text_is_refused_before_anything_is_done(one: Acting) -> None:
    before = one.counts()
    for name in ("a\x00", "a\ud800"):
        assert one.ask(D1, PROPOSE, {"name": name})["errors"][0]["extensions"]["code"] != "INTERNAL"
    assert one.counts() == before
