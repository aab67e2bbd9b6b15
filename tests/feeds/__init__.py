"""Tests of tap_graph/feeds."""
