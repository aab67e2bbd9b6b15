"""Delivering: one file to `POST /feeds/{kind}` of a tap_graph, well or with the wire going wrong underneath."""

import gzip
import http.client
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from tap_graph.testing.distributor.breaking import PIECES, pieces, reset_when_closed
from tap_graph.testing.distributor.misbehaving import Mood
from tap_graph.testing.distributor.reports import File

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tap_graph answered to one file."""

    status: int | None
    """None where the connection ended before there was an answer."""
    json: Any = None
    """The body, where it is JSON."""
    text: str = ""
    """The body as it came."""
    earlier: tuple["Answer", ...] = ()
    """Answers to the files before this one, where the report came as several."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who delivers: a bearer token or an API key, or nobody."""

    token: str | None = None
    api_key: str | None = None

    def headers(self) -> dict[str, str]:
        """The headers that say it."""
        secret = self.token or self.api_key
        return {"Authorization": f"Bearer {secret}"} if secret else {}


def send(
    base_url: str, file: File, headers: dict[str, str], *, mood: Mood | None = None, packed: bool = False, patience: float = PATIENCE
) -> Answer:
    """Sends one file and waits for the answer, at most `patience` seconds at a time."""
    body = gzip.compress(file.content, mtime=0) if packed else file.content
    encoding = {"Content-Encoding": "gzip"} if packed else {}
    connection = _connected(base_url, patience)
    try:
        connection.putrequest("POST", f"{urlsplit(base_url).path.rstrip('/')}/feeds/{quote(file.kind)}?file={quote(file.name)}")
        length = {"Content-Type": file.media_type, "Content-Length": str(len(body))}
        for name, value in {**length, **encoding, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        # A server may answer before it has read everything, and hang up.
        with suppress(BrokenPipeError, ConnectionResetError):
            _send_body(connection, body, mood)
        return _answer(connection)
    except (ConnectionError, TimeoutError, http.client.HTTPException):
        return Answer(None)
    finally:
        connection.close()


def _connected(base_url: str, patience: float) -> http.client.HTTPConnection:
    parts = urlsplit(base_url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=patience)
    connection.connect()
    return connection


def _send_body(connection: http.client.HTTPConnection, body: bytes, mood: Mood | None) -> None:
    match mood.misbehavior.name if mood else None:
        case "slow":
            for piece in pieces(body):
                time.sleep(mood.seconds / PIECES if mood else 0)
                connection.send(piece)
        case "resetting":
            connection.send(body[: len(body) // 2])
            reset_when_closed(connection.sock)
            connection.sock.close()
            raise ConnectionAbortedError
        case "half_then_silence":
            connection.send(body[: len(body) // 2])
            connection.sock.settimeout(mood.seconds if mood else None)
        case _:
            connection.send(body)


def _answer(connection: http.client.HTTPConnection) -> Answer:
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    is_json = response.headers.get_content_type().endswith("json")
    return Answer(response.status, json.loads(text) if is_json else None, text)
