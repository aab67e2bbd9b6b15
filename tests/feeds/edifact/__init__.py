"""EDIFACT feeds."""
