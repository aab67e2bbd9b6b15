"""Text: the walk for the passthrough: the database's own text is the response's data."""

from collections.abc import Sequence
from typing import Any

import msgspec
from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type, is_non_null_type
from sqlalchemy import ColumnElement, FromClause, Select, Text, case, literal_column, select

from tap_graph.reads import bindings as b
from tap_graph.reads.arguments import NamedRows
from tap_graph.reads.listing import listing_of
from tap_graph.reads.occasion import Occasion
from tap_graph.reads.passthrough.pages import PageOfText, item_of
from tap_graph.reads.passthrough.text_sql import NULL, Pieces, TextSql, of_keys
from tap_graph.reads.spot import Asked, Context, Spot, correlated
from tap_graph.reads.walk import Walk


class NotOfTheDatabase(Exception):
    """The operation selects something that only Python can answer; the executor walks it as a whole."""


class TextWalk(Walk[Pieces]):
    """Makes a statement whose one value is the response's data."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.text = TextSql(context.ask.dialect)

    def plan(self) -> Select[Any]:
        """The statement; NotOfTheDatabase where it would hold no row, or not all that is asked for."""
        pieces = of_keys(self.roots(self.root_spot()))
        if not self.context.needs_rows:
            raise NotOfTheDatabase
        return select(self.text.answer(pieces))

    def typename(self, key: str, type_: GraphQLObjectType) -> list[tuple[str, Pieces]]:
        """The name of an object's type."""
        return [(key, [f'"{type_.name}"'])]

    def introspection(self, key: str) -> list[tuple[str, Pieces]]:
        """No database answers about the schema."""
        raise NotOfTheDatabase(key)

    def column(self, binding: b.Column, asked: Asked, spot: Spot) -> Pieces:
        """A column."""
        return self.leaf(self.shown_column(binding, asked, spot), binding.form, asked)

    def identity(self, binding: b.Identity, asked: Asked, spot: Spot) -> Pieces:  # noqa: ARG002 - the walk's signature
        """The opaque id."""
        return self.text.identity(asked.parent.name, spot.row.c.id)

    def expression(self, binding: b.Expression, asked: Asked, spot: Spot) -> Pieces:
        """An SQL expression."""
        sql = binding.sql(spot.row, self.context.ask, self.context.arguments(asked))
        return self.leaf(sql, binding.form, asked)

    def summed(self, binding: b.Summed, asked: Asked, spot: Spot) -> Pieces:
        """An expression over the select beside the row."""
        sql = binding.sql(spot.summed(binding, self.context.ask), self.context.ask)
        return self.leaf(sql, binding.form, asked)

    def computed(self, binding: b.Computed, asked: Asked, spot: Spot) -> Pieces:  # noqa: ARG002 - the walk's signature
        """No database calls Python."""
        raise NotOfTheDatabase(asked.name)

    def worked(self, binding: b.Worked, asked: Asked, spot: Spot) -> Pieces:  # noqa: ARG002 - the walk's signature
        """No database calls services."""
        raise NotOfTheDatabase(asked.name)

    def given(self, binding: b.Given, asked: Asked, spot: Spot) -> Pieces:  # noqa: ARG002 - the walk's signature
        """A value of the viewer, as each request brings it."""
        value, type_ = binding.value, get_named_type(asked.type)
        names = {known.value: name for name, known in type_.values.items()} if isinstance(type_, GraphQLEnumType) else {}

        def shown(occasion: Occasion) -> str:
            of_viewer = value(occasion.viewer)
            return msgspec.json.encode(names[of_viewer] if names and of_viewer is not None else of_viewer).decode()

        return [self.context.slots.bind(shown, Text())]

    def constant(self, binding: b.Constant, asked: Asked, spot: Spot) -> Pieces:  # noqa: ARG002 - the walk's signature
        """A text."""
        return [msgspec.json.encode(binding.value).decode()]

    def key(self, binding: b.Key, asked: Asked, spot: Spot) -> Pieces:
        """A value of a JSON item."""
        return self.leaf(self.text.json.word(spot.row.c.value, binding.name or asked.name), None, asked)

    def explained(self, binding: b.Explained, asked: Asked, spot: Spot) -> Pieces:  # noqa: ARG002 - the walk's signature
        """What a table says of a value of a JSON item."""
        return self.text.explained(self.text.json.word(spot.row.c.value, binding.name), binding.texts)

    def nested(self, binding: b.Nested, asked: Asked, spot: Spot) -> Pieces:
        """An object made of the same row."""
        type_ = self.context.yielded(asked)
        shape = binding.shape if binding.shape is not None else self.context.shapes[type_.name]
        pieces = of_keys(self.fields(type_, self.context.fields(asked), spot.within(shape), asked.path))
        if binding.present is None:
            return pieces
        present = spot.row.c[binding.present]
        if not getattr(present, "nullable", True):
            return pieces
        return self.text.null_where(present.is_(None), pieces, required=is_non_null_type(asked.type))

    def items(self, binding: b.Items, asked: Asked, spot: Spot) -> Pieces:
        """A list kept as JSON text."""
        stored = spot.row.c[binding.column or asked.name]
        if not asked.nodes[0].selection_set:
            return [stored]
        elements = self.text.json.ordered_elements(stored, self.context.name())
        type_ = self.context.yielded(asked)
        item = of_keys(self.fields(type_, self.context.fields(asked), Spot(elements, self.context.shapes[type_.name]), asked.path))
        array = self.text.joined(self.text.listed(item, [elements.c.place]))
        return [correlated(select(array).select_from(elements), spot.row).scalar_subquery()]

    def many(self, binding: b.Many, asked: Asked, spot: Spot) -> Pieces:
        """A list of rows."""
        listing = listing_of(binding, asked, spot, self.context)
        if listing.page is not None:
            return PageOfText(self, self.text, listing, listing.page, asked).pieces()
        ordered = listing.all_rows()
        inner = self.spot_of(listing.noun, ordered)
        item = item_of(self.text, inner, of_keys(self.row(inner, asked.nodes, asked.path)))
        array = self.text.joined(self.text.listed(item, listing.order(ordered)))
        return [select(array).select_from(ordered).scalar_subquery()]

    def absent(self, asked: Asked) -> Pieces:  # noqa: ARG002 - the walk's signature
        """Null."""
        return [NULL]

    def found(self, noun: b.Noun, child: FromClause, where: ColumnElement[bool], asked: Asked, spot: Spot) -> Pieces:
        """The row of *child* for which *where* holds."""
        query = self._selected(noun, child, where, asked, spot.row)
        return self.text.one(query, required=is_non_null_type(asked.type))

    def node_row(self, noun: b.Noun, key: ColumnElement[Any], asked: Asked, spot: Spot) -> Pieces:
        """The row of that key."""
        return self.related(noun.name, asked, spot, lambda child: child.c.id == key)

    def node_rows(self, nouns: Sequence[b.Noun], rows: NamedRows, asked: Asked, spot: Spot) -> Pieces:  # noqa: ARG002 - the walk's
        """The rows of a list of ids."""
        json, elements = self.text.json, self.text.json.ordered_elements(rows.rows, self.context.name())
        value, whens = elements.c.value, []
        for noun in nouns:
            child = self.context.alias(noun.rows)
            where = (child.c.id == json.whole_number(value, 1)) & self.context.ask.visible(noun.name, child)
            found = self._selected(noun, child, where, asked, elements).scalar_subquery()
            whens.append((json.word(value, 0) == literal_column(f"'{noun.name}'"), found))
        item: Pieces = self.text.or_null(case(*whens)) if whens else [NULL]
        array = self.text.joined(self.text.listed(item, [elements.c.place]))
        return [select(array).select_from(elements).scalar_subquery()]

    def leaf(self, value: ColumnElement[Any], form: b.Form | None, asked: Asked) -> Pieces:
        """A value as the schema's type writes it."""
        required, type_ = is_non_null_type(asked.type), get_named_type(asked.type)
        if form is b.Form.CENTS:
            return self.text.cents(value, required=required)
        if isinstance(type_, GraphQLEnumType):
            names = {str(known.value): name for name, known in type_.values.items()}
            return self.text.named(value, names, required=required)
        return self.text.leaf(value, required=required)

    def _selected(self, noun: b.Noun, child: FromClause, where: ColumnElement[bool], asked: Asked, parent: Any) -> Select[Any]:
        inner = self.spot_of(noun, child)
        item = item_of(self.text, inner, of_keys(self.row(inner, asked.nodes, asked.path)))
        text = self.text.as_text(item)
        return correlated(select(text).select_from(child).where(where), parent)
