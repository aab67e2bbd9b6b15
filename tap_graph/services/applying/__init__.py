"""Applying: partners enroll in place (R16–R18): open options, forms, decisions.

Each act is one function inside the caller's transaction. What leaves the draft is delivered as one line of `enrollments`, so
that feeds and people speak of the same facts and the last word is the one that came last.
"""
