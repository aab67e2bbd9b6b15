"""Evaluating: judging approved enrollments of one option at one window, dry or for real.

`judging.py` turns totals into judgements, `running.py` is the use case, `explaining.py` lists the lines behind one.
"""

from tap_graph.services.evaluating.explaining import Explained, explain
from tap_graph.services.evaluating.judging import Request
from tap_graph.services.evaluating.running import Evaluated, Run, evaluate

__all__ = ["Evaluated", "Explained", "Request", "Run", "evaluate", "explain"]
