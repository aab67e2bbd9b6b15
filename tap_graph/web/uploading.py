"""Uploading: the body of a delivery on its way to a temporary file, as much of it and as slowly as is put up with."""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import BinaryIO, Self, cast

import anyio
import anyio.to_thread
from starlette.types import Message, Receive

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.unpacking import unpacked
from tap_graph.web.refusing import RequestRefused
from tap_graph.web.request import Headers

IN_MEMORY = 256 * 1024
"""Bytes of a body written on the event loop, into memory; what is more goes to the disk, in a thread."""
SLOWEST = 32 * 1024
"""Bytes a second that a body must keep up, once it had the first seconds for nothing: a quarter of a megabit."""
CLOSING = {"Connection": "close"}
"""What was not read of a body would be taken for the next request."""
PLAIN, PACKED = (b"", b"identity"), (b"gzip", b"x-gzip")


class Gone(Exception):
    """The caller left before the body was there."""


class Upload:
    """A body that arrived, as a temporary file that goes with it."""

    def __init__(self) -> None:
        self.file = cast("BinaryIO", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - closed by `close`
        self.size = 0
        self._digest = sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.file.close()

    @property
    def sha256(self) -> str:
        """SHA-256 of the body."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        """Adds what arrived."""
        self._digest.update(data)
        self.file.write(data)
        self.size += len(data)

    def unpack(self, most: int) -> None:
        """Puts what a gzip body holds in its place; a body that holds none, or too much, is refused."""
        self.file.seek(0)
        try:
            content = unpacked(self.file, most=most)
        except FileRefused as refused:
            if refused.code == "BAD_GZIP":
                raise RequestRefused(400, "BAD_GZIP", str(refused)) from refused
            raise RequestRefused(413, "TOO_LARGE", str(refused)) from refused
        if content is self.file:
            raise RequestRefused(400, "BAD_GZIP", "The body is no gzip file; leave Content-Encoding out, or pack the file.")
        self.file.close()
        self.file, self.size, self._digest = content, 0, sha256()
        while chunk := content.read(1 << 20):
            self._digest.update(chunk)
            self.size += len(chunk)
        content.seek(0)


def is_packed(headers: Headers) -> bool:
    """Whether the body is a gzip file on its way; other codings are refused."""
    coding = headers.get(b"content-encoding", b"").strip().lower()
    if coding not in (*PLAIN, *PACKED):
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the file as it is, or with Content-Encoding: gzip.", CLOSING)
    return coding in PACKED


def check_announced(headers: Headers, most: int) -> None:
    """Refuses a body that is announced as larger than it may be, before anything of it is read."""
    announced = headers.get(b"content-length", b"0")
    if not announced.isdigit() or len(announced) > 15 or int(announced) > most:
        raise _too_large(most)


async def uploaded(receive: Receive, upload: Upload, most: int, deadline: float, threads: anyio.CapacityLimiter) -> None:
    """Reads a body to its end.

    RequestRefused where it is larger than `most` bytes, stops for `deadline` seconds, or comes slower than it must; Gone where its
    caller left.
    """
    clock = asyncio.get_running_loop().time
    began, pending, more = clock(), bytearray(), True
    while more:
        patience = min(deadline, began + deadline + (upload.size + len(pending)) / SLOWEST - clock())
        message = await _next(receive, patience)
        pending += message.get("body", b"")
        more = message.get("more_body", False)
        if upload.size + len(pending) > most:
            raise _too_large(most)
        if len(pending) >= IN_MEMORY or (pending and not more):
            await _write(upload, bytes(pending), threads)
            pending.clear()
    upload.file.seek(0)


async def _next(receive: Receive, patience: float) -> Message:
    try:
        async with asyncio.timeout(max(0.0, patience)):
            message = await receive()
    except TimeoutError:
        late = "The file took too long to arrive. Send it again over a better line, packed by gzip, or in parts."
        raise RequestRefused(408, "DEADLINE", late, CLOSING) from None
    if message["type"] == "http.disconnect":
        raise Gone
    return message


async def _write(upload: Upload, data: bytes, threads: anyio.CapacityLimiter) -> None:
    write: Callable[[bytes], None] = upload.write
    if upload.size + len(data) <= IN_MEMORY:
        write(data)
    else:
        await anyio.to_thread.run_sync(write, data, limiter=threads)


def _too_large(most: int) -> RequestRefused:
    return RequestRefused(413, "TOO_LARGE", f"A delivery has at most {most:,} bytes. Split the file and deliver the parts.", CLOSING)
