"""The SFTP distributor: what it serves and takes, and how its wire breaks."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from time import monotonic
from typing import Any, TypeVar

import asyncssh
import pytest

from tap_graph.testing.distributor import Report, SftpDistributor, file_of, sftp_distributor
from tests.testing.distributor.years import REPORT, YEAR

T = TypeVar("T")
FILE = file_of(REPORT, "edifact")
PATH = "/outbox/POS-1.edi"


@pytest.fixture
def distributor() -> Iterator[SftpDistributor]:
    with sftp_distributor() as opened:
        opened.publish(REPORT, "edifact")
        yield opened


def options(distributor: SftpDistributor, **login: Any) -> dict[str, Any]:
    known = asyncssh.import_known_hosts(distributor.known_hosts)
    chosen = login or {"password": distributor.password, "client_keys": None}
    return {"known_hosts": known, "config": None, "agent_path": None, "username": distributor.username, **chosen}


@asynccontextmanager
async def connected(distributor: SftpDistributor, **login: Any) -> AsyncIterator[asyncssh.SFTPClient]:
    async with (
        asyncssh.connect(distributor.host, distributor.port, **options(distributor, **login)) as connection,
        connection.start_sftp_client() as client,
    ):
        yield client


def over(distributor: SftpDistributor, act: Callable[[asyncssh.SFTPClient], Awaitable[T]], **login: Any) -> T:
    """What an act over one connection answers."""

    async def acted() -> T:
        async with connected(distributor, **login) as client:
            return await act(client)

    return asyncio.run(acted())


async def fetched(client: asyncssh.SFTPClient, path: str = PATH) -> object:
    async with client.open(path, "rb") as file:
        return await file.read()


async def listed(client: asyncssh.SFTPClient) -> list[str]:
    return sorted(name for name in await client.listdir("/outbox") if name not in (".", ".."))


def test_the_outbox_lists_reports(distributor: SftpDistributor) -> None:
    assert over(distributor, listed) == ["POS-1.edi"]


def test_a_report_is_served_as_it_was_written(distributor: SftpDistributor) -> None:
    assert over(distributor, fetched) == FILE.content


def test_a_big_report_is_served_as_it_was_written(distributor: SftpDistributor) -> None:
    (file,) = distributor.publish(big(), "csv")
    assert over(distributor, lambda client: fetched(client, f"/outbox/{file.name}")) == file.content


def test_a_key_lets_in_as_a_password_does(distributor: SftpDistributor) -> None:
    assert over(distributor, listed, client_keys=[str(distributor.key_file)], password=None) == ["POS-1.edi"]


@pytest.mark.parametrize(
    "login", [{"password": "wrong", "client_keys": None}, {"username": "eve", "password": "reports", "client_keys": None}]
)
def test_a_stranger_is_not_let_in(distributor: SftpDistributor, login: dict[str, Any]) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        over(distributor, listed, **login)


def test_another_key_does_not_let_in(distributor: SftpDistributor) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        over(distributor, listed, client_keys=[asyncssh.generate_private_key("ssh-ed25519")], password=None)


def test_nobody_leaves_the_folder(distributor: SftpDistributor) -> None:
    with pytest.raises(asyncssh.SFTPNoSuchFile):
        over(distributor, lambda client: fetched(client, "/../client_key"))


def test_answers_are_kept_by_name(distributor: SftpDistributor) -> None:
    async def answer(client: asyncssh.SFTPClient) -> None:
        for name in ("997-0002", "997-0001"):
            async with client.open(f"/inbox/{name}", "wb") as file:
                await file.write(name.encode())

    over(distributor, answer)
    assert [(one.name, one.content) for one in distributor.acknowledgements] == [("997-0001", b"997-0001"), ("997-0002", b"997-0002")]


def test_failing_fails_as_often_as_it_should_and_does_well_then(distributor: SftpDistributor) -> None:
    async def tried(client: asyncssh.SFTPClient) -> list[object]:
        outcomes: list[object] = []
        for _ in range(3):
            try:
                outcomes.append(await fetched(client))
            except asyncssh.SFTPFailure as failure:
                outcomes.append(failure.reason)
        return outcomes

    distributor.misbehave("failing", times=2)
    assert over(distributor, tried) == ["Something went wrong.", "Something went wrong.", FILE.content]


def test_slow_takes_its_time(distributor: SftpDistributor) -> None:
    distributor.misbehave("slow", seconds=0.2)
    began = monotonic()
    assert over(distributor, fetched) == FILE.content
    assert monotonic() - began > 0.2


@pytest.mark.parametrize("size", ["small", "big"])
def test_resetting_resets_after_half_of_the_report(distributor: SftpDistributor, size: str) -> None:
    (file,) = distributor.publish(REPORT if size == "small" else big(), "edifact")
    distributor.misbehave("resetting")
    with pytest.raises((asyncssh.ConnectionLost, asyncssh.SFTPConnectionLost)):
        over(distributor, lambda client: fetched(client, f"/outbox/{file.name}"))
    assert over(distributor, lambda client: fetched(client, f"/outbox/{file.name}")) == file.content


def test_half_then_silence_keeps_the_connection_open(distributor: SftpDistributor) -> None:
    async def half() -> object:
        async with asyncssh.connect(distributor.host, distributor.port, **options(distributor)) as connection:
            client = await connection.start_sftp_client()
            file = await client.open(PATH, "rb")
            begun = await file.read(len(FILE.content) // 2)
            # Whatever else this session asks waits as well.
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(file.read(1), 0.3)
            assert not connection.is_closed()
            return begun

    distributor.misbehave("half_then_silence")
    assert asyncio.run(half()) == FILE.content[: len(FILE.content) // 2]
    assert over(distributor, fetched) == FILE.content


def test_the_index_and_the_answers_go_wrong_when_they_are_meant(distributor: SftpDistributor) -> None:
    async def tried(client: asyncssh.SFTPClient) -> None:
        with pytest.raises(asyncssh.SFTPFailure):
            await client.listdir("/outbox")
        with pytest.raises(asyncssh.SFTPFailure):
            await client.open("/inbox/997", "wb")
        assert await listed(client) == ["POS-1.edi"]

    distributor.misbehave("failing", where="index")
    distributor.misbehave("failing", where="acknowledgements")
    over(distributor, tried)
    assert distributor.acknowledgements == []


def test_whoever_waits_is_let_go_when_the_distributor_ends() -> None:
    async def waits(distributor: SftpDistributor) -> None:
        async with connected(distributor) as client:
            waiting = asyncio.create_task(fetched(client))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(opened.close)
            with pytest.raises((asyncssh.ConnectionLost, asyncssh.SFTPConnectionLost)):
                await waiting

    before = threading.active_count()
    with ExitStack() as opened:
        distributor = opened.enter_context(sftp_distributor())
        distributor.publish(REPORT, "edifact")
        distributor.misbehave("half_then_silence")
        asyncio.run(waits(distributor))
    assert threading.active_count() == before
    assert not distributor.root.exists()


def big() -> Report:
    """A report of several blocks of SFTP."""
    report = YEAR.report("D-7-1")
    return replace(report, number="POS-BIG", lines=list(report.lines) * 20)
