"""Faults: processes that die at any moment, and several that do the same at once."""
