"""Health: whether the process lives, and whether it can answer."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

logger = logging.getLogger(__name__)


async def live(_request: Request) -> Response:
    """The process runs."""
    return JSONResponse({"status": "live"})


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the database is reachable and migrated; `is_ready` may take its time, and may fail."""

    is_ready: Callable[[], bool]

    async def respond(self, _request: Request) -> Response:
        """200 when ready, 503 when not; why stands in the log, not on the wire."""
        try:
            ready = await anyio.to_thread.run_sync(self.is_ready)
        except Exception:
            # Whatever keeps the database away is an answer here, not a failure of the probe.
            logger.exception("the readiness check failed")
            ready = False
        return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)
