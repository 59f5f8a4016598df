"""Connectors: what is seen of vendors and of our own systems, as facts and coverage. They never judge."""
