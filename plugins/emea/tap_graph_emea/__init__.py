"""Europe and Emerging Markets: one distribution, a module a theatre."""
