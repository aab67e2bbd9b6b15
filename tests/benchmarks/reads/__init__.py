"""The read benchmark: our answers beside plain strawberry, a route of fixed bytes and the bare statement, in one run."""
