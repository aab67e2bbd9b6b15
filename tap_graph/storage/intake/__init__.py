"""From staged lines to facts in force, set by set.

One delivery's lines fill a temporary table (`stage.py`); `matching.py` finds what each line refers to and whether
it is new, changed, unchanged or held; `effect.py` writes versions; `holding.py` keeps and frees lines that wait;
`derived.py` and `oddities.py` renew what follows from the facts that were touched. `plans.py` says, kind by kind,
which table, key and references are meant; nothing else here knows a kind by name. The caller holds the one
transaction in which all of it takes effect.
"""
