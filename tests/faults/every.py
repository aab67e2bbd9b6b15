"""How much is tried: everything where `TAP_EVERY_FAULT=1` (`make faults`), else a share that a test run can bear."""

import os

EVERY = bool(os.environ.get("TAP_EVERY_FAULT"))
PATIENCE = 3600 if EVERY else 300
"""Seconds one test may take."""
