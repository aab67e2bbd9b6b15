"""Hostile documents: for every way to make a document expensive, one of any size."""

from collections.abc import Callable

Making = Callable[[int], str]


def each(n: int, text: str) -> str:
    """*text* n times, with the number in place of #."""
    return " ".join(text.replace("#", str(number)) for number in range(n))


def fields(n: int, text: str) -> str:
    """A query with *text* n times in its selection set."""
    return f"{{ {each(n, text)} }}"


def below(n: int, text: str) -> str:
    """A query with *text* n times in a selection set that is not the root's."""
    return f'{{ partner(partnerNumber: "x") {fields(n, text)} }}'


def fragments(n: int, text: str, on: str = "Query") -> str:
    """Fragments A0 to An-1 with *text* in each; ## is the number of the next one."""
    return " ".join(
        f"fragment A{number} on {on} {{ {text.replace('##', str(number + 1)).replace('#', str(number))} }}" for number in range(n)
    )


def chain(n: int, text: str, on: str = "Query") -> str:
    """Fragments that spread one another, and a last one that does not."""
    return f"{fragments(n, text, on)} fragment A{n} on {on} {{ __typename }}"


def all_spread(n: int, text: str, on: str = "Query") -> str:
    return f"{{ {each(n, '...A#')} }} {fragments(n, text, on)}"


def nested(n: int, opening: str, inside: str, closing: str) -> str:
    return opening * n + inside + closing * n


def operations(n: int, text: str) -> str:
    return each(n, f"query Q# {text}")


def same_spreads(n: int) -> str:
    """Fields of one name, each of which spreads all fragments."""
    return "{ " + f"viewer {{ {each(n, '...A#')} }} " * n + "} " + fragments(n, "role", "Viewer")


def every_later_fragment(n: int, text: str) -> str:
    """Fragments each of which spreads all that come after it."""
    spreads = [" ".join(f"...A{later}" for later in range(number + 1, n)) for number in range(n)]
    return "{ ...A0 } " + " ".join(f"fragment A{number} on Query {{ {text} {spread} }}" for number, spread in enumerate(spreads))


def subsets(n: int) -> str:
    """On every level down, twice as many combinations of selection sets meet under one name."""
    one, other = "x: partner(partnerNumber: 1)", "y: partner(partnerNumber: 1)"
    last = f"fragment B0 on Partner {{ id }} fragment A{n} on Partner {{ id }}"
    back = [f"fragment B{number} on Partner {{ {one} {{ ...B{number - 1} }} {other} {{ ...B{number - 1} }} }}" for number in range(1, n)]
    on = fragments(n, f"{one} {{ ...A## }} {one} {{ ...B{n - 1} }} {other} {{ ...A## }}", "Partner")
    return f"{{ partner(partnerNumber: 1) {{ ...A0 }} }} {on} {' '.join(back)} {last}"


def operations_with_fragments(n: int) -> str:
    """Each operation goes through all fragments, for the variables in them."""
    spreads = each(n, "...A#")
    return " ".join(f"query Q{number}($v: ID!) {{ {spreads} }}" for number in range(n)) + fragments(n, "a#: nodes(ids: [$v $v]) { id }")


def operations_with_one_fragment(n: int) -> str:
    """Each operation goes through a fragment that uses its variable ever more often."""
    return operations(n, "($v: ID!) { ...A }") + " fragment A on Query { nodes(ids: [" + "$v " * n * 5 + "]) { id } }"


SHAPES: dict[str, Making] = {
    "aliases": lambda n: fields(n, "a#: __typename"),
    "aliases of objects": lambda n: fields(n, "a#: viewer { role }"),
    "aliases with arguments": lambda n: fields(n, 'a#: partners(first: 5, filter: {country: "SG"}) { totalCount }'),
    "aliases below the root": lambda n: below(n, "a#: name"),
    "aliases of objects below the root": lambda n: below(n, "a#: orders { totalCount }"),
    "aliases with arguments below the root": lambda n: below(n, 'a#: orders(first: 5, filter: {judgement: "x"}) { totalCount }'),
    "plain fields below the root": lambda n: below(n, "a#: orders { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"),
    "one leaf again and again": lambda n: fields(n, "__typename"),
    "one object again and again": lambda n: fields(n, "viewer { role }"),
    "one object with four fields": lambda n: fields(n, "viewer { role subject partner { id } __typename }"),
    "one object without fields": lambda n: fields(n, "viewer { }"),
    "one list with arguments": lambda n: fields(n, 'partners(first: 5, after: "a", last: 3, sort: NUMBER) { totalCount }'),
    "one deep object": lambda n: fields(n, "partners { nodes { orders { nodes { id } } } }"),
    "one name for many fields": lambda n: fields(n, "a: b#"),
    "one field with other arguments": lambda n: fields(n, "partners(first: #) { totalCount }"),
    "directives on one field": lambda n: f"{{ __typename {'@a' * n} }}",
    "known directives on one field": lambda n: f"{{ __typename {'@skip(if: true)' * n} }}",
    "directives on many fields": lambda n: fields(n, "a#: __typename @skip(if: true) @include(if: true)"),
    "directives on many fields below the root": lambda n: below(n, "a#: name @skip(if: true) @include(if: true)"),
    "directives on an operation": lambda n: f"query {'@a' * n} {{ __typename }}",
    "directives on variables": lambda n: f"query ({each(n, '$a#: Int @a')}) {{ __typename }}",
    "inline fragments": lambda n: fields(n, "... { __typename }"),
    "inline fragments with types": lambda n: fields(n, "... on Query { a#: __typename }"),
    "inline fragments on interfaces": lambda n: "{ node(id: 1) " + fields(n, "... on Node { a#: id }") + " }",
    "inline fragments on other types": lambda n: "{ node(id: 1) " + fields(n, "... on Order { id } ... on Partner { id }") + " }",
    "nested inline fragments": lambda n: nested(n, "{ ... ", "{ __typename }", " }"),
    "empty inline fragments": lambda n: fields(n, "... { }"),
    "inline fragments below the root": lambda n: below(n, "... on Partner { a#: name }"),
    "empty selections": lambda n: fields(n, "a#: viewer { }"),
    "deep selection": lambda n: nested(n, "{ node ", "{ id }", " }"),
    "deep selection without end": lambda n: "{a" * n,
    "opening braces": lambda n: "{" * n,
    "fragments side by side": lambda n: all_spread(n, "__typename"),
    "fragments with their own fields": lambda n: all_spread(n, "a#: __typename b#: __typename c#: __typename"),
    "fragments with the same fields": lambda n: all_spread(n, "a: __typename b: __typename c: __typename"),
    "fragments with the same object": lambda n: all_spread(n, "viewer { role }"),
    "fragments without fields": lambda n: all_spread(n, ""),
    "fragments in a chain": lambda n: f"{{ ...A0 }} {chain(n, '__typename ...A##')}",
    "fragments in a chain under fields": lambda n: f"{{ ...A0 }} {chain(n, 'viewer { role } ...A##')}",
    "fragments twice in one another": lambda n: f"{{ ...A0 }} {chain(n, '...A## ...A##')}",
    "fragments twice under fields": lambda n: f"{{ ...A0 }} {chain(n, 'a: __schema { ...A## } b: __schema { ...A## }')}",
    "fragments in all later ones": lambda n: every_later_fragment(n, "__typename"),
    "fragments in all later ones, no fields": lambda n: every_later_fragment(n, ""),
    "combinations of fragments": subsets,
    "one fragment many times": lambda n: f"{fields(n, '...A')} fragment A on Query {{ __typename }}",
    "one fragment under many fields": lambda n: f"{fields(n, 'viewer { ...A }')} fragment A on Viewer {{ role }}",
    "one fragment under many aliases": lambda n: f"{fields(n, 'a#: viewer { ...A0 }')} {chain(8, 'role ...A##', 'Viewer')}",
    "one chain under many aliases": lambda n: f"{below(n, 'a#: orders { ...A0 }')} {chain(8, 'totalCount ...A##', 'OrderConnection')}",
    "all fragments under one name": same_spreads,
    "a fragment each under one name": lambda n: f"{fields(n, 'viewer { ...A# }')} {fragments(n, 'role', 'Viewer')}",
    "chains beside fields": lambda n: f"{fields(n, 'b#: viewer { role ...A0 }')} {chain(n, '...A##', 'Viewer')}",
    "chains under one name": lambda n: f"{fields(n, 'viewer { role ...A0 }')} {chain(n, '...A##', 'Viewer')}",
    "circular fragments": lambda n: f"{{ ...A0 }} {fragments(n, '__typename ...A##')} fragment A{n} on Query {{ ...A0 }}",
    "circular fragments under fields": lambda n: f"{{ ...A0 }} {fragments(n, 'a: __schema { ...A## } b: __schema { ...A0 }')}",
    "fragments in themselves": lambda n: all_spread(n, "...A# __typename"),
    "missing fragments": lambda n: fields(n, "...A#"),
    "fragments of one name": lambda n: f"{{ ...A }} {each(n, 'fragment A on Query { __typename }')}",
    "unused fragments": lambda n: f"{{ __typename }} {fragments(n, '__typename')}",
    "unused fragments in a chain": lambda n: f"{{ __typename }} {chain(n, '__typename ...A##')}",
    "equal aliases in many fragments": lambda n: all_spread(n, "a: viewer { b: role } c: viewer { b: subject }"),
    "operations": lambda n: operations(n, "{ __typename }"),
    "operations without names": lambda n: each(n, "{ __typename }"),
    "operations of one name": lambda n: each(n, "query Q { __typename }"),
    "operations with all fragments": operations_with_fragments,
    "operations with one big fragment": operations_with_one_fragment,
    "variables": lambda n: f"query ({each(n, '$a#: Int')}) {{ __typename }}",
    "variables of one name": lambda n: f"query ({each(n, '$a: Int')}) {{ __typename }}",
    "variables in use": lambda n: f"query ({each(n, '$a#: Int = 1')}) {fields(n, 'a#: partners(first: $a#) { totalCount }')}",
    "variables in use below the root": lambda n: f"query ({each(n, '$a#: Int')}) {below(n, 'a#: orders(first: $a#) { totalCount }')}",
    "variables of deep types": lambda n: f"query ($a: {nested(n, '[', 'Int', ']')}) {{ partners(first: $a) {{ totalCount }} }}",
    "variables of deep defaults": lambda n: f"query ($a: Int = {nested(n, '[', '1', ']')}) {{ partners(first: $a) {{ totalCount }} }}",
    "undefined variables": lambda n: fields(n, "a#: partners(first: $a#) { totalCount }"),
    "one variable many times": lambda n: f"query ($v: ID!) {{ nodes(ids: [{'$v ' * n}]) {{ id }} }}",
    "long lists": lambda n: "{ nodes(ids: [" + each(n, '"#"') + "]) { id } }",
    "deep lists": lambda n: f"{{ nodes(ids: {nested(n, '[', '', ']')}) {{ id }} }}",
    "deep lists without end": lambda n: "{ nodes(ids: " + "[" * n,
    "deep objects": lambda n: f"{{ partners(filter: {nested(n, '{country: ', '1', '}')}) {{ totalCount }} }}",
    "deep objects without end": lambda n: "{ partners(filter: " + "{country: " * n,
    "deep types without end": lambda n: "query ($a: " + "[" * n,
    "objects of many fields": lambda n: f"{{ partners(filter: {{{each(n, 'a#: 1')}}}) {{ totalCount }} }}",
    "objects of one field": lambda n: f"{{ partners(filter: {{{each(n, 'country: 1')}}}) {{ totalCount }} }}",
    "objects of many fields and a list": lambda n: "{ partners(filter: {" + each(20, "a#: 1") + " b: [" + "1 " * n + "]}) { id } }",
    "objects of many fields and a string": lambda n: "{ partners(filter: {" + each(20, "a#: 1") + ' b: "' + "a" * n + '"}) { id } }',
    "objects within objects": lambda n: f"{{ partners(filter: {nested(n, '{a: 1, b: 1, country: ', '1', '}')}) {{ totalCount }} }}",
    "fields of other types on an interface": lambda n: "{ node(id: 1) " + fields(n, "a#: region") + " }",
    "wrong values": lambda n: f"{{ nodes(ids: [{'{a: 1} ' * n}]) {{ id }} }}",
    "arguments": lambda n: f"{{ partners({each(n, 'a#: 1')}) {{ totalCount }} }}",
    "arguments of one name": lambda n: f"{{ partners({each(n, 'first: 1')}) {{ totalCount }} }}",
    "digits": lambda n: f"{{ partners(first: {'9' * n}) {{ totalCount }} }}",
    "digits after a point": lambda n: f"{{ partners(first: 0.{'9' * n}) {{ totalCount }} }}",
    "digits of an exponent": lambda n: f"{{ partners(first: 1e{'9' * n}) {{ totalCount }} }}",
    "digits of an id": lambda n: f"{{ node(id: {'9' * n}) {{ id }} }}",
    "a default of many digits": lambda n: f"query ($a: Int = {'9' * n}) {{ partners(first: $a) {{ totalCount }} }}",
    "a long string": lambda n: f'{{ node(id: "{"a" * n}") {{ id }} }}',
    "a string of escapes": lambda n: '{ node(id: "' + "\\n" * n + '") { id } }',
    "a string of surrogates": lambda n: '{ node(id: "' + "\\ud83d\\ude00" * n + '") { id } }',
    "a block string of line ends": lambda n: '{ node(id: """' + "\r" * n + '""") { id } }',
    "a block string of spaces": lambda n: '{ node(id: """' + (" " * 99 + "\n") * (n // 100 + 1) + '""") { id } }',
    "a block string of quotes": lambda n: '{ node(id: """' + '\\"""' * n + '""") { id } }',
    "a long comment": lambda n: f"{{ __typename }} #{'a' * n}",
    "comments": lambda n: "{ __typename }" + "#\n" * n,
    "spaces": lambda n: "{" + " " * n + "__typename }",
    "line ends": lambda n: "{" + "\r\n" * n + "__typename }",
    "commas": lambda n: "{" + "," * n + "__typename }",
    "byte order marks": lambda n: "{" + "\ufeff" * n + "__typename }",
    "a long name": lambda n: f"{{ {'a' * n} }}",
    "long names": lambda n: fields(n, "partnerNumber" * 20 + "#"),
    "unknown fields": lambda n: fields(n, "partnerss#"),
    "unknown fields under types": lambda n: below(n, "orderLinez#"),
    "unknown types": lambda n: fields(n, "... on EvaluatedLineConnectio# { id }"),
    "unknown types of variables": lambda n: f"query ({each(n, '$a#: EvaluatedLineConnectio#')}) {{ __typename }}",
    "unknown types of fragments": lambda n: f"{fields(n, '...A#')} {each(n, 'fragment A# on EvaluatedLineConnectio# { id }')}",
    "unknown arguments": lambda n: fields(n, "a#: partners(firts: 1, lasd: 2, filtre: 3) { totalCount }"),
    "unknown arguments below the root": lambda n: below(n, "a#: orders(firts: 1, lasd: 2, filtre: 3) { totalCount }"),
    "unknown values": lambda n: fields(n, "a#: enrollments(sort: SUBMITTED_OM, filter: {status: APPROVEDD}) { totalCount }"),
    "unknown inputs": lambda n: fields(n, "a#: enrollments(filter: {statuss: APPROVED, optio: 1}) { totalCount }"),
    "introspection within itself": lambda n: nested(n, "{ __schema { types { fields { type ", "{ name }", " } } } }"),
    "introspection again and again": lambda n: fields(n, "a#: __schema { types { fields { args { name } } } }"),
    "types of fields of types": lambda n: f"{{ __schema {{ types {nested(n, '{ fields { type ', '{ name }', ' } }')} }} }}",
    "pages within pages": lambda n: nested(n, "{ partners(first: 100) { nodes { orders(first: 100) { nodes ", "{ id }", " } } } }"),
    "type definitions": lambda n: each(n, "type A# { a: Int }"),
    "a type definition of many fields": lambda n: f"type A {{ {each(n, 'a#: Int')} }}",
    "an enum of many values": lambda n: f"enum A {{ {each(n, 'A#')} }}",
    "a union of many types": lambda n: f"union A = {each(n, '| A#')}",
    "directive definitions": lambda n: each(n, "directive @a# on FIELD"),
    "extensions": lambda n: each(n, "extend type Query @a#"),
    "descriptions": lambda n: each(n, '"a" query Q# { __typename }'),
    "subscriptions": lambda n: f"subscription {fields(n, 'a#: viewer { role }')}",
    "deferred fragments": lambda n: fields(n, '... @defer(label: "a#") { __typename }'),
    "streamed fields": lambda n: fields(n, 'partners @stream(label: "a#") { totalCount }'),
}  # fmt: skip


def largest(shape: Making, characters: int) -> int:
    """The largest n for which the document of that shape is no longer than so many characters."""
    return last(lambda n: len(shape(n)) <= characters)


def last(holds: Callable[[int], bool]) -> int:
    """The last number from 1 for which something holds that holds for no number after one it does not hold for."""
    low, high = 1, 2
    while holds(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
