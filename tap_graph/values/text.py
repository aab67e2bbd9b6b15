"""Text: what every database and driver involved can hold."""


def is_storable(text: str) -> bool:
    """Whether a text is Unicode without NUL; JSON can write both NUL and half of a surrogate pair, which is no Unicode."""
    return "\x00" not in text and (text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text))
