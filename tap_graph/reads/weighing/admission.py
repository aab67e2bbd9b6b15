"""Admission: a document is parsed and weighed against the limits before anything else looks at it."""

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLSchema, GraphQLSyntaxError, Location, parse

from tap_graph.reads.weighing.limits import Limits, TooHeavy, hold
from tap_graph.reads.weighing.merging import Merging
from tap_graph.reads.weighing.outline import Outline
from tap_graph.reads.weighing.sizes import names_in
from tap_graph.reads.weighing.weight import Start, Weight, totals_of

USUAL = Limits()
# What graphql-core says of a document beyond max_tokens.
BEYOND_TOKENS = "Syntax Error: Document contains more than"
# Steps, besides one for a token: ten microseconds each, as measured with graphql-core 3.3.
SELECTION_STEPS = 2
DEFINITION_STEPS = 3
CHARACTERS_OF_A_STEP = 50
# The error of an unknown input field prints the object it is in.
PRINTED_IN_A_STEP = 10
# Guessing what a name was meant to be compares it with all names there are.
UNKNOWN_FIELD_STEPS = 50
UNKNOWN_TYPE_STEPS = 600


def parsed(text: str, limits: Limits = USUAL) -> DocumentNode:
    """The document; TooHeavy where it has too many tokens, GraphQLSyntaxError where it is none."""
    try:
        return parse(text, max_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        if error.message.startswith(BEYOND_TOKENS):
            raise TooHeavy("tokens", limits.tokens + 1, limits.tokens) from error
        raise


def weigh(document: DocumentNode, schema: GraphQLSchema, limits: Limits = USUAL) -> Weight:
    """The weight of a document that is within the limits; TooHeavy says which one it passes."""
    hold(limits, tokens=document.token_count)
    outline = Outline(document, schema)
    steps = _steps(document, outline)
    hold(limits, aliases=outline.aliases, directives=outline.directives, steps=steps)
    merging = Merging(outline, limits)
    tops = [merging.level((root.inner,)) for root in outline.operations]
    merging.add_rest()
    measures = {
        "tokens": document.token_count,
        "depth": max((level.depth for level in merging.levels), default=0),
        "aliases": outline.aliases,
        "directives": outline.directives,
        "root_fields": max((merging.levels[top].width for top in tops), default=0),
        "selections": max(sum(merging.levels[top].selections for top in tops), merging.walked),
        "comparisons": merging.comparisons + _repeated_fragments(document, outline),
        "steps": steps,
    }
    hold(limits, **measures)
    starts: dict[str | None, Start] = {root.name: Start(top, root.defaults) for root, top in zip(outline.operations, tops, strict=True)}
    if len(tops) == 1:
        starts[None] = Start(tops[0], outline.operations[0].defaults)
    guesses = outline.unknown_fields * UNKNOWN_FIELD_STEPS + outline.unknown_types * UNKNOWN_TYPE_STEPS
    sizes = tuple(merging.slots)
    return Weight(
        **measures,
        hide_suggestions=steps + guesses > limits.steps,
        limits=limits,
        starts=starts,
        variables=names_in(sizes),
        totals=totals_of(merging.levels, sizes),
    )


def _steps(document: DocumentNode, outline: Outline) -> int:
    characters = len(document.loc.source.body) if document.loc else 0
    steps = document.token_count + SELECTION_STEPS * outline.selections + DEFINITION_STEPS * len(document.definitions)
    return steps + characters // CHARACTERS_OF_A_STEP + outline.prints // PRINTED_IN_A_STEP


def _repeated_fragments(document: DocumentNode, outline: Outline) -> int:
    """Microseconds in which every operation but the first one goes through all fragments again, for their variables."""
    if len(outline.operations) < 2:
        return 0
    tokens = sum(_tokens(node.loc) for node in document.definitions if isinstance(node, FragmentDefinitionNode))
    return (len(outline.operations) - 1) * tokens * 5 // 2


def _tokens(place: Location | None) -> int:
    if place is None:
        return 0
    tokens, token = 1, place.start_token
    while token is not place.end_token and token.next:
        tokens, token = tokens + 1, token.next
    return tokens
