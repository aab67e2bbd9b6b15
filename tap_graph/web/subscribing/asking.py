"""Asking: one operation of whatever kind becomes its answers, from one to as many as come."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import msgspec
from graphql import GraphQLSyntaxError, OperationDefinitionNode, OperationType

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question, Subscribe
from tap_graph.reads.weighing import TooHeavy, parsed
from tap_graph.web.metrics import Metrics
from tap_graph.web.refusing import RequestRefused
from tap_graph.web.request import GraphQLRequest
from tap_graph.web.trusted import TrustedDocuments

logger = logging.getLogger(__name__)

INTERNAL = RequestRefused(500, "INTERNAL", "Something went wrong on our side; it is in our log. Please subscribe again.")
LATE = RequestRefused(504, "DEADLINE", "The answer took too long. Ask for less at once, or try again.")
NOT_OFFERED = RequestRefused(501, "NO_SUBSCRIPTIONS", "There are no subscriptions here; ask the question again from time to time.")


@dataclass(frozen=True, slots=True)
class Asking:
    """What answers operations: questions by `respond`, subscriptions by `subscribe`, where there is one."""

    respond: Callable[[Viewer, Question], Awaitable[Answer]]
    subscribe: Subscribe | None
    trusted: TrustedDocuments
    metrics: Metrics
    deadline: float
    """Seconds until a question without an answer is ended; a subscription may wait for as long as it likes."""

    async def answers(self, viewer: Viewer, asked: GraphQLRequest) -> AsyncGenerator[Answer, None]:
        """The answers to one operation; one that was not executed is the last. Asks for the next when it is taken.

        Raises nothing; closing it closes the subscription behind it.
        """
        try:
            question = Question(self.trusted.document_of(asked), asked.variables, asked.operation_name, explain=asked.explain)
            if not is_subscription(question.document, question.operation_name):
                yield self._counted(await self._answered(viewer, question))
            elif self.subscribe is None:
                raise NOT_OFFERED
            else:
                async with self._subscribed(self.subscribe(viewer, question)) as answers:
                    async for answer in answers:
                        yield self._counted(answer)
                        if not answer.executed:
                            break
        except RequestRefused as refused:
            yield self.refused(refused)
        except Exception:
            # The last line before the client.
            logger.exception("an operation failed")
            yield self.refused(INTERNAL)

    def refused(self, refused: RequestRefused) -> Answer:
        """The only or last answer where an operation is refused."""
        return self._counted(Answer(refused.body, executed=False, code=refused.code))

    async def _answered(self, viewer: Viewer, question: Question) -> Answer:
        try:
            async with asyncio.timeout(self.deadline):
                return await self.respond(viewer, question)
        except TimeoutError as error:
            raise LATE from error

    @asynccontextmanager
    async def _subscribed(self, answers: AsyncIterator[Answer]) -> AsyncIterator[AsyncIterator[Answer]]:
        self.metrics.subscriptions += 1
        try:
            yield answers
        finally:
            self.metrics.subscriptions -= 1
            await _close(answers)

    def _counted(self, answer: Answer) -> Answer:
        self.metrics.count_answer(answer)
        if answer.code is not None:
            self.metrics.streamed_refusals[answer.code] += 1
        return answer if answer.retry_after is None else replace(answer, body=_with_patience(answer.body, answer.retry_after))


def is_subscription(document: str, operation_name: str | None) -> bool:
    """Whether the operation of that name is a subscription; of what cannot be parsed, who answers questions says why."""
    if "subscription" not in document:
        return False
    try:
        node = parsed(document)
    except (GraphQLSyntaxError, TooHeavy):
        return False
    operations = [found for found in node.definitions if isinstance(found, OperationDefinitionNode)]
    named = [found for found in operations if operation_name is None or (found.name and found.name.value == operation_name)]
    return len(named) == 1 and named[0].operation is OperationType.SUBSCRIPTION


async def _close(answers: AsyncIterator[Answer]) -> None:
    """Closes a subscription that can be closed; that it fails then is nothing that its caller could hear of."""
    close = getattr(answers, "aclose", None)
    if close is None:
        return
    try:
        await close()
    except Exception:
        logger.exception("a subscription did not end well")


def _with_patience(body: bytes, seconds: int) -> bytes:
    """A refusal that says when to ask again, as `Retry-After` does where there are headers."""
    response = msgspec.json.decode(body)
    for error in response.get("errors", ()):
        error.setdefault("extensions", {})["retryAfter"] = seconds
    return msgspec.json.encode(response)
