"""Sharing: allowances kept by `limits` in a store that several processes reach, Redis or Valkey."""

from limits.errors import ConfigurationError as LimitsConfigurationError
from limits.errors import StorageError
from limits.storage import RedisStorage

from tap_graph.domain.errors import ConfigurationError
from tap_graph.web.charging import SECONDS, StoreAway, Window

PREFIX = "tap-graph/rows/"
DRIVERS = {"redis": "redis", "rediss": "redis", "redis+unix": "redis", "valkey": "valkey", "valkeys": "valkey", "valkey+unix": "valkey"}
"""The package that each kind of address needs."""
SOON = 0.25
"""Seconds in which a store answers, or is away; a lost connection is opened once more."""


class SharedStore:
    """A store named by a URI; ConfigurationError where there is no such kind, or its driver is not installed."""

    def __init__(self, uri: str) -> None:
        scheme = uri.partition(":")[0]
        if scheme not in DRIVERS:
            raise ConfigurationError(f"There is no store of allowances of the kind {scheme!r}; use one of {', '.join(DRIVERS)}.")
        try:
            self._storage = RedisStorage(uri, wrap_exceptions=True, socket_timeout=SOON, socket_connect_timeout=SOON, retry_on_timeout=True)
        except LimitsConfigurationError as error:
            needed = f"A store of allowances at {scheme}:// needs the package {DRIVERS[scheme]}; install it, or leave the store out."
            raise ConfigurationError(needed) from error
        except ValueError as error:
            # Without its text, which may hold the password.
            raise ConfigurationError(f"The store of allowances at {scheme}:// has no readable address.") from error

    def take(self, caller: str, limit: int, cost: int) -> Window:
        """Takes the cost from the caller's allowance where enough is left; StoreAway where the store does not answer."""
        key = PREFIX + caller
        try:
            was_taken = self._storage.acquire_sliding_window_entry(key, limit, SECONDS, cost)
            before, _, running, kept_for = self._storage.get_sliding_window(key, SECONDS)
        except (StorageError, OSError) as error:
            raise StoreAway(type(error.storage_error if isinstance(error, StorageError) else error).__name__) from error
        # A running minute is kept for one more, to be the minute before.
        return Window(was_taken, before, running, max(0.0, kept_for - SECONDS))
