"""Tests of tap_graph/testing/distributor."""
