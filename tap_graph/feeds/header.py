"""Headers: whether the first line of a file names the columns of its kind; everything wrong with it at once."""

from collections import Counter

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.problems import shown
from tap_graph.feeds.records import Record

MOST_NAMED = 10
FAULTS = {
    "LINE_TOO_LONG": "the header has more than 65,536 bytes. Give the header line of CSV.",
    "STRAY_QUOTE": "a quote stands inside an unquoted cell of the header. Write the column names plainly.",
    "BARE_CARRIAGE_RETURN": "a CR without LF stands in the header. End lines with LF or CRLF.",
}


def columns_of(kind: Kind, header: Record | None) -> list[str]:
    """The column names in the order of the file; raises `FileRefused` when they are not those of the kind."""
    if header is None:
        message = f"Line 1: the file is empty. Give a header line with at least {', '.join(kind.keys)}."
        raise FileRefused("EMPTY_FILE", message, 1)
    number, raw, cells, fault = header
    if "\0" in raw:
        message = f"Line {number}: the header holds NUL bytes, as UTF-16 does. Save the file as UTF-8 and deliver it again."
        raise FileRefused("NOT_UTF8", message, number)
    if fault:
        raise FileRefused(fault, f"Line {number}: {FAULTS[fault]}", number)
    refusals = [*_unknown(kind, cells), *_doubled(cells), *_missing(kind, cells)]
    if refusals:
        text = " ".join(message for _, message in refusals)
        raise FileRefused(refusals[0][0], f"Line {number}: {text}", number)
    return cells


def _unknown(kind: Kind, cells: list[str]) -> list[tuple[str, str]]:
    names = [column.name for column in kind.columns]
    unknown = [cell for cell in dict.fromkeys(cells) if cell not in names]
    if not unknown:
        return []
    listed = ", ".join(_hinted(cell, names) for cell in unknown[:MOST_NAMED])
    message = f"{kind.name} has no column {listed}. Take it away or rename it; there are {', '.join(names)}."
    return [("UNKNOWN_COLUMN", message)]


def _hinted(cell: str, names: list[str]) -> str:
    meant = cell.strip().lower().replace(" ", "_")
    return f"`{shown(cell)}`" + (f" (write `{meant}`)" if meant in names else "")


def _doubled(cells: list[str]) -> list[tuple[str, str]]:
    doubled = [cell for cell, times in Counter(cells).items() if times > 1]
    listed = ", ".join(f"`{shown(cell)}`" for cell in doubled[:MOST_NAMED])
    return [("DOUBLED_COLUMN", f"Column {listed} stands more than once. Keep one.")] if doubled else []


def _missing(kind: Kind, cells: list[str]) -> list[tuple[str, str]]:
    missing = [name for name in kind.keys if name not in cells]
    listed = ", ".join(f"`{name}`" for name in missing)
    return [("MISSING_COLUMN", f"Column {listed} is missing and belongs to the key of {kind.name}. Add it.")] if missing else []
