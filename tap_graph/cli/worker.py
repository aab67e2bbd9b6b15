"""What each worker process of `tap-graph serve` runs: `tap_graph.cli.worker:create_web`."""

import gc
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_graph.web.building import Web


def create_web() -> "Web":
    """The web application over TAP_DATABASE_URL.

    Modules and schema are many objects that live as long as the process: the collector would look through them a hundred
    times while they are made, and at every answer of the executor afterwards.
    """
    gc.disable()
    try:
        web: Web = import_module("tap_graph.app").configured_web()
    finally:
        gc.freeze()
        gc.enable()
    return web
