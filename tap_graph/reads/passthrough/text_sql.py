"""Text in SQL: JSON put together as text by the database itself, on both of them.

What is made of a value is a list of pieces: texts that are the same for every row, and expressions. Neighbouring texts
become one, and one function call joins them; no limit of pairs and no name of a column is met. A value that the schema
does not promise is written as a control character, which JSON text cannot hold: the answer then shows that it is none.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    LargeBinary,
    Select,
    Text,
    case,
    cast,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import custom_op

from tap_graph.reads.json_sql import Json
from tap_graph.storage.columns import Moment

Piece: TypeAlias = str | ColumnElement[Any]
Pieces: TypeAlias = list[Piece]

NULL = "null"
BROKEN = "\x01"
# PostgreSQL takes 100 arguments in a call; SQLite nests expressions up to a thousand levels, and `||` is one each.
LONGEST_CALL = 90
LONGEST_CHAIN = 30
TIGHTEST: custom_op[Any] = custom_op("||", precedence=100)


def of_keys(fields: Sequence[tuple[str, Pieces]]) -> Pieces:
    """An object; its keys are GraphQL names, which need no escaping."""
    pieces: Pieces = ["{"]
    for place, (key, value) in enumerate(fields):
        pieces += [f'{"," if place else ""}"{key}":', *value]
    return [*pieces, "}"]


def _merged(pieces: Pieces) -> Pieces:
    merged: Pieces = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged


class chained(FunctionElement[Any]):  # noqa: N801 - reads as a function in SQL
    """Texts one after the other, by `||`: SQLite 3.40 has no function for it, and nested operators are nested levels."""

    type = Text()
    inherit_cache = True

    def __init__(self, *parts: ColumnElement[Any]) -> None:
        super().__init__(*(part.self_group(against=TIGHTEST) for part in parts))


@compiles(chained)
def _compile_chained(element: chained, compiler: Any, **options: Any) -> str:
    parts = [f"({text})" if isinstance(part, chained) else text for part in element.clauses for text in [compiler.process(part, **options)]]
    return " || ".join(parts)


class TextSql:
    """JSON text in the functions of one kind of database."""

    def __init__(self, dialect: str) -> None:
        self.postgresql = dialect == "postgresql"
        self.json = Json(dialect)

    def joined(self, pieces: Pieces) -> ColumnElement[Any]:
        """The pieces as one text."""
        parts = [self._constant(piece) if isinstance(piece, str) else piece for piece in _merged(pieces)]
        longest = LONGEST_CALL if self.postgresql else LONGEST_CHAIN
        while len(parts) > longest:
            parts = [self._call(parts[at : at + longest]) for at in range(0, len(parts), longest)]
        return self._call(parts)

    def _call(self, parts: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
        if len(parts) == 1:
            return parts[0]
        return func.concat(*parts, type_=Text()) if self.postgresql else chained(*parts)

    def _constant(self, text: str) -> ColumnElement[Any]:
        """A text of ours in the statement; a control character is made by the database, for drivers refuse some."""
        if text == BROKEN:
            return func.chr(1) if self.postgresql else func.char(1)
        return literal_column("'" + text.replace("'", "''") + "'", Text())

    def listed(self, item: Pieces, order: Sequence[ColumnElement[Any]], only: ColumnElement[bool] | None = None) -> Pieces:
        """All items of a select, rows, as one array in order; SQLite takes the order of the sub-query they come from."""
        text = self.as_text(item)
        if self.postgresql:
            texts: Any = func.string_agg(text, aggregate_order_by(literal_column("','"), *order))
        else:
            texts = func.group_concat(text, literal_column("','"))
        if only is not None:
            texts = texts.filter(only)
        return ["[", texts if self.postgresql else func.coalesce(texts, literal_column("''")), "]"]

    def one(self, query: Select[Any], *, required: bool) -> Pieces:
        """A select of one text; where it yields no row, null or what shows that there should have been one."""
        return [func.coalesce(query.scalar_subquery(), self._constant(BROKEN if required else NULL))]

    def null_where(self, condition: ColumnElement[bool], pieces: Pieces, *, required: bool) -> Pieces:
        """The pieces, or null where the condition holds."""
        return [case((condition, self._constant(BROKEN if required else NULL)), else_=self.as_text(pieces))]

    def or_null(self, text: ColumnElement[Any]) -> Pieces:
        """A text, or null where there is none."""
        return [func.coalesce(text, self._constant(NULL))]

    def as_text(self, pieces: Pieces) -> ColumnElement[Any]:
        """The pieces as one value whose type is text, too."""
        text = self.joined(pieces)
        return text if isinstance(text.type, Text) else cast(text, Text)

    def leaf(self, value: ColumnElement[Any], *, required: bool) -> Pieces:
        """A value by its SQL type; null where it is null, unless the schema promises one."""
        pieces = self._filled(value)
        if _is_filled(value):
            return pieces
        return self.null_where(value.is_(None), pieces, required=required)

    def flag(self, condition: ColumnElement[bool]) -> Pieces:
        """True or false."""
        if self.postgresql:
            return [cast(condition, Text)]
        return [case((condition, literal_column("'true'", Text())), else_=literal_column("'false'", Text()))]

    def _filled(self, value: ColumnElement[Any]) -> Pieces:
        if isinstance(value.type, Boolean):
            return self.flag(value)
        if isinstance(value.type, BigInteger):
            # GraphQL's Int has 32 bits.
            fits = value.between(literal_column(str(-(2**31))), literal_column(str(2**31 - 1)))
            return [case((fits, cast(value, Text)), else_=self._constant(BROKEN))]
        if isinstance(value.type, Integer):
            return [value]
        if isinstance(value.type, Date | Moment):
            return ['"', value, '"']
        return [self.quoted(value)]

    def quoted(self, text: ColumnElement[Any]) -> ColumnElement[Any]:
        """A text as JSON writes it."""
        return func.to_json(text, type_=JSON()) if self.postgresql else func.json_quote(text, type_=Text())

    def named(self, value: ColumnElement[Any], names: Mapping[str, str], *, required: bool) -> Pieces:
        """A stored text as the name of an enum's value; one that the enum does not know shows that it is none."""
        quoted = [(stored, literal_column(f"'\"{name}\"'", Text())) for stored, name in names.items()]
        known: list[Any] = [(value == literal_column("'" + stored.replace("'", "''") + "'", Text()), text) for stored, text in quoted]
        if not _is_filled(value):
            known.insert(0, (value.is_(None), self._constant(BROKEN if required else NULL)))
        return [case(*known, else_=self._constant(BROKEN))]

    def explained(self, value: ColumnElement[Any], texts: Mapping[str, str]) -> Pieces:
        """The text that stands for a value in a table; null where there is none."""
        known = [(value == _literal(key), _literal(msgspec.json.encode(text).decode())) for key, text in texts.items()]
        return [case(*known, else_=self._constant(NULL))]

    def cents(self, value: ColumnElement[Any], *, required: bool) -> Pieces:
        """Integer cents as text with two places; the sign stands apart, for -60 cents are -0.60."""
        size = func.abs(value, type_=BigInteger())
        if self.postgresql:
            fraction = func.lpad(cast(size % 100, Text), 2, literal_column("'0'"))
            shown: Pieces = ['"', case((value < 0, literal_column("'-'")), else_=literal_column("''")), size // 100, ".", fraction, '"']
        else:
            sign = case((value < 0, literal_column("'-'")), else_=literal_column("''"))
            shown = [func.printf(literal_column("'\"%s%d.%02d\"'"), sign, size // 100, size % 100, type_=Text())]
        return shown if _is_filled(value) else self.null_where(value.is_(None), shown, required=required)

    def identity(self, noun: str, key: ColumnElement[Any]) -> Pieces:
        """The opaque id of a row, as reads/identity.py writes it."""
        if self.postgresql:
            # Of its letters and digits none is written by the two signs in which URLs differ.
            named = func.convert_to(self.joined([f"{noun}:", key]), literal_column("'UTF8'"))
            encoded = func.encode(named, literal_column("'base64'"))
            return ['"', func.rtrim(encoded, literal_column("'='"), type_=Text()), '"']
        return ['"', func.tap_id(literal_column(f"'{noun}'"), key, type_=Text()), '"']

    def cursor(self, secret: ColumnElement[Any], binding: str, value: ColumnElement[Any], key: ColumnElement[Any]) -> Pieces:
        """The cursor of a row, as reads/cursors.py writes it."""
        place = cast(value, Text)
        if not self.postgresql:
            return ['"', func.tap_cursor(secret, literal_column(f"'{binding}'"), key, place, type_=Text()), '"']
        content = func.convert_to(self.joined([f"{binding}|", key, "|", place]), literal_column("'UTF8'"))
        digest = func.encode(func.sha256(secret.op("||")(content)), literal_column("'hex'"))
        return ['"', self._encoded([func.left(digest, 16), "|", key, "|", place]), '"']

    def _encoded(self, pieces: Pieces) -> ColumnElement[Any]:
        """Text in base 64 for URLs, without padding; PostgreSQL breaks long lines, which is undone."""
        encoded = func.encode(func.convert_to(self.joined(pieces), literal_column("'UTF8'")), literal_column("'base64'"))
        return func.translate(encoded, literal_column("'+/=' || chr(10)"), literal_column("'-_'"), type_=Text())

    def answer(self, pieces: Pieces) -> ColumnElement[Any]:
        """The whole answer as the bytes that go on the wire."""
        text = self.joined(pieces)
        return func.convert_to(text, literal_column("'UTF8'")) if self.postgresql else cast(text, LargeBinary)


def _literal(text: str) -> ColumnElement[str]:
    return literal_column("'" + text.replace("'", "''") + "'", Text())


def _is_filled(value: ColumnElement[Any]) -> bool:
    """Whether the database itself keeps a column from being null."""
    return getattr(value, "nullable", True) is False
