"""Scenarios: the program's rules as people write them, run through the same services on an in-memory database.

`reading.py` reads the YAML with its lines, `rows.py` fills in the plain defaults and makes feed rows,
`running.py` delivers, judges and compares.
"""

from tap_graph.testing.scenarios.running import ScenarioResult, run_paths

__all__ = ["ScenarioResult", "run_paths"]
