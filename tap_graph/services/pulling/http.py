"""HTTP: files are asked for with what is known of them, so that what did not change does not travel."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import httpx2

from tap_graph.services.pulling.listing import is_name, listed
from tap_graph.services.pulling.place import Arriving, FetchFailed, Offered, SourceAway
from tap_graph.services.pulling.source import Source
from tap_graph.services.receiving import Received

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
MOST_REDIRECTS = 5
LARGEST_INDEX = 8 << 20
DEFAULT_PORTS = {"http": 80, "https": 443}
ETAG, MODIFIED, DIGEST = "etag ", "modified ", "sha256 "
NOT_THERE = (404, 410)


class HttpPlace:
    """One file, or an index of files, on one host."""

    keeps_files = True

    def __init__(
        self, source: Source, secret: Callable[[str], str], now: Callable[[], datetime], read_seconds: float = READ_SECONDS
    ) -> None:
        self._source = source
        self._now = now
        self._url = httpx2.URL(source.url)
        name = unquote(self._url.path.rpartition("/")[2])
        self._name = name if is_name(name) and fnmatchcase(name, source.pattern) else None
        """The file's name, where the address is that of one file."""
        self._how: dict[str, Any] = {
            "auth": _auth(source, secret),
            "headers": _headers(source, secret),
            "timeout": httpx2.Timeout(read_seconds, connect=CONNECT_SECONDS),
            # Nothing is asked of the environment: neither proxies nor passwords.
            "trust_env": False,
        }
        self._client: httpx2.Client | None = None

    def offered(self) -> Sequence[Offered]:
        """The one file, or those that the index names."""
        if self._name is not None:
            return [Offered(self._name, str(self._url))]
        try:
            with self._opened(self._url, {"Accept": "application/json, text/html;q=0.9"}) as response:
                if response.status_code != httpx2.codes.OK:
                    raise SourceAway(f"{self._url} answers {response.status_code} {response.reason_phrase}.")
                body = BytesIO()
                self._read(response, Arriving(body, LARGEST_INDEX, self._now))
                found = listed(response.url, response.headers.get("content-type", ""), body.getvalue())
        except SourceAway:
            raise
        except FetchFailed as failed:
            raise SourceAway(f"The index could not be read. {failed}") from failed
        return [offered for offered in found if fnmatchcase(offered.name, self._source.pattern)]

    def fetch(self, offered: Offered, known: Sequence[str], into: Arriving) -> str | None:
        """Asks for a file unless it is still the one known last."""
        with self._opened(httpx2.URL(offered.address), _conditions(known)) as response:
            if response.status_code == httpx2.codes.NOT_MODIFIED:
                return None
            if response.status_code != httpx2.codes.OK:
                raise self._refused(offered, response)
            fingerprint = _fingerprint(response)
            if fingerprint in known:
                return None
            try:
                self._read(response, into)
            except FetchFailed as failed:
                if fingerprint is None and self._name is not None:
                    raise SourceAway(str(failed)) from failed
                raise FetchFailed(str(failed), fingerprint) from failed
        # Where the host says nothing that changes with the file, the file itself does.
        fingerprint = fingerprint or f"{DIGEST}{into.sha256}"
        return None if fingerprint in known else fingerprint

    def settle(self, offered: Offered, received: Received) -> None:
        """Nothing is marked there: the ledger remembers."""

    def ready_in(self) -> timedelta | None:
        """Files that are served are taken to be complete."""
        return None

    def close(self) -> None:
        """Ends the connections that wait for another file."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @contextmanager
    def _opened(self, url: httpx2.URL, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
        """The response, redirects within the host followed."""
        if self._client is None:
            self._client = httpx2.Client(**self._how)
        try:
            for _ in range(MOST_REDIRECTS + 1):
                with self._client.stream("GET", url, headers={"Accept-Encoding": "identity", **headers}) as response:
                    if not response.has_redirect_location:
                        yield response
                        return
                    url = _redirected(url, response)
        except httpx2.HTTPError as error:
            raise self._failure(url, f"{type(error).__name__}: {error}") from error
        except httpx2.InvalidURL as error:
            raise FetchFailed(f"{url} leads to an address that is none: {error}.") from error
        raise FetchFailed(f"{url} leads on and on. Ask its owner where the file is.")

    def _read(self, response: httpx2.Response, into: Arriving) -> None:
        """Reads a body to its end; where no end is marked, half a file could not be told from a whole one."""
        length, coding = response.headers.get("content-length"), response.headers.get("content-encoding", "identity").lower()
        if coding not in ("identity", "gzip", "x-gzip"):
            raise FetchFailed(f"{response.url} comes in the coding {coding}, which was not asked for.")
        if length is None and response.headers.get("transfer-encoding", "").lower() != "chunked":
            raise FetchFailed(f"{response.url} says neither how long it is nor where it ends. Ask its owner for Content-Length.")
        if length is not None and length.isdigit():
            into.announce(int(length))
        try:
            for chunk in response.iter_raw():
                into.write(chunk)
        except httpx2.HTTPError as error:
            raise FetchFailed(f"{response.url} broke off after {into.size:,} bytes ({type(error).__name__}: {error}).") from error
        if length is not None and length != str(into.size):
            raise FetchFailed(f"{response.url} broke off after {into.size:,} of {length} bytes.")

    def _refused(self, offered: Offered, response: httpx2.Response) -> FetchFailed:
        code = response.status_code
        if self._name is not None and code in NOT_THERE:
            return SourceAway(f"{offered.address} is not there yet ({code}).")
        return self._failure(httpx2.URL(offered.address), f"{code} {response.reason_phrase}")

    def _failure(self, url: httpx2.URL, why: str) -> FetchFailed:
        """What went wrong with the one file that a source is, went wrong with the source."""
        text = f"{url} could not be had ({why})."
        return FetchFailed(text) if self._name is None else SourceAway(text)


def open_place(source: Source, secret: Callable[[str], str], now: Callable[[], datetime]) -> HttpPlace:
    """The place of an `http://` or `https://` source."""
    return HttpPlace(source, secret, now)


def _auth(source: Source, secret: Callable[[str], str]) -> httpx2.BasicAuth | None:
    if source.user is None or source.password_env is None:
        return None
    return httpx2.BasicAuth(source.user, secret(source.password_env))


def _headers(source: Source, secret: Callable[[str], str]) -> dict[str, str]:
    return {} if source.token_env is None else {"Authorization": f"Bearer {secret(source.token_env)}"}


def _conditions(known: Sequence[str]) -> dict[str, str]:
    """The newest version known, in the words of the host that gave it."""
    newest = known[0] if known else ""
    if newest.startswith(ETAG):
        return {"If-None-Match": newest.removeprefix(ETAG)}
    if newest.startswith(MODIFIED):
        return {"If-Modified-Since": newest.removeprefix(MODIFIED).partition(" | ")[0]}
    return {}


def _fingerprint(response: httpx2.Response) -> str | None:
    etag, modified = response.headers.get("etag"), response.headers.get("last-modified")
    if etag:
        return f"{ETAG}{etag}"
    return f"{MODIFIED}{modified} | {response.headers.get('content-length', '')}" if modified else None


def _redirected(url: httpx2.URL, response: httpx2.Response) -> httpx2.URL:
    """Where a redirect leads: on the same host, and never from what is encrypted to what is not."""
    target = url.join(response.headers["location"])
    same = (target.scheme, target.host, _port(target)) == (url.scheme, url.host, _port(url))
    encrypts = (url.scheme, target.scheme) == ("http", "https") and target.host == url.host and target.port is None
    if not (same or encrypts):
        raise FetchFailed(f"{url} leads away, to {target.scheme}://{target.host}. Ask its owner; if that is right, pull from there.")
    return target


def _port(url: httpx2.URL) -> int | None:
    return url.port or DEFAULT_PORTS.get(url.scheme)
