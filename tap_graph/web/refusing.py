"""Refusing: requests that end before the schema sees them, as GraphQL errors with a code."""

from collections.abc import Mapping

import msgspec
from starlette.responses import Response

JSON_TYPE = "application/json; charset=utf-8"


class RequestRefused(Exception):
    """A request that is not answered; `status` is HTTP's, `code` is ours."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})

    @property
    def body(self) -> bytes:
        """The refusal in the shape of a GraphQL response."""
        return msgspec.json.encode({"errors": [{"message": str(self), "extensions": {"code": self.code}}]})

    def response(self) -> Response:
        """The refusal as a response, for routes that negotiate nothing."""
        return Response(self.body, self.status, self.headers, JSON_TYPE)


def bad_request(message: str) -> RequestRefused:
    """The refusal of a request that is readable, but is no GraphQL request."""
    return RequestRefused(400, "BAD_REQUEST", message)


def bad_json(message: str) -> RequestRefused:
    """The refusal of what cannot be read as JSON."""
    return RequestRefused(400, "BAD_JSON", message)
