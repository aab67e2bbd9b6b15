"""Reading: the one statement of an operation, on connections that change nothing."""
