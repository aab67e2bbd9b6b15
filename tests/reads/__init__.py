"""Tests of tap_graph.reads."""
