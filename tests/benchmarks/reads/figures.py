"""The figures, each beside its peer and its limits; every function measures some of them in one go."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.reads.answers import ask
from tests.benchmarks.reads.counting import counted, logged
from tests.benchmarks.reads.load import Outcome
from tests.benchmarks.reads.queries import ref_body, small_bodies
from tests.benchmarks.reads.servers import EXECUTOR_FINISHER, OURS, PEER, serving, serving_bytes
from tests.benchmarks.reads.stage import KEY, REF_CONNECTIONS, Stage, medians
from tests.benchmarks.reads.starting import first_answer, libraries_imported
from tests.benchmarks.reads.statement import Job, per_second, statement_of

STARTS = 5
OPERATIONS = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure is to reach, and its goal, in a unit; most are the better the larger they are."""

    to_reach: float
    goal: float
    unit: str
    smaller_is_better: bool = False

    def verdict(self, value: float) -> str:
        """Whether the value is at the goal, or reaches what it is to."""
        sign = -1 if self.smaller_is_better else 1
        return "goal" if sign * value >= sign * self.goal else "reached" if sign * value >= sign * self.to_reach else "short"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result; `value` is what the limit is about."""

    name: str
    ours: str
    peer: str
    value: float
    limit: Limit

    def line(self) -> str:
        """As the table prints it."""
        unit = self.limit.unit
        value, reach, goal = (f"{number:.4g} {unit}".strip() for number in (self.value, self.limit.to_reach, self.limit.goal))
        return f"{self.name:44} {self.ours:>14} {self.peer:>14} {value:>10} {reach:>9} {goal:>9}   {self.limit.verdict(self.value)}"


HEADING = f"{'figure':44} {'ours':>14} {'peer':>14} {'value':>10} {'to reach':>9} {'goal':>9}"


def _times(name: str, ours: float, peer: float, to_reach: float, goal: float) -> Figure:
    return Figure(name, f"{ours:.1f}/s", f"{peer:.1f}/s", ours / peer, Limit(to_reach, goal, "×"))


def _share(name: str, ours: float, peer: float, to_reach: float, goal: float) -> Figure:
    return Figure(name, f"{ours:.1f}/s", f"{peer:.1f}/s", 100 * ours / peer, Limit(to_reach, goal, "%"))


def _told(name: str, act: Callable[[], Outcome]) -> Callable[[], float]:
    def measured() -> float:
        outcome = act()
        late = f"p50 {outcome.p50:8.2f} ms   p99 {outcome.p99:8.2f} ms   {outcome.requests} answers"
        print(f"    {name:32} {outcome.per_second:9.1f}/s   {late}", flush=True)
        return outcome.per_second

    return measured


def dashboard(stage: Stage, wanted: Collection[str]) -> Iterator[Figure]:
    """REF: against the peer, the bare statement, and by the executor."""
    with ExitStack() as stack:
        contestants = {"REF ours": _told("REF ours", lambda: stage.ref(stage.ours))}
        if {"ref", "executor"} & set(wanted):
            contestants["REF peer"] = _told("REF peer", lambda: stage.ref(stage.peer))
        if "executor" in wanted:
            forced = stack.enter_context(serving(OURS, stage.url, KEY, EXECUTOR_FINISHER))
            contestants["REF executor"] = _told("REF executor", lambda: stage.ref(forced))
        statement = statement_of(stage.ours.port, stage.token, ref_body()) if "statement" in wanted else None
        if statement is not None:
            job = Job(stage.url, statement, REF_CONNECTIONS, stage.seconds)
            contestants["REF statement"] = lambda: per_second(job)
        elif "statement" in wanted:
            print("REF against the bare statement is left out: the server's answer does not tell its SQL.", flush=True)
        found = medians(contestants)
    if "ref" in wanted:
        yield _times("REF against strawberry with DataLoaders", found["REF ours"], found["REF peer"], 25, 40)
    if statement is not None:
        yield _share("REF against the bare statement", found["REF ours"], found["REF statement"], 65, 85)
    if "executor" in wanted:
        yield _times("REF by the executor against the same", found["REF executor"], found["REF peer"], 4, 8)


def one_partner(stage: Stage, wanted: Collection[str]) -> Iterator[Figure]:
    """SMALL: against the peer, and a route of fixed bytes."""
    with ExitStack() as stack:
        contestants = {"SMALL ours": _told("SMALL ours", lambda: stage.small(stage.ours))}
        if "small" in wanted:
            contestants["SMALL peer"] = _told("SMALL peer", lambda: stage.small(stage.peer))
        if "bytes" in wanted:
            answer = stage.folder / "small.json"
            answer.write_bytes(ask(stage.ours.port, stage.token, small_bodies(stage.partners)[0]))
            route = stack.enter_context(serving_bytes(answer))
            contestants["SMALL bytes"] = _told("SMALL bytes", lambda: stage.small(route))
        found = medians(contestants)
    if "small" in wanted:
        yield _times("SMALL against strawberry with DataLoaders", found["SMALL ours"], found["SMALL peer"], 8, 15)
    if "bytes" in wanted:
        yield _share("SMALL against a route of the same bytes", found["SMALL ours"], found["SMALL bytes"], 20, 40)


def memory(stage: Stage) -> Iterator[Figure]:
    """One process after both loads at once: the most it ever held is what counts, what it holds is told."""
    held = []
    for factory in (OURS, PEER):
        with serving(factory, stage.url, KEY) as server, ThreadPoolExecutor() as threads:
            for running in [threads.submit(stage.ref, server), threads.submit(stage.small, server)]:
                running.result()
            held.append((server.memory("VmHWM"), server.memory("VmRSS")))
            print(f"    memory of {factory}: at most {held[-1][0]:.1f} MB, now {held[-1][1]:.1f} MB", flush=True)
    (most, _), (peer, _) = held
    limit = Limit(110, 80, "MB", smaller_is_better=True)
    yield Figure("memory of the process under load", f"{most:.1f} MB", f"{peer:.1f} MB", most, limit)


def start(stage: Stage) -> Iterator[Figure]:
    """Seconds to the first answer, beside seconds to import the libraries, in turns."""
    pairs = [(first_answer(stage.url, KEY), libraries_imported()) for _ in range(STARTS)]
    print("    start: " + "  ".join(f"{ours:.2f} s and {bare:.2f} s" for ours, bare in pairs), flush=True)
    ours, bare = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    limit = Limit(1.8, 1.4, "×", smaller_is_better=True)
    yield Figure("start to first answer against imports", f"{ours:.2f} s", f"{bare:.2f} s", ours / bare, limit)


def statements(stage: Stage) -> Iterator[Figure]:
    """SQL statements of an operation, of a server whose connections have been opened before."""
    with logged(stage.url) as log:
        if log is None:
            print("SQL statements are left out: the database server's log is not beside its data.", flush=True)
            return
        with serving(OURS, stage.url, KEY) as server:
            for name, bodies in (("REF", [ref_body()]), ("SMALL", small_bodies(stage.partners))):
                for body in bodies[:3]:
                    ask(server.port, stage.token, body)
                log()
                for place in range(OPERATIONS):
                    ask(server.port, stage.token, bodies[place % len(bodies)])
                found = counted(log(), OPERATIONS)
                print(f"    {name}: {found.asking:g} that ask for rows, {found.every:g} in all, of each operation", flush=True)
                limit = Limit(1, 1, "", smaller_is_better=True)
                yield Figure(f"SQL statements of one {name}", f"{found.asking:g}", f"all {found.every:g}", found.asking, limit)
