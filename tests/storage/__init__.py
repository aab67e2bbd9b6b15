"""Tests of the tables, migrations and the unit of work."""
