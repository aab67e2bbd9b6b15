"""Delivering: who may deliver what, and what a request to `/feeds` says of its file besides the bytes."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.feeds.kinds import KINDS
from tap_graph.services.distributing import SENDING_KINDS
from tap_graph.services.keying import KeyOwner
from tap_graph.values.text import is_storable
from tap_graph.web.refusing import RequestRefused, bad_request
from tap_graph.web.request import Headers, idempotency_key_of
from tap_graph.web.uploading import CLOSING

LONGEST_NAME = 200
PARAMETERS = ("file", "sender", "again")
MOST_PARAMETERS = 20
# RFC 6266: `filename*` names the coding and goes before `filename`.
EXTENDED_NAME = re.compile(r"filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
QUOTED_NAME = re.compile(r'filename\s*=\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
BARE_NAME = re.compile(r"filename\s*=\s*([^\s;\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who delivers: the name its idempotency keys are kept under, and the distributor it is, if it is one."""

    name: str
    distributor_id: str | None
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One delivery as asked for: what the file is, what it is called, who sends it."""

    kind: str
    file: str
    sender: str
    again: bool
    key: str | None
    """`Idempotency-Key`; None where none was sent."""


def caller_of(viewer: Viewer) -> Caller:
    """What a token's viewer may deliver: a distributor its reports, an administrator everything, the others nothing."""
    name = f"feeds/{viewer.role}:{viewer.subject}"
    if viewer.role is Role.ADMINISTRATOR:
        return Caller(name, None, tuple(KINDS))
    if viewer.role is Role.DISTRIBUTOR:
        return Caller(name, viewer.distributor_id, SENDING_KINDS)
    return Caller(name, None, ())


def caller_by_key(owner: KeyOwner) -> Caller:
    """What an API key may deliver: the one kind it was issued for."""
    return Caller(f"feeds/key:{owner.name}", owner.distributor_id, (owner.kind,))


def wanted(caller: Caller, kind: str, query_string: bytes, headers: Headers) -> Wanted:
    """What a caller wants to deliver; refused where it may not, or where the request cannot be understood."""
    if not caller.kinds:
        raise _forbidden("Feeds are delivered by distributors and administrators. Ask one of them to deliver the file.")
    if kind not in KINDS:
        raise RequestRefused(404, "UNKNOWN_KIND", f"There is no such kind of feed; there are {', '.join(KINDS)}.", CLOSING)
    if kind not in caller.kinds:
        raise _forbidden(f"You may deliver {' and '.join(caller.kinds)}, not {kind}.")
    given = _parameters(query_string)
    again = given.get("again", "false")
    if again not in ("true", "false"):
        raise _bad("again is true or false.")
    return Wanted(kind, _file(given, headers) or kind, _sender(caller, given.get("sender")), again == "true", idempotency_key_of(headers))


def _parameters(query_string: bytes) -> dict[str, str]:
    try:
        text = query_string.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS) if text else []
    except ValueError as error:
        raise _bad("The query parameters are no UTF-8, or too many.") from error
    given = dict(pairs)
    if len(given) < len(pairs) or not given.keys() <= set(PARAMETERS):
        raise _bad(f"A delivery takes {', '.join(PARAMETERS)} as query parameters, each once.")
    return given


def _sender(caller: Caller, given: str | None) -> str:
    if caller.distributor_id is not None:
        if given not in (None, caller.distributor_id):
            raise _forbidden(f"You deliver for {caller.distributor_id}. Leave sender out.")
        return caller.distributor_id
    sender = given or ""
    if len(sender) > LONGEST_NAME or not sender.isprintable():
        raise _bad(f"sender has at most {LONGEST_NAME} printable characters.")
    return sender


def _file(given: dict[str, str], headers: Headers) -> str:
    """The file's name as its sender knows it, without folders and without what cannot be shown."""
    disposition = _text(headers.get(b"content-disposition", b""))
    named = _disposed(disposition) or _text(headers.get(b"x-file-name", b"")) or given.get("file", "")
    last = re.split(r"[/\\]", named)[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()[:LONGEST_NAME]
    return shown if shown.strip(".") and is_storable(shown) else ""


def _disposed(disposition: str) -> str:
    if extended := EXTENDED_NAME.search(disposition):
        return unquote(extended[1], errors="replace")
    if quoted := QUOTED_NAME.search(disposition):
        return re.sub(r"\\(.)", r"\1", quoted[1])
    bare = BARE_NAME.search(disposition)
    return bare[1] if bare else ""


def _text(value: bytes) -> str:
    """A header's text: UTF-8 as most send it, else the Latin-1 that HTTP once meant."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _forbidden(message: str) -> RequestRefused:
    return RequestRefused(403, "FORBIDDEN", message, CLOSING)


def _bad(message: str) -> RequestRefused:
    refused = bad_request(message)
    refused.headers.update(CLOSING)
    return refused
