"""SFTP: files are read from a folder of a server that is known by its key; the one module that imports asyncssh."""

import asyncio
import stat
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, TypeVar, cast
from urllib.parse import unquote

import asyncssh

from tap_graph.domain.errors import ConfigurationError
from tap_graph.services.pulling.listing import MOST_FILES, is_name
from tap_graph.services.pulling.place import Arriving, FetchFailed, Offered, SourceAway
from tap_graph.services.pulling.source import Source
from tap_graph.services.receiving import Received

T = TypeVar("T")

CONNECT_SECONDS, STEP_SECONDS = 20.0, 30.0
CHUNK = 256 * 1024
AWAY = (OSError, asyncssh.Error, TimeoutError)
"""`asyncssh.Error` are those of the connection and of SFTP."""


class _KnownServer(asyncssh.SSHClient):
    """Trusts one key and nothing else."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002 - asyncssh's signature
        """Whether the server's key is the one."""
        return key.get_fingerprint() == self._fingerprint


class SftpPlace:
    """One folder of one server; each look opens one connection."""

    keeps_files = True

    def __init__(self, source: Source, secret: Callable[[str], str], step_seconds: float = STEP_SECONDS) -> None:
        parts = source.parts
        self._source = source
        self._step_seconds = step_seconds
        self._host, self._port = parts.hostname or "", parts.port or asyncssh.DEFAULT_PORT
        self._user = source.user or unquote(parts.username or "")
        self._folder = unquote(parts.path).rstrip("/") or "/"
        self._fingerprint = _fingerprint_of(source)
        self._password = None if source.password_env is None else secret(source.password_env)
        self._keys = None if source.private_key_env is None else [_private_key(source, secret(source.private_key_env))]
        self._runner: asyncio.Runner | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def offered(self) -> Sequence[Offered]:
        """The regular files of the folder whose names match, sorted."""
        try:
            return self._run(self._listed())
        except AWAY as error:
            raise SourceAway(f"{self._source.url} cannot be looked at ({_why(error)}).") from error

    def fetch(self, offered: Offered, known: Sequence[str], into: Arriving) -> str | None:  # noqa: ARG002 - every place's signature
        """Reads a file; FetchFailed where it is another one by the time it was read."""
        try:
            return self._run(self._read(offered, into))
        except asyncssh.SFTPNoSuchFile as error:
            raise FetchFailed("The file is there no more.") from error
        except AWAY as error:
            self._drop()
            raise FetchFailed(f"The file broke off after {into.size:,} bytes ({_why(error)}).") from error

    def settle(self, offered: Offered, received: Received) -> None:
        """Nothing is marked there: the ledger remembers."""

    def ready_in(self) -> timedelta | None:
        """Whether a file is complete shows only while it is read."""
        return None

    def close(self) -> None:
        """Ends the connection."""
        self._drop()
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    async def _listed(self) -> Sequence[Offered]:
        sftp = await self._opened()
        found = []
        for name in await self._step(sftp.readdir(self._folder)):
            file, attrs = str(name.filename), name.attrs
            if (
                is_name(file)
                and fnmatchcase(file, self._source.pattern)
                and attrs.permissions is not None
                and stat.S_ISREG(attrs.permissions)
            ):
                found.append(Offered(file, f"{self._folder.rstrip('/')}/{file}", _fingerprint(attrs)))
        if len(found) > MOST_FILES:
            raise SourceAway(f"The folder holds more than {MOST_FILES:,} files. Ask its owner to put the old ones elsewhere.")
        return sorted(found, key=lambda offered: offered.name)

    async def _read(self, offered: Offered, into: Arriving) -> str:
        sftp = await self._opened()
        before = await self._step(sftp.stat(offered.address))
        size = before.size or 0
        into.announce(size)
        # Closed where all went well; else its connection is dropped.
        file = await self._step(sftp.open(offered.address, "rb"))
        # Not to its end: one that is being written may have none.
        while into.size < size and (data := await self._step(file.read(min(CHUNK, size - into.size)))):
            into.write(cast("bytes", data))
        await self._step(file.close())
        after = await self._step(sftp.stat(offered.address))
        if _fingerprint(before) != _fingerprint(after) or into.size != after.size:
            raise FetchFailed("The file changed while it was read: it is still being written.", _fingerprint(after))
        return _fingerprint(after)

    async def _opened(self) -> asyncssh.SFTPClient:
        if self._sftp is None:
            connecting = asyncssh.connect(
                self._host,
                self._port,
                username=self._user,
                password=self._password,
                client_keys=self._keys,
                client_factory=lambda: _KnownServer(self._fingerprint),
                # Nobody else is trusted, and nothing is taken from files or agents of the machine.
                known_hosts=([], [], []),
                config=None,
                agent_path=None,
                login_timeout=CONNECT_SECONDS,
            )
            self._connection = await asyncio.wait_for(connecting, CONNECT_SECONDS)
            self._sftp = await self._step(self._connection.start_sftp_client())
        return self._sftp

    async def _step(self, step: Awaitable[T]) -> T:
        """What a step answers, in its time; TimeoutError ends the connection."""
        task = asyncio.ensure_future(step)
        await asyncio.wait([task], timeout=self._step_seconds)
        if not task.done():
            # Cancelled, it would close its handle first, which a silent server does not answer to either.
            self._abort()
            await asyncio.wait([task])
            raise TimeoutError
        return task.result()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(work)

    def _drop(self) -> None:
        """Lets go of the connection; the next file opens another one."""
        if self._connection is not None and self._runner is not None:
            self._abort()
            self._runner.run(self._connection.wait_closed())
        self._connection = self._sftp = None

    def _abort(self) -> None:
        if self._connection is not None:
            self._connection.abort()


def open_place(source: Source, secret: Callable[[str], str], _now: Callable[[], datetime]) -> SftpPlace:
    """The place of an `sftp://` source."""
    return SftpPlace(source, secret)


def _fingerprint_of(source: Source) -> str:
    """The fingerprint that the server's key must have, given as such or as the key itself."""
    given = source.host_key or ""
    if given.startswith("SHA256:"):
        return given.rstrip("=")
    try:
        return asyncssh.import_public_key(given).get_fingerprint()
    except asyncssh.KeyImportError as error:
        raise ConfigurationError(f"Source {source.name}: its host_key is neither SHA256:… nor a public key.") from error


def _private_key(source: Source, text: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        # Without its text, which may hold a part of the key.
        raise ConfigurationError(f"Source {source.name}: {source.private_key_env} holds no private key without a passphrase.") from error


def _fingerprint(attrs: asyncssh.SFTPAttrs) -> str:
    return f"{attrs.size}:{attrs.mtime}"


def _why(error: BaseException) -> str:
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return "its key is not the host_key of the source; ask its owner whether it has a new one"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    return f"{type(error).__name__}: {error}"
