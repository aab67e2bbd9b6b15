"""Tests of tap_graph/values."""
