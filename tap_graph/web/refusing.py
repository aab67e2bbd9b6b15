"""Refusing: requests that end before the schema sees them, as GraphQL errors with a code."""

from collections.abc import Mapping

from starlette.responses import JSONResponse


class RequestRefused(Exception):
    """A request that is not answered; `status` is HTTP's, `code` is ours."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """The refusal in the shape of a GraphQL response."""
        body = {"errors": [{"message": str(self), "extensions": {"code": self.code}}]}
        return JSONResponse(body, self.status, self.headers)
