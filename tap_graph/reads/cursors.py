"""Cursors: opaque places in a sorted list, bound to the connection and sorting they were made for.

A cursor is text with a short seal over a key of the installation, so that an altered one is refused instead of
answering with some other page. The seal is a plain sha256, which databases can make as well.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from hashlib import sha256

from tap_graph.reads.identity import LARGEST_KEY

SEAL = 16


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in a list: the value it is sorted by, as text, and its key."""

    value: str
    key: int


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads the cursors of one installation."""

    secret: bytes

    def write(self, binding: str, place: Place) -> str:
        """The cursor of a place in the list that *binding* names (`OrderConnection BOOKED_ON ascending`)."""
        content = f"{binding}|{place.key}|{place.value}"
        return urlsafe_b64encode(f"{self._seal(content)}|{place.key}|{place.value}".encode()).decode().rstrip("=")

    def read(self, binding: str, cursor: str) -> Place | None:
        """The place a cursor names in that list; None where it was made for another, or altered."""
        try:
            seal, key, value = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|", 2)
        except (Error, ValueError):
            return None
        if seal != self._seal(f"{binding}|{key}|{value}") or not key.isdigit() or int(key) > LARGEST_KEY:
            return None
        place = Place(value, int(key))
        return place if self.write(binding, place) == cursor else None

    def _seal(self, content: str) -> str:
        return sha256(self.secret + content.encode()).hexdigest()[:SEAL]


def cursor_text(secret: bytes, binding: str, key: int, value: str) -> str:
    """The cursor of a place, for a database that cannot make it by itself."""
    return Cursors(secret).write(binding, Place(value, key))
