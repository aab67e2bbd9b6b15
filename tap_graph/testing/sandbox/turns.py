"""Turns: questions go side by side, a reset goes alone; the one connection of a database in memory stands no mixture."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Turns:
    """Who is at work on one event loop: any number of questions, or one reset."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._questions = 0
        self._is_alone = False

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """The turn of a reset, once the questions before it are answered; those after it wait."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._is_alone)
            self._is_alone = True
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: self._questions == 0)
            yield
        finally:
            async with self._changed:
                self._is_alone = False
                self._changed.notify_all()

    async def begin(self) -> None:
        """A question begins, once no reset is at work."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._is_alone)
            self._questions += 1

    async def end(self) -> None:
        """A question has what it needs."""
        async with self._changed:
            self._questions -= 1
            self._changed.notify_all()


class Questions:
    """The web, each request of which takes a turn until it begins to answer: a slow reader keeps nobody waiting."""

    def __init__(self, app: ASGIApp, turns: Turns) -> None:
        self._app = app
        self._turns = turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        is_answering = False

        async def answering(message: Message) -> None:
            nonlocal is_answering
            if not is_answering:
                is_answering = True
                await self._turns.end()
            await send(message)

        await self._turns.begin()
        try:
            await self._app(scope, receive, answering)
        finally:
            if not is_answering:
                await self._turns.end()
