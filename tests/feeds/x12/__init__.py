"""Tests of X12 feeds."""
