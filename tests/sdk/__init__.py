"""Tests of tap_graph/sdk."""
