"""Floor 5: HTTP: the GraphQL endpoint, health, metrics and the explorer, all served from this host alone."""
