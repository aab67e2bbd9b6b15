"""Tests of pulling: sources, rounds, and each kind of place at the wire."""
