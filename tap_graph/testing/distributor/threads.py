"""A server on an event loop in a thread of its own, for as long as a block lasts."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")
TURNS_TO_CONNECT = 5


@contextmanager
def in_a_thread(serving: Callable[[], AbstractAsyncContextManager[T]]) -> Iterator[T]:
    """What `serving` answers once it serves; when the block ends it has ended, with every task that it began."""
    started: Future[tuple[T, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        async with serving() as served:
            started.set_result((served, asyncio.get_running_loop(), stop))
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    thread = threading.Thread(target=run, name="distributor")
    thread.start()
    try:
        served, loop, stop = started.result()
        try:
            yield served
        finally:
            loop.call_soon_threadsafe(stop.set)
    finally:
        thread.join()


async def nobody_is_at_the_door() -> None:
    """Waits until connections that came before are known to their server: asyncio loses those that it accepts while it closes."""
    for _ in range(TURNS_TO_CONNECT):
        await asyncio.sleep(0)
