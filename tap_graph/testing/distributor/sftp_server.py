"""The server behind an SFTP distributor: real SFTP over a folder, which breaks off, stalls and fails when it is told to.

The one module of the distributor that imports asyncssh; it is loaded when a distributor is opened.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

import asyncssh

from tap_graph.testing.distributor.breaking import BEFORE_RESET, PIECES
from tap_graph.testing.distributor.misbehaving import Mood, Moods, Where
from tap_graph.testing.distributor.threads import nobody_is_at_the_door

HOST = "127.0.0.1"
PLACES: dict[str, Where] = {"outbox": "reports", "inbox": "acknowledgements"}


@dataclass(frozen=True, slots=True)
class Login:
    """Who may come in: by that password, or with the key whose public part this is (OpenSSH)."""

    username: str
    password: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Served:
    """Where the server is, and the public key by which it is known (OpenSSH)."""

    port: int
    host_key: str


def new_key() -> tuple[bytes, bytes]:
    """A private key and its public part, as OpenSSH writes them."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    return key.export_private_key(), key.export_public_key()


@asynccontextmanager
async def serving(folder: Path, login: Login, moods: Moods) -> AsyncIterator[Served]:
    """Serves a folder on a free port, until the block ends; connections end with it."""
    connections: set[asyncssh.SSHServerConnection] = set()
    files: set[IO[bytes]] = set()
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    acceptor = await asyncssh.listen(
        HOST,
        0,
        server_host_keys=[host_key],
        server_factory=lambda: Door(login, connections),
        sftp_factory=lambda chan: FaultyServer(chan, folder, moods, files),
    )
    try:
        yield Served(acceptor.get_port(), host_key.export_public_key().decode().strip())
    finally:
        await nobody_is_at_the_door()
        acceptor.close()
        for connection in list(connections):
            connection.abort()
        await asyncio.gather(*(connection.wait_closed() for connection in list(connections)))
        await acceptor.wait_closed()
        # A connection that is cut off closes nothing.
        for file in files:
            file.close()


class Door(asyncssh.SSHServer):
    """Lets one user in, by password or key."""

    def __init__(self, login: Login, connections: set[asyncssh.SSHServerConnection]) -> None:
        self._login = login
        self._connections = connections
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keeps the connection, so that it can be ended."""
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forgets the connection."""
        if self._connection is not None:
            self._connections.discard(self._connection)

    def password_auth_supported(self) -> bool:
        """Passwords are asked for."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Whether it is the user's password."""
        return (username, password) == (self._login.username, self._login.password)

    def public_key_auth_supported(self) -> bool:
        """Keys are asked for."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether it is the user's key."""
        allowed = asyncssh.import_public_key(self._login.public_key)
        return username == self._login.username and key.public_data == allowed.public_data


class FaultyServer(asyncssh.SFTPServer):
    """Files of a folder; what is read from `/outbox`, listed there or written to `/inbox` may go wrong."""

    def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]", folder: Path, moods: Moods, files: set[IO[bytes]]) -> None:
        super().__init__(chan, chroot=str(folder).encode())
        self._moods = moods
        self._files = files
        self._of_files: dict[object, Mood] = {}

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """A file, unless opening it fails."""
        place = PLACES.get(PurePosixPath("/", path.decode()).parts[1])
        mood = self._moods.wire(place) if place is not None else None
        if mood is not None and mood.misbehavior.name == "failing":
            raise _failure()
        opened = cast("IO[bytes]", super().open(path, pflags, attrs))
        self._files.add(opened)
        if mood is not None:
            self._of_files[opened] = mood
        return opened

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """What is in a folder."""
        mood = self._moods.wire("index") if PurePosixPath("/", path.decode()).parts[1:] == ("outbox",) else None
        if mood is not None and mood.misbehavior.name == "slow":
            await asyncio.sleep(mood.seconds)
        elif mood is not None:
            await self._break_off(mood)
        async for name in super().scandir(path):
            yield name

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Bytes of a file: the first half, where it is to break off after that."""
        mood = self._of_files.get(file_obj)
        if mood is None:
            return await _bytes(super().read(file_obj, offset, size))
        total = await self._size(file_obj)
        if mood.misbehavior.name == "slow":
            await asyncio.sleep(mood.seconds / PIECES)
            return await _bytes(super().read(file_obj, offset, min(size, total // PIECES + 1)))
        half = total // 2
        if offset < half:
            return await _bytes(super().read(file_obj, offset, min(size, half - offset)))
        return await self._break_off(mood)

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Takes bytes of a file, unless it breaks off at the first ones."""
        mood = self._of_files.get(file_obj)
        if mood is not None and mood.misbehavior.name == "slow":
            await asyncio.sleep(mood.seconds / PIECES)
        elif mood is not None:
            await self._break_off(mood)
        written = super().write(file_obj, offset, data)
        return written if isinstance(written, int) else await written

    def close(self, file_obj: object) -> None:
        """Ends with a file, and with what was wrong with it."""
        self._of_files.pop(file_obj, None)
        self._files.discard(cast("IO[bytes]", file_obj))
        super().close(file_obj)

    async def _size(self, file_obj: object) -> int:
        attrs = asyncssh.SFTPAttrs.from_local(self.fstat(file_obj))  # type: ignore[arg-type]
        return attrs.size or 0

    async def _break_off(self, mood: Mood) -> bytes:
        if mood.misbehavior.name == "failing":
            raise _failure()
        if mood.misbehavior.name == "resetting":
            await asyncio.sleep(BEFORE_RESET)
            self.connection.abort()
        # Until the other side goes, or the distributor ends.
        await asyncio.Event().wait()
        return b""


def _failure() -> asyncssh.SFTPFailure:
    return asyncssh.SFTPFailure("Something went wrong.")


async def _bytes(read: object) -> bytes:
    return read if isinstance(read, bytes) else await read  # type: ignore[misc]
