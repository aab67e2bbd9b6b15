"""Delimiters: what separates in an interchange, and how a file is known to be one."""

from dataclasses import dataclass

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANKS = b" \t\r\n\x1a"
UNA_BYTES = 9


def looks_like_edifact(first: bytes) -> bool:
    """Whether a file that begins with these bytes is EDIFACT: UNA or UNB, with something that separates behind it."""
    start = first.removeprefix(BYTE_ORDER_MARK).lstrip(BLANKS)
    return start[:3] in {b"UNA", b"UNB"} and len(start) > 3 and not start[3:4].isalnum()


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What separates in one interchange; an empty `release` is none."""

    component: str
    element: str
    decimal: str
    release: str
    terminator: str


PRINTABLE = Delimiters(":", "+", ".", "?", "'")
UNPRINTABLE = Delimiters("\x1f", "\x1d", ".", "", "\x1c")
"""Level B without UNA: IS1, IS3 and IS4, which no text holds, so that nothing need be released."""


def advised(chosen: str) -> Delimiters | None:
    """The delimiters that the six signs of UNA name; None where they cannot be told from data. A blank releases nothing."""
    if len(chosen) < UNA_BYTES - len("UNA"):
        return None
    component, element, decimal, release, _, terminator = tuple(chosen)
    used = [sign for sign in (component, element, release, terminator) if sign != " "]
    if any(sign.isalnum() or not sign.isascii() or sign == "-" for sign in used) or len(set(used)) < len(used):
        return None
    if " " in {component, element, terminator} or decimal not in ".,":
        return None
    return Delimiters(component, element, decimal, release.strip(), terminator)
