"""Decoding: a stream of bytes to physical lines of text, in batches, never the whole file."""

from codecs import utf_8_decode
from collections.abc import Iterator
from typing import BinaryIO

from tap_graph.domain.errors import FileRefused

# Small on purpose: the text, rows and lines of one batch stay in the processor's cache (256 KiB took a third longer).
CHUNK = 1 << 16
LARGEST_RECORD = 16 * 1024 * 1024
BYTE_ORDER_MARK = "\ufeff"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def physical_lines(stream: BinaryIO) -> Iterator[list[str]]:
    """The lines of the stream without their LF (a CR before it stays), some thousand at a time.

    Raises `FileRefused` for what is not UTF-8 (`NOT_UTF8`) and for a line beyond 16 MiB (`RECORD_TOO_LARGE`).
    """
    begun: list[str] = []
    for text in decoded(stream):
        lines = text.split("\n")
        begun.append(lines[0])
        if len(lines) > 1:
            lines[0] = "".join(begun)
            begun = [lines.pop()]
            yield lines
    if last := "".join(begun):
        yield [last]


def decoded(stream: BinaryIO) -> Iterator[str]:
    """The text of the stream without its byte order mark, in pieces of at most 64 KiB.

    Raises `FileRefused` as `physical_lines` does.
    """
    rest = b""
    line, column = 1, 0
    """Where `rest` begins: its physical line, and how many bytes of that line came before it."""
    starting = True
    ended = False
    while not ended:
        chunk = stream.read(CHUNK)
        ended = not chunk
        data = rest + chunk
        try:
            text, used = utf_8_decode(data, "strict", ended)
        except UnicodeDecodeError as error:
            raise _not_utf8(data, error.start, line, column, starting) from None
        rest = data[used:]
        newline = data.rfind(b"\n", 0, used)
        line += data.count(b"\n", 0, used)
        column = column + used if newline < 0 else used - newline - 1
        if column > LARGEST_RECORD:
            raise record_too_large(line)
        if starting and text:
            starting = False
            text = text.removeprefix(BYTE_ORDER_MARK)
        yield text


def record_too_large(line: int) -> FileRefused:
    """The refusal of a file with a record beyond 16 MiB, which began on that physical line."""
    message = f"Line {line}: the record that begins here has more than 16 MiB. Close a quote that is left open, or end lines with LF."
    return FileRefused("RECORD_TOO_LARGE", message, line)


def _not_utf8(data: bytes, start: int, line: int, column: int, starting: bool) -> FileRefused:
    if starting and start == 0 and data.startswith(UTF16_MARKS):
        return FileRefused("NOT_UTF8", "Line 1, byte 1: the file is UTF-16. Save it as UTF-8 and deliver it again.", 1)
    newline = data.rfind(b"\n", 0, start)
    line += data.count(b"\n", 0, start)
    position = start - newline if newline >= 0 else column + start + 1
    message = f"Line {line}, byte {position}: 0x{data[start]:02X} is not UTF-8. Save the file as UTF-8 and deliver it again."
    return FileRefused("NOT_UTF8", message, line)
