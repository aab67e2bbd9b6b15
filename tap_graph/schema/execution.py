"""Execution: a request's document becomes a response, or coded errors; nothing internal leaks."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from graphql import GraphQLError

from tap_graph.domain.errors import TapError
from tap_graph.domain.viewer import Viewer
from tap_graph.reads.answering import Reads
from tap_graph.reads.cursors import Cursors
from tap_graph.reads.operation import DocumentRefused, Operation, operation_of
from tap_graph.reads.refusals import OperationRefused
from tap_graph.schema.build import build, catalogue
from tap_graph.storage.unit_of_work import Database

logger = logging.getLogger(__name__)

INTERNAL = "Something went wrong on our side; it is in our log. Please try again, and tell us if it stays."


class Execution:
    """Executes documents of one schema over one database; safe to call from many threads."""

    def __init__(self, database: Database, cursor_secret: bytes, today: Callable[[], date]) -> None:
        self.catalogue = catalogue(build())
        self._reads = Reads(database, self.catalogue.core, self.catalogue.nouns, self.catalogue.shapes, Cursors(cursor_secret))
        self._today = today

    def __call__(
        self, viewer: Viewer, document: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None
    ) -> dict[str, Any]:
        """The response as GraphQL formats it: `data`, and `errors` with a code each; without `data` nothing was executed."""
        try:
            operation = operation_of(self.catalogue.core, document, variables, operation_name)
            return self._answer(operation, viewer)
        except DocumentRefused as refused:
            return {"errors": [error.formatted for error in refused.errors]}
        except OperationRefused as refused:
            return {"errors": [_formatted(refused, refused.path)], "data": None}
        except TapError as error:
            return {"errors": [_formatted(error, ())], "data": None}
        except Exception:
            # The last line before the client: whatever it was, its text may hold a DSN or a row.
            logger.exception("an operation failed")
            return {"errors": [{"message": INTERNAL, "extensions": {"code": "INTERNAL"}}], "data": None}

    def _answer(self, operation: Operation, viewer: Viewer) -> dict[str, Any]:
        result = self._reads.answer(operation, viewer, self._today())
        response: dict[str, Any] = {"data": result.data}
        if result.errors:
            response["errors"] = _masked(result.errors)
        return response


def _formatted(error: TapError, path: Sequence[str | int]) -> dict[str, Any]:
    formatted: dict[str, Any] = {"message": str(error), "extensions": {"code": error.code}}
    return {**formatted, "path": list(path)} if path else formatted


def _masked(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    shown = []
    for error in errors:
        logger.error("a field failed at %s", error.path, exc_info=error.original_error or error)
        shown.append({"message": INTERNAL, "path": error.path, "extensions": {"code": "INTERNAL"}})
    return shown
