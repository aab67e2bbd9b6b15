"""Levels: the selection sets of a document merged as execution merges them, each combination of sets once."""

from collections.abc import Collection
from dataclasses import dataclass, field

from tap_graph.reads.weighing.limits import Limits, TooHeavy, hold
from tap_graph.reads.weighing.outline import NO_SET, Asked, Outline
from tap_graph.reads.weighing.sizes import VariableSize

# No count grows beyond it, however fragments double one another.
ENOUGH = 10**12
UNFINISHED = -1


@dataclass(frozen=True, slots=True)
class Part:
    """The objects of one field: the largest of `size` and of the sizes at `slots`, `own` rows each, and a level below."""

    size: int
    slots: tuple[int, ...]
    own: int
    below: int


@dataclass(slots=True)
class Level:
    """What all selection sets that meet in one place ask of one object."""

    parts: list[Part] = field(default_factory=list)
    leaves: int = 0
    width: int = 0
    depth: int = 1
    selections: int = 0
    rows_of_page: bool = False


class Merging:
    """The levels of a document, lower ones first; refuses it as soon as it is too deep or too wide."""

    def __init__(self, outline: Outline, limits: Limits) -> None:
        self.levels = [Level(depth=0)]
        self.slots: dict[VariableSize, int] = {}
        self.walked = 0
        self._quarters = 0
        self._outline = outline
        self._limits = limits
        self._fragments = {name: place for place, name in enumerate(outline.fragments)}
        self._tops = list(outline.fragments.values())
        self._together = [0] * len(self._tops)
        self._numbers: dict[tuple[int, ...], int] = {}

    def level(self, sets: tuple[int, ...], depth: int = 1) -> int:
        """The number of the level where these sets meet, that many levels below the root."""
        number = self._numbers.get(sets)
        if number is None:
            hold(self._limits, depth=depth)
            self._numbers[sets] = UNFINISHED
            number = self._numbers[sets] = self._merged(sets, depth)
        if number == UNFINISHED:
            # A fragment that is spread in a field of its own has no end.
            raise TooHeavy("depth", self._limits.depth + 1, self._limits.depth)
        hold(self._limits, depth=depth - 1 + self.levels[number].depth)
        return number

    def add_rest(self) -> None:
        """Merge the fragments that nothing spreads: validation walks them too."""
        places = {number: place for place, number in enumerate(self._tops)}
        for number in self._outline.tops:
            place = places.get(number)
            if place is None or not self._together[place]:
                self.level((number,))

    def _merged(self, sets: tuple[int, ...], depth: int) -> int:
        asked, met, spreads = self._meeting(sets)
        groups: dict[str, list[Asked]] = {}
        for one in asked:
            groups.setdefault(one.response_name, []).append(one)
        self._compare(groups.values(), sets, met, spreads)
        level = Level(width=len(groups), selections=len(asked) + spreads)
        for group in groups.values():
            self._add(level, group, depth)
        self.levels.append(level)
        return len(self.levels) - 1

    def _meeting(self, sets: tuple[int, ...]) -> tuple[list[Asked], list[int], int]:
        """The fields that meet, the fragments they come from, each once, and the number of spreads."""
        asked: list[Asked] = []
        met: dict[int, None] = {}
        spreads = 0
        waiting = list(sets)
        while waiting:
            selected = self._outline.sets[waiting.pop()]
            asked += selected.fields
            spreads += len(selected.spreads)
            for name in selected.spreads:
                place = self._fragments.get(name)
                if place is not None and place not in met:
                    met[place] = None
                    waiting.append(self._tops[place])
        self.walked += len(asked) + spreads
        hold(self._limits, selections=self.walked)
        return asked, list(met), spreads

    def _add(self, level: Level, group: list[Asked], depth: int) -> None:
        """Add a field of the answer, which *group* asks for together; of different types the larger one counts."""
        inner = tuple(sorted(one.inner for one in group if one.inner != NO_SET))
        if not inner and group[0].yields.leaf:
            level.leaves += 1
            return
        below = self.level(inner, depth + 1) if inner else 0
        found = self.levels[below]
        level.depth = max(level.depth, found.depth + 1)
        level.selections = min(level.selections + found.selections, ENOUGH)
        level.rows_of_page |= any(one.yields.rows_of_page for one in group)
        # A connection that shows none of its rows reads none.
        sizes = {one.size for one in group if found.rows_of_page or not one.yields.paged}
        size = max((size for size in sizes if isinstance(size, int)), default=0 if sizes else 1)
        slots = tuple(self.slots.setdefault(size, len(self.slots)) for size in sizes if not isinstance(size, int))
        level.parts.append(Part(size, slots, max(one.yields.own for one in group), below))

    def _compare(self, groups: Collection[list[Asked]], sets: tuple[int, ...], met: list[int], spreads: int) -> None:
        """Count what validation does where these sets meet, in quarters of a microsecond, as measured with graphql-core 3.3.

        It compares each two fields of one name, looks up each field of each set in each other set and fragment, and tries each
        two spreads. Two fragments it compares once, wherever they meet: that is counted in `comparisons`.
        """
        for group in groups:
            if len(group) > 1:
                bare = all(one.bare for one in group)
                alike = len({one.name for one in group}) == 1
                self._quarters += _pairs(len(group)) * (4 if bare and alike else 8 if bare else 16)
        own = [self._outline.sets[number] for number in sets]
        fields, direct = sum(len(selected.fields) for selected in own), sum(len(selected.spreads) for selected in own)
        self._quarters += (len(sets) - 1) * fields + 2 * (len(met) * fields + len(sets) * (len(met) + spreads) + _pairs(direct))
        mask = sum(1 << place for place in met)
        for place in met:
            self._together[place] |= mask

    @property
    def comparisons(self) -> int:
        """What validation does for pairs of fields and of fragments, in microseconds."""
        quarters = self._quarters
        for number, mask in zip(self._tops, self._together, strict=True):
            fragment = self._outline.sets[number]
            quarters += (mask.bit_count() - 1) * (4 + len(fragment.fields) + 4 * len(fragment.spreads)) if mask else 0
        return quarters // 4


def _pairs(things: int) -> int:
    return things * (things - 1) // 2
