"""policycheck: what vendors may have, what they have, and the difference."""

__version__ = "0.1.0"
