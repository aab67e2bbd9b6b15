"""Scopes: the response names taken in one place of a response, and with what, so that whatever is added can be merged."""

from dataclasses import dataclass, field

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, is_leaf_type

Parent = GraphQLObjectType | GraphQLInterfaceType
TYPENAME = "__typename"


@dataclass(slots=True)
class Scope:
    """The fields under each response name."""

    names: dict[str, list["Taken"]] = field(default_factory=dict)

    def fits(self, key: str, new: "Taken") -> bool:
        """Whether the field can stand under that response name, whatever is asked of it."""
        return all(new.goes_with(taken) for taken in self.names.get(key, ()))

    def take(self, key: str, new: "Taken") -> "Scope":
        """Takes the response name; what is asked of the field stands in the scope returned."""
        for taken in self.names.setdefault(key, []):
            if taken.asks_as(new):
                return taken.scope
        self.names[key].append(new)
        return new.scope

    def fits_all(self, other: "Scope") -> bool:
        """Whether everything of another scope can be merged into this one."""
        return all(
            new.goes_with(taken) and (not new.asks_as(taken) or taken.scope.fits_all(new.scope))
            for key, others in other.names.items()
            for new in others
            for taken in self.names.get(key, ())
        )

    def take_all(self, other: "Scope") -> None:
        """Merges another scope into this one, which leaves the other as it is."""
        for key, others in other.names.items():
            for new in others:
                alike = next((taken for taken in self.names.get(key, ()) if taken.asks_as(new)), None)
                if alike:
                    alike.scope.take_all(new.scope)
                else:
                    self.names.setdefault(key, []).append(new.copy())


@dataclass(slots=True)
class Taken:
    """One field under one response name, and the scope of what is asked of it."""

    parent: Parent
    name: str
    arguments: str
    scope: Scope = field(default_factory=Scope)

    @property
    def type(self) -> str:
        """The field's type as the schema writes it."""
        return "String!" if self.name == TYPENAME else str(self.parent.fields[self.name].type)

    @property
    def is_leaf(self) -> bool:
        """Whether nothing is asked of what the field yields."""
        return self.name == TYPENAME or is_leaf_type(get_named_type(self.parent.fields[self.name].type))

    def asks_as(self, other: "Taken") -> bool:
        """Whether both are the same field asked in the same way."""
        return (self.name, self.arguments, self.type) == (other.name, other.arguments, other.type)

    def goes_with(self, other: "Taken") -> bool:
        """Whether both may stand under one response name: they are one field, or leaves of one shape in rows that never meet."""
        if self.asks_as(other):
            return True
        never_meet = self.parent is not other.parent and all(isinstance(each.parent, GraphQLObjectType) for each in (self, other))
        return never_meet and self.is_leaf and other.is_leaf and self.type == other.type

    def copy(self) -> "Taken":
        """The same, not growing with this one."""
        made = Taken(self.parent, self.name, self.arguments)
        made.scope.take_all(self.scope)
        return made
