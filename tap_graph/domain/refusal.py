"""Refusals: why an act is not done, all reasons at once."""

from dataclasses import dataclass

from tap_graph.domain.errors import TapError


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: a stable code, a message that ends with what to do, and the input it is about."""

    code: str
    message: str
    path: tuple[str, ...] = ()
    """Names of the input's fields, outermost first; empty where it is about the whole act."""


class ActRefused(TapError):
    """An act that is not done, with every reason; nothing of it was written."""

    code = "ACT_REFUSED"

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(" ".join(refusal.message for refusal in refusals))
        self.refusals = refusals
