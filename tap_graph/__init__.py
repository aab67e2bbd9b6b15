"""tap_graph: the backend of a channel trade-in rebate program and its incentive schemes.

Read docs/onboarding.md first: it names the floors, the nouns and one request's way through them.
"""

__version__ = "0.1.0"
