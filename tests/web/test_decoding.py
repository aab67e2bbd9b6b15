"""The JSON of requests: whatever is sent ends in a value or in a refusal with a code, in time linear in its bytes."""

from contextlib import suppress
from time import thread_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_graph.web.decoding import decoded
from tap_graph.web.refusing import RequestRefused

HALF, WHOLE = 64 * 1024, 128 * 1024


def code(text: bytes) -> str:
    """The code with which a text is refused."""
    with pytest.raises(RequestRefused) as refused:
        decoded(text)
    assert refused.value.status == 400
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"null", None),
        (b' {"a" : [1, 2.5, true, "\\u00e9\\ud83d\\ude00"] }\n', {"a": [1, 2.5, True, "é😀"]}),
        (b'{"a":{"a":{"a":1}}}', {"a": {"a": {"a": 1}}}),
        (b'[{"a":1},{"a":2}]', [{"a": 1}, {"a": 2}]),
        (b'{"a\\"":1,"a":2,"\\\\":3}', {'a"': 1, "a": 2, "\\": 3}),
        (b'{"a":"\\":","b":":\\"x\\":"}', {"a": '":', "b": ':"x":'}),
        (b'{"a":"b\\"  : c"}', {"a": 'b"  : c'}),
        (b'{"a":"\\\\u0000"}', {"a": "\\u0000"}),
        (b'{"a":"\\\\ud800"}', {"a": "\\ud800"}),
        (b'{"a":99999999999999999999}', {"a": 99999999999999999999}),
        (b"[" * 64 + b"]" * 64, [[]]),
    ],
)
def test_json_is_decoded(text: bytes, value: Any) -> None:
    found = decoded(text)
    assert str(found)[:2] == "[[" if value == [[]] else found == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"{",
        b"{} {}",
        b"{'a':1}",
        b'{"a":1,}',
        b"NaN",
        b"-Infinity",
        b"01",
        b"1e999",
        b"-1e999",
        b"1" + b"0" * 5_000,
        b"1" + b"0" * 5_000 + b".5",
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b"[" + b"{}," * 10_000 + b"1]",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"a":1,"a":1}',
        b'{"a":1,"a" \n:1}',
        b'{"a":{"b":1,"\\u0062":2}}',
        b'[1,{"":1,"":2}]',
        b'{"a":"\\":","a":1}',
        b'"\x00"',
        b'"\x1f"',
        b'"\\x"',
        b'"\xff"',
        b'"\xc0\x80"',
        b'"\xed\xa0\x80"',
        b'{"\xff":1}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        "{}".encode("utf-32"),
        b"\x1f\x8b\x08\x00",
    ],
)
def test_what_is_no_json_or_too_much_of_it_is_refused(text: bytes) -> None:
    assert code(text) == "BAD_JSON"


@pytest.mark.parametrize(
    "text", [b'"\\ud800"', b'"\\udc00"', b'{"\\uD83D":1}', b'["\\ude00\\ud83d"]', b'"\\u0000"', b'{"a":[{"\\u0000":1}]}']
)
def test_text_that_cannot_be_stored_is_refused(text: bytes) -> None:
    assert code(text) == "BAD_REQUEST"


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_value_or_a_refusal(text: bytes) -> None:
    with suppress(RequestRefused):
        decoded(text)


@pytest.mark.parametrize(
    ("opening", "unit", "closing"),
    [
        (b'["', b"a", b'"]'),
        (b'["', b'\\"', b'"]'),
        (b'["', b'\\":', b'"]'),
        (b'["', b"\\\\", b'"]'),
        (b'["', b"\\u0020", b'"]'),
        (b'["', b"\\ud800", b'"]'),
        (b"[", b'"",', b'""]'),
        (b"[", b"{},", b"{}]"),
        (b"[", b'{"a":1},', b"1]"),
        (b"[", b"1.5,", b"1]"),
        (b"[1", b" ", b"]"),
        (b'{"a"', b" ", b":1}"),
        (b'["":', b'"":', b"1]"),
        (b"[1.", b"9", b"]"),
        (b"[", b"9" * 4_000 + b",", b"1]"),
        (b"", b"[", b""),
        (b"", b'{"a":', b""),
    ],
)
def test_twice_the_bytes_take_twice_the_time(opening: bytes, unit: bytes, closing: bytes) -> None:
    def fastest(size: int) -> float:
        text = opening + unit * ((size - len(opening) - len(closing)) // len(unit)) + closing
        times = []
        for _ in range(9):
            began = thread_time()
            with suppress(RequestRefused):
                decoded(text)
            times.append(thread_time() - began)
        return min(times)

    half, whole = fastest(HALF), fastest(WHOLE)
    assert whole < 0.02
    # A floor under what can be measured: the fixed part of short times would hide or fake a ratio.
    assert whole <= 2.2 * max(half, 0.002)
