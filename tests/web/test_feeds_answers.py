"""What a sender is told of its delivery over HTTP: by whom it may be asked, in which forms, and for which deliveries."""

from collections.abc import Iterator
from datetime import date

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.storage.unit_of_work import Database
from tap_graph.testing.distributor import ProgramYear, file_of
from tests.web.feeding import ADMINISTRATOR, Feeding, feeding

HEADER = "distributor_id,invoice_number,invoice_line,partner_number,product"
D1 = Viewer(subject="one", role=Role.DISTRIBUTOR, distributor_id="D1")
D2 = Viewer(subject="two", role=Role.DISTRIBUTOR, distributor_id="D2")
PARTNER = Viewer(subject="p", role=Role.PARTNER, partner_number="P1")


@pytest.fixture
def feeds(database: Database) -> Iterator[Feeding]:
    with feeding(database) as made:
        yield made


def test_sender_reads_what_became_of_each_line_and_nobody_runs_its_cells(feeds: Feeding) -> None:
    body = f"{HEADER}\nD1,I1,1,,=1+1\nD1,I2,1,Nobody,x\nD2,I3,1,,x\n"
    [received] = feeds.post("pos", body, D1).json()
    assert (received["accepted"], received["held"], received["refused"]) == (1, 1, 1)
    answered = feeds.client.get(f"/feeds/deliveries/{received['delivery']}", headers=feeds.headers(D1))
    assert (answered.status_code, answered.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answered.headers["content-disposition"] == f'attachment; filename="{received["delivery"]}-csv.csv"'
    head, *lines = answered.text.split("\r\n")
    assert head == "line,state,code,column,value,message,remedy,raw"
    assert lines[0] == '2,ACCEPTED,,,,,,"D1,I1,1,,=1+1"'
    assert lines[1].startswith("3,HELD,PARTNER_UNKNOWN,partner_number,Nobody,partner_number Nobody is not known yet")
    assert lines[2].startswith('4,REFUSED,NOT_YOUR_LINE,distributor_id,,"The line names another distributor than its sender, D1.')
    told = feeds.client.get(f"/feeds/deliveries/{received['delivery']}?form=JSON", headers=feeds.headers(ADMINISTRATOR)).json()
    assert [(line["line"], line["state"], line["code"]) for line in told] == [
        (2, "ACCEPTED", None), (3, "HELD", "PARTNER_UNKNOWN"), (4, "REFUSED", "NOT_YOUR_LINE"),
    ]  # fmt: skip


def test_another_distributor_a_partner_and_an_unknown_number_find_no_delivery(feeds: Feeding) -> None:
    [received] = feeds.post("pos", f"{HEADER}\nD1,I1,1,,x\n", D1).json()
    path = f"/feeds/deliveries/{received['delivery']}"
    for who, asked in ((D2, path), (PARTNER, path), (D1, "/feeds/deliveries/999"), (D1, "/feeds/deliveries/x")):
        response = feeds.client.get(asked, headers=feeds.headers(who))
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (404, "UNKNOWN_NAME")
    assert feeds.client.get(path).status_code == 401
    assert feeds.client.get(f"{path}?form=997", headers=feeds.headers(D1)).status_code == 404
    assert feeds.client.post(path, headers=feeds.headers(D1)).status_code == 405


def test_an_867_is_acknowledged_to_the_key_that_delivered_it(feeds: Feeding) -> None:
    year = ProgramYear(seed=1, first_day=date(2008, 1, 27), months=1, distributors=1, lines_a_month=2)
    report = year.report(year.distributor_ids[0], month=1)
    _, key = feeds.key(report.distributor_id)
    content = file_of(report, "x12-4010").content
    [received] = feeds.post("pos", content, key).json()
    path = f"/feeds/deliveries/{received['delivery']}"
    acknowledged = feeds.client.get(path, headers=feeds.headers(key))
    assert acknowledged.headers["content-type"] == "application/EDI-X12"
    assert "~AK5*A~AK9*A*1*1*1~" in acknowledged.text.replace("\n", "")
    advised = feeds.client.get(f"{path}?form=824", headers=feeds.headers(key)).text
    assert advised.count("~OTI*TE*") == 1
    assert "PARTNER_UNKNOWN" in advised
