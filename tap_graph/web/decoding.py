"""Decoding: the JSON of a request, in time linear in its bytes; what is no JSON, or more than we take, is refused."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from tap_graph.web.refusing import bad_json, bad_request

DEEPEST_JSON = 64
MOST_CONTAINERS = 10_000
"""Lists and objects, or braces of a document; more than any request needs, and the collector would look at each."""
NUL = b"\\u0000"
SURROGATE, BLANK = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}"), rb"\\u0020"
SPACED_KEY = re.compile(rb'"[ \t\r\n]+:')
TEXT_OR_KEY = re.compile(rb'"(?:[^"\\]++|\\.)*+"([ \t\r\n]*:)?')


def decoded(text: bytes) -> Any:
    """The value that a JSON text says; refused where it says a key twice, nests too deep, or holds text that is no Unicode."""
    if len(text) > MOST_CONTAINERS and text.count(b"{") + text.count(b"[") > MOST_CONTAINERS:
        raise bad_json(f"The request holds more than {MOST_CONTAINERS} lists and objects.")
    try:
        if not text.isascii():
            text.decode()
        value = msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        # All of msgspec's refusals are ValueErrors, numbers out of range too.
        if _is_json(SURROGATE.sub(BLANK, text)):
            raise bad_request("The request holds text that is no Unicode: half of a surrogate pair.") from error
        raise bad_json("The request is no JSON in UTF-8, or holds a number or a nesting that nobody needs.") from error
    keys = keys_in(value)
    # Every key ends like this, so that the count is never too low; only one that is too high is looked at closely.
    ends = text.count(b'":') if SPACED_KEY.search(text) is None else -1
    if ends != keys and sum(map(bool, TEXT_OR_KEY.findall(text))) != keys:
        raise bad_json("An object of the request holds a key twice.")
    if NUL in text:
        refuse_nul(value)
    return value


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def keys_in(value: Any, depth: int = 1) -> int:
    """How many keys the objects in a value have; refused where it nests further than any request needs."""
    items: Iterable[Any]
    if type(value) is dict:
        found, items = len(value), value.values()
    elif type(value) is list:
        found, items = 0, value
    else:
        return 0
    if depth > DEEPEST_JSON:
        raise bad_json(f"The request nests deeper than {DEEPEST_JSON} levels.")
    for item in items:
        if type(item) is dict or type(item) is list:
            found += keys_in(item, depth + 1)
    return found


def refuse_nul(value: Any) -> None:
    """Refuses a NUL character in any text of a value, which PostgreSQL does not take."""
    if isinstance(value, str):
        if "\x00" in value:
            raise bad_request("The request holds a NUL character.")
    elif isinstance(value, dict):
        for key, item in value.items():
            refuse_nul(key)
            refuse_nul(item)
    elif isinstance(value, list):
        for item in value:
            refuse_nul(item)
