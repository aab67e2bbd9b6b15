"""Tests of tap_graph/rules."""
