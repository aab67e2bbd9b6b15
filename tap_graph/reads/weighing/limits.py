"""Limits: how much one document may ask for, and the refusal that says which limit it passed, by how much and what to do."""

from dataclasses import dataclass

from tap_graph.reads.refusals import OperationRefused


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one document may hold; each is allowed itself.

    A document within `tokens`, `steps` and `comparisons` is parsed and validated in about 15 ms of CPU; one within `selections`
    compiles to a statement of bounded length; one within `nodes` and `values` has an answer that fits in memory. `depth` lets
    the standard introspection query pass, which has 15 levels.
    """

    tokens: int = 1_000
    depth: int = 15
    aliases: int = 200
    directives: int = 100
    root_fields: int = 20
    # Fields and spreads, each counted in every place that its fragment is spread.
    selections: int = 2_000
    # What validation does for pairs, in microseconds: fields of one name, fragments side by side, operations with fragments.
    # It grows with the square of the document, so its share is small: twice the document takes about twice the time.
    comparisons: int = 1_500
    # What parsing and validation do besides, in tens of microseconds.
    steps: int = 1_000
    # Rows and leaf values of the answer, as estimated from the sizes of its pages.
    nodes: int = 50_000
    values: int = 500_000


CODES = {
    "tokens": ("TOO_MANY_TOKENS", "The document holds {} tokens or more", "Send it in parts."),
    "depth": (
        "TOO_DEEP_SELECTION",
        "The selection has {} levels or more",
        "Ask for the lower levels by node(id:), and spread no fragment in itself.",
    ),
    "aliases": ("TOO_MANY_ALIASES", "The document holds {} aliases", "Send it in parts, or ask for many rows by one list."),
    "directives": (
        "TOO_MANY_DIRECTIVES",
        "The document holds {} directives",
        "Put one directive on a fragment instead of many on its fields.",
    ),
    "root_fields": ("TOO_MANY_ROOT_FIELDS", "An operation asks for {} fields of its root", "Send several operations."),
    "selections": (
        "TOO_MANY_FIELDS",
        "The document selects {} fields or more, fragments included wherever they are spread",
        "Send it in parts.",
    ),
    "comparisons": (
        "TOO_MANY_COMPARISONS",
        "Validating the document compares fields and fragments for {} µs",
        "Select each field once in a selection, spread fewer fragments side by side, and send one operation per document.",
    ),
    "steps": ("TOO_MANY_STEPS", "Validating the document takes {} steps", "Send it in parts."),
    "nodes": ("TOO_COSTLY", "The answer may hold {} rows", "Ask for smaller pages by first, or for fewer lists within lists."),
    "values": ("TOO_COSTLY", "The answer may hold {} values", "Ask for smaller pages by first, or for fewer fields of each row."),
}


class TooHeavy(OperationRefused):
    """The document asks for more than one limit allows; `limit` names it, `code` is its code.

    `measured` may be less than all there is: counting ends where the limit is passed.
    """

    def __init__(self, limit: str, measured: int, most: int) -> None:
        self.code, finding, advice = CODES[limit]
        super().__init__(f"{finding.format(f'{measured:,}')}; at most {most:,} are taken. {advice}")
        self.limit = limit
        self.measured = measured


def hold(limits: Limits, **measured: int) -> None:
    """Refuse with TooHeavy where a measure is over the limit of its name."""
    for name, value in measured.items():
        most: int = getattr(limits, name)
        if value > most:
            raise TooHeavy(name, value, most)
