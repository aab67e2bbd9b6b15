"""Floor 4: use cases. One function, one transaction, all refusals at once."""
