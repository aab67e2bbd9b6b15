"""Printing: what became of a delivery, as the contract prints it (§3)."""

from dataclasses import fields
from typing import Any

import msgspec

from tap_graph.services.receiving import Received


def printed(received: Received) -> dict[str, Any]:
    """A result with the contract's fields; of a file that was refused whole also why, and every defect."""
    shown = {field.name: getattr(received, field.name) for field in fields(received)}
    shown["defects"] = msgspec.to_builtins(received.defects)
    if received.refusal is None:
        del shown["refusal"], shown["defects"]
    return shown


def printed_json(received: Received) -> str:
    """The list of the one result, as JSON."""
    return msgspec.json.encode([printed(received)]).decode()
