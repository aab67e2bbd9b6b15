"""Floor 5: HTTP: the GraphQL endpoint, health, and the explorer, all served from this host alone."""
