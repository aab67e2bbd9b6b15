"""Weighing: whether a document may be validated, and what its operations cost, in time linear in its length.

`outline.py` walks the document once and knows from `yields.py` what each field multiplies by, `sizes.py` how arguments change
that; `merging.py` puts together what execution would, each combination of selection sets once; `weight.py` adds up the rows
for given variables; `admission.py` applies `limits.py`. Nothing is validated yet: names may be unknown, fragments missing or
circular, arguments of any kind.
"""

from tap_graph.reads.weighing.admission import parsed, weigh
from tap_graph.reads.weighing.limits import Limits, TooHeavy
from tap_graph.reads.weighing.weight import Weight

__all__ = ["Limits", "TooHeavy", "Weight", "parsed", "weigh"]
