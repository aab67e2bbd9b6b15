"""Figures answer for themselves, and a sum of them is as sure as its weakest part."""

from tap_graph.values.figure import Figure, Provenance, assumed, derived, official, sources, weakest

FIGURES = [official(1, "Table 1"), assumed(2, "analogy"), derived(3, "Table 1")]


def test_a_figure_says_how_it_is_known() -> None:
    assert official(1, "Table 1") == Figure(1, "Table 1", Provenance.OFFICIAL)
    assert derived(1, "sum") == Figure(1, "sum", Provenance.DERIVED)
    assert assumed(1, "analogy") == Figure(1, "analogy", Provenance.ASSUMED)


def test_the_weakest_provenance_is_that_of_the_whole() -> None:
    assert weakest(FIGURES) is Provenance.ASSUMED
    assert weakest([FIGURES[0], FIGURES[2]]) is Provenance.DERIVED
    assert weakest(FIGURES[:1]) is Provenance.OFFICIAL
    assert weakest([]) is Provenance.OFFICIAL


def test_sources_are_joined_once_each_in_order() -> None:
    assert sources(FIGURES) == "Table 1; analogy"
    assert sources([]) == ""
