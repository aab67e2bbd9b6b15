"""Tests of tap_graph/domain."""
