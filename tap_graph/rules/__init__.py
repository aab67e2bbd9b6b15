"""Floor 3: finds the regions, checks them, and gives each a typed face, its rulebook."""

from tap_graph.rules.canon import PublishedFigure
from tap_graph.rules.host import check_together, find_rulebooks, rulebook_of
from tap_graph.rules.rulebook import Rulebook
from tap_graph.rules.whatif import with_figures

__all__ = ["PublishedFigure", "Rulebook", "check_together", "find_rulebooks", "rulebook_of", "with_figures"]
