"""The acknowledgement and the advice that a file is answered with."""

import io
import json
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import pyx12.params  # type: ignore[import-untyped]
import pyx12.x12file  # type: ignore[import-untyped]
import pyx12.x12n_document  # type: ignore[import-untyped]

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.defects import Defects
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.profiles import COMMON
from tap_graph.feeds.x12.advising import Outcome
from tap_graph.feeds.x12.answering import application_advice, functional_acknowledgement
from tap_graph.feeds.x12.batches import Batches
from tap_graph.feeds.x12.reading import X12Feed
from tests.feeds.x12.samples import HEADING, LOOP, data_of, group, interchange, loop, transaction

AT = datetime(2008, 3, 6, 7, 8, tzinfo=UTC)
GOOD = interchange(group(transaction(LOOP)))


def envelope_of(data: bytes) -> Mapping[str, Any]:
    """The envelope of a file, refused or not, as it comes back from a database."""
    feed = X12Feed(io.BytesIO(data), POS, COMMON)
    try:
        list(feed.lines())
    except FileRefused:
        assert feed.envelope["refused"]
    kept: dict[str, Any] = json.loads(json.dumps(feed.envelope))
    assert kept == feed.envelope
    return kept


def segments_of(text: str) -> list[str]:
    """The segments of an answer, read by our own reader, which finds nothing wrong with them as segments."""
    defects = Defects()
    found = [segment for batch in Batches(io.BytesIO(text.encode()), defects) for segment in batch.text.split(batch.delimiters.terminator)]
    defects.refuse_file()
    return found


def acknowledged(segments: list[str]) -> list[str]:
    """The segments between ST and SE of the acknowledgement of these segments."""
    answer = functional_acknowledgement(envelope_of(data_of(segments)), 5, AT)
    inner = [segment for segment in segments_of(answer) if segment[:2] == "AK"]
    assert is_valid_for_pyx12(answer)
    return inner


def pyx12_errors(text: str) -> list[Any]:
    """What pyx12 finds wrong with an interchange: its envelope, counts and control numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = pyx12.x12file.X12Reader(io.StringIO(text))
        errors = [error for _ in reader for error in reader.pop_errors()]
        reader.cleanup()
        return [*errors, *reader.pop_errors()]


def is_valid_for_pyx12(text: str) -> bool:
    """Whether pyx12 finds an acknowledgement valid by its map, which knows the groups and sets of health care alone."""
    for ours, theirs in (("~AK1*PT*", "~AK1*HC*"), ("~AK1*PO*", "~AK1*HC*"), ("~AK2*867*", "~AK2*837*"), ("~AK2*850*", "~AK2*837*")):
        text = text.replace(ours, theirs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bool(pyx12.x12n_document.x12n_document(pyx12.params.params(), io.StringIO(text), None, None))


def test_a_good_file_is_acknowledged_to_its_sender() -> None:
    answer = functional_acknowledgement(envelope_of(data_of(GOOD)), 5, AT)
    assert answer == (
        "ISA*00*          *00*          *ZZ*VENDOR         *ZZ*DIST7EDI       *080306*0708*U*00401*000000005*0*P*:~"
        "GS*FA*VENDOR*DIST7*20080306*0708*1*X*004010~ST*997*0001~AK1*PT*7~AK2*867*0001~AK5*A~AK9*A*1*1*1~SE*6*0001~GE*1*1~IEA*1*000000005~"
    )
    assert is_valid_for_pyx12(answer)


def test_version_005010_and_other_delimiters_are_answered_alike() -> None:
    data = data_of(interchange(group(transaction(LOOP), version="005010"), version="00501"), "'\n").decode().replace("*", "|").encode()
    answer = functional_acknowledgement(envelope_of(data), 123456789, AT)
    assert answer.startswith(
        "ISA|00|          |00|          |ZZ|VENDOR         |ZZ|DIST7EDI       |080306|0708|^|00501|123456789|0|P|:'GS|FA"
    )
    assert "|X|005010'" in answer
    assert pyx12_errors(answer) == []


def test_each_group_gets_its_set_and_each_sender_its_interchange() -> None:
    first = interchange(group(transaction(LOOP)), group(transaction(LOOP), control="8"))
    other = interchange(group(transaction(LOOP), control="9"), control="000000043", sender="OTHER")
    again = interchange(group(transaction(LOOP), control="10"), control="000000044")
    found = segments_of(functional_acknowledgement(envelope_of(data_of([*first, *other, *again])), 5, AT))
    assert [segment.split("*")[-4] for segment in found if segment.startswith("ISA")] == ["000000005", "000000006"]
    assert [segment for segment in found if segment.startswith(("AK1", "IEA", "GE"))] == [
        *("AK1*PT*7", "GE*1*1", "AK1*PT*8", "GE*1*2", "AK1*PT*10", "GE*1*3", "IEA*3*000000005"),
        *("AK1*PT*9", "GE*1*1", "IEA*1*000000006"),
    ]


def test_a_line_in_error_is_acknowledged_with_its_segment_and_element() -> None:
    wrong = loop("DTM*011*20080230", "QTY*39*x*CA")
    assert acknowledged(interchange(group(transaction(LOOP, (*wrong, "XYZ*1"))))) == [
        "AK1*PT*7",
        "AK2*867*0001",
        "AK3*DTM*17**8",
        "AK4*2**8*20080230",
        "AK3*QTY*22**8",
        "AK4*3**7*CA",
        "AK4*2**6*x",
        "AK3*XYZ*25**1",
        "AK5*E*5",
        "AK9*E*1*1*1",
    ]


def test_what_is_wrong_with_the_business_is_not_told_by_the_acknowledgement() -> None:
    assert acknowledged(interchange(group(transaction(loop("PTD*SA", without=["N1"]), summary=("CTT*9",)))))[2:] == ["AK5*A", "AK9*A*1*1*1"]


@pytest.mark.parametrize(
    ("at", "segment", "codes"),
    [(-3, "SE*14*0001", "4"), (-3, "SE*15*0002", "3"), (-3, "SE*14*0002", "4*3"), (3, "BPT*99*R-1*20080305", "5")],
)
def test_a_set_in_error_is_rejected_and_the_others_stand(at: int, segment: str, codes: str) -> None:
    segments = interchange(group(transaction(LOOP, control="0009"), transaction(LOOP)))
    place = at if at < 0 else at + 15
    assert segments[place][:3] == segment[:3]
    segments[place] = segment
    found = acknowledged(segments)
    assert [one for one in found if one.startswith(("AK5", "AK9"))] == ["AK5*A", f"AK5*R*{codes}", "AK9*P*2*2*1"]


def test_a_set_without_se_and_one_with_the_number_of_another_are_rejected() -> None:
    assert acknowledged(interchange(group(transaction(LOOP)[:-1])))[-2:] == ["AK5*R*2", "AK9*R*1*1*0"]
    assert acknowledged(interchange(group(transaction(LOOP), transaction(LOOP))))[-2:] == ["AK5*R*23", "AK9*P*2*2*1"]


@pytest.mark.parametrize(
    ("at", "segment", "codes"),
    [
        (-2, "GE*2*7", "*5"),
        (-2, "GE*1*8", "*4"),
        (-1, "IEA*1*000000077", ""),
        (1, "GS*PO*DIST7*VENDOR*20080305*1200*7*X*004010", "*1"),
        (1, "GS*PT*DIST7*VENDOR*20080305*1200*7*X*003060", "*2"),
    ],
)
def test_a_file_that_is_refused_is_rejected_in_all_its_groups(at: int, segment: str, codes: str) -> None:
    segments = [*GOOD]
    segments[at] = segment
    claimed = "2" if segment == "GE*2*7" else "1"
    assert acknowledged(segments)[2:] == ["AK5*R", f"AK9*R*{claimed}*1*0{codes}"]


def test_a_file_that_ends_early_and_another_set_are_rejected() -> None:
    assert acknowledged(GOOD[:-2])[2:] == ["AK5*R", "AK9*R*1*1*0*3"]
    order = ["ST*850*0001", "BEG*00*SA*X**20080305", "SE*3*0001"]
    assert acknowledged(interchange(group(order)))[1:] == ["AK2*850*0001", "AK5*R*1", "AK9*R*1*1*0"]


def test_a_file_without_a_group_is_not_acknowledged() -> None:
    assert functional_acknowledgement(envelope_of(b"nothing"), 5, AT) == ""


def test_the_advice_tells_what_became_of_each_report_and_line() -> None:
    sets = [
        transaction(LOOP, LOOP),
        transaction(LOOP, LOOP, LOOP, heading=("BPT*00*R-2*20080305", *HEADING[1:]), control="0002"),
        transaction(LOOP, heading=("BPT*00*R-3*20080305", *HEADING[1:]), control="0003"),
    ]
    envelope = envelope_of(data_of(interchange(group(*sets))))
    place = {"segment": 46, "tag": "DTM", "byte": 900, "element": "DTM02"}
    outcomes: list[Outcome] = [
        ("0001", 1, "ACCEPTED", []),
        ("0001", 2, "UNCHANGED", []),
        (
            "0002",
            5,
            "HELD",
            [{"code": "PARTNER_UNKNOWN", "column": "partner_number", "value": "P-1", "message": "partner `P-1` is not known yet."}],
        ),
        (
            "0002",
            3,
            "REFUSED",
            [{"code": "NOT_A_DAY", "column": "shipped_on", "value": "2008*0230", "message": "x" * 81 + "~é…", "place": place}],
        ),
        ("0002", 4, "ACCEPTED", []),
        ("0003", 6, "REFUSED", [{"code": "NOT_A_SALE", "message": ""}]),
    ]
    answer = application_advice(envelope, outcomes, 6, AT)
    assert segments_of(answer)[1:] == [
        "GS*AG*VENDOR*DIST7*20080306*0708*1*X*004010",
        "ST*824*0001",
        "BGN*11*7*20080306",
        "OTI*TA*TN*R-1*DIST7*VENDOR*20080305*1200*7*0001*867*004010",
        "OTI*TE*TN*R-2*DIST7*VENDOR*20080305*1200*7*0002*867*004010",
        "TED*DTE*record 3 refused NOT_A_DAY*DTM*19*2**2008 0230",
        f"NTE**{'x' * 80}",
        "NTE**x ?...",
        "TED*024*record 5 held PARTNER_UNKNOWN",
        "NTE**partner `P-1` is not known yet.",
        "OTI*TR*TN*R-3*DIST7*VENDOR*20080305*1200*7*0003*867*004010",
        "TED*848*record 6 refused NOT_A_SALE",
        "SE*12*0001",
        "GE*1*1",
        "IEA*1*000000006",
    ]
    assert pyx12_errors(answer) == []


def test_the_advice_of_a_rejected_report_without_outcomes_tells_its_defects() -> None:
    envelope = envelope_of(data_of(interchange(group(transaction(summary=("CTT*4",))))))
    answer = segments_of(application_advice(envelope, [], 6, AT))
    assert answer[4:6] == ["OTI*TR*TN*R-1*DIST7*VENDOR*20080305*1200*7*0001*867*004010", "TED*010*refused COUNT_DIFFERS*CTT*5*1**4"]


def test_pyx12_reads_our_samples_without_an_error() -> None:
    assert pyx12_errors(data_of(GOOD).decode()) == []
    both = interchange(group(transaction(LOOP, LOOP), transaction(LOOP, control="0002"), version="005010"), version="00501")
    assert pyx12_errors(data_of(both, "~\n").decode()) == []
