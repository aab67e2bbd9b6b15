"""Plugins of one theatre: who speaks, in which order, and whether each may speak at all.

Every theatre has its own `pluggy.PluginManager`; nothing is global. The baseline is registered first, the region
second, a what-if third: for figures the last registered answers first, findings come in order of registration.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pluggy

from tap_graph import __version__
from tap_graph.domain.errors import PluginRefused
from tap_graph.rules import baseline
from tap_graph.sdk.hookspecs import FIGURE_HOOKS, FINDING_HOOKS, HOOKSPECS
from tap_graph.sdk.marker import PROJECT, SDK_VERSION

HOOKS = (*FIGURE_HOOKS, *FINDING_HOOKS)
IMPLEMENTATION_MARK = f"{PROJECT}_impl"


@dataclass(frozen=True, slots=True)
class Speaker:
    """A plugin that answers: its distribution, version, and the module (or object) that holds its rules."""

    plugin: str
    version: str
    module: object

    def __str__(self) -> str:
        return f"{self.plugin} {self.version}"

    @property
    def place(self) -> str:
        """The plugin with the module its rules stand in, as refusals name it."""
        return f"{self} ({getattr(self.module, '__name__', type(self.module).__name__)})"


BASELINE = Speaker("tap-graph", __version__, baseline)


class Panel:
    """The plugins of one theatre, asked one by one so that every answer keeps the name of who gave it."""

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self.speakers = tuple(speakers)
        self._manager = pluggy.PluginManager(PROJECT)
        for hookspec in HOOKSPECS:
            self._manager.add_hookspecs(hookspec)
        for speaker in self.speakers:
            self._register(speaker)

    def voices(self, hook: str, **facts: object) -> list[tuple[Speaker, Callable[[], object]]]:
        """Each plugin that has the hook, in order of registration, with the call that asks it about these facts."""
        # Sorted by registration: `tryfirst` must not let a plugin speak out of turn.
        by_module = {id(found.plugin): found for found in getattr(self._manager.hook, hook).get_hookimpls()}
        found = [(speaker, by_module[id(speaker.module)]) for speaker in self.speakers if id(speaker.module) in by_module]
        return [(speaker, partial(voice.function, *(facts[name] for name in voice.argnames))) for speaker, voice in found]

    def _register(self, speaker: Speaker) -> None:
        _check_marks(speaker)
        try:
            self._manager.register(speaker.module, name=f"{len(self._manager.get_plugins())} {speaker}")
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginRefused(_mismatch(speaker, error)) from error


def _mismatch(speaker: Speaker, error: pluggy.PluginValidationError) -> str:
    detail = " ".join(str(error).split())
    return f"{speaker.place} does not fit the hooks of {BASELINE}: {detail}. The hooks are {', '.join(HOOKS)}."


def check_sdk(speaker: Speaker) -> None:
    """Refuses a module that does not state the version of the hooks it was written for, or states another one."""
    stated = getattr(speaker.module, "TAP_SDK", None)
    if type(stated) is not int or stated != SDK_VERSION:
        what = "states no TAP_SDK" if stated is None else f"was written for TAP_SDK = {stated!r}"
        raise PluginRefused(f"{speaker.place} {what}, and {BASELINE} knows TAP_SDK = {SDK_VERSION} only. Write TAP_SDK = {SDK_VERSION}.")


def _check_marks(speaker: Speaker) -> None:
    for name in dir(speaker.module):
        # Static: looking for rules must not run a plugin's code.
        found = inspect.getattr_static(speaker.module, name)
        if not callable(found):
            continue
        mark = getattr(found, IMPLEMENTATION_MARK, None)
        if mark is None and name.startswith("tap_"):
            raise PluginRefused(f"{name} in {speaker.place} is not marked, so {BASELINE} would never ask it. Write @rule above it.")
        if mark is not None:
            _check_mark(name, mark, speaker)


def _check_mark(name: str, mark: dict[str, object], speaker: Speaker) -> None:
    if name not in HOOKS:
        raise PluginRefused(f"{name} in {speaker.place} is no hook of {BASELINE}. The hooks are {', '.join(HOOKS)}.")
    if mark.get("wrapper") or mark.get("hookwrapper") or mark.get("specname"):
        raise PluginRefused(f"{name} in {speaker.place} wraps or renames a hook of {BASELINE}; a rule only answers. Write @rule alone.")
