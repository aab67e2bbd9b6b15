"""Tests of tap_graph.web."""
