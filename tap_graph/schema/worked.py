"""Worked out: fields that services answer with rules and figures, and the parts of what they answer."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tap_graph.domain.viewer import Role
from tap_graph.reads import bindings as b
from tap_graph.reads.identity import node_id
from tap_graph.schema.acts import Acting
from tap_graph.schema.fields import Argument, bound
from tap_graph.values.money import Money as Amount
from tap_graph.values.money import from_minor
from tap_graph.values.rate import rate_text

Work = Callable[[Acting, Sequence[int], Mapping[str, Any]], Mapping[int, Any]]
Root = Callable[[Acting, Mapping[str, Any]], Any]


def worked(work: Work, description: str, arguments: Mapping[str, Argument] | None = None, *, roles: frozenset[Role] | None = None) -> Any:
    """A field of a noun: an object, or a list of them, worked out for all rows of the answer at once, by their ids."""
    return bound(b.Worked(work, roles), description, arguments)


def worked_root(
    work: Root, description: str, arguments: Mapping[str, Argument] | None = None, *, roles: frozenset[Role] | None = None
) -> Any:
    """A root field: an object, or a list of them; the service itself keeps to what the viewer may see."""

    def at_root(acting: Acting, _keys: Sequence[int], given: Mapping[str, Any]) -> Mapping[int, Any]:
        return {b.ROOT_KEY: work(acting, given)}

    return bound(b.Worked(at_root, roles), description, arguments)


def part(description: str, name: str | None = None, form: Callable[[Any], Any] | None = None) -> Any:
    """A field of an object that was worked out: its attribute of the same name, unless another is given."""
    return bound(b.Part(name, form), description)


def part_money(description: str, name: str | None = None) -> Any:
    """The same of an attribute in integer cents, as Money."""
    return part(description, name, lambda cents: Amount(from_minor(cents)))


def part_rate(description: str, name: str | None = None) -> Any:
    """The same of a Decimal fraction, as a Rate of four places."""
    return part(description, name, lambda fraction: rate_text(Decimal(fraction)))


def part_id(noun: str, description: str, name: str | None = None) -> Any:
    """The same of a row's key, as the opaque id of a noun."""
    return part(description, name, lambda key: node_id(noun, key))
