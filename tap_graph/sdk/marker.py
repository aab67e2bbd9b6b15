"""The markers: `@rule` on a region's answer, `@spec` on the core's question."""

from typing import Final

import pluggy

PROJECT: Final = "tap_graph"
SDK_VERSION: Final = 1
"""Version of the hooks; a region states the one it was written for as `TAP_SDK = 1`."""

spec = pluggy.HookspecMarker(PROJECT)
rule = pluggy.HookimplMarker(PROJECT)
