"""Pools: what random operations are asked with: real numbers, ids, days and cursors of a world, and such as never were."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLSchema, get_named_type, is_non_null_type, is_required_argument
from sqlalchemy import Connection, Table, select

from tap_graph.domain.reason import REASONS
from tap_graph.domain.viewer import CARING_ROLES, REGIONAL_ROLES, Role, Viewer
from tap_graph.reads.bindings import Opening
from tap_graph.reads.identity import LARGEST_KEY, node_id
from tap_graph.schema.build import Catalogue
from tap_graph.schema.visibility import DEALING_ROLES, DISTRIBUTOR_OPENING, ORDER_OPENING, PARTNER_OPENING
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tap_graph.values.text import is_storable
from tests.reads.chance import Chance
from tests.reads.world import CAMS, DAYS, DISTRIBUTORS, REGIONS, Oddity

Ask = Callable[[str], Any]
Path = tuple[tuple[GraphQLObjectType, str], ...]
AUDITOR = Viewer(subject="auditor of all", role=Role.AUDITOR)
SOUGHT = ("p", "PARTNER", "P1", "%", "_", "\\", "'", '"', "", " ", "é", "日", "🚀", "<", "\u2028", "x…", "null", "nobody", "\n")
SEEN = (REGIONS, REGIONS, REGIONS[:1], REGIONS[:1], REGIONS[1:2], REGIONS[:2])
BEYOND_ASCII = ("É", "ÄRGER", "ärger", "SÖHNE", "İ", "ß", "SS", "ı")
ODD_IDS: tuple[Any, ...] = (
    "", "%%%", "ÄÖ", 5, node_id("Partner", 10**6), node_id("Order", LARGEST_KEY), node_id("Order", LARGEST_KEY + 1), node_id("Money", 1),
    node_id("Decision", 1), node_id("partner", 1), node_id("Partner", 1) + "=", node_id("Partner:", 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pools:
    """Values by argument or input field (`Query.order(orderNumber)`, `orderNumber`) or type name, ids by noun, cursors by list."""

    viewers: Mapping[Role, Sequence[Viewer]]
    values: Mapping[str, Sequence[Any]]
    ids: Mapping[str, Sequence[Any]]
    cursors: Mapping[str, Sequence[str]]
    openings: Mapping[Role, Mapping[str, Opening]]
    oddities: frozenset[Oddity]

    def other(self, value: Any, chance: Chance) -> Any:
        """Another value of the pool that holds the given one, of the same shape."""
        if isinstance(value, dict):
            return {key: self.other(part, chance) for key, part in value.items()}
        if isinstance(value, list):
            return [self.other(item, chance) for item in value]
        if isinstance(value, bool) or not isinstance(value, int | str):
            return chance.one_in(2) if isinstance(value, bool) else value
        pools = [some for kind in (self.values, self.ids, self.cursors) for some in kind.values() if value in some and True not in some]
        return chance.of(pools[0]) if pools else value


def pools_of(database: Database, catalogue: Catalogue, ask: Ask, oddities: frozenset[Oddity]) -> Pools:
    """The pools of a filled database; `ask` gives the data of a document."""
    with database.reading() as connection:
        values, ids = _values(connection, oddities), _ids(connection, catalogue)
    # No token names a partner by what no database holds.
    numbers = [number for number in values["partnerNumber"] if is_storable(number)]
    viewers = {role: _viewers(role, numbers) for role in Role}
    openings = {Role.DISTRIBUTOR: {"Partner": PARTNER_OPENING, "Order": ORDER_OPENING}}
    openings |= {role: {"Distributor": DISTRIBUTOR_OPENING} for role in DEALING_ROLES}
    return Pools(viewers, values, ids, _cursors(catalogue, ask), openings, oddities)


def _viewers(role: Role, partner_numbers: Sequence[str]) -> list[Viewer]:
    """Viewers of one role: some that see much, little or nothing."""
    if role is Role.PARTNER:
        return [Viewer(subject=number, role=role, partner_number=number) for number in partner_numbers]
    if role is Role.DISTRIBUTOR:
        return [Viewer(subject=code, role=role, distributor_id=code) for code in (*DISTRIBUTORS, "nobody")]
    if role in CARING_ROLES:
        return [Viewer(subject=email, role=role, email=email) for email in (*CAMS, "nobody@example.com")]
    if role in REGIONAL_ROLES:
        some = [Viewer(subject=f"{role}", role=role, regions=regions) for regions in (*SEEN, ("NOWHERE",), ())]
        return [AUDITOR] * 8 + some if role is Role.AUDITOR else some
    return [Viewer(subject="O'Brien \u0001 🚀", role=role)]


def _values(connection: Connection, oddities: frozenset[Oddity]) -> dict[str, list[Any]]:
    def all_of(table: Table, column: str) -> list[Any]:
        chosen = select(table.c[column]).distinct().order_by(table.c[column])
        return [value for value in connection.scalars(chosen) if value is not None]

    codes = [reason.code for reason in REASONS] + all_of(t.reasons, "code") + all_of(t.notes, "code")
    values = {
        "partnerNumber": all_of(t.partners, "partner_number"), "quoteNumber": all_of(t.quotes, "quote_number"),
        "deviationNumber": all_of(t.deviations, "deviation_number"), "orderNumber": all_of(t.orders, "order_number"),
        "rmaNumber": all_of(t.rmas, "rma_number"), "country": all_of(t.partners, "country"), "distributorId": [*DISTRIBUTORS],
        "sender": ["", *DISTRIBUTORS], "type": ["TMP", "NSP", "tmp"], "subject": all_of(t.figures, "subject"), "ReasonCode": codes,
        "RegionCode": [*REGIONS, *REGIONS], "OptionCode": all_of(t.options, "code"), "reportNumber": all_of(t.pos_reports, "number"),
    }  # fmt: skip
    sought = [*SOUGHT, *(BEYOND_ASCII if Oddity.LETTER_CASE in oddities else ())]
    odd = ["nowhere", "É' \u0001"]
    odd += ["\u0000 odd"] if Oddity.NUL in oddities else []
    odd += ["\ud800"] if Oddity.LONE_SURROGATE in oddities else []
    known = {name: [*some, *some, *odd] if len(some) < 2 * len(odd) else [*some, *odd] for name, some in values.items()}
    days = [*DAYS, *DAYS, "0001-01-01", "9999-12-31", "2000-02-29"]
    known |= {"rmaNumbers": known["rmaNumber"], "text": [*sought, *odd], "Date": days, "number": [5, 6, 7, 8, 6, -1, 2**31 - 1]}
    return known | {"Boolean": [True, False], "waitingAtLeast": [0, 1, 30, 176, -1, 2**31 - 1]}


def _ids(connection: Connection, catalogue: Catalogue) -> dict[str, list[Any]]:
    """Ids of every noun, and under the empty name some that name nothing."""
    nouns, shapes = catalogue.nouns, catalogue.shapes
    tables = {name: noun.table for name, noun in nouns.items() if isinstance(noun.table, Table) and "id" in shapes[name]}
    found = {name: connection.scalars(select(table.c.id).order_by(table.c.id)) for name, table in tables.items()}
    return {"": [*ODD_IDS]} | {name: [node_id(name, key) for key in keys] for name, keys in found.items()}


def _cursors(catalogue: Catalogue, ask: Ask) -> dict[str, list[str]]:
    """Cursors by list and sorting (`OrderConnection NUMBER ASCENDING`): every connection is asked for once in every sorting."""
    cursors: dict[str, list[str]] = {}
    for connection, path in _paths(catalogue.core).items():
        parent, name = path[-1]
        sort = get_named_type(parent.fields[name].args["sort"].type)
        assert isinstance(sort, GraphQLEnumType)
        sortings = [(by, way) for by in sort.values for way in ("ASCENDING", "DESCENDING")]
        pages = [
            f"p{at}: {name}(first: 12, sort: {by}, direction: {way}) {{ edges {{ cursor }} }}" for at, (by, way) in enumerate(sortings)
        ]
        document = " ".join(pages)
        for _parent, step in reversed(path[:-1]):
            document = f"{step} {{ {document} }}"
        data = ask(f"{{ {document} }}")
        for at, (by, way) in enumerate(sortings):
            found = dict.fromkeys(edge["cursor"] for page in _under(data, f"p{at}") for edge in page["edges"])
            cursors[f"{connection} {by} {way}"] = list(found)
    return cursors


def _paths(core: GraphQLSchema) -> dict[str, Path]:
    """The shortest way from the root to each connection that passes no null, by its type."""
    assert core.query_type
    paths: dict[str, Path] = {}
    ways: list[tuple[GraphQLObjectType, Path]] = [(core.query_type, ())]
    seen: set[str] = set()
    for type_, way in ways:  # grows as it goes
        steps = type_.fields.items() if type_.name not in seen else ()
        seen.add(type_.name)
        for name, field in steps:
            target = get_named_type(field.type)
            is_open = is_non_null_type(field.type) and not any(map(is_required_argument, field.args.values()))
            if is_open and isinstance(target, GraphQLObjectType):
                ways.append((target, (*way, (type_, name))))
                if "sort" in field.args:
                    paths.setdefault(target.name, ways[-1][1])
    return paths


def _under(value: Any, key: str) -> list[Any]:
    """Everything that stands under a response name, at any depth."""
    if isinstance(value, list):
        return [found for item in value for found in _under(item, key)]
    if not isinstance(value, dict):
        return []
    return [value[key]] if key in value else [found for item in value.values() for found in _under(item, key)]
