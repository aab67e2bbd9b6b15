"""A delivery over HTTP: who may, what it is called, and what its sender is told."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services import keying
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage.unit_of_work import Database
from tap_graph.values.text import is_storable
from tap_graph.web.delivering import caller_of, wanted
from tap_graph.web.refusing import RequestRefused
from tests.web.feeding import ADMINISTRATOR, DISTRIBUTOR, NOW, PARTNERS, POS, Feeding, feeding, on_sqlite, refused

OTHERS = {
    Role.PARTNER: {"partner_number": "P1"},
    Role.CAM: {"email": "cam@example.org"},
    Role.FIELD: {"email": "field@example.org"},
    Role.APPROVER: {"regions": ()},
    Role.DEVIATION_APPROVER: {"regions": ()},
    Role.PARTNER_RELATIONS: {"regions": ()},
    Role.ASSET_RECOVERY: {"regions": ()},
    Role.AUDITOR: {},
    Role.SALESPERSON: {},
    Role.TEAM_LEAD: {},
    Role.SCHEME_AUTHOR: {},
    Role.SUPERVISOR: {},
}


@pytest.fixture
def feeds(sqlite_template: Path, tmp_path: Path) -> Iterator[Feeding]:
    with on_sqlite(sqlite_template, tmp_path) as database, feeding(database) as made:
        yield made


def test_a_delivery_is_answered_as_the_command_line_prints_it(database: Database) -> None:
    with feeding(database) as feeds:
        response = feeds.post("partners", PARTNERS)
        repeated = feeds.post("partners", PARTNERS)
    sha256 = hashlib.sha256(PARTNERS).hexdigest()
    counts = {"lines": 2, "accepted": 2, "unchanged": 0, "held": 0, "refused": 0, "reasons": {}}
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == [{"delivery": 1, "file": "partners", "sha256": sha256, **counts}]
    assert repeated.json() == [{"delivery": 1, "file": "partners", "sha256": sha256, **counts, "accepted": 0, "unchanged": 2}]


def test_held_and_refused_lines_are_told_and_the_others_stand(feeds: Feeding) -> None:
    response = feeds.post("orders", b"order_number,line,partner_number,booked_on\nSO1,1,P9,2008-02-30\nSO2,1,P9,2008-02-01\n")
    assert response.status_code == 200
    (told,) = response.json()
    assert (told["held"], told["refused"], told["reasons"]) == (1, 1, {"NOT_A_DAY": 1, "PARTNER_UNKNOWN": 1})


def test_a_file_that_is_refused_whole_says_why_with_422(feeds: Feeding) -> None:
    response = feeds.post("partners", b"nonsense,partner_number\n1,P1\n")
    assert response.status_code == 422
    (told,) = response.json()
    assert (told["lines"], told["reasons"]) == (0, {"UNKNOWN_COLUMN": 1})
    assert told["refusal"].startswith("partners: ")
    assert [defect["code"] for defect in told["defects"]] == ["UNKNOWN_COLUMN"]
    assert [row.state for row in feeds.rows("deliveries")] == ["REFUSED"]
    assert feeds.rows("partners") == []


def test_an_administrator_delivers_every_kind_for_whom_it_names(feeds: Feeding) -> None:
    assert feeds.post("partners?sender=HQ&again=true", PARTNERS).status_code == 200
    assert feeds.post("partners?sender=HQ&again=true", PARTNERS).json()[0]["delivery"] == 2
    assert feeds.post("pos", POS).status_code == 200
    assert [(row.kind, row.sender) for row in feeds.rows("deliveries")] == [("partners", "HQ"), ("partners", "HQ"), ("pos", "")]
    assert [delivery.only_distributor for delivery in feeds.ingested] == [None, None, None]


@pytest.mark.parametrize("kind", ["pos", "deviations"])
def test_a_distributor_delivers_its_own_lines_of_what_distributors_report(feeds: Feeding, kind: str) -> None:
    body = POS if kind == "pos" else b"deviation_number,distributor_id\nV1,D1\n"
    assert feeds.post(kind, body, DISTRIBUTOR).status_code == 200
    assert feeds.post(f"{kind}?sender=D1", body, DISTRIBUTOR).json()[0]["unchanged"] == 1
    assert refused(feeds.post(f"{kind}?sender=D2", body, DISTRIBUTOR)) == (403, "FORBIDDEN")
    assert [(row.kind, row.sender) for row in feeds.rows("deliveries")] == [(kind, "D1")]
    assert [(delivery.sender, delivery.only_distributor) for delivery in feeds.ingested] == [("D1", "D1")] * 2


def test_a_line_of_another_distributor_is_refused_and_the_others_stand(database: Database) -> None:
    with feeding(database) as feeds:
        _, whole = feeds.key()
        for who in (DISTRIBUTOR, whole):
            (told,) = feeds.post("pos?again=true", POS + b"D2,I1,1\n", who).json()
            assert (told["lines"], told["refused"], told["reasons"]["NOT_YOUR_LINE"]) == (2, 1, 1)
        (told,) = feeds.post("pos?sender=D1", POS + b"D2,I1,1\n").json()
        assert told["refused"] == 0


@pytest.mark.parametrize("kind", ["orders", "partners", "quotes", "rmas", "receipts", "certifications", "enrollments"])
def test_a_distributor_delivers_no_other_kind(feeds: Feeding, kind: str) -> None:
    assert refused(feeds.post(kind, b"", DISTRIBUTOR)) == (403, "FORBIDDEN")
    assert feeds.ingested == []


@pytest.mark.parametrize("role", OTHERS)
def test_other_roles_deliver_nothing(feeds: Feeding, role: Role) -> None:
    viewer = Viewer(subject="x", role=role, **OTHERS[role])  # type: ignore[arg-type]
    assert refused(feeds.post("pos", POS, viewer)) == (403, "FORBIDDEN")
    assert feeds.ingested == []


def test_a_key_delivers_its_kind_for_its_distributor_until_it_is_revoked(database: Database) -> None:
    with feeding(database) as feeds:
        name, whole = feeds.key()
        assert feeds.post("pos", POS, whole).status_code == 200
        assert refused(feeds.post("deviations", b"", whole)) == (403, "FORBIDDEN")
        with feeds.application.database.writing() as connection:
            keying.revoke(connection, ADMINISTRATOR, name, "leaked", NOW)
        feeds.later = timedelta(seconds=59)
        assert feeds.post("pos", POS, whole).status_code == 200
        feeds.later = timedelta(seconds=60)
        response = feeds.post("pos", POS, whole)
        assert refused(response) == (401, "UNAUTHENTICATED")
        assert response.headers["www-authenticate"] == "Bearer"
        assert [(row.kind, row.sender) for row in feeds.rows("deliveries")] == [("pos", "D1")]
        assert [delivery.only_distributor for delivery in feeds.ingested] == ["D1", "D1"]


def test_a_key_whose_time_is_over_delivers_nothing_from_that_moment(feeds: Feeding) -> None:
    _, whole = feeds.key(days=1)
    feeds.later = timedelta(days=1, seconds=-1)
    assert feeds.post("pos", POS, whole).status_code == 200
    feeds.later = timedelta(days=1)
    assert refused(feeds.post("pos", POS, whole)) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("token", ["", "tapk_", "tapk_0123456789_" + "0" * 64, "nonsense", "tapk_\xff"])
def test_who_names_nobody_is_told_before_anything_else_is_looked_at(feeds: Feeding, token: str) -> None:
    authorization = f"Bearer {token}".encode("latin-1")
    for method, path in (("POST", "/feeds/pos"), ("GET", "/feeds/pos"), ("POST", "/feeds/nonsense?again=perhaps")):
        response = feeds.client.request(method, path, content=b"x" * 200_000, headers={b"Authorization": authorization})
        assert refused(response) == (401, "UNAUTHENTICATED")
        assert response.headers["connection"] == "close"
    assert feeds.ingested == []


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("nonsense", {}, (404, "UNKNOWN_KIND")),
        ("pos?agian=true", {}, (400, "BAD_REQUEST")),
        ("pos?again=yes", {}, (400, "BAD_REQUEST")),
        ("pos?again=true&again=true", {}, (400, "BAD_REQUEST")),
        ("pos?file=%FF", {}, (400, "BAD_REQUEST")),
        ("pos?sender=%00", {}, (400, "BAD_REQUEST")),
        ("pos?sender=" + "x" * 201, {}, (400, "BAD_REQUEST")),
        ("pos", {"Content-Encoding": "br"}, (415, "UNSUPPORTED_MEDIA_TYPE")),
        ("pos", {"Content-Encoding": "gzip, gzip"}, (415, "UNSUPPORTED_MEDIA_TYPE")),
        ("pos", {"Idempotency-Key": ""}, (400, "BAD_IDEMPOTENCY_KEY")),
        ("pos", {"Idempotency-Key": "x" * 201}, (400, "BAD_IDEMPOTENCY_KEY")),
        ("pos", {"Idempotency-Key": "\xe9"}, (400, "BAD_IDEMPOTENCY_KEY")),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_code(
    feeds: Feeding, path: str, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    given = {name.encode(): value.encode("latin-1") for name, value in (feeds.headers() | headers).items()}
    response = feeds.client.post(f"/feeds/{path}", content=POS, headers=given)
    assert refused(response) == expected
    assert feeds.ingested == []


def test_only_post_delivers(feeds: Feeding) -> None:
    for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS"):
        response = feeds.client.request(method, "/feeds/pos", headers=feeds.headers())
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert refused(feeds.client.get("/feeds/pos", headers=feeds.headers())) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("path", "headers", "file"),
    [
        ("partners", {}, "partners"),
        ("partners?file=march.csv", {}, "march.csv"),
        ("partners?file=a", {"X-File-Name": "b"}, "b"),
        ("partners?file=a", {"X-File-Name": "b", "Content-Disposition": 'attachment; filename="c \\"1\\".csv"'}, 'c "1".csv'),
        ("partners", {"Content-Disposition": "attachment; filename=plain; filename*=UTF-8''%C3%A4.csv"}, "ä.csv"),
        ("partners", {"Content-Disposition": "attachment; filename=plain.csv; size=3"}, "plain.csv"),
        ("partners", {"X-File-Name": "../../etc/passwd"}, "passwd"),
        ("partners", {"X-File-Name": "C:\\feeds\\march.csv"}, "march.csv"),
        ("partners", {"X-File-Name": "märz.csv"}, "märz.csv"),
        ("partners?file=..", {}, "partners"),
        ("partners?file=%00%0A%1B[31m", {}, "[31m"),
        ("partners?file=%ED%A0%80", {}, None),
        ("partners", {"Content-Disposition": "attachment; filename*=UTF-8''%ED%A0%80%00"}, "\ufffd\ufffd\ufffd"),
        ("partners?file=" + "n" * 300, {}, "n" * 200),
    ],
)
def test_a_file_is_called_as_its_sender_calls_it(
    sqlite_template: Path, tmp_path: Path, path: str, headers: dict[str, str], file: str | None
) -> None:
    def named(delivery: Delivery) -> Received:
        return Received(1, delivery.file, "0")

    with on_sqlite(sqlite_template, tmp_path) as database, feeding(database, ingest=named) as feeds:
        given = {name.encode(): value.encode() for name, value in (feeds.headers() | headers).items()}
        response = feeds.client.post(f"/feeds/{path}", content=PARTNERS, headers=given)
    if file is None:
        assert refused(response) == (400, "BAD_REQUEST")
    else:
        assert response.json()[0]["file"] == file


@given(
    kind=st.text(),
    query=st.binary() | st.sampled_from([b"file=a&sender=b", b"again=true&file=%00%ff", b"&&==;;"]),
    headers=st.dictionaries(
        st.sampled_from([b"content-disposition", b"x-file-name", b"idempotency-key"]),
        st.binary()
        | st.text().map(lambda text: f'filename="{text}'.encode())
        | st.text().map(lambda text: f"filename*=UTF-8''{text}".encode()),
    ),
)
def test_whatever_is_sent_is_a_delivery_or_a_refusal(kind: str, query: bytes, headers: dict[bytes, bytes]) -> None:
    for caller in (caller_of(ADMINISTRATOR), caller_of(DISTRIBUTOR)):
        for named in (kind, "pos"):
            try:
                made = wanted(caller, named, query, headers)
            except RequestRefused as refused:
                assert refused.status in (400, 403, 404)  # noqa: PT017 - either is right
            else:
                assert is_storable(made.file)
                assert made.file.isprintable()
                assert 0 < len(made.file) <= 200
                assert made.sender.isprintable()


def test_what_fails_on_our_side_is_told_without_its_text(sqlite_template: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def failing(_delivery: Delivery) -> Received:
        raise RuntimeError("postgresql://user:password@host")

    with on_sqlite(sqlite_template, tmp_path) as database, feeding(database, ingest=failing) as feeds:
        response = feeds.post("partners", PARTNERS)
    assert refused(response) == (500, "INTERNAL")
    assert "password" not in response.text
    assert "a delivery failed" in caplog.text
