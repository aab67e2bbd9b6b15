"""Installing: a tap_graph of a test's own, over a new database, served on this machine."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn

from tap_graph.app import Application, open_application
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.keying import issue

HOST = "127.0.0.1"
PATIENCE = 60.0
DATABASE = "tap-graph.db"


class Installation:
    """A tap_graph that serves all of its API, with nothing in it yet."""

    def __init__(self, application: Application, url: str) -> None:
        self.application = application
        self.url = url
        """Where it is, such as `http://127.0.0.1:40123`."""

    def token(
        self,
        role: str,
        *,
        partner: str | None = None,
        distributor: str | None = None,
        email: str | None = None,
        regions: tuple[str, ...] | None = None,
    ) -> str:
        """A token that speaks for a role, and for whom that role needs."""
        viewer = Viewer(
            subject=f"test-{role.lower()}",
            role=Role(role),
            partner_number=partner,
            distributor_id=distributor,
            email=email,
            regions=regions,
        )
        return self.application.tokens().sign(viewer, self.application.now())

    def api_key(self, distributor_id: str, kind: str = "pos") -> str:
        """A new API key by which a distributor delivers one kind."""
        issuer = Viewer(subject="test-administrator", role=Role.ADMINISTRATOR, regions=tuple(self.application.rulebooks))
        with self.application.database.writing() as connection:
            _, key = issue(connection, issuer, distributor_id, kind, None, self.application.now())
        return key

    def ask(self, document: str, token: str, **variables: Any) -> Any:
        """The whole answer to a GraphQL document."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=PATIENCE)
        try:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            connection.request("POST", "/graphql", json.dumps({"query": document, "variables": variables}), headers)
            return json.load(connection.getresponse())
        finally:
            connection.close()


@cache
def _migrated() -> bytes:
    """A database with every table and every installed rulebook; made once, as it takes longer than all the rest."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / DATABASE
        application = open_application(f"sqlite:///{file}")
        try:
            application.migrate()
        finally:
            application.database.dispose()
        return file.read_bytes()


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """A new tap_graph over a SQLite database in that folder, served until the block ends."""
    file = folder / DATABASE
    file.write_bytes(_migrated())
    application = open_application(f"sqlite:///{file}")
    try:
        with socket.create_server((HOST, 0)) as listening:
            server = uvicorn.Server(uvicorn.Config(application.web(), log_level="warning"))
            thread = threading.Thread(target=server.run, args=([listening],), name="tap_graph")
            thread.start()
            try:
                yield Installation(application, f"http://{HOST}:{listening.getsockname()[1]}")
            finally:
                server.should_exit = True
                thread.join()
    finally:
        application.database.dispose()
