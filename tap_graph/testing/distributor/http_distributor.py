"""The HTTP distributor: a small server of its own, which can stall, reset and break off as no framework does."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http import HTTPStatus

from tap_graph.testing.distributor.breaking import BEFORE_RESET, PIECES, pieces, reset_when_closed
from tap_graph.testing.distributor.distributing import Distributor
from tap_graph.testing.distributor.http_messages import LARGEST_HEAD, Request, Response, read_request
from tap_graph.testing.distributor.http_site import Site, where_of
from tap_graph.testing.distributor.misbehaving import Mood
from tap_graph.testing.distributor.reports import File
from tap_graph.testing.distributor.threads import in_a_thread, nobody_is_at_the_door

HOST = "127.0.0.1"


class HttpDistributor(Distributor):
    """A distributor whose reports are pulled over HTTP, and who can deliver them as well."""

    def __init__(self, authorization: str | None) -> None:
        super().__init__()
        self._site = Site(authorization)
        self.url = ""
        """Where it is, such as `http://127.0.0.1:40123`; its reports are listed at `/`."""

    @property
    def acknowledgements(self) -> list[File]:
        """The answers that were posted to `/acknowledgements`, first come first."""
        return self._site.acknowledgements

    @property
    def requests(self) -> list[Request]:
        """Every request it was sent, first come first."""
        return self._site.requests

    def withdraw(self, name: str) -> None:
        """Takes a file away that was published."""
        self._site.take_away(name)

    def _lay_out(self, file: File) -> None:
        self._site.lay_out(file)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serves on a free port, until the block ends."""
        conversations: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._converse(reader, writer))
            conversations[task] = writer
            task.add_done_callback(conversations.pop)

        server = await asyncio.start_server(connected, HOST, 0, limit=LARGEST_HEAD)
        self.url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            await nobody_is_at_the_door()
            server.close()
            for task, writer in conversations.items():
                task.cancel()
                # One that was ended before it began closes nothing itself.
                writer.close()
            await asyncio.gather(*conversations, return_exceptions=True)
            await server.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await read_request(reader)
            if request is not None:
                await self._respond(request, reader, writer)
        except ConnectionError:
            pass  # the other side went
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _respond(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._site.keep(request)
        where = where_of(request)
        mood = self._moods.wire(where) if where is not None and request.method != "HEAD" else None
        if mood is not None and mood.misbehavior.name == "failing":
            response = Response(HTTPStatus.INTERNAL_SERVER_ERROR, b"Something went wrong.\n", {"Content-Type": "text/plain"})
        else:
            response = self._site.answer(request)
        if request.method == "HEAD":
            writer.write(response.head())
            await writer.drain()
            return
        await _send(response, mood, reader, writer)


async def _send(response: Response, mood: Mood | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    half = response.body[: len(response.body) // 2]
    writer.write(response.head())
    match mood.misbehavior.name if mood else None:
        case "slow":
            for piece in pieces(response.body):
                await asyncio.sleep(mood.seconds / PIECES if mood else 0)
                writer.write(piece)
                await writer.drain()
        case "resetting":
            writer.write(half)
            await writer.drain()
            await asyncio.sleep(BEFORE_RESET)
            reset_when_closed(writer.get_extra_info("socket"))
            writer.transport.abort()
        case "half_then_silence":
            writer.write(half)
            await writer.drain()
            # Until the other side goes, or this distributor ends.
            await reader.read()
        case _:
            writer.write(response.body)
            await writer.drain()


@contextmanager
def http_distributor(*, authorization: str | None = None) -> Iterator[HttpDistributor]:
    """A distributor that serves its reports at `distributor.url`, until the block ends.

    Args:
        authorization: What the header `Authorization` has to say, such as `Bearer secret`; everybody is answered where it is None.
    """
    distributor = HttpDistributor(authorization)
    with in_a_thread(distributor.serving):
        yield distributor
