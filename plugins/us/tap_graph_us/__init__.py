"""The United States and Canada: one distribution, a module a theatre."""
