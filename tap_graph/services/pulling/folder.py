"""Folders: files that somebody drops into one are taken when they are complete, and moved aside with an answer.

A file goes from the folder to `taking/`, is received, its answer is written, and it goes to `received/` or `refused/`. Each step
leaves it where the next look finds it, so that a puller may be killed between any two of them.
"""

import os
import stat
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec

from tap_graph.services.printing import printed_json
from tap_graph.services.pulling.place import Arriving, FetchFailed, Offered, SourceAway
from tap_graph.services.pulling.source import Source
from tap_graph.services.receiving import Received

TAKING, RECEIVED, REFUSED = "taking", "received", "refused"
DONE, ANSWER, BEING_WRITTEN = ".done", ".answer.json", ".being-written"
CHUNK = 1 << 20

Seen = tuple[tuple[int, int], datetime]


class FolderPlace:
    """One folder that files are dropped into."""

    keeps_files = False

    def __init__(self, source: Source, now: Callable[[], datetime]) -> None:
        self._folder = Path(unquote(source.parts.path))
        self._source = source
        self._now = now
        self._seen: dict[str, Seen] = {}
        """Size and moment of files that are not complete yet, and since when they have been the same."""

    def offered(self) -> Sequence[Offered]:
        """The files that were being taken before, and those that are complete now."""
        try:
            for name in (TAKING, RECEIVED, REFUSED):
                (self._folder / name).mkdir(exist_ok=True)
            dropped = self._files(self._folder)
            for name in self._complete(dropped):
                self._take(name)
            taken = self._files(self._folder / TAKING)
        except OSError as error:
            raise SourceAway(f"The folder {self._folder} cannot be used: {error.strerror}.") from error
        return [Offered(name, str(self._folder / TAKING / name), _fingerprint(signature)) for name, signature in sorted(taken.items())]

    def fetch(self, offered: Offered, known: Sequence[str], into: Arriving) -> str | None:  # noqa: ARG002 - every place's signature
        """Copies a file; FetchFailed where it changes meanwhile, for whoever writes it has not ended."""
        try:
            with Path(offered.address).open("rb") as file:
                before = _signature(os.fstat(file.fileno()))
                while chunk := file.read(CHUNK):
                    into.write(chunk)
                after = _signature(os.fstat(file.fileno()))
        except OSError as error:
            raise FetchFailed(f"The file cannot be read: {error.strerror}.") from error
        if before != after or into.size != after[0] or _fingerprint(after) != offered.fingerprint:
            raise FetchFailed("The file changed while it was read: it is still being written.", _fingerprint(after))
        return offered.fingerprint

    def settle(self, offered: Offered, received: Received) -> None:
        """Writes the answer and moves the file beside it, in this order: a file that is there has its answer."""
        folder = self._folder / (RECEIVED if received.refusal is None else REFUSED)
        try:
            target = _free(folder, offered.name)
            _answer(target.with_name(target.name + ANSWER), received)
            Path(offered.address).rename(target)
        except OSError as error:
            raise FetchFailed(f"The file was received and cannot be moved aside: {error.strerror}.") from error

    def ready_in(self) -> timedelta | None:
        """How long until the files that still change may have kept still long enough."""
        if not self._seen:
            return None
        return max(timedelta(0), max(since for _, since in self._seen.values()) + self._source.quiet - self._now())

    def close(self) -> None:
        """Nothing is held open; what was seen is remembered for the next look."""

    def _files(self, folder: Path) -> dict[str, tuple[int, int]]:
        """Size and moment of the regular files in a folder, by name; links are not followed, for they lead elsewhere."""
        found = {}
        with os.scandir(folder) as entries:
            for entry in entries:
                told = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(told.st_mode) and not entry.name.startswith(".") and fnmatchcase(entry.name, self._source.pattern):
                    found[entry.name] = _signature(told)
        return {name: signature for name, signature in found.items() if not name.endswith((DONE, ANSWER))}

    def _complete(self, dropped: dict[str, tuple[int, int]]) -> list[str]:
        """Names of files that are marked as done, or have kept still for long enough."""
        now, complete = self._now(), []
        seen, self._seen = self._seen, {}
        for name, signature in sorted(dropped.items()):
            before, since = seen.get(name, (None, now))
            since = since if before == signature else now
            if now - since >= self._source.quiet or (self._folder / (name + DONE)).is_file():
                complete.append(name)
            else:
                self._seen[name] = (signature, since)
        return complete

    def _take(self, name: str) -> None:
        """Makes a file ours, so that nobody puts another one in its place; a file of that name that is ours already goes first."""
        target = self._folder / TAKING / name
        if not target.exists():
            (self._folder / name).rename(target)
            (self._folder / (name + DONE)).unlink(missing_ok=True)


def open_place(source: Source, _secret: Callable[[str], str], now: Callable[[], datetime]) -> FolderPlace:
    """The place of a `file://` source."""
    return FolderPlace(source, now)


def _signature(told: os.stat_result) -> tuple[int, int]:
    return told.st_size, told.st_mtime_ns


def _fingerprint(signature: tuple[int, int]) -> str:
    return f"{signature[0]}:{signature[1]}"


def _free(folder: Path, name: str) -> Path:
    """A path in a folder that no file has: the name, or the name with a number in it."""
    stem, dot, suffix = name.rpartition(".")
    number, path = 1, folder / name
    while path.exists():
        number += 1
        path = folder / (f"{stem}.{number}{dot}{suffix}" if stem else f"{name}.{number}")
    return path


def _answer(path: Path, received: Received) -> None:
    """Writes an answer whole or not at all; the one of a look that was killed after it is kept, for it was the first."""
    if path.exists() and _sha256(path) == received.sha256:
        return
    written = path.with_name(f".{path.name}{BEING_WRITTEN}")
    with written.open("wb") as file:
        file.write(printed_json(received).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)


def _sha256(path: Path) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[dict[str, Any]])[0].get("sha256")
    except (ValueError, IndexError):
        return None
