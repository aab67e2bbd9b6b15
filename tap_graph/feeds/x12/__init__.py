"""X12: the Product Transfer and Resale Report (867), and the answers to it."""
