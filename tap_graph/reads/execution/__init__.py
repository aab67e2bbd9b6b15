"""The executor: rows that the statement returned are walked by graphql-core; knows nothing of the other finisher."""
