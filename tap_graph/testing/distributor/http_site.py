"""The site of an HTTP distributor: its index, its reports, and where it takes answers; what is asked to what is answered."""

import hashlib
import html
import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import quote

from tap_graph.testing.distributor.http_messages import Request, Response
from tap_graph.testing.distributor.misbehaving import Where
from tap_graph.testing.distributor.reports import File

REPORTS = "/reports/"
ACKNOWLEDGEMENTS = "/acknowledgements"


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A file that can be pulled, since when, and the tag of its bytes."""

    file: File
    modified_at: datetime
    tag: str


class Site:
    """What the distributor has laid out and what it was sent; asked and filled from several threads."""

    def __init__(self, authorization: str | None) -> None:
        self._authorization = authorization
        self._lock = threading.Lock()
        self._laid_out: dict[str, LaidOut] = {}
        self._acknowledgements: list[File] = []
        self._requests: list[Request] = []

    @property
    def acknowledgements(self) -> list[File]:
        """The answers it was sent."""
        with self._lock:
            return list(self._acknowledgements)

    @property
    def requests(self) -> list[Request]:
        """Every request there was."""
        with self._lock:
            return list(self._requests)

    def lay_out(self, file: File) -> None:
        """Puts a file where it can be pulled, in place of the one of that name."""
        tag = f'"{hashlib.sha256(file.content).hexdigest()[:16]}"'
        with self._lock:
            self._laid_out[file.name] = LaidOut(file, datetime.now(UTC).replace(microsecond=0), tag)

    def take_away(self, name: str) -> None:
        """Takes a file away."""
        with self._lock:
            del self._laid_out[name]

    def keep(self, request: Request) -> None:
        """Keeps a request that came, whatever becomes of it."""
        with self._lock:
            self._requests.append(request)

    def answer(self, request: Request) -> Response:
        """The answer to a request."""
        with self._lock:
            if self._authorization is not None and request.headers.get("authorization") != self._authorization:
                return _told(HTTPStatus.UNAUTHORIZED, "Say who you are.", {"WWW-Authenticate": "Bearer"})
            match where_of(request):
                case "acknowledgements":
                    return self._take(request)
                case "index":
                    return self._index(request)
                case "reports":
                    return self._report(request)
                case _:
                    return _told(HTTPStatus.NOT_FOUND, f"There is no {request.path} here.")

    def _take(self, request: Request) -> Response:
        if request.method != "POST":
            return _told(HTTPStatus.METHOD_NOT_ALLOWED, "Answers are sent by POST.", {"Allow": "POST"})
        media_type = request.headers.get("content-type", "application/octet-stream")
        name = f"acknowledgement-{len(self._acknowledgements) + 1}"
        self._acknowledgements.append(File(name, "acknowledgements", media_type, request.body))
        return _told(HTTPStatus.ACCEPTED, "Thank you.")

    def _index(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return _only_read()
        if "json" in request.headers.get("accept", ""):
            return Response(HTTPStatus.OK, _as_json(list(self._laid_out.values())), {"Content-Type": "application/json"})
        return Response(HTTPStatus.OK, _as_html(list(self._laid_out.values())), {"Content-Type": "text/html; charset=utf-8"})

    def _report(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return _only_read()
        found = self._laid_out.get(request.path.removeprefix(REPORTS))
        if found is None:
            return _told(HTTPStatus.NOT_FOUND, f"There is no {request.path} here.")
        headers = {"ETag": found.tag, "Last-Modified": format_datetime(found.modified_at, usegmt=True), "Accept-Ranges": "bytes"}
        if _is_known(request, found):
            return Response(HTTPStatus.NOT_MODIFIED, headers=headers)
        headers["Content-Type"] = found.file.media_type
        return _part(request, found, headers) or Response(HTTPStatus.OK, found.file.content, headers)


def where_of(request: Request) -> Where | None:
    """Which of a distributor's places a request is for; None where it is for none."""
    if request.path == ACKNOWLEDGEMENTS:
        return "acknowledgements"
    if request.path == "/":
        return "index"
    return "reports" if request.path.startswith(REPORTS) else None


def _told(status: HTTPStatus, text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(status, f"{text}\n".encode(), {"Content-Type": "text/plain; charset=utf-8", **(headers or {})})


def _only_read() -> Response:
    return _told(HTTPStatus.METHOD_NOT_ALLOWED, "This can only be read.", {"Allow": "GET, HEAD"})


def _is_known(request: Request, found: LaidOut) -> bool:
    if (tags := request.headers.get("if-none-match")) is not None:
        return tags == "*" or found.tag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since = request.headers.get("if-modified-since")
    return since is not None and parsedate_to_datetime(since) >= found.modified_at


def _part(request: Request, found: LaidOut, headers: dict[str, str]) -> Response | None:
    """One range of bytes, where one that exists is asked for of these very bytes."""
    unit, _, span = request.headers.get("range", "").partition("=")
    first, dash, last = span.partition("-")
    size = len(found.file.content)
    if unit != "bytes" or not dash or not first.isdecimal() or request.headers.get("if-range", found.tag) != found.tag:
        return None
    start, end = int(first), min(int(last), size - 1) if last.isdecimal() else size - 1
    if start > end:
        return _told(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "There are not so many bytes.", {"Content-Range": f"bytes */{size}"})
    headers = {**headers, "Content-Range": f"bytes {start}-{end}/{size}"}
    return Response(HTTPStatus.PARTIAL_CONTENT, found.file.content[start : end + 1], headers)


def _as_json(laid_out: list[LaidOut]) -> bytes:
    listed = [
        {
            "name": each.file.name,
            "url": REPORTS + quote(each.file.name),
            "size": len(each.file.content),
            "modified_at": each.modified_at.isoformat().replace("+00:00", "Z"),
            "etag": each.tag,
        }
        for each in laid_out
    ]
    return json.dumps(listed).encode()


def _as_html(laid_out: list[LaidOut]) -> bytes:
    rows = [
        f'<a href="{REPORTS}{quote(each.file.name)}">{html.escape(each.file.name)}</a>'
        f"  {each.modified_at:%d-%b-%Y %H:%M}  {len(each.file.content)}\n"
        for each in laid_out
    ]
    return f"<!DOCTYPE html><title>Index of /reports/</title><h1>Index of /reports/</h1><pre>\n{''.join(rows)}</pre>\n".encode()
