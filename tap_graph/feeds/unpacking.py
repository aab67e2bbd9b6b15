"""Unpacking: what stands in a gzip file, unless it is damaged or made to fill the disk."""

import gzip
import os
import zlib
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from tap_graph.domain.errors import FileRefused

GZIP = b"\x1f\x8b"
CHUNK = 1 << 16
IN_MEMORY = 1 << 20
LARGEST_RATIO = 1_000
"""No feed packs so well; repeated text that looks like one packs up to 1:100."""
SURELY_HARMLESS = 1 << 20


def unpacked(stream: BinaryIO, *, most: int) -> BinaryIO:
    """The stream itself, or, where its content is gzip, a seekable temporary file of the bytes in it, to be closed by the caller.

    Raises `FileRefused`: `TOO_LARGE` beyond `most` bytes, `ZIP_BOMB` beyond 1,000 bytes for each packed one (the first MiB
    is free), `BAD_GZIP` for a file that is cut off or damaged.
    """
    stream.seek(0)
    packed = stream.read(len(GZIP)) == GZIP
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if not packed:
        return stream
    target = cast("BinaryIO", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 (it is what is answered)
    try:
        _unpack(stream, target, most, size)
    except (EOFError, OSError, zlib.error) as error:
        target.close()
        message = f"The gzip file cannot be unpacked: {error}. Pack it again and deliver it again."
        raise FileRefused("BAD_GZIP", message, 1) from None
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def _unpack(stream: BinaryIO, target: BinaryIO, most: int, size: int) -> None:
    written = 0
    with gzip.GzipFile(fileobj=stream, mode="rb") as source:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > most:
                message = f"The gzip file holds more than {most:,} bytes. Split it and deliver the parts."
                raise FileRefused("TOO_LARGE", message, 1)
            if written > SURELY_HARMLESS and written > LARGEST_RATIO * size:
                message = f"The gzip file of {size:,} bytes holds more than {LARGEST_RATIO:,} times as many. Deliver the file itself."
                raise FileRefused("ZIP_BOMB", message, 1)
            target.write(chunk)
