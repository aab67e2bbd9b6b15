"""Random operations over a schema, valid by construction: every field, argument, filter and directive comes up.

What was asked least comes up most, so some hundred operations ask everything once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, Undefined, get_named_type, is_leaf_type

from tap_graph.domain.viewer import Role, Viewer
from tests.reads.arguments import Arguments, Spoil
from tests.reads.chance import Chance
from tests.reads.leading import leading_to
from tests.reads.pools import Pools
from tests.reads.scopes import TYPENAME, Parent, Scope, Taken

DEPTHS = (1, *(2,) * 10, *(3,) * 12, *(4,) * 8, *(5,) * 4, 7)
BUDGETS = (4, 6, 8, 10, 14, 20, 50)
MOST_ROWS = 150
MOST_FORMER = 30
ROWS_OF_A_LIST = 3
LONG = "an_alias_that_is_longer_than_the_sixty_three_bytes_PostgreSQL_keeps_of_a_name_"
ALIASES = ("a", "A", "b", "x", "t0", "t1", "on", "null", "true", "select", "id", "name", "code", "key", "value", "nodes", "edges", "node",
           "cursor", "totalCount", "pageInfo", "orderNumber", "_", f"{LONG}1", f"{LONG}2")  # fmt: skip
INTROSPECTION = (
    "__schema { queryType { name } directives { name args { name } } }",
    '__type(name: "Order") { kind name fields { name type { name kind ofType { name } } } interfaces { name } }',
    '__type(name: "Tier") { enumValues { name description } }',
    '__type(name: "Nothing") { name }',
)
# Up to which share of selections are inline fragments, spreads and type names; the rest are fields.
ODDS = {GraphQLObjectType: (0.08, 0.14, 0.2), GraphQLInterfaceType: (0.6, 0.8, 0.9)}
ODDS_OF_ROOT = (0.06, 0.12, 0.15)
SEERS = (Role.AUDITOR, Role.AUDITOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.PARTNER, Role.DISTRIBUTOR)


@dataclass(frozen=True, slots=True)
class Operation:
    """What one viewer asks."""

    document: str
    variables: dict[str, Any]
    operation_name: str | None
    viewer: Viewer


class Operations:
    """Makes random operations; which, depends on the schema, the pools and the random numbers alone.

    Where they are to be about a type or field, most of them lead there.
    """

    def __init__(self, schema: GraphQLSchema, random: Random, pools: Pools, about: str | None = None) -> None:
        self.schema = schema
        kinds = (GraphQLObjectType, GraphQLInterfaceType)
        others = {name for name, each in schema.type_map.items() if name.startswith("__") or not isinstance(each, kinds)}
        toward = leading_to(schema, about) | {about} if about else frozenset()
        self.chance = Chance(random, exhausted=others, toward=toward)
        self.pools = pools
        self.former: list[Operation] = []

    def operation(self) -> Operation:
        """The next one: a new document, or a former one asked with other values or by another viewer."""
        if len(self.former) == MOST_FORMER and self.chance.one_in(5):
            return self._again(self.chance.of(self.former))
        made = self._new()
        self.former = [*self.former[-MOST_FORMER + 1 :], made]
        return made

    def _again(self, former: Operation) -> Operation:
        """The document of a former operation."""
        variables = {name: self.pools.other(value, self.chance) for name, value in former.variables.items()}
        viewers = self.pools.viewers[former.viewer.role if self.chance.one_in(2) else self.chance.of(tuple(Role))]
        return replace(former, variables=variables, viewer=self.chance.of(viewers))

    def _new(self) -> Operation:
        chance = self.chance
        roles = [role.value for role in Role]
        role = chance.of(SEERS) if not chance.one_in(3) else Role(chance.scarce(roles, "role "))
        return Writing(self.schema, chance, self.pools, chance.of(self.pools.viewers[role])).operation()


@dataclass(frozen=True, slots=True)
class Level:
    """How much further a place may go: levels of rows below it, rows it may hold already, and nouns it is likely to be."""

    depth: int
    rows: int = 1
    nouns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A named fragment, what it takes and uses, and how many levels of rows it goes down."""

    type: Parent
    text: str
    scope: Scope
    depth: int
    variables: frozenset[str]
    fragments: frozenset[str]


@dataclass
class Writing:
    """One document being written."""

    schema: GraphQLSchema
    chance: Chance
    pools: Pools
    viewer: Viewer
    fragments: dict[str, Fragment] = field(default_factory=dict)
    spread: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    numbers: int = 0

    def __post_init__(self) -> None:
        chance = self.chance
        self.budget = chance.of(BUDGETS)
        self.is_wide = chance.one_in(25)
        is_careful = not chance.one_in(3)
        self.opening = self.pools.openings.get(self.viewer.role, {}) if is_careful else {}
        own = {"partnerNumber": self.viewer.partner_number, "distributorId": self.viewer.distributor_id}
        spoil = chance.of(tuple(Spoil)) if chance.one_in(8) else None
        given = {name: value for name, value in own.items() if value}
        self.arguments = Arguments(chance, self.pools, self.opening, given, spoil)

    def operation(self) -> Operation:
        """The document with one operation, or a few of which one is asked for."""
        chance = self.chance
        names: list[str | None] = [None] if not chance.one_in(5) else [f"Q{place}" for place in range(chance.of((1, 1, 2, 3)))]
        written = [self._operation(name) for name in names]
        written += [f"fragment {name} on {made.type.name} {made.text}" for name, made in self.fragments.items() if name in self.reached]
        asked = chance.of(names) if len(names) > 1 or chance.one_in(2) else None
        if self.arguments.spoil is Spoil.NAME:
            asked = "Nothing" if asked else None
        values = {name: each.value for name, each in self.arguments.variables.items() if each.value is not Undefined}
        return Operation("\n".join(chance.shuffled(written)), values, asked, self.viewer)

    def _operation(self, name: str | None) -> str:
        """One operation and its variables, of fragments as well."""
        assert self.schema.query_type
        self.arguments.used, self.spread = set(), set()
        block = self._block(self.schema.query_type, Scope(), Level(self.chance.of(DEPTHS)), self.chance.of((1, 1, 1, 2, 2, 3)))
        used = set(self.arguments.used)
        for fragment in self._all_of(self.spread):
            self.reached.add(fragment)
            used |= self.fragments[fragment].variables
        variables = [(each, self.arguments.variables[each]) for each in self.chance.shuffled(used)]
        defined = [f"${each}: {made.type}{'' if made.default is None else f' = {made.default}'}" for each, made in variables]
        if not name and not defined and self.chance.one_in(2):
            return block
        return f"query {name or ''}{'(' + ', '.join(defined) + ')' if defined else ''} {block}"

    def _all_of(self, names: set[str]) -> Iterator[str]:
        """Those fragments and the fragments that they spread."""
        for name in sorted(names):
            yield name
            yield from self._all_of(set(self.fragments[name].fragments))

    def _block(self, type_: Parent, scope: Scope, level: Level, size: int) -> str:
        """A selection set with about that many selections."""
        parts = [self._part(type_, scope, level) for _ in range(size)]
        if self.is_wide and isinstance(type_, GraphQLObjectType) and len(self._names(type_, level)) > 3 and "id" in type_.fields:
            self.is_wide = False
            parts += self._many(type_, scope, level)
        if type_ is self.schema.query_type and self.chance.one_in(60) and not {"__schema", "__type"} & set(scope.names):
            parts.append(self.chance.of(INTROSPECTION))
            scope.names |= {"__schema": [], "__type": []}
        return f"{{ {' '.join(self.chance.shuffled(parts) if self.chance.one_in(3) else parts)} }}"

    def _part(self, type_: Parent, scope: Scope, level: Level) -> str:
        """A field, fragment or spread."""
        inline, spread, name = ODDS[type(type_)] if type_ is not self.schema.query_type else ODDS_OF_ROOT
        roll = self.chance.random.random()
        if roll < inline:
            return self._inline(type_, scope, level)
        if roll < spread:
            return self._spread(type_, scope, level)
        if roll < name:
            return self._leaf(type_, TYPENAME, scope)
        again = [(key, each) for key, some in scope.names.items() for each in some if each.parent is type_ and not each.is_leaf]
        if again and self.chance.one_in(8):
            return self._again(type_, *self.chance.of(again), level)
        return self._field(type_, scope, level)

    def _field(self, type_: Parent, scope: Scope, level: Level) -> str:
        """A field with its arguments, under its own name or another, and what is asked of it."""
        names = self._names(type_, level)
        if not names:
            return self._leaf(type_, TYPENAME, scope)
        if type_ is self.schema.query_type and self.chance.one_in(2):
            names = [name for name in names if "sort" in type_.fields[name].args] or names  # lists find something, numbers rarely
        name = self.chance.scarce(names, f"{type_.name}.", [name for name in names if self._leads_to_news(type_, name)])
        if is_leaf_type(get_named_type(type_.fields[name].type)):
            self.budget -= 1
            return self._leaf(type_, name, scope)
        text, rows, nouns = self.arguments.of(type_, name)
        taken = Taken(type_, name, text)
        key = self._key(scope, taken)
        below = self._below(type_, name, level, rows, nouns)
        assert below
        self.budget -= 1
        return f"{_aliased(key, name)}{text}{self._directives()} {self._inner(taken, scope.take(key, taken), below)}"

    def _leaf(self, type_: Parent, name: str, scope: Scope) -> str:
        arguments = self.arguments.of(type_, name)[0] if name != TYPENAME else ""
        taken = Taken(type_, name, arguments)
        key = self._key(scope, taken)
        scope.take(key, taken)
        return f"{_aliased(key, name)}{arguments}{self._directives()}"

    def _again(self, type_: Parent, key: str, taken: Taken, level: Level) -> str:
        """A field that is asked for already, asked in the same way for more; the response merges them."""
        below = self._below(type_, taken.name, level, ROWS_OF_A_LIST, ())
        if below is None or self.budget < 0:
            return f"{_aliased(key, taken.name)}{taken.arguments} {{ {self._leaf(_target(taken), TYPENAME, taken.scope)} }}"
        return f"{_aliased(key, taken.name)}{taken.arguments}{self._directives()} {self._inner(taken, taken.scope, below)}"

    def _inner(self, taken: Taken, scope: Scope, below: Level) -> str:
        return self._block(_target(taken), scope, below, self.chance.of((1, 1, 2, 2, 3, 5)))

    def _key(self, scope: Scope, taken: Taken) -> str:
        """The response name of a field: its own, an alias, or one that nothing has where it would not go with what is there."""
        key = self.chance.of(ALIASES) if self.chance.one_in(6) else taken.name
        if scope.fits(key, taken):
            return key
        self.numbers += 1
        return f"f{self.numbers}"

    def _names(self, type_: Parent, level: Level) -> list[str]:
        """The fields that may be asked of a type here."""
        opening = self.opening.get(type_.name)
        return [
            name
            for name, field_ in type_.fields.items()
            if (opening is None or name in opening.fields)
            and (is_leaf_type(get_named_type(field_.type)) or self._below(type_, name, level, 1, ()) is not None)
        ]

    def _leads_to_news(self, type_: Parent, name: str, steps: int = 3) -> bool:
        """Whether the field leads where it should, or something of it or of what it leads to in a few steps was never asked."""
        if self.chance.toward:
            return f"{type_.name}.{name}" in self.chance.toward
        field_ = type_.fields[name]
        target = get_named_type(field_.type)
        if is_leaf_type(target) or len(self.chance.exhausted) == len(self.schema.type_map):
            return False
        if any(self.arguments.is_news(type_, name, key) for key in field_.args) or self._is_news(target):
            return True
        return steps > 1 and any(self._leads_to_news(target, each, steps - 1) for each in target.fields)

    def _is_news(self, type_: Parent) -> bool:
        if type_.name in self.chance.exhausted:
            return False
        if any(not self.chance.uses[f"{type_.name}.{each}"] for each in type_.fields):
            return True
        self.chance.exhausted.add(type_.name)
        return False

    def _below(self, type_: Parent, name: str, level: Level, rows: int, nouns: tuple[str, ...]) -> Level | None:
        """The level of what a field yields; None where that would go too far down or hold too many rows."""
        target = get_named_type(type_.fields[name].type)
        is_of_page = type_.name.endswith(("Connection", "Edge"))
        is_rows = isinstance(target, GraphQLInterfaceType) or any(
            not is_leaf_type(get_named_type(each.type)) for each in target.fields.values()
        )
        if is_of_page or not (is_rows or "id" in target.fields):
            return Level(level.depth, level.rows, nouns)
        if level.depth == 0 or self.budget < 0 or level.rows > MOST_ROWS:
            return None
        many = rows if "sort" in type_.fields[name].args else ROWS_OF_A_LIST if "[" in str(type_.fields[name].type) else 1
        return Level(level.depth - 1, level.rows * many, nouns)

    def _inline(self, type_: Parent, scope: Scope, level: Level) -> str:
        """An inline fragment, with a condition or without."""
        condition = None if self.chance.one_in(3) else self._condition(type_, level)
        on = f" on {condition.name}" if condition else ""
        inner = Level(level.depth, level.rows, level.nouns or (type_.name,))
        return f"...{on}{self._directives()} {self._block(condition or type_, scope, inner, self.chance.of((1, 1, 2, 3)))}"

    def _condition(self, type_: Parent, level: Level) -> Parent:
        """A type that rows of the given one may have: itself, its interface, or for an interface any that has it."""
        if isinstance(type_, GraphQLObjectType):
            kin: tuple[Parent, ...] = (type_, *type_.interfaces)
            return self.chance.of(kin)
        possible = {each.name: each for each in self.schema.get_possible_types(type_)}
        likely = [name for name in level.nouns if name in possible]
        if likely and not self.chance.one_in(5):
            return possible[self.chance.of(likely)]
        return type_ if self.chance.one_in(8) else possible[self.chance.scarce(sorted(possible), "condition ")]

    def _spread(self, type_: Parent, scope: Scope, level: Level) -> str:
        """A named fragment: one that is there already where it fits, else a new one."""
        fitting = [name for name, made in self.fragments.items() if self._may_spread(type_, made, scope, level)]
        name = self.chance.of(fitting) if fitting and not self.chance.one_in(3) else self._new_fragment(type_, level)
        if not self._may_spread(type_, self.fragments[name], scope, level):
            return self._field(type_, scope, level)
        scope.take_all(self.fragments[name].scope)
        self.spread.add(name)
        self.budget -= 3
        return f"...{name}{self._directives()}"

    def _may_spread(self, type_: Parent, fragment: Fragment, scope: Scope, level: Level) -> bool:
        kin = {type_.name, *(each.name for each in getattr(type_, "interfaces", ()))}
        kin |= {each.name for each in self.schema.get_possible_types(type_)} if isinstance(type_, GraphQLInterfaceType) else set()
        return fragment.type.name in kin and fragment.depth <= level.depth and scope.fits_all(fragment.scope)

    def _new_fragment(self, type_: Parent, level: Level) -> str:
        self.numbers += 1
        name, on = f"F{self.numbers}", self._condition(type_, level)
        outer = self.arguments.used, self.spread
        self.arguments.used, self.spread = set(), set()
        scope, depth = Scope(), min(level.depth, self.chance.of((0, 1, 1, 2)))
        text = self._block(on, scope, Level(depth, level.rows, level.nouns or (type_.name,)), self.chance.of((1, 2, 3)))
        self.fragments[name] = Fragment(on, text, scope, depth, frozenset(self.arguments.used), frozenset(self.spread))
        self.arguments.used, self.spread = outer
        return name

    def _directives(self) -> str:
        """Nearly always none; what they leave out is a third."""
        if not self.chance.one_in(11):
            return ""
        chosen = ("skip", "include") if self.chance.one_in(5) else (self.chance.scarce(("skip", "include"), "@"),)
        is_left_out = self.chance.one_in(3)
        return "".join(f" @{name}(if: {self.arguments.flag(is_left_out == (name == 'skip'))})" for name in chosen)

    def _many(self, type_: GraphQLObjectType, scope: Scope, level: Level) -> list[str]:
        """More fields of one object than databases take pairs or arguments at once."""
        names = [name for name in self._names(type_, level) if not type_.fields[name].args]
        nested = [name for name in names if not is_leaf_type(get_named_type(type_.fields[name].type))]
        chosen = nested if nested and level.rows <= 5 and self.chance.one_in(4) else [name for name in names if name not in nested]
        parts = []
        for place in range(self.chance.of((51, 64, 95, 101))):
            taken = Taken(type_, self.chance.of(chosen), "")
            inner = "" if taken.is_leaf else f" {{ {self._leaf(_target(taken), TYPENAME, scope.take(f'w{place}', taken))} }}"
            scope.take(f"w{place}", taken)
            parts.append(f"w{place}: {taken.name}{inner}")
        return parts


def _aliased(key: str, name: str) -> str:
    return name if key == name else f"{key}: {name}"


def _target(taken: Taken) -> Parent:
    """The type of what a field yields."""
    target = get_named_type(taken.parent.fields[taken.name].type)
    assert isinstance(target, GraphQLObjectType | GraphQLInterfaceType)
    return target
