"""Floor 5: the GraphQL schema, a noun a file: its type, what its fields mean, who sees its rows."""
