"""Opaque ids: the GraphQL type and the surrogate key of a row, stable through all its versions."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

LARGEST_KEY = 2**63 - 1


def node_id(noun: str, key: int) -> str:
    """The opaque id of a row."""
    return urlsafe_b64encode(f"{noun}:{key}".encode()).decode().rstrip("=")


def named_row(opaque: str) -> tuple[str, int] | None:
    """The type and key an id names; None where it is not an id that `node_id` could have written."""
    try:
        text = urlsafe_b64decode(opaque + "=" * (-len(opaque) % 4)).decode()
    except (Error, ValueError):
        return None
    noun, _, key = text.partition(":")
    if not (key.isascii() and key.isdigit() and len(key) <= 19 and int(key) <= LARGEST_KEY):
        return None
    # One row has one id: other spellings of the same bytes name nothing.
    return (noun, int(key)) if node_id(noun, int(key)) == opaque else None
