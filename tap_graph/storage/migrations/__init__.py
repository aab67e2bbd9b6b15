"""The revisions of the tables, oldest first in `versions/`; run by `tap-graph migrate`."""
