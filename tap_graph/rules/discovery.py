"""Discovery: the installed regions, one module per theatre, found by their entry points."""

import importlib
from importlib.metadata import EntryPoint, entry_points

from tap_graph.domain.errors import ConfigurationError, PluginRefused
from tap_graph.rules.plugins import Speaker

GROUP = "tap_graph.regions"


def installed() -> list[tuple[str, Speaker]]:
    """Entry-point name and plugin of every installed region, sorted by name; none is a `ConfigurationError`."""
    found = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    if not found:
        raise ConfigurationError(
            f"No region is installed: no distribution has an entry point in the group {GROUP}. "
            "Install one, for example with: pip install -e plugins/NAME"
        )
    return [(point.name, _speaker(point)) for point in found]


def _speaker(point: EntryPoint) -> Speaker:
    name, version = (point.dist.name, point.dist.version) if point.dist is not None else (point.module, "0")
    try:
        return Speaker(name, version, importlib.import_module(point.module))
    except Exception as error:
        announced = f"{name} {version} announces region {point.name} in {point.module}"
        raise PluginRefused(f"{announced}, which cannot be imported: {type(error).__name__}: {error}") from error
