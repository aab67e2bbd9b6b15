"""The SFTP distributor: reports in `/outbox`, answers in `/inbox`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tap_graph.testing.distributor.distributing import Distributor
from tap_graph.testing.distributor.reports import File
from tap_graph.testing.distributor.threads import in_a_thread

HOST = "127.0.0.1"
ONLY_OWNER = 0o600


class SftpDistributor(Distributor):
    """A distributor whose reports are pulled over SFTP, and who can deliver them as well."""

    def __init__(self, folder: Path, username: str, password: str) -> None:
        super().__init__()
        self._folder = folder
        for name in ("outbox", "inbox"):
            (folder / "root" / name).mkdir(parents=True)
        self.host = HOST
        self.port = 0
        self.username = username
        self.password = password
        self.key_file = folder / "client_key"
        """Private key that lets the user in as the password does."""
        self.host_key = ""
        """Public key by which the server is known, such as `ssh-ed25519 AAAA…`."""

    @property
    def root(self) -> Path:
        """The folder that is served; `outbox` and `inbox` are in it."""
        return self._folder / "root"

    @property
    def known_hosts(self) -> str:
        """The server's line of a file `known_hosts`."""
        return f"[{self.host}]:{self.port} {self.host_key}\n"

    @property
    def acknowledgements(self) -> list[File]:
        """The answers that were put into `/inbox`, by name."""
        answers = sorted((self.root / "inbox").iterdir())
        return [File(answer.name, "acknowledgements", "application/octet-stream", answer.read_bytes()) for answer in answers]

    def _lay_out(self, file: File) -> None:
        # Written beside and moved in: nobody may list half of it.
        written = self._folder / "being-written"
        written.write_bytes(file.content)
        written.replace(self.root / "outbox" / file.name)

    def keep_key(self, key: bytes) -> None:
        """Writes the private key that lets the user in."""
        self.key_file.touch(ONLY_OWNER)
        self.key_file.write_bytes(key)


@contextmanager
def sftp_distributor(*, username: str = "tap", password: str = "reports") -> Iterator[SftpDistributor]:  # noqa: S107 (guards invented rows)
    """A distributor that serves its reports by SFTP at `distributor.host` and `distributor.port`, until the block ends.

    Args:
        username: Who may come in.
        password: By which password; the key in `distributor.key_file` lets in as well.
    """
    server: Any = import_module("tap_graph.testing.distributor.sftp_server")
    with TemporaryDirectory() as folder:
        distributor = SftpDistributor(Path(os.path.realpath(folder)), username, password)
        private, public = server.new_key()
        distributor.keep_key(private)
        login = server.Login(username, password, public)
        with in_a_thread(partial(server.serving, distributor.root, login, distributor._moods)) as served:  # noqa: SLF001
            distributor.port, distributor.host_key = served.port, served.host_key
            yield distributor
