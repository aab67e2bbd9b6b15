"""Identity: who a request speaks for; a token that was verified is known until it ends."""

from collections.abc import Callable
from datetime import datetime

from tap_graph.domain.errors import NotAuthenticated
from tap_graph.domain.viewer import Viewer
from tap_graph.web.refusing import RequestRefused

MOST_KNOWN = 2_048
LONGEST_KNOWN = 2_048

Verify = Callable[[str], tuple[Viewer, datetime]]
"""The viewer that a token speaks for, and the moment from which it does no more; or NotAuthenticated."""


class Callers:
    """Those whose tokens were verified lately, by the header that names them.

    A signature is checked once for each token, not for each request; only what was verified is kept, so that nobody can fill
    the memory with inventions.
    """

    def __init__(self, verify: Verify, now: Callable[[], datetime]) -> None:
        self._verify = verify
        self._now = now
        self._known: dict[bytes, tuple[Viewer, datetime]] = {}

    def viewer(self, authorization: bytes) -> Viewer:
        """The viewer that an Authorization header names; a header that names nobody is refused."""
        known = self._known.get(authorization)
        if known is not None:
            if self._now() < known[1]:
                return known[0]
            del self._known[authorization]
        return self._verified(authorization)

    def _verified(self, authorization: bytes) -> Viewer:
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        token = token.strip()
        try:
            # Two headers arrive as one, joined by a comma and a space.
            if scheme.lower() != "bearer" or not token or " " in token:
                raise NotAuthenticated("The request names nobody; send `Authorization: Bearer` and a token, once.")
            viewer, ends_at = self._verify(token)
        except NotAuthenticated as error:
            raise RequestRefused(401, error.code, str(error), {"WWW-Authenticate": "Bearer"}) from error
        if len(authorization) <= LONGEST_KNOWN:
            if len(self._known) >= MOST_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[authorization] = (viewer, ends_at)
        return viewer
