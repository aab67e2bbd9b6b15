"""Tests of tap_graph.schema."""
